"""Which days the council works: bank holidays, and what instance/calendar.toml adds or takes away.

[[closure]]                      [[opening]]
area = "AREA"  # or "all"        area = "all"
date = 2026-12-29                date = 2027-05-03  # a bank holiday that is worked after all
why = "Office closed"
added = 2026-11-02  # an earlier breach is not forgiven by a closure that was added later

[[meeting]]
area = "AREA"
id = "monthly-panel"  # a [[meeting]] of the procedure
dates = [2026-12-14, 2027-01-11]

After a change, `flask reschedule` moves the deadlines of open cases.
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
from webform.rules.calendar import Closure, Sitting, WorkingCalendar, start_of

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


class MeetingDays(Part):
    """The dates of a standing meeting."""

    area: Words = EVERYWHERE
    id: Words
    dates: tuple[dt.date, ...]


class CalendarFile(Part):
    """Everything that calendar.toml may say."""

    format: Literal[1] = 1
    closures: Annotated[tuple[ClosedDay, ...], Field(alias="closure")] = ()
    openings: Annotated[tuple[OpenDay, ...], Field(alias="opening")] = ()
    meetings: Annotated[tuple[MeetingDays, ...], Field(alias="meeting")] = ()


_last_good: dict[Path, CalendarFile] = {}


def calendar_for(procedure: Procedure, instance: Path) -> WorkingCalendar:
    """The calendar of an area as it is today: the file is live, a late bank holiday needs no restart.

    Raises ValueError with the file's name and what is wrong with it.
    """
    path = instance / FILE
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        changed = 0
    return _calendar(procedure.id, procedure.calendar, path, changed)


def calendar_in_use(procedure: Procedure, instance: Path) -> WorkingCalendar:
    """The same for a service that runs: a slip in the file costs nobody a page, it counts as before until mended."""
    try:
        return calendar_for(procedure, instance)
    except (ValueError, OSError):
        return working_calendar(procedure.id, procedure.calendar, _last_good.get(instance / FILE, CalendarFile()))


def calendar_faults(instance: Path) -> tuple[str, ...]:
    """What is wrong with the file, for the start and for the clock, which raises an alarm."""
    path = instance / FILE
    try:
        if path.exists():
            _read(path)
    except (ValueError, OSError) as broken:
        return (" ".join(str(broken).split()),)
    return ()


@lru_cache(maxsize=256)
def _calendar(area: str, rule: Calendar, path: Path, changed: int) -> WorkingCalendar:
    """Kept until the file changes, since a calendar remembers what it has counted."""
    return working_calendar(area, rule, _read(path) if changed else CalendarFile())


def working_calendar(area: str, rule: Calendar, written: CalendarFile) -> WorkingCalendar:
    """The calendar of an area with what such a file adds to it."""
    here = (EVERYWHERE, area)
    return WorkingCalendar(
        division=rule.division,
        closures=frozenset(
            Closure(day.date, day.why, start_of(day.added)) for day in written.closures if day.area in here
        ),
        openings=frozenset(day.date for day in written.openings if day.area in here),
        rule=rule,
        sittings=frozenset(
            Sitting(days.id, date) for days in written.meetings if days.area in here for date in days.dates
        ),
    )


def _read(path: Path) -> CalendarFile:
    try:
        written = CalendarFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise ValueError(f"{path} can't be read: {error}") from None
    _last_good[path] = written
    return written
