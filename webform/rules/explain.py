"""The explanation of a duty: lines that a point of contact reads, and can check by hand with a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from webform.documents.procedure import AllOf, Event
from webform.words import gettext as _

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
        yield _("Once done, it goes on as a case of its own under the procedure “%(opens)s”.", opens=step.opens)
    if step.carries:
        yield _("With it go the documents of %(carries)s.", carries=" and ".join(map(step_name, step.carries)))
    if step.returns:
        yield _("What comes back from there is filed as %(returns)s.", returns=step_name(step.returns))
    if step.hands_back:
        yield _("In a case that was handed over, its document goes back to where the case came from.")
    if step.back_to:
        yield _("Once done, the case goes back to %(back_to)s.", back_to=step_name(step.back_to))


def _beginning(r: Reckoning, course: Course, due: Due) -> Iterator[str]:
    """What opened the duty, or what it waits for."""
    opened = due.opened
    if opened and opened.at <= r.now:
        yield _("Opened %(opened)s: %(what)s.", opened=_moment(opened), what=opened.what)
        if due.forecast:
            yield _(
                "Its time counts from %(basis)s%(forecast)s.", basis=due.basis, forecast=_forecast(r, due, due.basis)
            )
    elif course.is_done_by(r.now):
        yield _("Done before it opened.")
    else:
        yield from _waiting(r, course, due)


def _waiting(r: Reckoning, course: Course, due: Due) -> Iterator[str]:
    if course.earliest and course.earliest > r.now and isinstance(course.after.at(r.now), Moment):
        day = "" if course.earliest == NEVER else f", {long_date(day_of(course.earliest))}"
        yield _("Waits for the earliest day for it%(day)s.", day=day)
    elif awaited := _awaited(r, course):
        yield _("Waits for %(awaited)s%(forecast)s.", awaited=awaited, forecast=_forecast(r, due, awaited))
    elif course.seat.vacant and course.step.each:
        yield _("Waits until %(each)s names something.", each=event_words(r, course.step.each))
    elif course.seat.vacant:
        yield _("Waits until somebody is named as %(course)s.", course=_plural_role(r, course))
    if course.step.when is not None:
        for test in unanswered(r, course.step.when, course.seat):
            step = r.steps.get(test.name.partition(".")[0])
            by = f" by {_titles(r, step.roles('by'))}" if step else ""
            yield _("Not known yet: %(what)s, to be answered%(by)s.", what=question_words(test), by=by)


def _forecast(r: Reckoning, due: Due, awaited: str) -> str:
    """The forecast, to be added to what is awaited; '' where there is none."""
    if not due.forecast or due.starts is None or due.on is None:
        return ""
    subject = "that" if due.basis == awaited else due.basis
    day = day_of(due.starts)
    when = _("today") if day == r.today else _("on its last day, %(day)s", day=long_date(day))
    return _(
        "; if %(subject)s happens %(when)s, this is due by %(on)s (forecast)",
        subject=subject,
        when=when,
        on=long_date(due.on),
    )


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
        until = _("the end of %(on)s", on=long_date(due.on)) if is_whole_day else long_instant(due.at)
        yield _("Due by %(until)s (forecast).", until=until) if due.forecast else _("Due by %(until)s.", until=until)
    elif due.held:
        yield _("No due date while it is on hold.")
    elif all(limit is None for limit in (step.within, step.before, step.at_latest, step.on, step.every)):
        yield _("The procedure sets no time for it.")
    else:
        yield _("No due date can be given.")


def _ending(r: Reckoning, course: Course, due: Due, state: State) -> Iterator[str]:
    """What became of it."""
    moment = course.settled()
    if course.undated:
        yield _("A document was filed without the date that it is judged by, so it does not count yet.")
    if moment is None:
        if state == "lapsed" and course.step.strength != "choice":
            yield _("Nothing was filed before %(r)s.", r=_closed(r))
        elif due.breached and due.original:
            yield _("It was late before it was extended: it was due by %(original)s.", original=long_date(due.original))
        elif state in ("late", "lapsed"):
            yield _("Nothing was filed by then.")
    elif state == "waived":
        yield _("Waived %(moment)s.", moment=_moment(moment))
    elif state == "arranged":
        yield _("Arranged for %(moment)s.", moment=_moment(moment).removeprefix("on "))
    else:
        first = (
            _(", %(original)s, which was extended too late", original=long_date(due.original))
            if due.breached and due.original
            else ""
        )
        late = _(", after its due date%(first)s", first=first)
        judged = "" if due.at is None else late if state == "done late" else _(", in time")
        yield _("Done %(moment)s%(judged)s.", moment=_moment(moment), judged=judged)


def _not_needed(r: Reckoning, course: Course) -> str:
    if course.seat.gone(r.now):
        if course.seat.source:
            return _("Not needed: what it was about was given up.")
        return (
            _("Not needed: the party has left the case.")
            if course.seat.party
            else _("Not needed: its turns have ended.")
        )
    if course.phase.at(r.now) != "not needed":
        return _("Not needed: %(r)s.", r=_closed(r))
    if course.after.at(r.now) == SKIPPED and course.step.after is not None:
        return _("Not needed: it would follow %(after)s, which is not needed.", after=event_words(r, course.step.after))
    return (
        _("Not needed: it applies only if %(condition)s.", condition=describe(course.step.when.condition))
        if course.step.when
        else _("Not needed.")
    )


def _closed(r: Reckoning) -> str:
    return (
        _("the case was closed on %(effective_at)s", effective_at=long_date(day_of(r.closed.effective_at)))
        if r.closed
        else _("the case is closed")
    )


def _moment(moment: Moment) -> str:
    if moment.whole_day:
        return f"on {long_date(day_of(moment.at))}"
    return f"on {long_instant(moment.at)}"


def _plural_role(r: Reckoning, course: Course) -> str:
    roles = [*course.step.roles("by"), *course.step.roles("to")]
    return _titles(r, tuple(role for role in roles if role in r.roles and r.roles[role].plural))


def _titles(r: Reckoning, roles: tuple[str, ...]) -> str:
    panels = {panel.id: panel.title for panel in r.procedure.panels}
    titles = {**panels, **{role.id: role.title for role in r.procedure.roles}}
    return " or ".join(titles.get(role, role) for role in roles)
