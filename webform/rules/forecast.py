"""When an event that nobody has arranged may come at the latest (language.md, section 2, sentence 17).

A forecast takes everybody at their last day: the later of the due date of what is awaited, and today.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from webform.documents.procedure import AllOf, Event

from .calendar import day_of, start_of
from .course import SKIPPED, Course, Happening, Moment
from .events import NOBODY, event_words, first_moment, named
from .papers import Seat
from .timeline import Timeline

if TYPE_CHECKING:
    from .reckoning import Reckoning

Guess = Moment | Literal["skipped"] | None


def predicted(r: Reckoning, event: Event | None, seat: Seat) -> Moment | None:
    """When the event may come at the latest; None where nothing bounds it."""
    guess = _guess(r, event, seat) if event is not None else None
    return guess if isinstance(guess, Moment) else None


def _guess(r: Reckoning, event: Event, seat: Seat) -> Guess:
    if isinstance(event, str):
        return _first(_parts(r, event, seat))
    if isinstance(event, AllOf):
        return _last([guess for part in event.all for guess in _parts(r, part, NOBODY)])
    return _first([_guess(r, part, NOBODY) for part in event.any])


def _parts(r: Reckoning, event: Event, seat: Seat) -> list[Guess]:
    """The guesses for every party that the event is about."""
    if not isinstance(event, str):
        return [_guess(r, event, seat)]
    step = r.steps.get(event.partition(".")[0])
    if step is None:
        return [first_moment(timeline) for _, timeline in named(r, event, seat)]
    return [_last_day(r, event, r.course(step, one), timeline) for one, timeline in named(r, event, seat)]


def _last_day(r: Reckoning, name: str, course: Course, timeline: Timeline[Happening]) -> Guess:
    """When the event happened or is arranged; else the last day of its step, or today if that has gone."""
    if moment := first_moment(timeline):
        return moment
    if timeline.at(r.now) == SKIPPED:
        return SKIPPED
    due = r.due(course)
    if due.at is None or (course.step.strength == "choice" and due.at < r.now):
        return None
    return Moment(start_of(max(day_of(due.at), r.today)), event_words(r, name), whole_day=True)


def _first(guesses: list[Guess]) -> Guess:
    known = [guess for guess in guesses if isinstance(guess, Moment)]
    if known:
        return min(known, key=_at)
    return SKIPPED if guesses and all(guess == SKIPPED for guess in guesses) else None


def _last(guesses: list[Guess]) -> Guess:
    if None in guesses:
        return None
    known = [guess for guess in guesses if isinstance(guess, Moment)]
    if not known:
        return SKIPPED
    return max(known, key=_at)


def _at(moment: Moment) -> datetime:
    return moment.at
