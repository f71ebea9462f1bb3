"""`make faults`: every fault at every moment, and a table of what was done and seen."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.faults.disk import filled, mounted, new_disk, pull, pull_server
from tests.faults.kills import Kills, Tally, campaigns, further_campaigns
from tests.faults.postgres import IN_MEMORY, postgres_server
from tests.faults.power import put_back, record
from tests.faults.promises import broken
from tests.faults.restore_kills import RestoreKills
from tests.faults.stage import Stage, web_server
from tests.faults.test_storage import goes_round
from tests.faults.upload_kills import UploadKills
from webform.documents.shelf import Shelves, read_shelves
from webform.settings import SHIPPED

LEAST, SHOWN = 1000, 20
REQUESTS = 6  # in a run that the power is cut in, at every moment; and so many in one that an image is pulled of
PULLED_REQUESTS = 25
EACH = 20  # moments of a restore, which takes seconds: one of so many
LINE = "{:<12}{:<42}{:>8}{:>8}{:>8}{:>8}{:>9}"


def main() -> int:
    """All of it. Returns 1 if a promise was broken, or if fewer kills happened than are wanted."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # else servers and mounts would stay behind
    shelves = read_shelves(SHIPPED)
    with tempfile.TemporaryDirectory(prefix="asb-every-fault-") as name:
        folder = Path(name)
        total = _kills(shelves)
        faults = [
            *total.faults,
            *_uploads(folder, shelves),
            *_restores(folder, shelves),
            *_power_cuts(folder, shelves),
            *_real_disk(folder, shelves),
        ]
    print(*faults[:SHOWN], sep="\n")
    return int(bool(faults) or total.kills < LEAST)


def _kills(shelves: Shelves) -> Tally:
    print(LINE.format("", "killed", "kills", "missed", "shown", "broken", "seconds"))
    total = Tally()
    for database, kills in _everything(shelves):
        begun = time.monotonic()
        for point in kills.points:
            kills.trial(point)
        _say(database, kills.name, kills.tally, time.monotonic() - begun)
        print(*kills.tally.faults[:SHOWN], sep="\n", end="\n" if kills.tally.faults else "")
        total.add(kills.tally)
    _say("", "all", total, 0)
    return total


def _everything(shelves: Shelves) -> Iterator[tuple[str, Kills]]:
    with tempfile.TemporaryDirectory(prefix="asb-kills-", dir=IN_MEMORY) as name:
        with Stage(Path(name) / "files", shelves) as stage:
            yield from (("SQLite", kills) for kills in chain(campaigns(stage), further_campaigns(stage)))
        with postgres_server() as server, Stage(Path(name) / "server", shelves, server.url) as stage:
            everything = chain(campaigns(stage, server), further_campaigns(stage))
            yield from (("PostgreSQL", kills) for kills in everything)


def _say(database: str, name: str, tally: Tally, seconds: float) -> None:
    figures = tally.kills, tally.missed, tally.shown, len(tally.faults), f"{seconds:.0f}"
    print(LINE.format(database, name, *figures), flush=True)


def _uploads(folder: Path, shelves: Shelves) -> list[str]:
    with Stage(folder / "uploads", shelves) as stage:
        stage.installation.renew()
        stage.installation.let_go()
        with web_server(stage) as web:
            kills = UploadKills(stage, web)
            for point in kills.points:
                kills.trial(point)
    print(f"uploads: {kills.kills} kills at {len(kills.points)} moments, {len(kills.faults)} faults")
    return kills.faults


def _restores(folder: Path, shelves: Shelves) -> list[str]:
    with Stage(folder / "restores", shelves) as stage:
        kills = RestoreKills(stage)
        chosen = [point for number, point in enumerate(kills.points) if number % EACH == 0 or "sync" in point.call]
        for point in chosen:
            kills.trial(point)
    told = f"{kills.kills} kills at {len(kills.points)} moments, nothing started after {kills.refused}"
    print(f"restores: {told}, {len(kills.faults)} faults")
    return kills.faults


def _power_cuts(folder: Path, shelves: Shelves) -> list[str]:
    faults: list[str] = []
    cuts = references = 0
    with Stage(folder / "cut", shelves) as stage:
        with web_server(stage) as web:
            run = record(stage, web, REQUESTS)
        for name, disk, shown in run.cuts(1):
            put_back(stage, disk)
            faults += [f"{name}: {fault}" for fault in broken(stage.app, shown)]
            cuts, references = cuts + 1, references + len(shown)
    print(f"power cuts: {cuts} disks as a cut may leave them, {references} references looked for, {len(faults)} faults")
    return faults


def _real_disk(folder: Path, shelves: Shelves) -> list[str]:
    faults = list[str]()
    for database, pulled in (("SQLite", pull), ("PostgreSQL", pull_server)):
        images, references, found = pulled(folder, shelves, PULLED_REQUESTS)
        print(f"images pulled of {database}: {images}, {references} references looked for, {len(found)} faults")
        faults += found
    with mounted(new_disk(folder / "small"), folder / "filled"), Stage(folder / "filled" / "stage", shelves) as stage:
        goes_round(stage, filled)
    print("a real disk filled up: people were told, kept their words, and went on when there was room")
    return faults


if __name__ == "__main__":
    sys.exit(main())
