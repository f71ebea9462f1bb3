"""The single limits of a duty: so long after one event, so long before another, or on a day.

Language.md, section 2, sentences 13, 14, 19, 23, 24 and 28. Each is counted as its calendar was known while the duty
was open: a closure that is added, or a hold that begins, once the duty is done or late moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from webform.documents.duration import Duration
from webform.documents.procedure import OPENING, Event, Meeting
from webform.documents.procedure import Limit as NotBefore
from webform.words import gettext as _

from .calendar import (
    NONE_HELD,
    Closure,
    Counted,
    Held,
    WorkingCalendar,
    day_of,
    end_of,
    long_date,
    long_instant,
    start_of,
)
from .course import Course, Moment
from .events import first_moment, happening, moment_words, named
from .forecast import predicted
from .holds import Hold, covering
from .opening import later
from .timeline import last_start

if TYPE_CHECKING:
    from .reckoning import Reckoning

Count = Callable[[WorkingCalendar, Held], Counted]


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


def limits_of(r: Reckoning, course: Course, opened: Moment | None) -> list[Limit]:
    """Every limit of the duty that can be given, or forecast."""
    step = course.step
    found = []
    if step.every is not None and step.within is None:
        found.append(_turn(r, course, step.every))
    if step.within is not None:
        counts_from = None if step.every is not None else step.counts_from
        found.append(_forward(r, course, _start(r, course, counts_from, opened), step.within))
    if step.before is not None:
        found.append(_backward(r, course, step.before, step.at_least or Duration(0, "days")))
    if step.at_latest is not None:
        found.append(_forward(r, course, _start(r, course, step.at_latest.start, opened), step.at_latest.within))
    if step.on is not None:
        meeting = r.meetings.get(step.on)
        found.append(_at_meeting(r, course, meeting, opened) if meeting else _on_day(r, course, step.on))
    return [limit for limit in found if limit is not None]


def _start(r: Reckoning, course: Course, event: Event | None, opened: Moment | None) -> Start | None:
    """What a forward limit counts from: the event, or the opening where none is named."""
    moment, awaited = opened, course.step.after
    if event is not None and event != OPENING:
        moment, awaited = first_moment(happening(r, event, course.seat)), event
    if moment is None:
        guess = None if course.is_done_by(r.now) else predicted(r, awaited, course.seat)
        if guess and event in (None, OPENING):
            guess = _held_back(r, course, guess)
        return Start(guess, forecast=True) if guess else None
    if course.is_done_by(r.now) and opened is None and moment.at > r.now:
        return None
    begun = r.rounds.get(course.step.id)
    if begun and begun.at > moment.at:
        moment = Moment(begun.at, begun.what)
    joined = course.seat.joined_at
    return Start(Moment(joined, joining(course)) if joined and joined > moment.at else moment)


def _held_back(r: Reckoning, course: Course, guess: Moment) -> Moment:
    """A forecast of the opening, put off to what the step is not to come before, as far as that can be foreseen."""
    step, rule = course.step, course.step.not_before
    length = rule.within if isinstance(rule, NotBefore) else rule if isinstance(rule, Duration) else None
    event = rule.start if isinstance(rule, NotBefore) else step.counts_from if isinstance(rule, Duration) else rule
    if rule is None:
        return guess
    known = first_moment(happening(r, event, course.seat)) or predicted(r, event, course.seat) if event else guess
    at = later(r, known.at, length) if known else guess.at
    return Moment(at, guess.what, whole_day=True) if at > guess.at else guess


def joining(course: Course) -> str:
    """How a seat came to be there, in words."""
    return _("its being listed") if course.seat.source else _("joining the case")


def _forward(r: Reckoning, course: Course, start: Start | None, length: Duration) -> Limit | None:
    if start is None:
        return None
    moment = start.moment
    if length.unit == "hours":
        return _hours(r, course, start, length)

    def count(calendar: WorkingCalendar, held: Held) -> Counted:
        if length.unit == "at once":
            return calendar.at_once(moment.at, held)
        first = calendar.receipt_day(moment.at) if moment.receipt else Counted(day_of(moment.at))
        counted = calendar.add(first.date, length, held)
        day_0 = _("%(date)s is day 0.", date=long_date(first.date))
        return Counted(counted.date, (*first.trace, day_0, *counted.trace))

    counted = as_known(r, course, moment.at, count)
    lines = (_("Counts from %(moment)s.", moment=moment_words(moment)), *counted.trace)
    return Limit(start, end_of(counted.date), lines)


def _hours(r: Reckoning, course: Course, start: Start, length: Duration) -> Limit:
    """Elapsed time, without what was held of it."""
    moment = start.moment
    begins = start_of(day_of(moment.at) + timedelta(days=1)) if moment.whole_day else moment.at
    due = begins + timedelta(hours=length.amount)
    from_end = _(" from the end of that day, as no time is given") if moment.whole_day else ""
    lines = [
        _(
            "%(length)s after %(at)s%(from_end)s, is %(due)s.",
            length=length,
            at=long_instant(moment.at),
            from_end=from_end,
            due=long_instant(due),
        )
    ]
    for hold, ends in ended_holds(r, course):
        if course.is_done_by(hold.start) or due < hold.start:
            break
        held = ends - max(hold.start, begins)
        if held > timedelta():
            due += held
            lines.append(
                _(
                    "On hold from %(start)s to %(ends)s: %(due)s.",
                    start=long_instant(hold.start),
                    ends=long_instant(ends),
                    due=long_instant(due),
                )
            )
    return Limit(start, due, (_("Counts from %(moment)s.", moment=moment_words(moment)), *lines))


def _backward(r: Reckoning, course: Course, event: str, length: Duration) -> Limit | None:
    """Counting back from a dated event. What was done is judged on the date that was known then (sentence 16)."""
    start = _ahead(r, course, event)
    if start is None:
        return None
    moment = start.moment
    first = _("Counts back from %(moment)s.", moment=moment_words(moment))
    if length.unit == "hours":
        due = moment.at - timedelta(hours=length.amount)
        return Limit(start, due, (first, f"{length} before {long_instant(moment.at)} is {long_instant(due)}."))
    day = day_of(moment.at)
    counted = as_known(r, course, moment.at, lambda calendar, held: calendar.back(day, length, held))
    return Limit(start, end_of(counted.date), (first, _("%(day)s is day 0.", day=long_date(day)), *counted.trace))


def _ahead(r: Reckoning, course: Course, event: str) -> Start | None:
    """The dated event that a limit looks ahead to, as it was known when the duty was done."""
    done = course.settled()
    until = None
    if done and done.at <= r.now:
        until = end_of(day_of(done.at)) if done.whole_day else done.at
    timelines = [timeline for _key, timeline in named(r, event, course.seat, until)]
    moments = [moment for timeline in timelines if (moment := first_moment(timeline))]
    if moments:
        return Start(min(moments, key=lambda moment: moment.at))
    guess = None if until else predicted(r, event, course.seat)
    return Start(guess, forecast=True) if guess else None


def _on_day(r: Reckoning, course: Course, event: str) -> Limit | None:
    """Due on the day that a document answers."""
    start = _ahead(r, course, event)
    return (
        Limit(start, end_of(day_of(start.moment.at)), (_("Due on %(moment)s.", moment=moment_words(start.moment)),))
        if start
        else None
    )


def _at_meeting(r: Reckoning, course: Course, meeting: Meeting, opened: Moment | None) -> Limit | None:
    """The first listed date of a standing meeting that lies at least its notice after the opening (sentence 24)."""
    start = _start(r, course, None, opened)
    if start is None:
        return None
    title, opening = meeting.title[:1].lower() + meeting.title[1:], day_of(start.moment.at)

    def count(calendar: WorkingCalendar, held: Held) -> Counted:
        notice = calendar.add(opening, meeting.notice, held) if meeting.notice else Counted(opening)
        first = next((day for day in calendar.dates_of(meeting.id) if day >= notice.date and day not in held), date.max)
        line = _(
            "The first %(title)s from %(date)s on is that of %(first)s.",
            title=title,
            date=long_date(notice.date),
            first=long_date(first),
        )
        return Counted(first, (*notice.trace, line))

    counted = as_known(r, course, start.moment.at, count)
    if counted.date == date.max:
        return None
    lines = (
        _("%(notice)s notice from %(moment)s.", notice=meeting.notice or _("No"), moment=moment_words(start.moment)),
        *counted.trace,
    )
    return Limit(start, end_of(counted.date), lines)


def _turn(r: Reckoning, course: Course, period: Duration) -> Limit | None:
    """Due on the day of its turn, which was reckoned with its seat; a forecast where the turns have not begun."""
    step, at = course.step, course.seat.not_before
    event = step.counts_from if step.counts_from is not None else step.after
    if at is None:
        guess = predicted(r, event, course.seat) if event is not None else None
        return _forward(r, course, Start(guess, forecast=True), period) if guess else None
    anchor = r.opening if event in (None, OPENING) else first_moment(happening(r, event, course.seat))
    whole = Duration(course.seat.turn * period.amount, period.unit)
    counts_from = anchor or Moment(at, _("the date of its turn"))
    lines = (
        _(
            "Turn %(turn)s, %(whole)s from %(counts_from)s.",
            turn=course.seat.turn,
            whole=whole,
            counts_from=moment_words(counts_from),
        ),
    )
    return Limit(Start(counts_from), at if period.unit == "hours" else end_of(day_of(at)), lines)


# --- What was known while the duty was open -------------------------------------------------------------------------


def as_known(r: Reckoning, course: Course, start: datetime, count: Count) -> Counted:
    """The count, with each closure and hold that came while the duty was still to be done and in time."""
    known = last_start(course.phase.points, "open", r.now) or start
    calendar, held = r.calendar.known_by(known), NONE_HELD
    counted = count(calendar, held)
    for since, change in _changes(r, course, known):
        if course.is_done_by(since) or counted.date < day_of(since):
            break
        if isinstance(change, Closure):
            calendar = r.calendar.known_by(since)
        else:
            held |= change
        counted = count(calendar, held)
    return counted


def _changes(r: Reckoning, course: Course, known: datetime) -> list[tuple[datetime, Closure | Held]]:
    closures: list[tuple[datetime, Closure | Held]] = [
        (closure.added, closure) for closure in r.calendar.closures if closure.added > known
    ]
    holds = [(hold.start, hold.days(day_of(ends))) for hold, ends in ended_holds(r, course)]
    return sorted([*closures, *holds], key=lambda change: change[0])


def ended_holds(r: Reckoning, course: Course) -> Iterator[tuple[Hold, datetime]]:
    """The holds that are over for the duty, with their ends: for one that is done, at the latest then."""
    done = course.settled()
    until = done.at if done and done.at <= r.now else None
    for hold in covering(r, course):
        ends = min([end for end in (hold.end, until) if end], default=None)
        if ends is not None:
            yield hold, ends
