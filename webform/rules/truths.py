"""Whether the condition of a step holds, over time (language.md, section 2, sentences 5 and 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from webform.documents.condition import (
    Both,
    Condition,
    Either,
    Every,
    Is,
    Not,
    Truth,
    When,
    all_of,
    any_of,
    holds,
    named_in,
)
from webform.words import gettext as _

from .calendar import ONE_DAY, day_of, start_of
from .course import Course, step_name
from .events import first_moment, happening, known_day, own_papers, paired, values_of
from .folder import NotKnown
from .holds import covering
from .papers import Seat
from .shown import compare
from .timeline import Timeline, always, from_changes

if TYPE_CHECKING:
    from .reckoning import Reckoning

Read = Callable[[str], list[tuple[datetime, Any]]]
STATES = ("filed", "not filed", "open", "late", "held")
COUNCIL = "council"  # in a joint procedure, whose case it is


def truth(r: Reckoning, when: When | None, seat: Seat) -> Timeline[Truth]:
    """The truth of a condition at every time, as the seat sees it; None while nobody has said."""
    if when is None:
        return always(True)
    tests, read = list(named_in(when.condition)), _reading(r, seat)
    instants = {instant for test in tests for instant in _changes(r, test, seat, read)}
    return from_changes(instants, lambda at: holds(when.condition, lambda test: _judge(r, test, seat, at, read)))


def unanswered(r: Reckoning, when: When, seat: Seat) -> list[Is | Every]:
    """The tests of a condition that nobody has answered yet."""
    read = _reading(r, seat)
    return [test for test in named_in(when.condition) if _judge(r, test, seat, r.now, read) is None]


def _reading(r: Reckoning, seat: Seat) -> Read:
    """What steps' documents say, as the seat sees it: read once, however many instants are judged."""
    return cache(lambda step_id: list(_papers(r, step_id, seat)))


def _place(r: Reckoning, name: str) -> tuple[str, str]:
    """The step and question of a name; what questions mean is asked of the form that opens the case."""
    step_id, _dot, question = name.partition(".")
    if question and step_id not in r.steps:
        return r.opening_step, name
    return step_id, question


def _changes(r: Reckoning, test: Is | Every, seat: Seat, read: Read) -> Iterator[datetime]:
    """When the truth of a test may change: with each document that it reads, and as its dates pass."""
    step_id, question = _place(r, test.name)
    for paper_at, answers in read(step_id):
        yield paper_at
        for value in values_of(answers, question):
            yield from _passing(test, value)
    if not question and step_id in r.steps:
        for course in paired(r, step_id, seat):
            yield from _state_changes(r, course)


def _passing(test: Is | Every, value: Any) -> Iterator[datetime]:
    """The instants at which a date in the answer has passed; inside a group, every date that it may look at."""
    if isinstance(test, Every):
        inner = [one for one in named_in(test.inside) if isinstance(one, Every) or one.test == "passed"]
        for one in inner:
            for entry in value if isinstance(value, list) else ():
                for found in values_of(entry, one.name.rpartition(".")[2]):
                    yield from _passing(one, found)
    elif test.test == "passed" and (day := known_day(value)):
        yield start_of(day + ONE_DAY)


def _state_changes(r: Reckoning, course: Course) -> Iterator[datetime]:
    yield from course.phase.instants()
    if (moment := course.settled()) is not None:
        yield moment.at
    if (due := r.due(course).known) is not None:
        yield due + due.resolution
    for hold in covering(r, course):
        yield hold.start
        if hold.end:
            yield hold.end


def _papers(r: Reckoning, step_id: str, seat: Seat) -> Iterator[tuple[datetime, Any]]:
    """What the step's documents say and since when: the seat's own where steps are paired, else everybody's."""
    if seat.source and seat.source.step == step_id:
        return iter(own_papers(r, seat.source))
    courses = paired(r, step_id, seat) if step_id in r.steps else []
    one = courses[0].seat if len(courses) == 1 else Seat()
    return ((paper.effective_at, paper.answers) for paper in r.papers.of(step_id, one))


def _judge(r: Reckoning, test: Is | Every, seat: Seat, at: datetime, read: Read) -> Truth:
    step_id, question = _place(r, test.name)
    if not question:
        return _state(r, step_id, test, seat, at)
    known = [answers for paper_at, answers in read(step_id) if paper_at <= at]
    if not known:
        return None
    latest = known[-1]
    if isinstance(test, Every):
        return _every(r, test, latest.get(question), seat, at, read)
    values = list(values_of(latest, question)) or [None]
    if "." in question and isinstance(values[0], list):  # every answer that means this, one by one
        values = values[0]
    found = any_of(compare(test, value, _day(r, test, seat, at)) for value in values)
    return None if found is False and any(isinstance(value, NotKnown) for value in values) else found


def _day(r: Reckoning, test: Is, seat: Seat, at: datetime) -> date | None:
    """The day that the passing of a date, or an age, is judged on."""
    if test.test != "age_under":
        return day_of(at)
    moment = first_moment(happening(r, test.on, seat))
    return day_of(moment.at) if moment else None


def _every(r: Reckoning, test: Every, entries: Any, seat: Seat, at: datetime, read: Read) -> Truth:
    if not isinstance(entries, list) or not entries:
        return None

    def judge(inner: Is | Every, entry: dict[str, Any]) -> Truth:
        question = inner.name.rpartition(".")[2]
        if question not in entry and "." in inner.name:
            return _judge(r, inner, seat, at, read)
        if isinstance(inner, Every):
            return _every(r, inner, entry.get(question), seat, at, read)
        return compare(inner, entry.get(question), _day(r, inner, seat, at))

    return all_of(holds(test.inside, partial(judge, entry=entry)) for entry in entries)


def _state(r: Reckoning, step_id: str, test: Is | Every, seat: Seat, at: datetime) -> Truth:
    """Whether the step is in the state that the test names; a state is a fact, and never unknown."""
    if test.name == COUNCIL and isinstance(test, Is):
        return r.council == test.value if r.council else None
    if step_id not in r.steps or isinstance(test, Every) or test.value not in STATES:
        return None
    courses = paired(r, step_id, seat)
    if test.value == "not filed":
        return not any(_is_in(r, course, "filed", at) for course in courses)
    return any(_is_in(r, course, str(test.value), at) for course in courses)


def _is_in(r: Reckoning, course: Course, state: str, at: datetime) -> bool:
    if state == "filed":
        return any(paper.effective_at <= at for paper in r.papers.of(course.step.id, course.seat))
    if course.is_done_by(at):
        return False
    due = r.due(course).known
    is_late = due is not None and due < at
    if state == "late":
        return course.phase.at(at) != "not needed" and is_late
    is_held = not is_late and any(hold.in_force(at) for hold in covering(r, course))
    return course.phase.at(at) == "open" and is_held == (state == "held")


def describe(condition: Condition) -> str:
    """The condition in words, for an explanation."""
    match condition:
        case Is():
            return _describe_test(condition)
        case Every(name, inside):
            return _(
                "every entry of %(question)s has: %(inside)s",
                question=name.rpartition(".")[2].replace("_", " "),
                inside=describe(inside),
            )
        case Not(inside):
            return f"not ({describe(inside)})"
        case Both(parts):
            return " and ".join(describe(part) for part in parts)
        case Either(parts):
            return " or ".join(describe(part) for part in parts)


def _describe_test(test: Is) -> str:
    step, _dot, question = test.name.partition(".")
    if not question:
        return f"{step_name(step)} is {test.value}"
    named = question_words(test)
    match test.test:
        case "equals":
            return f"{named} is “{test.value}”"
        case "at_least":
            return _("%(named)s is at least %(value)s", named=named, value=test.value)
        case "under":
            return _("%(named)s is under %(value)s", named=named, value=test.value)
        case "age_under":
            return _("the age by %(named)s is under %(value)s", named=named, value=test.value)
        case "passed":
            return _("%(named)s has passed", named=named) if test.value else _("%(named)s has not passed", named=named)
        case "empty":
            return (
                _("%(named)s is left empty", named=named)
                if test.value
                else _("%(named)s is not left empty", named=named)
            )


def question_words(test: Is | Every) -> str:
    """The question that a test reads: "“decision” in the threshold decision"."""
    step, _dot, question = test.name.partition(".")
    return f"“{question.replace('_', ' ')}” in {step_name(step)}" if question else step_name(step)
