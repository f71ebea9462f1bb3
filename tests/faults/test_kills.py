"""Web server, clock and database are killed in the middle of what they do. `make faults` kills at every moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kills import campaigns, further_campaigns
from tests.faults.postgres import Server, postgres_server
from tests.faults.restore_kills import RestoreKills
from tests.faults.stage import Stage
from tests.faults.strace import Point
from webform.documents.shelf import Shelves

SYNCS, OTHERS = 4, 2  # moments of each thing that is killed


def sample(points: list[Point]) -> list[Point]:
    """The first syncs, and of the other moments a few, the last among them."""
    syncs = [point for point in points if "sync" in point.call]
    others = [point for point in points if "sync" not in point.call]
    return [*syncs[:SYNCS], *others[-1 :: -(-len(others) // OTHERS)]]


def everything_holds(stage: Stage, server: Server | None = None) -> None:
    """Kill at the sampled moments of everything that happens on this database."""
    for kills in campaigns(stage, server):
        chosen = sample(kills.points)[: 1 if kills.costly else None]
        for point in chosen:
            kills.trial(point)
        assert kills.tally.faults == []
        assert kills.tally.kills > len(chosen) / 2, f"{kills.name}: most kills did not happen"


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_nothing_confirmed_is_lost(tmp_path: Path, shelves: Shelves, database: str) -> None:
    """Whatever is killed and whenever: what was shown is there once, and pressing again or the clock does the rest."""
    if database == "SQLite":
        with Stage(tmp_path, shelves) as stage:
            everything_holds(stage)
        return
    with postgres_server() as server, Stage(tmp_path, shelves, server.url) as stage:
        everything_holds(stage, server)


def test_nothing_else_is_half_done(tmp_path: Path, shelves: Shelves) -> None:
    """A vote, a link, a correction, a case that moves, an appeal, a bundle, an erasure: all of it or nothing."""
    with Stage(tmp_path, shelves) as stage:
        for kills in further_campaigns(stage):
            kills.trial(sample(kills.points)[-1])
            assert (kills.tally.faults, kills.tally.kills) == ([], 1), kills.name


def test_nothing_starts_on_half_a_restore(tmp_path: Path, shelves: Shelves) -> None:
    """Killed half-way, `flask restore` leaves what nothing starts on, and brings everything back when it runs again."""
    with Stage(tmp_path, shelves) as stage:
        kills = RestoreKills(stage)
        syncs = [point for point in kills.points if point.call == "fdatasync"]
        kills.trial(syncs[len(syncs) // 2])
    assert (kills.faults, kills.kills, kills.refused) == ([], 1, 1)
