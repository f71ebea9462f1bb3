"""A real file system of our own in a file: its image can be pulled in the middle of a run, and it can be filled up.

It has to be mounted, so this needs root; nothing stays mounted. `make faults` alone uses it.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.person import Browser
from tests.faults.power import Disk, put_back, senders
from tests.faults.promises import broken
from tests.faults.scenes import reference_on
from tests.faults.stage import Stage, web_server
from webform.documents.shelf import Shelves

MEGABYTES = 48
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


def new_disk(image: Path) -> Path:
    """An empty ext4 file system."""
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 2**20)
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
    image, shown = new_disk(folder / "disk"), list[str]()
    with mounted(image, folder / "mounted"), Stage(folder / "mounted" / "stage", shelves) as stage:
        people = senders(stage, requests)
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
        found = [(_on(copy, folder / "looked-at"), shown) for copy, shown in puller.copies]
        faults = []
        for disk, then in found:
            put_back(stage, disk)
            faults += broken(stage.app, then)
    return len(found), sum(len(then) for _, then in found), faults


def _on(image: Path, at: Path) -> Disk:
    """The database on an image, as the file system gives it back after the cut."""
    with mounted(image, at):
        disk = {path.name: path.read_bytes() for path in (at / "stage").glob("app.sqlite3*")}
    image.unlink()
    return {name: content for name, content in disk.items() if not name.endswith("-shm")}
