"""`make faults`: every fault at every moment, and a table of what was done and seen."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults.kills import Kills, Tally, campaigns
from tests.faults.postgres import postgres_server
from tests.faults.stage import Stage
from webform.documents.shelf import read_shelves
from webform.settings import SHIPPED

LEAST = 1000
LINE = "{:<12}{:<42}{:>8}{:>8}{:>8}{:>8}{:>9}"


def main() -> int:
    """All of it. Returns 1 if a promise was broken, or if fewer kills happened than are wanted."""
    print(LINE.format("", "killed", "kills", "missed", "shown", "broken", "seconds"))
    total = Tally()
    for database, kills in _everything():
        begun = time.monotonic()
        for point in kills.points:
            kills.trial(point)
        _say(database, kills.name, kills.tally, time.monotonic() - begun)
        total.add(kills.tally)
    _say("", "all", total, 0)
    print(*total.faults, sep="\n")
    return int(bool(total.faults) or total.kills < LEAST)


def _say(database: str, name: str, tally: Tally, seconds: float) -> None:
    figures = tally.kills, tally.missed, tally.shown, len(tally.faults), f"{seconds:.0f}"
    print(LINE.format(database, name, *figures), flush=True)


def _everything() -> Iterator[tuple[str, Kills]]:
    shelves = read_shelves(SHIPPED)
    with tempfile.TemporaryDirectory(prefix="asb-faults-") as folder, postgres_server() as server:
        with Stage(Path(folder) / "files", shelves) as stage:
            yield from (("SQLite", kills) for kills in campaigns(stage))
        with Stage(Path(folder) / "server", shelves, server.url) as stage:
            yield from (("PostgreSQL", kills) for kills in campaigns(stage, server))


if __name__ == "__main__":
    sys.exit(main())
