"""Which days the council works: bank holidays, and what instance/calendar.toml adds or takes away.

[[closure]]                      [[opening]]
area = "AREA"  # or "all"        area = "all"
date = 2026-12-29                date = 2027-05-03  # a bank holiday that is worked after all
why = "Office closed"
added = 2026-11-02  # an earlier breach is not forgiven by a closure that was added later
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from webform.documents.form import Part, Words
from webform.documents.procedure import Calendar, Procedure
from webform.rules.calendar import Closure, WorkingCalendar, start_of

FILE = "calendar.toml"
EVERYWHERE = "all"


class ClosedDay(Part):
    """A day on which the council is closed though the calendar says otherwise."""

    area: Words = EVERYWHERE
    date: dt.date
    why: str = "the office is closed"
    added: dt.date


class OpenDay(Part):
    """A holiday or weekend day that is worked after all."""

    area: Words = EVERYWHERE
    date: dt.date


class CalendarFile(Part):
    """Everything that calendar.toml may say."""

    format: Literal[1] = 1
    closures: Annotated[tuple[ClosedDay, ...], Field(alias="closure")] = ()
    openings: Annotated[tuple[OpenDay, ...], Field(alias="opening")] = ()


def calendar_for(procedure: Procedure, instance: Path) -> WorkingCalendar:
    """The calendar of an area as it is today: the file is live, a late bank holiday needs no restart.

    Raises ValueError with the file's name and what is wrong with it.
    """
    path = instance / FILE
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return _calendar(procedure.id, procedure.calendar, path, changed)


@lru_cache(maxsize=256)
def _calendar(area: str, rule: Calendar, path: Path, changed: int) -> WorkingCalendar:
    """Kept until the file changes, since a calendar remembers what it has counted."""
    written = _read(path) if changed else CalendarFile()
    here = (EVERYWHERE, area)
    return WorkingCalendar(
        division=rule.division,
        closures=frozenset(
            Closure(day.date, day.why, start_of(day.added)) for day in written.closures if day.area in here
        ),
        openings=frozenset(day.date for day in written.openings if day.area in here),
        rule=rule,
    )


def _read(path: Path) -> CalendarFile:
    try:
        return CalendarFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise ValueError(f"{path} can't be read: {error}") from None
