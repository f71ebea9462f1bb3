"""When events happen (language.md, section 2, sentences 3, 7 to 9 and 11).

An event is a step's document, a date that it answers, its due date, its delivery, or several of these joined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from webform.documents.procedure import OPENING, PERIOD, AllOf, Event
from webform.words import gettext as _

from .calendar import day_of, long_date, start_of
from .course import SKIPPED, Course, Happening, Moment, step_name
from .papers import Round, Seat, Source
from .shown import ENTRY, read_day
from .timeline import Timeline, all_instants, always, becomes, from_changes

if TYPE_CHECKING:
    from .reckoning import Reckoning

YEARS = range(1900, 2200)  # a date beyond these is a slip of the pen, and no clock runs from it
NOBODY = Seat(vacant=True)


def happening(r: Reckoning, event: Event, seat: Seat = NOBODY, begun: Round | None = None) -> Timeline[Happening]:
    """When the event happens, as the seat sees it: a step that shares its plural role is read party by party.

    In a round `begun` anew, what happened before never counts in `any` (sentence 25).
    """
    if isinstance(event, str):
        return _first_of([timeline for _key, timeline in named(r, event, seat)])
    inner = seat if seat.source else NOBODY
    if isinstance(event, AllOf):
        return _all_of([_members(r, part, inner) for part in event.all])
    parts = [happening(r, part, inner, begun) for part in event.any]
    if begun is not None:
        parts = [part for part in parts if not _is_before(first_moment(part), begun)]
    return _first_of(parts) if parts else always(None)


def _is_before(moment: Moment | None, begun: Round) -> bool:
    return moment is not None and moment.at <= begun.at


def first_moment(timeline: Timeline[Happening]) -> Moment | None:
    """When it happens, be it past or known to come."""
    return next((value for _key, value in timeline.points if isinstance(value, Moment)), None)


def named(r: Reckoning, name: str, seat: Seat, until: datetime | None = None) -> list[tuple[Seat, Timeline[Happening]]]:
    """The event for each seat of the step that it names; answers are read as they stood at `until`."""
    step_id, _dot, part = name.partition(".")
    if step_id not in r.steps:
        known = {OPENING: r.opening, r.opening_step: r.opening, PERIOD: r.period}.get(name)
        return [(NOBODY, becomes(None, known.at, known) if known else always(None))]
    courses = paired(r, step_id, seat)
    if seat.source and seat.source.step == step_id and part not in ("due", "received"):
        moment = _own_moment(r, seat, seat.source, part, until)
        return [(courses[0].seat, becomes(None, moment.at, moment) if moment else always(None))]
    return [(course.seat, _over_time(course, _moment(r, course, part, until))) for course in courses]


def _own_moment(r: Reckoning, seat: Seat, source: Source, part: str, until: datetime | None) -> Moment | None:
    """The event in the one document or entry that the seat is about."""
    papers = [(at, answers) for at, answers in own_papers(r, source) if until is None or at <= until]
    dated = r.steps[source.step].dated
    question = part or ("" if source.group else dated or "")
    if not papers or not question:
        return Moment(papers[0][0], step_name(source.step)) if papers else None
    days = [day for value in values_of(papers[-1][1], question) if (day := known_day(value))]
    words = event_words(r, f"{source.step}.{question}")
    return Moment(start_of(days[0]), words, whole_day=True) if days else None


def own_papers(r: Reckoning, source: Source) -> list[tuple[datetime, Any]]:
    """What is said of one document or entry, and since when: the answers beside it, with its own among them."""
    found = []
    for paper in r.papers.of(source.step, Seat()):
        if not source.group and paper.number == source.number:
            found.append((paper.effective_at, paper.answers))
        elif entry := entries_in(paper.answers, source.group).get(source.number):
            beside = {name: value for name, value in paper.answers.items() if name != source.group}
            found.append((paper.effective_at, {**beside, **entry}))
    return found


def entries_in(answers: Any, group: str) -> dict[int, Any]:
    """The entries of a group by number; without numbers of their own they are counted."""
    found = answers.get(group)
    if not isinstance(found, list):
        return {}
    return {int(entry.get(ENTRY, place)): entry for place, entry in enumerate(found, 1) if isinstance(entry, dict)}


def paired(r: Reckoning, step_id: str, seat: Seat) -> list[Course]:
    """The courses of a step that the seat looks at: its own, where both steps are about the same member; else all."""
    step = r.steps[step_id]
    if seat.joined_at is None:
        return r.courses(step)
    whom = (seat.party, seat.role, seat.source)
    own = [other for other in r.seats(step) if (other.party, other.role, other.source) == whom]
    return [r.course(step, other) for other in own] if own else r.courses(step)


def _moment(r: Reckoning, course: Course, part: str, until: datetime | None) -> Moment | None:
    if not part:
        dated = course.step.dated
        return answered_date(r, course, dated, until) if dated and until else course.settled()
    found = _part(r, course, part, until)
    return found or (course.settled() if course.waived_at else None)


def _part(r: Reckoning, course: Course, part: str, until: datetime | None) -> Moment | None:
    step, seat = course.step, course.seat
    if part == "due":
        due = r.due(course)
        return Moment(due.known, _("the due date of %(id)s", id=step_name(step.id))) if due.known else None
    if part == "received":
        delivery = r.papers.delivery(step.id, seat)
        what = _("the delivery of %(id)s", id=step_name(step.id))
        return Moment(delivery.effective_at, what, receipt=True) if delivery else _deemed(r, course, what)
    return answered_date(r, course, part, until)


def _deemed(r: Reckoning, course: Course, what: str) -> Moment | None:
    """The delivery that a letter is deemed to have had, where nobody recorded one."""
    letter = next(r.papers.of(course.step.id, course.seat), None)
    if letter is None:
        return None
    rule = r.calendar.rule.deemed
    length = rule.post if letter.channel == "post" else rule.email
    if length is None:
        return None
    if length.unit == "hours":
        return Moment(letter.effective_at + timedelta(hours=length.amount), what)
    day = r.calendar.add(day_of(letter.effective_at), length).date
    return Moment(max(start_of(day), letter.effective_at), what, whole_day=start_of(day) > letter.effective_at)


def answered_date(r: Reckoning, course: Course, question: str, until: datetime | None = None) -> Moment | None:
    """The date that the latest document answers, as a moment."""
    paper = r.papers.latest(course.step.id, course.seat, until)
    days = [day for value in values_of(paper.answers, question) if (day := known_day(value))] if paper else []
    if not days:
        return None
    return Moment(start_of(days[0]), event_words(r, f"{course.step.id}.{question}"), whole_day=True)


def known_day(value: Any) -> date | None:
    """The exact day of an answer, if it is one that a clock can run from."""
    day = read_day(value)
    return day if day and day.year in YEARS else None


def values_of(answers: Any, question: str) -> Iterable[Any]:
    """Every answer to a question, in the document itself or in the entries of its groups."""
    if question in answers:
        yield answers[question]
        return
    for value in answers.values():
        if isinstance(value, list):
            for entry in value:
                if isinstance(entry, dict):
                    yield from values_of(entry, question)


def _over_time(course: Course, moment: Moment | None) -> Timeline[Happening]:
    def at(instant: datetime) -> Happening:
        if moment and moment.at <= instant:
            return moment
        return SKIPPED if course.phase.at(instant) == "not needed" else None

    return from_changes([*course.phase.instants(), *([moment.at] if moment else [])], at)


Part = tuple[Seat, Timeline[Happening]]


def _members(r: Reckoning, event: Event, seat: Seat) -> tuple[list[Part], Timeline[Happening]]:
    """The parts of an event inside `all`, one for each party, and what holds while no party is on the case."""
    if not isinstance(event, str):
        whole = happening(r, event, seat)
        return [(NOBODY, whole)], whole
    parts = named(r, event, seat)
    if all(seat.joined_at is None for seat, _rest in parts):
        return parts, always(None)
    step = r.steps[event.partition(".")[0]]
    return parts, _over_time(r.course(step, NOBODY), None)


def _all_of(groups: list[tuple[list[Part], Timeline[Happening]]]) -> Timeline[Happening]:
    """Happens once, when every part that is then on the case has happened or is skipped (sentence 9)."""
    instants = all_instants(timeline for parts, empty in groups for timeline in (empty, *(one for _key, one in parts)))
    for parts, _empty in groups:
        instants |= {edge for seat, _rest in parts for edge in (seat.joined_at, seat.left_at) if edge}

    def at(instant: datetime) -> Happening:
        found: list[Happening] = []
        for parts, empty in groups:
            found += [one.at(instant) for seat, one in parts if seat.present(instant)] or [empty.at(instant)]
        if None in found:
            return None
        moments = [value for value in found if isinstance(value, Moment)]
        if not moments:
            return SKIPPED
        latest = max(moments, key=lambda moment: moment.at)
        return latest if latest.at == instant else replace(latest, at=instant, whole_day=False, receipt=False)

    return _settle(from_changes(instants, at))


def _first_of(timelines: list[Timeline[Happening]]) -> Timeline[Happening]:
    """Happens with its earliest part; skipped when every part is (sentences 7 and 9)."""
    if len(timelines) == 1:
        return timelines[0]

    def at(instant: datetime) -> Happening:
        found = [timeline.at(instant) for timeline in timelines]
        moments = [value for value in found if isinstance(value, Moment)]
        if moments:
            return min(moments, key=lambda moment: moment.at)
        return SKIPPED if all(value == SKIPPED for value in found) else None

    return _settle(from_changes(all_instants(timelines), at))


def _settle(timeline: Timeline[Happening]) -> Timeline[Happening]:
    """What has happened once stays so, whoever joins later."""
    for number, (_key, value) in enumerate(timeline.points):
        if isinstance(value, Moment):
            return Timeline(timeline.points[: number + 1])
    return timeline


def event_words(r: Reckoning, event: Event) -> str:
    """The event as a person would say it: "the panel meeting or the outcome"."""
    if isinstance(event, str):
        step, _dot, part = event.partition(".")
        if part and step in r.steps and part == r.steps[step].dated:
            return step_name(step)
        return {
            "": step_name(step),
            "due": _("the due date of %(step)s", step=step_name(step)),
            "received": _("the delivery of %(step)s", step=step_name(step)),
        }.get(part, _("the date in %(step)s (%(question)s)", step=step_name(step), question=part.replace("_", " ")))
    if isinstance(event, AllOf):
        return " and ".join(event_words(r, part) for part in event.all)
    return " or ".join(event_words(r, part) for part in event.any)


def moment_words(moment: Moment) -> str:
    """The moment and its day: "the request, Wednesday 23 December 2026"."""
    return f"{moment.what}, {long_date(day_of(moment.at))}"
