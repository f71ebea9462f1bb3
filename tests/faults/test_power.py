"""The power is cut while people send their requests."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults.power import after_cut, put_back, record, shown_by
from tests.faults.promises import broken
from tests.faults.stage import Stage, web_server
from webform.documents.shelf import Shelves

REQUESTS, EVERY = 3, 12


def test_what_was_shown_survives_a_power_cut(tmp_path: Path, shelves: Shelves) -> None:
    """However the disk is left, every reference that was shown before the cut is there; the database is whole."""
    with Stage(tmp_path, shelves) as stage:
        with web_server(stage) as web:
            run = record(stage, web, REQUESTS)
        assert len(shown_by(run.deeds)) == REQUESTS
        faults = []
        for name, disk, shown in run.cuts(EVERY):
            put_back(stage, disk)
            faults += [f"{name}: {fault}" for fault in broken(stage.app, shown)]
        assert faults == []
        put_back(stage, after_cut(run.base, run.deeds, "nothing", random.Random(0), syncs_count=False))
        assert len(broken(stage.app, shown_by(run.deeds))) == REQUESTS, "a disk that never syncs would not be noticed"
