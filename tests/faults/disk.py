"""A real file system of our own in a file: its image can be pulled in the middle of a run, and it can be filled up.

It has to be mounted, so this needs root; nothing stays mounted. `make faults` alone uses it. A copy takes a moment, in
which the databases go on writing; both write their log from front to back, and what counts had been shown before.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.faults.person import Browser
from tests.faults.postgres import Server, postgres_server
from tests.faults.power import AboutToSend, Disk, put_back, senders
from tests.faults.promises import broken
from tests.faults.scenes import reference_on
from tests.faults.stage import Stage, web_server
from webform.documents.shelf import Shelves

MEGABYTES = 48
SERVER_MEGABYTES = 512
BETWEEN, MOST = 0.1, 100  # seconds between two images, and how many there are at most
NEEDS_ROOT = "Pulling the image of a real disk needs root and a loop device; everything else of `make faults` does not."


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[None]:
    """The file system of an image, for as long as the block lasts."""
    at.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-o", "loop", str(image), str(at)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{NEEDS_ROOT}\n{done.stderr}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)


def new_disk(image: Path, megabytes: int = MEGABYTES) -> Path:
    """An empty ext4 file system."""
    with image.open("wb") as file:
        file.truncate(megabytes * 2**20)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    return image


@contextmanager
def filled(stage: Stage, _pids: list[int]) -> Iterator[None]:
    """Not a byte is left on the disk."""
    file = stage.folder / "fills-the-disk"
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while filler.write(bytes(size)):
                    pass
    try:
        yield
    finally:
        file.unlink()


class Pulled(threading.Thread):
    """Copies the image again and again, each time noting first which references had been shown by then."""

    def __init__(self, image: Path, shown: list[str]):
        super().__init__(daemon=True)
        self._image, self._shown, self._over = image, shown, threading.Event()
        self.copies: list[tuple[Path, tuple[str, ...]]] = []

    def run(self) -> None:
        while not self._over.wait(BETWEEN) and len(self.copies) < MOST:
            shown = tuple(self._shown)
            copy = self._image.with_name(f"pulled-{len(self.copies)}")
            subprocess.run(["cp", "--sparse=always", str(self._image), str(copy)], check=True)
            self.copies.append((copy, shown))

    def end(self) -> None:
        self._over.set()
        self.join()


def pull(folder: Path, shelves: Shelves, requests: int) -> tuple[int, int, list[str]]:
    """Send requests while the image is pulled. How many images, how many references in them, and what was broken."""
    image = new_disk(folder / "disk")
    with mounted(image, folder / "mounted"), Stage(folder / "mounted" / "stage", shelves) as stage:
        found = [
            (_on(copy, folder / "looked-at"), shown)
            for copy, shown in _pulled_while_sending(stage, senders(stage, requests), image)
        ]
        faults = []
        for disk, then in found:
            put_back(stage, disk)
            faults += broken(stage.app, then)
    return len(found), sum(len(then) for _, then in found), faults


def pull_server(folder: Path, shelves: Shelves, requests: int) -> tuple[int, int, list[str]]:
    """The same with a PostgreSQL server whose files are on the disk: it is started again on each image."""
    image, at = new_disk(folder / "server-disk", SERVER_MEGABYTES), folder / "server"
    disk = ExitStack()
    disk.enter_context(mounted(image, at))
    with (
        disk,
        postgres_server(at / "data") as server,
        Stage(folder / "before-the-server", shelves, server.url) as stage,
    ):
        stage.installation.renew()
        copies = _pulled_while_sending(stage, senders(stage, requests), image)
        server.kill()
        disk.close()
        faults = [fault for copy, shown in copies for fault in _recovered(copy, at, server, stage, shown)]
    return len(copies), sum(len(shown) for _, shown in copies), faults


def _recovered(copy: Path, at: Path, server: Server, stage: Stage, shown: tuple[str, ...]) -> list[str]:
    """What is broken when the server has started on a copy of its disk."""
    with mounted(copy, at):
        server.start()
        server.ready()
        faults = broken(stage.app, shown)
        stage.installation.let_go()
        server.kill()
    copy.unlink()
    return faults


def _pulled_while_sending(stage: Stage, people: list[AboutToSend], image: Path) -> list[tuple[Path, tuple[str, ...]]]:
    """Copies of the image, each with the references that people had been shown before it was made."""
    shown = list[str]()
    stage.installation.let_go()
    with web_server(stage) as web:
        os.sync()
        puller = Pulled(image, shown)
        puller.start()
        for cookies, fields in people:
            browser = Browser(stage.port, cookies)
            assert browser.post("/form/send", fields).location == "/form/sent"
            shown.append(reference_on(browser.get("/form/sent").text))
        puller.end()
        web.kill()
    return puller.copies


def _on(image: Path, at: Path) -> Disk:
    """The database on an image, as the file system gives it back after the cut."""
    with mounted(image, at):
        disk = {path.name: path.read_bytes() for path in (at / "stage").glob("app.sqlite3*")}
    image.unlink()
    return {name: content for name, content in disk.items() if not name.endswith("-shm")}
