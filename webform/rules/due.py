"""When a duty is due (language.md, section 2, sentences 10, 12 to 17 and 28).

A due date is reckoned from an event that has happened or is known to come; failing that, forecast from the last day of
what it waits for. Holds and extensions (sentences 19 to 22) would be one more step between `_limits` and `_not_before`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from webform.documents.duration import Duration
from webform.documents.procedure import Event

from .calendar import Closure, Counted, WorkingCalendar, day_of, end_of, long_date, long_instant, start_of
from .course import Course, Due, Moment
from .events import OPENING, first_moment, happening, moment_words, named
from .forecast import predicted
from .timeline import last_start

if TYPE_CHECKING:
    from .reckoning import Reckoning

TOO_LITTLE_NOTICE = "too little notice"


@dataclass(frozen=True)
class Start:
    """What a limit counts from; a forecast where that has not happened and is not arranged."""

    moment: Moment
    forecast: bool = False


@dataclass(frozen=True)
class Limit:
    """One due date of a duty, before it is compared with the others."""

    start: Start
    at: datetime
    lines: tuple[str, ...]


def reckon(r: Reckoning, course: Course) -> Due:
    """When the duty is due, or is forecast to be."""
    opened = opening_of(r, course)
    due = Due(opens_at=opened.at if opened else None, starts=opened.at if opened else None)
    if opened is None and course.phase.at(r.now) == "not needed" and not course.is_done_by(r.now):
        return due
    limits = _limits(r, course, opened)
    if not limits:
        return due
    first = min(limits, key=lambda limit: limit.at)
    lines = [line for limit in limits for line in limit.lines]
    if len(limits) > 1:
        lines.append(f"The earlier of the two holds: {long_date(day_of(first.at))}.")
    start = first.start
    dated = replace(due, starts=start.moment.at, at=first.at, on=day_of(first.at), forecast=start.forecast)
    dated = replace(dated, basis=start.moment.what)
    return _not_before(replace(dated, lines=tuple(lines)), opened)


def opening_of(r: Reckoning, course: Course) -> Moment | None:
    """When the duty opened, or is known to open: the span that it was done in, or else the one that stands now."""
    done = course.settled()
    points = course.phase.points
    at = last_start(points, "open", done.at) if done else None
    if at is None and (done or course.phase.at(r.now) != "open"):
        at = next((since for since, phase in points if phase == "open" and (since > r.now or done)), None)
    elif at is None:
        at = last_start(points, "open", r.now)
    if at is None:
        return None
    event = course.after.at(at)
    if isinstance(event, Moment) and event.at == at:
        return event
    return Moment(at, "joining the case" if at == course.seat.joined_at else "the answers that it depends on")


def _limits(r: Reckoning, course: Course, opened: Moment | None) -> list[Limit]:
    step = course.step
    found = []
    if step.within is not None:
        found.append(_forward(r, course, _start(r, course, step.counts_from, opened), step.within))
    if step.before is not None:
        found.append(_backward(r, course, step.before, step.at_least or Duration(0, "days")))
    if step.at_latest is not None:
        found.append(_forward(r, course, _start(r, course, step.at_latest.start, opened), step.at_latest.within))
    return [limit for limit in found if limit is not None]


def _start(r: Reckoning, course: Course, event: Event | None, opened: Moment | None) -> Start | None:
    """What a forward limit counts from: the event, or the opening where none is named."""
    if event is None or event == OPENING:
        moment, awaited = opened, course.step.after
    else:
        moment, awaited = first_moment(happening(r, event, course.seat)), event
    if moment is None:
        guess = None if course.is_done_by(r.now) else predicted(r, awaited, course.seat)
        return Start(guess, forecast=True) if guess else None
    if course.is_done_by(r.now) and opened is None and moment.at > r.now:
        return None
    joined = course.seat.joined_at
    return Start(Moment(joined, "joining the case") if joined and joined > moment.at else moment)


def _forward(r: Reckoning, course: Course, start: Start | None, length: Duration) -> Limit | None:
    if start is None:
        return None
    moment = start.moment
    if length.unit == "hours":
        begins = start_of(day_of(moment.at) + timedelta(days=1)) if moment.whole_day else moment.at
        due = begins + timedelta(hours=length.amount)
        from_end = " from the end of that day, as no time is given" if moment.whole_day else ""
        line = f"{length} after {long_instant(moment.at)}{from_end}, is {long_instant(due)}."
        return Limit(start, due, (f"Counts from {moment_words(moment)}.", line))

    def count(calendar: WorkingCalendar) -> Counted:
        if length.unit == "at once":
            return calendar.at_once(moment.at)
        first = calendar.receipt_day(moment.at) if moment.receipt else Counted(day_of(moment.at))
        counted = calendar.add(first.date, length)
        day_0 = f"{long_date(first.date)} is day 0."
        return Counted(counted.date, (*first.trace, day_0, *counted.trace))

    counted = _with_closures(r, course, moment.at, count)
    lines = (f"Counts from {moment_words(moment)}.", *counted.trace)
    return Limit(start, end_of(counted.date), lines)


def _backward(r: Reckoning, course: Course, event: str, length: Duration) -> Limit | None:
    """Counting back from a dated event. What was done is judged on the date that was known then (sentence 16)."""
    done = course.settled()
    until = None
    if done and done.at <= r.now:
        until = end_of(day_of(done.at)) if done.whole_day else done.at
    timelines = [timeline for _, timeline in named(r, event, course.seat, until)]
    moments = [moment for timeline in timelines if (moment := first_moment(timeline))]
    if moments:
        start = Start(min(moments, key=lambda moment: moment.at))
    else:
        guess = None if until else predicted(r, event, course.seat)
        if guess is None:
            return None
        start = Start(guess, forecast=True)
    moment = start.moment
    first = f"Counts back from {moment_words(moment)}."
    if length.unit == "hours":
        due = moment.at - timedelta(hours=length.amount)
        return Limit(start, due, (first, f"{length} before {long_instant(moment.at)} is {long_instant(due)}."))
    day = day_of(moment.at)
    counted = _with_closures(r, course, moment.at, lambda calendar: calendar.back(day, length))
    return Limit(start, end_of(counted.date), (first, f"{long_date(day)} is day 0.", *counted.trace))


def _with_closures(
    r: Reckoning, course: Course, start: datetime, count: Callable[[WorkingCalendar], Counted]
) -> Counted:
    """The count; a closure that was added later moves it only if the duty was still open by then (sentence 28)."""
    opened = last_start(course.phase.points, "open", r.now)
    known = opened or start
    late = sorted((closure for closure in r.calendar.closures if closure.added > known), key=_added)
    if not late:
        return count(r.calendar)
    counted = count(r.calendar.known_by(known))
    for closure in late:
        if course.is_done_by(closure.added) or end_of(counted.date) < closure.added:
            break
        counted = count(r.calendar.known_by(closure.added))
    return counted


def _added(closure: Closure) -> datetime:
    return closure.added


def _not_before(due: Due, opened: Moment | None) -> Due:
    """No due date precedes the opening (sentence 15)."""
    if opened is None or due.at is None or due.at >= opened.at:
        return due
    day = day_of(opened.at)
    line = f"That was before it opened, so it is due on the day that it opened: {long_date(day)}."
    return replace(due, at=end_of(day), on=day, lines=(*due.lines, line), warnings=(TOO_LITTLE_NOTICE,))
