"""One tiny procedure for each thing that a step can say, with what is due in a table beside it, worked out by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from webform.cases.calendars import CalendarFile, working_calendar
from webform.documents.shelf import read_shelves
from webform.rules.folder import Duty
from webform.rules.folder_file import read_folder
from webform.rules.schedule import schedule

TINY = Path(__file__).parents[2] / "procedures"
NAMES = sorted(path.stem for path in (TINY / "schedule").glob("*.toml"))


def duties(name: str, written: dict[str, Any], now: str) -> list[Duty]:
    """What is due in the folder beside a tiny procedure."""
    procedure = read_shelves(TINY / "base", None, [TINY / "schedule" / f"{name}.toml"]).procedures[name]
    folder, calendar = read_folder(procedure, {}, {key: part for key, part in written.items() if key != "expected"})
    days = working_calendar(name, procedure.calendar, CalendarFile.model_validate(calendar))
    return list(schedule(procedure, folder, days, dt.datetime.fromisoformat(now)))


def row(duty: Duty) -> list[Any]:
    return [duty.step, duty.party or "", duty.occurrence, duty.state, str(duty.due_on) if duty.due_on else None]


def remarks(duty: Duty) -> list[str]:
    """What a row may say beyond the date: a warning, an owner or a reader."""
    owners = [f"owner: {role}" for role in duty.owner]
    return [*duty.warnings, *owners, *(f"to: {role}" for role in duty.to)]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_due(name: str) -> None:
    """At each moment of the table every duty of the steps that it names has that state and date."""
    written = json.loads((TINY / "schedule" / f"{name}.json").read_text(encoding="utf-8"))
    for now, expected in written["expected"].items():
        steps = {line[0] for line in expected}
        found = [duty for duty in duties(name, written, now) if duty.step in steps]
        assert sorted(map(row, found), key=str) == sorted((line[:5] for line in expected), key=str), now
        for line in expected:
            (duty,) = [one for one in found if row(one)[:3] == line[:3]]
            assert set(line[5:]) <= set(remarks(duty)), now


def test_each_has_its_table() -> None:
    """No procedure without a table, no table without a procedure."""
    assert sorted(path.stem for path in (TINY / "schedule").glob("*.json")) == NAMES
    assert len(NAMES) > 30
