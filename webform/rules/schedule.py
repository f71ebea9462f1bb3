"""The heart of the service: which documents are due, from whom and by when (language.md, section 2).

`schedule` is pure: procedure, folder, calendar and now come in, duties come out. How a folder is reckoned is told in
reckoning.py; here the state of each duty is named.
"""

from __future__ import annotations

from datetime import datetime

from webform.documents.procedure import Procedure, Step
from webform.words import gettext_noop as N_

from .calendar import WorkingCalendar
from .course import Course, Due
from .explain import explain
from .folder import Duty, Filed, Folder, State
from .later import Later
from .reckoning import Reckoning, opening_step
from .roles import owners, people_warnings
from .rounds import steps_in

BEYOND = N_("arranged beyond its due date")
NO_DATE = N_("filed without the date that it is judged by")
TOO_EARLY = N_("done before the earliest day for it")


def schedule(procedure: Procedure, folder: Folder, calendar: WorkingCalendar, now: datetime) -> tuple[Duty, ...]:
    """Every duty of a case as it stands at `now`, in the order of the procedure's steps."""
    r = Reckoning(procedure, folder, calendar, now)
    steps = [step for step in procedure.steps if step.scope == folder.scope]
    return tuple(_duty(r, course) for step in steps for course in r.courses(step))


def forecast(procedure: Procedure, received: datetime, calendar: WorkingCalendar) -> tuple[Duty, ...]:
    """What would follow from a request received at that instant: its timetable on the day itself."""
    request = Filed(1, opening_step(procedure), "form", "opens-case", None, "applicant", received, received)
    return schedule(procedure, Folder((request,)), calendar, received)


def _duty(r: Reckoning, course: Course) -> Duty:
    due = r.due(course)
    state = _state(r, course, due)
    moment = course.settled()
    if state == "not needed":
        due = Due(opens_at=due.opens_at)
    return Duty(
        step=course.step.id,
        party=course.seat.party,
        occurrence=course.seat.occurrence,
        owner=owners(r, _owing(r, course), course.seat),
        starts=due.starts,
        opens_at=due.opens_at,
        due=due.at,
        due_on=due.on,
        state=state,
        done_at=moment.at if moment and moment.at <= r.now else None,
        forecast=due.forecast,
        warnings=_warnings(r, course, due, state),
        explanation=Later(lambda: explain(r, course, due, state)),
        arranged_for=moment.at if moment and state == "arranged" else None,
        to=owners(r, (course.seat.role,) if course.seat.addressed else course.step.roles("to"), course.seat),
        original_due_on=due.original,
        over=moment is not None and moment.at <= r.now and course.phase.at(r.now) == "not needed",
        about=course.seat.source.number if course.seat.source and not course.seat.source.group else None,
    )


def _owing(r: Reckoning, course: Course) -> tuple[str, ...]:
    """Who owes it: of a panel the member whom it is about."""
    by, seat = course.step.roles("by"), course.seat
    return (seat.role,) if seat.party and seat.role not in by and set(by) & r.panels.keys() else by


def _state(r: Reckoning, course: Course, due: Due) -> State:
    moment = course.settled()
    if moment and moment.at <= r.now:
        if course.waived_at == moment.at and moment is not course.done:
            return "waived"
        return "done late" if due.breached or (due.known and moment.at > due.known) else "done"
    phase = course.phase.at(r.now)
    if phase == "not needed" or moment:
        return "not needed" if phase == "not needed" else "arranged"
    if ended := _ended_by_closing(r, course, due):
        return ended
    is_choice = course.step.strength == "choice"
    if (due.known and due.known < r.now) or (due.breached and not is_choice):
        return "lapsed" if is_choice else "late"
    return "held" if due.held and phase == "open" else phase


def _ended_by_closing(r: Reckoning, course: Course, due: Due) -> State | None:
    """What the closing of the case makes of a duty that nobody has done. A choice outlives it: so can an appeal."""
    if r.closed is None or course.step.strength == "choice":
        return None
    if course.phase.at(r.now) == "open":
        was_open = due.opens_at is not None and due.opens_at < r.closed.effective_at
        return "lapsed" if was_open else None
    return None if _may_still_come(r, course.step, r.closed.step) else "not needed"


def _may_still_come(r: Reckoning, step: Step, closing_step: str) -> bool:
    """Whether a waiting step follows from the closing itself, or from something that may be chosen afterwards."""
    seen: set[str] = set()
    ahead = [step]
    while ahead:
        for name in steps_in(ahead.pop().after):
            before = r.steps.get(name)
            if name == closing_step or (before and before.strength == "choice"):
                return True
            if before and name not in seen:
                seen.add(name)
                ahead.append(before)
    return False


def _warnings(r: Reckoning, course: Course, due: Due, state: State) -> tuple[str, ...]:
    found = list(due.warnings)
    if state == "arranged" and course.done and due.known and course.done.at > due.known:
        found.append(BEYOND)
    if course.undated:
        found.append(NO_DATE)
    if course.done and course.earliest and course.done.at < course.earliest:
        found.append(TOO_EARLY)
    if state not in ("done", "done late", "waived", "not needed"):
        found += people_warnings(r, course.step.roles("by"))
    return tuple(found)
