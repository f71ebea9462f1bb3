"""What the answers tell a threshold: every report of every incident, read by what questions mean, not by their ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from webform.documents.answers import Answers, is_empty, shown
from webform.documents.condition import Both, Condition, Either, Every, Is, Not, Truth, holds, named_in
from webform.documents.form import Form, Question
from webform.documents.procedure import OPENING, AllOf, AnyOf, Event, Procedure

from .bands import BAND, band
from .shown import Asked, Path
from .windows import Span

Filed = Mapping[str, tuple[Form, Answers]]  # later documents that a threshold reads: their form and answers, by step


@dataclass(frozen=True)
class Pair:
    """One report of one incident. `path` leads to the report's entry, `incident` to its incident's."""

    path: Path
    incident: Path
    happened: Span
    reported: Span
    name: str


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
        self.meanings: dict[str, Question] = {
            one.means: one for page in form.pages for one in page.questions if one.means
        }
        self.steps = {step.id: step for step in procedure.steps}
        self.later = {step: Asked(*document, received) for step, document in filed.items()}
        self.group = self._group("report") or self._group("incident")
        self.around = self.opening.chain(self.group)
        self._values: dict[tuple[str, Path], list[Any]] = {}
        self._depths: dict[str, int] = {}
        self._found: dict[str, tuple[Asked, Question] | None] = {}
        self._readings: dict[Is | Every, Reading | None] = {}
        self._wants: dict[str, str] = {}
        self.pairs = self._pairs()

    def _group(self, meaning: str) -> str | None:
        question = self.asks(meaning)
        return question.id if question and question.type == "group" else None

    # --- The reports --------------------------------------------------------------------------------------------

    def _pairs(self) -> tuple[Pair, ...]:
        incident = self._group("incident")
        depth = self.around.index(incident) + 1 if incident in self.around else len(self.around)
        paths = [path for path in self.opening.paths(self.group, (), ()) if self._is_asked(path)]
        pairs = [
            Pair(path, path[:depth], self._span("incident.date", path), self._span("report.date", path), "")
            for path in paths
        ]
        reports: dict[Path, list[Pair]] = {}
        for pair in pairs:
            reports.setdefault(pair.incident, []).append(pair)
        return tuple(
            _ordered(pair, one, _name(number, place, len(one)))
            for number, one in enumerate(reports.values(), 1)
            for place, pair in enumerate(one, 1)
        )

    def _is_asked(self, path: Path) -> bool:
        groups = zip(self.around, range(len(path)), strict=True)
        return all(self.opening.question_shows(self.opening.place_of[name][2], path[:depth]) for name, depth in groups)

    def _span(self, meaning: str, path: Path) -> Span:
        return Span.read(next(iter(self.values(meaning, path)), None)).until(self.received)

    # --- Single answers ------------------------------------------------------------------------------------------

    def values(self, meaning: str, path: Path) -> list[Any]:
        """The answers that mean this, seen from a report: its own, its incident's, or the form's; lists one by one."""
        question = self.asks(meaning)
        if question is None:
            return []
        place = question.id, path[: self._depth(question)]
        if place not in self._values:
            self._values[place] = self._look(question, path)
        return self._values[place]

    def _look(self, question: Question, path: Path) -> list[Any]:
        found = [value for value in self.opening.values(question.id, self.around, path) if not is_empty(value)]
        single = [one for value in found for one in (value if isinstance(value, list) else [value])]
        unknown = _unknown(question)
        return [one for one in single if one not in unknown]

    def _depth(self, question: Question) -> int:
        """How much of a report's path the question can tell apart."""
        if question.id not in self._depths:
            _, page, _ = self.opening.place_of[question.id]
            self._depths[question.id] = self.opening.shared(page.each, self.around)
        return self._depths[question.id]

    def others(self) -> int | None:
        """How many others reported it whose reports are not told one by one; None where nobody can say."""
        asked = self.asks("others.reported")
        if asked is None:
            return 0
        answers = self.opening.values(asked.id)
        if "yes" not in answers:
            unknown = _unknown(asked)
            return None if any(answer in unknown for answer in answers) else 0
        numbers = [number for number in self.values("others.reporters", ()) if isinstance(number, int)]
        return numbers[0] if numbers else None

    def asks(self, meaning: str) -> Question | None:
        """The question of the opening form that means this, if it asks one."""
        return self.meanings.get(meaning)

    def truth(self, condition: Condition, path: Path = ()) -> Truth:
        """Whether a condition of the procedure holds, seen from a report (or from the whole request)."""
        return holds(condition, lambda test: self._judge(test, path))

    def _judge(self, test: Is | Every, path: Path) -> Truth:
        if test not in self._readings:
            self._readings[test] = self._read(test)
        reading = self._readings[test]
        if reading is None:
            return self._state(test)
        place = path[: reading.depth]
        if place not in reading.truths:
            reading.truths[place] = _look_at(reading, self.around if reading.depth else (), place)
        return reading.truths[place]

    def _read(self, test: Is | Every) -> Reading | None:
        """Where the test reads: the document, its question, the test in the form's own names, and how deep it lies."""
        if isinstance(test, Is) and self.steps.get(test.name):
            return None
        found = self.find(test.name)
        if found is None:
            return None
        asked, question = found
        depth = self._depth(question) if asked is self.opening else 0
        return Reading(asked, question, self._local(replace(test, name=question.id)), depth)

    def _state(self, test: Is | Every) -> Truth:
        """A step's bare name tests whether it is filed; STEP.band the points of what is filed there."""
        if not isinstance(test, Is) or not self.steps.get(test.name):
            return self._band(test)
        is_filed = test.name in self.later or self._opens(test.name)
        return is_filed if test.value == "filed" else not is_filed if test.value == "not filed" else None

    def _band(self, test: Is | Every) -> Truth:
        """Whether the points of a document lie in the band that the test names; None until it is filed."""
        step, _, rest = test.name.partition(".")
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
        step, _, rest = name.partition(".")
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
        said = []
        for name in dict.fromkeys(test.name for test in named_in(condition)):
            found = self.find(name)
            if found is None:
                continue
            asked, question = found
            around = self.around if asked is self.opening and path else ()
            values = [shown(question, value) for value in asked.values(question.id, around, path if around else ())]
            answer = " / ".join(dict.fromkeys(value.replace("\n", ", ") for value in values if value))
            said.append(f"“{question.short or question.label}”: {answer or 'not answered'}.")
        return " ".join(said)

    def unanswered(self, condition: Condition, path: Path = ()) -> list[str]:
        """Who must answer what before the condition can be judged."""
        return [self._wanted(test.name) for test in named_in(condition) if self._judge(test, path) is None]

    def _wanted(self, name: str) -> str:
        if name not in self._wants:
            step = self.steps.get(name.partition(".")[0])
            found = self.find(name)
            what = f"“{found[1].short or found[1].label}”" if found else f"“{name}”"
            who = ", ".join(self.title_of(role) for role in step.roles("by")) if step else "The person who asked"
            self._wants[name] = f"{who[:1].upper()}{who[1:]} has to answer {what}."
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


def _ordered(pair: Pair, reports: list[Pair], name: str) -> Pair:
    """The pair with its dates cut off at one another: an incident is not after its own report (sentence 34)."""
    happened = pair.happened.until(min(other.reported.last for other in reports))
    return Pair(pair.path, pair.incident, happened, pair.reported.since(happened.first), name)


def _name(incident: int, report: int, reports: int) -> str:
    """The report as the person counts them: by position, not by the number in the address."""
    return f"Incident {incident}, report {report}" if reports > 1 else f"Incident {incident}"


def _unknown(question: Question) -> list[str]:
    """The answers that say "I do not know"."""
    return [option.value for option in question.options if option.unknown]
