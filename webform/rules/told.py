"""What the answers tell a threshold: every report of every incident, read by what questions mean, not by their ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from webform.documents.answers import Answers, is_empty, shown
from webform.documents.condition import Both, Condition, Either, Every, Is, Not, Truth, holds, named_in
from webform.documents.form import Form, Question
from webform.documents.procedure import Procedure

from .shown import Asked, Path
from .windows import Span

Filed = Mapping[str, tuple[Form, Answers]]  # later documents that a threshold reads: their form and answers, by step
FEATURES = {
    "problem": "incident.problem",
    "place": "incident.place",
    "culprit": "incident.culprit",
    "reporter": "report.reporter",
}
WHO = {"people": "report.reporter", "agencies": "report.agency"}
LOOSE = ("text", "textarea", "address")  # two wordings of these may mean the same


@dataclass(frozen=True)
class Pair:
    """One report of one incident. `path` leads to the report's entry, `incident` to its incident's."""

    path: Path
    incident: Path
    happened: Span
    reported: Span
    name: str


class Told:
    """The answers to the opening form, with what officers have filed since, as a threshold reads them."""

    def __init__(self, procedure: Procedure, form: Form, answers: Answers, received: dt.date, filed: Filed):
        self.procedure, self.received = procedure, received
        self.opening = Asked(form, answers, received)
        self.meanings: dict[str, Question] = {
            one.means: one for page in form.pages for one in page.questions if one.means
        }
        self.later = {step: Asked(*document, received) for step, document in filed.items()}
        self.group = self._group("report") or self._group("incident")
        self.around = self.opening.chain(self.group)
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
        return tuple(self._ordered(pair, pairs) for pair in pairs)

    def _is_asked(self, path: Path) -> bool:
        groups = zip(self.around, range(len(path)), strict=True)
        return all(self.opening.question_shows(self.opening.place_of[name][2], path[:depth]) for name, depth in groups)

    def _span(self, meaning: str, path: Path) -> Span:
        return Span.read(next(iter(self.values(meaning, path)), None)).until(self.received)

    def _ordered(self, pair: Pair, pairs: list[Pair]) -> Pair:
        """The pair with its dates cut off at one another: an incident is not after its own report (sentence 34)."""
        reports = [other.reported.last for other in pairs if other.incident == pair.incident]
        happened = pair.happened.until(min(reports))
        reported = pair.reported.since(happened.first)
        return replace(pair, happened=happened, reported=reported, name=self._name(pair, pairs))

    def _name(self, pair: Pair, pairs: list[Pair]) -> str:
        """The report as the person counts them: by position, not by the number in the address."""
        incidents = list(dict.fromkeys(other.incident for other in pairs))
        reports = [other.path for other in pairs if other.incident == pair.incident]
        name = f"Incident {incidents.index(pair.incident) + 1}"
        return f"{name}, report {reports.index(pair.path) + 1}" if len(reports) > 1 else name

    # --- Single answers ------------------------------------------------------------------------------------------

    def values(self, meaning: str, path: Path) -> list[Any]:
        """The answers that mean this, seen from a report: its own, its incident's, or the form's; lists one by one."""
        question = self.asks(meaning)
        if question is None:
            return []
        found = [value for value in self.opening.values(question.id, self.around, path) if not is_empty(value)]
        single = [one for value in found for one in (value if isinstance(value, list) else [value])]
        return [one for one in single if not _is_unknown(question, one)]

    def asks(self, meaning: str) -> Question | None:
        """The question of the opening form that means this, if it asks one."""
        return self.meanings.get(meaning)

    def truth(self, condition: Condition, path: Path = ()) -> Truth:
        """Whether a condition of the procedure holds, seen from a report (or from the whole request)."""
        return holds(condition, lambda test: self._judge(test, path))

    def _judge(self, test: Is | Every, path: Path) -> Truth:
        if self.procedure.step(test.name) and isinstance(test, Is):
            is_filed = test.name in self.later or self._opens(test.name)
            return is_filed if test.value == "filed" else not is_filed if test.value == "not filed" else None
        found = self.find(test.name)
        if found is None:
            return None
        asked, question = found
        around = self.around if asked is self.opening and path else ()
        within = path if around else ()
        truth = asked.judge(self._local(replace(test, name=question.id)), around, within)
        values = asked.values(question.id, around, within) if truth is False else []
        return None if any(_is_unknown(question, value) for value in values) else truth

    def find(self, name: str) -> tuple[Asked, Question] | None:
        """The document and question of a name: a meaning, or STEP.question."""
        if question := self.asks(name):
            return self.opening, question
        step, _, rest = name.partition(".")
        asked = self.opening if self._opens(step) else self.later.get(step)
        question = asked.form.question(rest) if asked else None
        return (asked, question) if asked and question else None

    def _opens(self, step_id: str) -> bool:
        step = self.procedure.step(step_id)
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
        wanted = []
        for test in named_in(condition):
            if self._judge(test, path) is not None:
                continue
            step = self.procedure.step(test.name.partition(".")[0])
            found = self.find(test.name)
            what = f"“{found[1].short or found[1].label}”" if found else f"“{test.name}”"
            who = ", ".join(self.title_of(role) for role in step.roles("by")) if step else "The person who asked"
            wanted.append(f"{who[:1].upper()}{who[1:]} has to answer {what}.")
        return wanted

    def title_of(self, role_id: str) -> str:
        """Who that is, in words."""
        return next((role.title for role in self.procedure.roles if role.id == role_id), role_id)


def _is_unknown(question: Question, value: Any) -> bool:
    """Whether the answer is "I do not know"."""
    return any(option.unknown and option.value == value for option in question.options)
