"""Versions that cases were made under: what was kept in any earlier format still reads (sentence 27)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from webform.documents.shelf import FORMAT, from_snapshot
from webform.rules.calendar import WorkingCalendar
from webform.rules.schedule import forecast

KEPT = Path(__file__).parent / "snapshots"


def test_s27_a_snapshot_of_every_format_is_kept() -> None:
    """Whoever raises the format lays a snapshot of the new one beside these. None is ever written anew."""
    assert sorted(path.stem for path in KEPT.glob("*.json")) == [str(number) for number in range(1, FORMAT + 1)]


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
def test_s27_snapshots_of_every_earlier_format_stay_readable(number: int) -> None:
    """A procedure with an extension, kept in that format: it reads, and its dates are those that it always gave."""
    kept = json.loads((KEPT / f"{number}.json").read_text(encoding="utf-8"))
    assert kept["format"] == number
    procedure, forms = from_snapshot(kept)
    assert forms["ask"].effect == "opens-case"
    monday = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    due = {duty.step: duty.due_on for duty in forecast(procedure, monday, WorkingCalendar())}
    assert due["report"] == dt.date(2026, 11, 16)  # ten working days
