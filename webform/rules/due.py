"""When a duty is due (language.md, section 2, sentences 10, 12 to 17, 20 and 22).

A due date is reckoned from an event that has happened or is known to come; failing that, forecast from the last day of
what it waits for. Then extensions replace it, and a hold that is in force takes it away.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from webform.documents.duration import Duration
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .calendar import ONE_DAY, day_of, end_of, long_date, long_instant
from .course import Course, Due, Moment
from .extending import extended
from .holds import Hold, covering
from .limits import joining, limits_of
from .timeline import last_start

if TYPE_CHECKING:
    from .reckoning import Reckoning

TOO_LITTLE_NOTICE = N_("too little notice")
NO_MEETING = N_("no date of the meeting is listed")


def reckon(r: Reckoning, course: Course) -> Due:
    """When the duty is due, or is forecast to be."""
    opened = opening_of(r, course)
    at = opened.at if opened else None
    due = Due(opened=opened, opens_at=at, starts=at)
    if opened is None and course.phase.at(r.now) == "not needed" and not course.is_done_by(r.now):
        return due
    limits = limits_of(r, course, opened)
    if course.step.on in r.meetings and opened and not any(limits):
        due = replace(due, warnings=(NO_MEETING,))
    if limits:
        first = min(limits, key=lambda limit: limit.at)
        lines = [line for limit in limits for line in limit.lines]
        if len(limits) > 1:
            lines.append(
                _(
                    "The earlier of the %(limits)s holds: %(at)s.",
                    limits="two" if len(limits) == 2 else "three",
                    at=_long(first.at),
                )
            )
        start = first.start
        due = replace(due, starts=start.moment.at, at=first.at, on=day_of(first.at), forecast=start.forecast)
        due = replace(due, basis=start.moment.what, lines=tuple(lines))
        due = due if _is_the_opening(course, opened) else _not_before(due, opened)
    due = extended(r, course, due)
    hold = _open_hold(r, course, due)
    return _held(r, course, due, hold) if hold else due


def _long(instant: datetime) -> str:
    return long_date(day_of(instant))


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
    return _opened_by_itself(course, at)


def _opened_by_itself(course: Course, at: datetime) -> Moment:
    """What opened the duty where no event did."""
    if at == course.seat.not_before:
        return Moment(at, _("the date of its turn"), whole_day=True)
    if at == course.earliest:
        return Moment(at, _("the earliest day for it"), whole_day=True)
    return Moment(at, joining(course) if at == course.seat.joined_at else _("the answers that it depends on"))


# --- Under an open hold ---------------------------------------------------------------------------------------------


def _open_hold(r: Reckoning, course: Course, due: Due) -> Hold | None:
    """The hold that stops the duty now, if it is neither done nor was late before (sentence 20)."""
    if course.is_done_by(r.now) or course.phase.at(r.now) == "not needed":
        return None
    holds = [hold for hold in covering(r, course) if hold.in_force(r.now)]
    late = due.breached or (due.known is not None and holds and due.known < holds[0].start)
    return holds[0] if holds and not late else None


def _held(r: Reckoning, course: Course, due: Due, hold: Hold) -> Due:
    """Without a due date; what remains of its time is said instead."""
    begun = _("Waits for %(awaits)s since", awaits=hold.awaits) if hold.awaits else _("On hold since")
    line = f"{begun} {long_instant(hold.start)}{_remainder(r, course, due, hold)}."
    return replace(due, at=None, on=None, forecast=False, held=True, lines=(*due.lines, line))


def _remainder(r: Reckoning, course: Course, due: Due, hold: Hold) -> str:
    """How much of its time is left once the hold ends, counted in days from the day on which it began."""
    length = course.step.within
    if due.known is None or due.on is None or length is None:
        return ""
    if length.unit == "hours":
        hours = (due.known - max(hold.start, due.starts or hold.start)) // timedelta(hours=1)
        return f": {Duration(max(hours, 0), 'hours')} remain"
    first = max(day_of(hold.start), day_of(due.starts) + ONE_DAY if due.starts else day_of(hold.start))
    days = [first + ONE_DAY * n for n in range((due.on - first).days + 1)]
    unit = length.unit if length.unit == "working days" else "days"
    left = [day for day in days if unit == "days" or r.calendar.is_working_day(day)]
    return f": {Duration(len(left), unit)} {'remains' if len(left) == 1 else 'remain'}"


def _is_the_opening(course: Course, opened: Moment | None) -> bool:
    """Whether it is what opened the case itself: that can have come after its last day, as an appeal may."""
    done = course.settled()
    return course.step.after is None and done is not None and opened is not None and done.at == opened.at


def _not_before(due: Due, opened: Moment | None) -> Due:
    """No due date precedes the opening (sentence 15)."""
    if opened is None or due.at is None or due.at >= opened.at:
        return due
    day = day_of(opened.at)
    line = _("That was before it opened, so it is due on the day that it opened: %(day)s.", day=long_date(day))
    return replace(due, at=end_of(day), on=day, lines=(*due.lines, line), warnings=(*due.warnings, TOO_LITTLE_NOTICE))
