"""Power cuts: what a disk holds when the current goes is what was synced, and of the rest whatever it likes.

Every write and sync of a run is recorded with the bytes. From the record the disk is built as it may be after a cut at
any moment: each file as of its last sync, and of what was written since then no sector, every sector, or some.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.person import Browser
from tests.faults.scenes import about_to_send, reference_on
from tests.faults.stage import Stage, Web
from tests.faults.strace import attached
from tests.web.visitor import HIDDEN

RECORDED = "pwrite64,ftruncate,fdatasync,fsync,sendto"
WITH_BYTES = ("-xx", "-s", "100000")
LINE = re.compile(r'^\d+ +(\w+)\(\d+<([^>]*)>(?:, "([^"]*)")?(?:, (\d+))?(?:, (\d+))?')
CONFIRMED = "We have your form"
SECTOR = 512
SURVIVORS: dict[str, Callable[[random.Random], bool]] = {  # of what was not synced, does a sector survive?
    "nothing": lambda _chance: False,
    "everything": lambda _chance: True,
    "some": lambda chance: chance.random() < 0.5,
}
Disk = dict[str, bytes]
AboutToSend = tuple[dict[str, str], dict[str, str]]  # cookies, and what the button posts


@dataclass(frozen=True)
class Deed:
    """One thing that the process did: to a file, or with `sendto` to a person."""

    call: str
    file: str
    data: bytes
    offset: int


def read_record(text: str) -> list[Deed]:
    """The deeds in the order in which they were done."""
    return [_deed(*found.groups()) for line in text.splitlines() if (found := LINE.match(line))]


def _deed(call: str, path: str, written: str | None, first: str | None, second: str | None) -> Deed:
    data = _plain(written or "")
    assert call not in ("pwrite64", "sendto") or len(data) == int(first or 0), "strace has cut the bytes"
    return Deed(call, Path(_plain(path).decode()).name, data, int((second if call == "pwrite64" else first) or 0))


def _plain(written: str) -> bytes:
    """What strace has written in hexadecimal, or as it is."""
    return bytes.fromhex(written.replace("\\x", "")) if "\\x" in written else written.encode()


def shown_by(deeds: list[Deed]) -> set[str]:
    """The references on the confirmation pages that people had been sent."""
    pages = [deed.data.decode("utf-8", "replace") for deed in deeds if deed.call == "sendto"]
    return {reference_on(page) for page in pages if CONFIRMED in page}


def after_cut(base: Disk, deeds: list[Deed], survivors: str, chance: random.Random, syncs_count: bool = True) -> Disk:
    """What is on the disk after these deeds. `syncs_count=False` is a disk that ignores every sync."""
    disk = {}
    for name, content in base.items():
        done = [deed for deed in deeds if deed.file == name]
        syncs = [number for number, deed in enumerate(done, 1) if "sync" in deed.call and syncs_count]
        safe, file = max(syncs, default=0), bytearray(content)
        for number, deed in enumerate(done, 1):
            _carry_out(deed, file, lambda sure=number <= safe: sure or SURVIVORS[survivors](chance))
        disk[name] = bytes(file)
    return disk


def _carry_out(deed: Deed, file: bytearray, survives: Callable[[], bool]) -> None:
    """A write or a change of length, sector by sector as far as it survives."""
    if deed.call == "ftruncate" and survives():
        del file[deed.offset :]
    for start in range(0, len(deed.data), SECTOR):
        if survives():
            sector, at = deed.data[start : start + SECTOR], deed.offset + start
            file.extend(bytes(max(0, at - len(file))))
            file[at : at + len(sector)] = sector


@dataclass(frozen=True)
class Recorded:
    """A run: the files before it, and all that was done."""

    base: Disk
    deeds: list[Deed]

    def cuts(self, every: int) -> Iterator[tuple[str, Disk, set[str]]]:
        """A cut behind every so many deeds, in each way: its name, the disk after it, and what had been shown."""
        for cut in range(every, len(self.deeds) + every, every):
            done = self.deeds[:cut]
            for survivors in SURVIVORS:
                disk = after_cut(self.base, done, survivors, random.Random(cut))
                yield f"cut after {len(done)}, {survivors} unsynced survives", disk, shown_by(done)


def record(stage: Stage, web: Web, requests: int) -> Recorded:
    """Several people send their requests, one after the other, with a log that is about to be written back."""
    stage.installation.renew()
    people = senders(stage, requests)
    _, full = stage.keep("power")
    web.kill()
    stage.bring_back(full)
    assert Browser(stage.port, {}).get("/healthz").status_code == 200
    base = {name: (stage.folder / name).read_bytes() for name in ("app.sqlite3", "app.sqlite3-wal")}
    log = stage.folder / "record.log"
    with attached(web.worker, log, RECORDED, "", *WITH_BYTES) as trace:
        for cookies, fields in people:
            browser = Browser(stage.port, cookies)
            assert browser.post("/form/send", fields).location == "/form/sent"
            reference_on(browser.get("/form/sent").text)
    return Recorded(base, read_record(trace.text))


def senders(stage: Stage, count: int) -> list[AboutToSend]:
    """People who are about to send."""
    return [_sender(stage) for _ in range(count)]


def _sender(stage: Stage) -> AboutToSend:
    visitor = about_to_send(stage)
    fields = {name: html.unescape(value) for name, value in HIDDEN.findall(visitor.page.text)}
    return {cookie.key: cookie.value for cookie in visitor.client._cookies.values()}, fields


def put_back(stage: Stage, disk: Disk) -> None:
    """The machine starts again with this disk."""
    stage.installation.let_go()
    for old in stage.folder.glob("app.sqlite3*"):
        old.unlink()
    for name, content in disk.items():
        (stage.folder / name).write_bytes(content)
