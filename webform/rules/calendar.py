"""Which days count, and reckoning with them (language.md, section 2, sentences 13 to 15 and 28).

Every date is a London date; instants are aware and come out in UTC. Each count tells what it did, day by day, in words
that can be checked against a calendar on the wall.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from webform.documents import procedure as documents
from webform.documents.duration import Duration
from webform.words import clock_time, language, month, weekday
from webform.words import gettext as _
from webform.words import gettext_noop as N_

LONDON = ZoneInfo("Europe/London")
ONE_DAY = dt.timedelta(days=1)
ON_HOLD = N_("the case was on hold")
Held = frozenset[dt.date]
Asked = tuple[dt.date, Duration, int, Held, str]  # what was counted, and the language that says it
NONE_HELD: Held = frozenset()
SUBDIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}


@dataclass(frozen=True)
class Closure:
    """A day on which the office is closed though the calendar says otherwise. `added` is when that became known."""

    date: dt.date
    why: str
    added: dt.datetime


@dataclass(frozen=True)
class Sitting:
    """A date of a standing meeting."""

    meeting: str
    date: dt.date


@dataclass(frozen=True)
class Counted:
    """The date that a count arrives at, and how."""

    date: dt.date
    trace: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkingCalendar:
    """The working days of an area. `openings` are days that are worked although they are holidays or weekends.

    A count passes over the days that are `held`: those at whose end the case was on hold (sentence 19).
    """

    division: str = "england-and-wales"
    closures: frozenset[Closure] = frozenset()
    openings: frozenset[dt.date] = frozenset()
    rule: documents.Calendar = field(default_factory=documents.Calendar)
    sittings: frozenset[Sitting] = frozenset()
    _counts: dict[tuple[dt.date, Duration, int, Held, str], Counted] = field(
        default_factory=dict, compare=False, repr=False
    )
    _earlier: dict[frozenset[Closure], WorkingCalendar] = field(default_factory=dict, compare=False, repr=False)
    _closed: dict[dt.date, str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_closed", {closure.date: closure.why for closure in self.closures})

    def known_by(self, instant: dt.datetime) -> WorkingCalendar:
        """This calendar as it was known at that instant, without closures that were added later."""
        known = frozenset(closure for closure in self.closures if closure.added <= instant)
        if len(known) == len(self.closures):
            return self
        if known not in self._earlier:
            self._earlier[known] = replace(self, closures=known, _counts={}, _earlier={})
        return self._earlier[known]

    def why_closed(self, day: dt.date) -> str:
        """Why the day is no working day; '' if it is one."""
        if day in self._closed:
            return self._closed[day] or _("a day on which the office is closed")
        if day in self.openings:
            return ""
        if day.weekday() >= 5:
            return _("a Saturday") if day.weekday() == 5 else _("a Sunday")
        return bank_holidays(self.division, day.year).get(day, "")

    def is_working_day(self, day: dt.date) -> bool:
        return not self.why_closed(day)

    def dates_of(self, meeting: str) -> list[dt.date]:
        """The listed dates of a standing meeting, in order."""
        return sorted(sitting.date for sitting in self.sittings if sitting.meeting == meeting)

    def next_working_day(self, day: dt.date, held: Held = NONE_HELD) -> Counted:
        """The first working day after this one."""
        return self._walk(day, 1, ONE_DAY, lambda _n: _("is the next working day"), held)

    def add(self, start: dt.date, length: Duration, held: Held = NONE_HELD) -> Counted:
        """The date that lies so far after the start, which is day 0. Hours are no business of dates."""
        key = (start, length, 1, held, language())
        if key not in self._counts:
            self._counts[key] = self._add(start, length, held)
        return self._counts[key]

    def _add(self, start: dt.date, length: Duration, held: Held) -> Counted:
        if length.unit == "working days":
            return self._walk(start, length.amount, ONE_DAY, lambda n: _("is working day %(n)s", n=n), held)
        if length.unit == "at once":
            is_worked = self.is_working_day(start) and start not in held
            return Counted(start) if is_worked else self.next_working_day(start, held)
        end = _shift(start, length, 1)
        moved = pass_over(start, end, ONE_DAY, held)
        says = _("%(length)s after %(start)s is %(end)s.", length=length, start=long_date(start), end=long_date(end))
        counted = Counted(
            moved.date, (says, *moved.trace) if moved.trace else (" ".join((says, _("Every day counts."))),)
        )
        end = counted.date
        if self.rule.lands_on_closed == "next" and (why := self.why_closed(end)):
            onward = self.next_working_day(end, held)
            first = _("%(end)s is %(why)s, so it moves to the next working day.", end=long_date(end), why=why)
            return Counted(onward.date, (*counted.trace, first, *onward.trace))
        return counted

    def back(self, end: dt.date, length: Duration, held: Held = NONE_HELD) -> Counted:
        """The date that lies so far before the end, which is day 0. It stays where it falls: later is too late."""
        key = (end, length, -1, held, language())
        if key not in self._counts:
            self._counts[key] = self._back(end, length, held)
        return self._counts[key]

    def _back(self, end: dt.date, length: Duration, held: Held) -> Counted:
        if length.unit == "working days":
            return self._walk(
                end, length.amount, -ONE_DAY, lambda n: _("is working day %(n)s, counting back", n=n), held
            )
        if length.unit == "at once":
            return Counted(end)
        start = _shift(end, length, -1)
        moved = pass_over(end, start, -ONE_DAY, held)
        says = _("%(length)s before %(end)s is %(start)s.", length=length, start=long_date(start), end=long_date(end))
        return Counted(moved.date, (says, *moved.trace) if moved.trace else (" ".join((says, _("Every day counts."))),))

    def _walk(
        self, day: dt.date, amount: int, step: dt.timedelta, says: Callable[[int], str], held: Held = NONE_HELD
    ) -> Counted:
        trace = []
        counted = 0
        while counted < amount:
            day += step
            if why := self.why_closed(day) or (_(ON_HOLD) if day in held else ""):
                trace.append(_("%(day)s does not count: %(why)s.", day=long_date(day), why=why))
            else:
                counted += 1
                trace.append(f"{long_date(day)} {says(counted)}.")
        return Counted(day, tuple(trace))

    def receipt_day(self, instant: dt.datetime) -> Counted:
        """The day 0 of something that arrives at that instant, by the area's rule on late receipt."""
        day = day_of(instant)
        if self.rule.late_receipt == "same-day":
            return Counted(day)
        return self._within_hours(instant, _("It arrived"))

    def at_once(self, instant: dt.datetime, held: Held = NONE_HELD) -> Counted:
        """The day on which something that opens at that instant is due at once."""
        return self._within_hours(instant, _("It opened"), held)

    def _within_hours(self, instant: dt.datetime, happened: str, held: Held = NONE_HELD) -> Counted:
        day, ends = day_of(instant), self.rule.day_ends
        if why := self.why_closed(day) or (_(ON_HOLD) if day in held else ""):
            reason = _(
                "%(happened)s on %(day)s, %(why)s, so the next working day stands for it.",
                happened=happened,
                day=long_date(day),
                why=why,
            )
        elif ends is not None and instant.astimezone(LONDON).time() > ends:
            reason = _(
                "%(happened)s on %(day)s after %(ends)s, so the next working day stands for it.",
                happened=happened,
                day=long_date(day),
                ends=clock_time(ends),
            )
        else:
            return Counted(day)
        onward = self.next_working_day(day, held)
        return Counted(onward.date, (reason, *onward.trace))


@lru_cache(maxsize=1000)
def bank_holidays(division: str, year: int) -> dict[dt.date, str]:
    """The bank holidays of a year by date, substitute days included."""
    found = country_holidays("GB", subdiv=SUBDIVISIONS[division], years=year)
    return {day: name.replace("(observed)", "(substitute day)") for day, name in found.items() if day.year == year}


def _shift(day: dt.date, length: Duration, sign: int) -> dt.date:
    if length.unit == "months":
        return add_months(day, sign * length.amount)
    return day + sign * length.amount * (7 * ONE_DAY if length.unit == "weeks" else ONE_DAY)


def pass_over(start: dt.date, end: dt.date, step: dt.timedelta, held: Held) -> Counted:
    """The date that lies as many days from the start as the end does, without those that are held."""
    day, moved = start, 0
    left = abs((end - start).days)
    if not any(min(start, end) <= one <= max(start, end) for one in held):
        return Counted(end)
    while left:
        day += step
        if day in held:
            moved += 1
        else:
            left -= 1
    if not moved:
        return Counted(end)
    days = _("1 day on hold does") if moved == 1 else _("%(moved)s days on hold do", moved=moved)
    return Counted(day, (_("%(days)s not count, so it is %(day)s.", days=days, day=long_date(day)),))


def add_months(day: dt.date, months: int) -> dt.date:
    """The corresponding day so many months on; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(instant: dt.datetime) -> dt.date:
    """The London date of an instant."""
    return instant.astimezone(LONDON).date()


def start_of(day: dt.date) -> dt.datetime:
    """The first instant of a London day, in UTC."""
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)


def end_of(day: dt.date) -> dt.datetime:
    """The last microsecond of a London day, in UTC."""
    return start_of(day + ONE_DAY) - dt.timedelta(microseconds=1)


def at_time(day: dt.date, time: dt.time) -> dt.datetime:
    """That time of a London day, in UTC."""
    return dt.datetime.combine(day, time, LONDON).astimezone(dt.UTC)


def long_date(day: dt.date) -> str:
    """Friday 8 January 2027."""
    return _long_date(day, language())


@lru_cache(maxsize=5000)
def _long_date(day: dt.date, _language: str) -> str:
    return f"{weekday(day.weekday())} {day.day} {month(day.month)} {day.year}"


def long_instant(instant: dt.datetime) -> str:
    """Friday 8 January 2027 at 4pm, London time."""
    local = instant.astimezone(LONDON)
    return f"{long_date(local.date())} at {clock_time(local.time())}"
