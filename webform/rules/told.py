"""What the answers tell a threshold: every report of every incident, read by what questions mean, not by their ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from webform.documents.answers import Answers, is_empty, shown
from webform.documents.condition import Both, Condition, Either, Every, Is, Not, Truth, holds, named_in
from webform.documents.form import Form, Question
from webform.documents.procedure import OPENING, AllOf, AnyOf, Event, Procedure
from webform.words import capital
from webform.words import gettext as _

from .bands import BAND, band
from .reports import Reports
from .shown import Asked, Path
from .windows import Span

Filed = Mapping[str, tuple[Form, Answers]]  # later documents that a threshold reads: their form and answers, by step


@dataclass(frozen=True)
class Reading:
    """Where a test of the procedure reads. `test` has the form's own names, `depth` is how deep the question lies."""

    asked: Asked
    question: Question
    test: Is | Every
    depth: int
    truths: dict[Path, Truth] = field(default_factory=dict)  # what was found so far


class Told:
    """The answers to the opening form, with what officers have filed since, as a threshold reads them.

    Each answer is looked up once, however many rules ask for it.
    """

    def __init__(self, procedure: Procedure, form: Form, answers: Answers, received: dt.date, filed: Filed):
        self.procedure, self.received = procedure, received
        self.opening = Asked(form, answers, received)
        self.steps = {step.id: step for step in procedure.steps}
        self.later = {step: Asked(*document, received) for step, document in filed.items()}
        self._meant: dict[str, list[list[Any]]] = {}
        self._found: dict[str, tuple[Asked, Question] | None] = {}
        self._readings: dict[Is | Every, Reading | None] = {}
        self._wants: dict[str, str] = {}

    def _group(self, meaning: str) -> str | None:
        question = self.asks(meaning)
        return question.id if question and question.type == "group" else None

    # --- The reports --------------------------------------------------------------------------------------------

    @cached_property
    def reports(self) -> Reports:
        """Every report that is told of."""
        incident = self._group("incident")
        return Reports(self.opening, self._group("report") or incident, incident)

    @cached_property
    def dates(self) -> tuple[list[Span], list[Span]]:
        """When each report was of, and when it was made. An incident is not after its own report (sentence 34)."""
        happened, reported = self._days("incident.date"), self._days("report.date")
        last: dict[Path, dt.date] = {}
        for incident, span in zip(self.reports.incidents, reported, strict=True):
            last[incident] = min(last.get(incident, span.last), span.last)
        happened = [span.until(last[incident]) for incident, span in zip(self.reports.incidents, happened, strict=True)]
        return happened, [span.since(was.first) for was, span in zip(happened, reported, strict=True)]

    def _days(self, meaning: str) -> list[Span]:
        question = self.asks(meaning)
        seen = self.reports.answers(question.id) if question else [()] * len(self.reports)
        return [Span.read(_first(answers)).until(self.received) for answers in seen]

    def each(self, meaning: str) -> list[list[Any]]:
        """The answers that mean this, for each report: its own, its incident's or the form's; lists one by one."""
        if meaning not in self._meant:
            question = self.asks(meaning)
            seen = self.reports.answers(question.id) if question else [()] * len(self.reports)
            unknown = _unknown(question) if question else []
            read = list(map(repr, seen))  # few answers differ from report to report
            known = {key: _given(values, unknown) for key, values in dict(zip(read, seen, strict=True)).items()}
            self._meant[meaning] = [known[key] for key in read]
        return self._meant[meaning]

    def truths(self, condition: Condition) -> list[Truth]:
        """Whether a condition of the procedure holds, seen from each report."""
        tests = list(named_in(condition))
        plain = not any(isinstance(test, Every) for test in tests)
        names = {found[1].id for test in tests if (found := self.find(test.name))} if plain else None
        return self.reports.alike(names, lambda path: self.truth(condition, path))

    # --- Single answers ------------------------------------------------------------------------------------------

    def values(self, meaning: str) -> list[Any]:
        """The answers that mean this, wherever they stand; lists one by one."""
        question = self.asks(meaning)
        return _given(self.opening.values(question.id), _unknown(question)) if question else []

    def others(self) -> int | None:
        """How many others reported it whose reports are not told one by one; None where nobody can say."""
        asked = self.asks("others.reported")
        if asked is None:
            return 0
        answers = self.opening.values(asked.id)
        if "yes" not in answers:
            unknown = _unknown(asked)
            return None if any(answer in unknown for answer in answers) else 0
        numbers = [number for number in self.values("others.reporters") if isinstance(number, int)]
        return numbers[0] if numbers else None

    def asks(self, meaning: str) -> Question | None:
        """The question of the opening form that means this, if it asks one."""
        return self.opening.form.meaning(meaning)

    def truth(self, condition: Condition, path: Path = ()) -> Truth:
        """Whether a condition of the procedure holds, seen from a report (or from the whole request)."""
        return holds(condition, lambda test: self._judge(test, path))

    def _judge(self, test: Is | Every, path: Path) -> Truth:
        reading = self._reading(test)
        if reading is None:
            return self._state(test)
        place = path[: reading.depth]
        if place not in reading.truths:
            reading.truths[place] = _look_at(reading, self.reports.around[: reading.depth] if path else (), place)
        return reading.truths[place]

    def _reading(self, test: Is | Every) -> Reading | None:
        if test not in self._readings:
            self._readings[test] = self._read(test)
        return self._readings[test]

    def _read(self, test: Is | Every) -> Reading | None:
        """Where the test reads: the document, its question, the test in the form's own names, and how deep it lies."""
        if isinstance(test, Is) and self.steps.get(test.name):
            return None
        found = self.find(test.name)
        if found is None:
            return None
        asked, question = found
        depth = self.reports.depth(question.id) if asked is self.opening else 0
        on = self._plain(test.on) if isinstance(test, Is) else ""
        local = Is(question.id, test.test, test.value, on) if isinstance(test, Is) else self._local(test)
        return Reading(asked, question, local, depth)

    def _state(self, test: Is | Every) -> Truth:
        """A step's bare name tests whether it is filed; STEP.band the points of what is filed there."""
        if not isinstance(test, Is) or not self.steps.get(test.name):
            return self._band(test)
        is_filed = test.name in self.later or self._opens(test.name)
        return is_filed if test.value == "filed" else not is_filed if test.value == "not filed" else None

    def _band(self, test: Is | Every) -> Truth:
        """Whether the points of a document lie in the band that the test names; None until it is filed."""
        step, _dot, rest = test.name.partition(".")
        asked = self.opening if self._opens(step) else self.later.get(step)
        if rest != BAND or asked is None or not isinstance(test, Is):
            return None
        found = band(asked)
        return found.id == test.value if found else None

    def find(self, name: str) -> tuple[Asked, Question] | None:
        """The document and question of a name: a meaning, or STEP.question."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> tuple[Asked, Question] | None:
        if question := self.asks(name):
            return self.opening, question
        step, _dot, rest = name.partition(".")
        asked = self.opening if self._opens(step) else self.later.get(step)
        question = asked.form.question(rest) if asked else None
        return (asked, question) if asked and question else None

    def has_happened(self, event: Event | None) -> bool:
        """Whether the event has happened: what it names is filed."""
        match event:
            case None:
                return False
            case AllOf(all=parts):
                return all(self.has_happened(part) for part in parts)
            case AnyOf(any=parts):
                return any(self.has_happened(part) for part in parts)
            case str(name):
                step = name.partition(".")[0]
                return name == OPENING or step in self.later or self._opens(step)

    def _opens(self, step_id: str) -> bool:
        step = self.steps.get(step_id)
        return step is not None and step.fill == self.procedure.area.opens_with

    def _local(self, condition: Condition) -> Any:
        """The condition with names as the form itself would write them."""
        match condition:
            case Is(name, _, _, on):
                return replace(condition, name=self._plain(name), on=self._plain(on))
            case Every(name, inside):
                return Every(self._plain(name), self._local(inside))
            case Not(inside):
                return Not(self._local(inside))
            case Both(parts) | Either(parts):
                return replace(condition, parts=tuple(self._local(part) for part in parts))

    def _plain(self, name: str) -> str:
        found = self.find(name)
        return found[1].id if found else name

    # --- In words ---------------------------------------------------------------------------------------------------

    def answers_in(self, condition: Condition, path: Path = ()) -> str:
        """The answers that a condition turns on, in words."""
        said, none = [], _("not answered")
        for name in dict.fromkeys(test.name for test in named_in(condition)):
            found = self.find(name)
            if found is None:
                continue
            asked, question = found
            around = self.reports.around if asked is self.opening and path else ()
            values = [shown(question, value) for value in asked.values(question.id, around, path if around else ())]
            answer = " / ".join(dict.fromkeys(value.replace("\n", ", ") for value in values if value))
            said.append(f"“{question.short or question.label}”: {answer or none}.")
        return " ".join(said)

    def unanswered(self, condition: Condition, path: Path = ()) -> list[str]:
        """Who must answer what before the condition can be judged."""
        return [self._wanted(test.name) for test in named_in(condition) if self._judge(test, path) is None]

    def _wanted(self, name: str) -> str:
        if name not in self._wants:
            step = self.steps.get(name.partition(".")[0])
            found = self.find(name)
            what = f"“{found[1].short or found[1].label}”" if found else f"“{name}”"
            who = ", ".join(self.title_of(role) for role in step.roles("by")) if step else _("The person who asked")
            self._wants[name] = _("%(who)s has to answer %(what)s.", who=capital(who), what=what)
        return self._wants[name]

    def title_of(self, role_id: str) -> str:
        """Who that is, in words."""
        return next((role.title for role in self.procedure.roles if role.id == role_id), role_id)


def _look_at(reading: Reading, around: tuple[str, ...], path: Path) -> Truth:
    """The test's truth, seen from a report; where it fails on "I do not know", nobody has said."""
    truth = reading.asked.judge(reading.test, around, path)
    if truth is not False:
        return truth
    unknown = _unknown(reading.question)
    values = reading.asked.values(reading.question.id, around, path) if unknown else ()
    return None if any(value in unknown for value in values) else False


def _first(answers: tuple[Any, ...]) -> Any:
    """The first of several answers that says something."""
    return answers[0] if len(answers) == 1 else next((one for one in answers if not is_empty(one)), None)


def _given(answers: Iterable[Any], unknown: Collection[str]) -> list[Any]:
    """What was said: the answers that are known, one by one."""
    single = [
        one for value in answers if not is_empty(value) for one in (value if isinstance(value, list) else [value])
    ]
    return [one for one in single if one not in unknown]


def _unknown(question: Question) -> list[str]:
    """The answers that say "I do not know"."""
    return [option.value for option in question.options if option.unknown]
