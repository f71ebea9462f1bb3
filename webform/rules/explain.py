"""The explanation of a duty: lines that a point of contact reads, and can check by hand with a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from webform.documents.procedure import AllOf, Event

from .calendar import day_of, end_of, long_date, long_instant
from .course import SKIPPED, Course, Due, Moment, step_name
from .events import event_words, happening
from .folder import State
from .opening import NEVER
from .papers import Seat
from .truths import describe, question_words, unanswered

if TYPE_CHECKING:
    from .reckoning import Reckoning


def explain(r: Reckoning, course: Course, due: Due, state: State) -> tuple[str, ...]:
    """Why the duty stands as it does and how its date was reckoned, in order of time."""
    if state == "not needed":
        return (_not_needed(r, course),)
    ending = (*_ending(r, course, due, state), *_onward(course))
    return (*_beginning(r, course, due), *due.lines, *_due(course, due), *ending)


def _onward(course: Course) -> Iterator[str]:
    """What the document of the step sets going beyond this case, or anew in it."""
    step = course.step
    if step.opens:
        yield f"Once done, it goes on as a case of its own under the procedure “{step.opens}”."
    if step.carries:
        yield f"With it go the documents of {' and '.join(map(step_name, step.carries))}."
    if step.returns:
        yield f"What comes back from there is filed as {step_name(step.returns)}."
    if step.hands_back:
        yield "In a case that was handed over, its document goes back to where the case came from."
    if step.back_to:
        yield f"Once done, the case goes back to {step_name(step.back_to)}."


def _beginning(r: Reckoning, course: Course, due: Due) -> Iterator[str]:
    """What opened the duty, or what it waits for."""
    opened = due.opened
    if opened and opened.at <= r.now:
        yield f"Opened {_moment(opened)}: {opened.what}."
        if due.forecast:
            yield f"Its time counts from {due.basis}{_forecast(r, due, due.basis)}."
    elif course.is_done_by(r.now):
        yield "Done before it opened."
    else:
        yield from _waiting(r, course, due)


def _waiting(r: Reckoning, course: Course, due: Due) -> Iterator[str]:
    if course.earliest and course.earliest > r.now and isinstance(course.after.at(r.now), Moment):
        day = "" if course.earliest == NEVER else f", {long_date(day_of(course.earliest))}"
        yield f"Waits for the earliest day for it{day}."
    elif awaited := _awaited(r, course):
        yield f"Waits for {awaited}{_forecast(r, due, awaited)}."
    elif course.seat.vacant and course.step.each:
        yield f"Waits until {event_words(r, course.step.each)} names something."
    elif course.seat.vacant:
        yield f"Waits until somebody is named as {_plural_role(r, course)}."
    if course.step.when is not None:
        for test in unanswered(r, course.step.when, course.seat):
            step = r.steps.get(test.name.partition(".")[0])
            by = f" by {_titles(r, step.roles('by'))}" if step else ""
            yield f"Not known yet: {question_words(test)}, to be answered{by}."


def _forecast(r: Reckoning, due: Due, awaited: str) -> str:
    """The forecast, to be added to what is awaited; '' where there is none."""
    if not due.forecast or due.starts is None or due.on is None:
        return ""
    subject = "that" if due.basis == awaited else due.basis
    day = day_of(due.starts)
    when = "today" if day == r.today else f"on its last day, {long_date(day)}"
    return f"; if {subject} happens {when}, this is due by {long_date(due.on)} (forecast)"


def _awaited(r: Reckoning, course: Course) -> str:
    """What the opening still waits for, in words; '' if nothing."""
    event = course.step.after
    if event is None or course.step.id == r.opening_step:
        return "" if r.opening else step_name(r.opening_step)
    if isinstance(course.after.at(r.now), Moment):
        return ""
    if isinstance(event, AllOf):
        pending = [part for part in event.all if _is_pending(r, part, course.seat)]
        return " and ".join(event_words(r, part) for part in pending)
    return _with_day(r, event, course)


def _is_pending(r: Reckoning, event: Event, seat: Seat) -> bool:
    alone = AllOf(all=(event,)) if isinstance(event, str) else event
    return happening(r, alone, seat).at(r.now) is None


def _with_day(r: Reckoning, event: Event, course: Course) -> str:
    """The awaited event, with its day where that is arranged."""
    opens = next((since for since, value in course.after.points if isinstance(value, Moment)), None)
    return event_words(r, event) + (f", {long_date(day_of(opens))}" if opens else "")


def _due(course: Course, due: Due) -> Iterator[str]:
    step = course.step
    if due.at is not None and due.on is not None:
        is_whole_day = due.at == end_of(due.on)
        until = f"the end of {long_date(due.on)}" if is_whole_day else long_instant(due.at)
        yield f"Due by {until}{' (forecast)' if due.forecast else ''}."
    elif due.held:
        yield "No due date while it is on hold."
    elif all(limit is None for limit in (step.within, step.before, step.at_latest, step.on, step.every)):
        yield "The procedure sets no time for it."
    else:
        yield "No due date can be given."


def _ending(r: Reckoning, course: Course, due: Due, state: State) -> Iterator[str]:
    """What became of it."""
    moment = course.settled()
    if course.undated:
        yield "A document was filed without the date that it is judged by, so it does not count yet."
    if moment is None:
        if state == "lapsed" and course.step.strength != "choice":
            yield f"Nothing was filed before {_closed(r)}."
        elif due.breached and due.original:
            yield f"It was late before it was extended: it was due by {long_date(due.original)}."
        elif state in ("late", "lapsed"):
            yield "Nothing was filed by then."
    elif state == "waived":
        yield f"Waived {_moment(moment)}."
    elif state == "arranged":
        yield f"Arranged for {_moment(moment).removeprefix('on ')}."
    else:
        first = f", {long_date(due.original)}, which was extended too late" if due.breached and due.original else ""
        judged = "" if due.at is None else f", after its due date{first}" if state == "done late" else ", in time"
        yield f"Done {_moment(moment)}{judged}."


def _not_needed(r: Reckoning, course: Course) -> str:
    if course.seat.gone(r.now):
        if course.seat.source:
            return "Not needed: what it was about was given up."
        return "Not needed: the party has left the case." if course.seat.party else "Not needed: its turns have ended."
    if course.phase.at(r.now) != "not needed":
        return f"Not needed: {_closed(r)}."
    if course.after.at(r.now) == SKIPPED and course.step.after is not None:
        return f"Not needed: it would follow {event_words(r, course.step.after)}, which is not needed."
    return (
        f"Not needed: it applies only if {describe(course.step.when.condition)}." if course.step.when else "Not needed."
    )


def _closed(r: Reckoning) -> str:
    return f"the case was closed on {long_date(day_of(r.closed.effective_at))}" if r.closed else "the case is closed"


def _moment(moment: Moment) -> str:
    if moment.whole_day:
        return f"on {long_date(day_of(moment.at))}"
    return f"on {long_instant(moment.at)}"


def _plural_role(r: Reckoning, course: Course) -> str:
    roles = [*course.step.roles("by"), *course.step.roles("to")]
    return _titles(r, tuple(role for role in roles if role in r.roles and r.roles[role].plural))


def _titles(r: Reckoning, roles: tuple[str, ...]) -> str:
    return " or ".join(r.roles[role].title if role in r.roles else role for role in roles)
