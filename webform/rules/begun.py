"""What stands in a form when an officer begins to fill it in: what is known from other documents of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from webform.documents.answers import Answers, is_empty, shown
from webform.documents.form import Form, Question


class Paper(Protocol):
    """A document as far as it matters here."""

    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str | None: ...
    @property
    def answers(self) -> Any: ...


def begun(form: Form, step: str, forms: Mapping[str, Form], papers: Iterable[Paper]) -> dict[str, Any]:
    """The answers to begin with: those of the last time that the step was done, else what its questions begin with."""
    filed = {paper.step: paper for paper in papers if paper.answers and paper.kind in forms}
    before = filed.get(step)
    if before is not None and before.kind == form.id:
        return dict(before.answers)
    asked = (one for page in form.pages if not page.each for one in page.questions if one.begins_with)
    found = ((one.id, _taken_over(one, filed, forms)) for one in asked)
    return {name: value for name, value in found if not is_empty(value)}


def _taken_over(question: Question, filed: Mapping[str | None, Paper], forms: Mapping[str, Form]) -> Any:
    """The answer that it begins with; in words where the other question is of another kind."""
    step, _, name = question.begins_with.partition(".")
    paper = filed.get(step)
    other = forms[paper.kind].question(name) if paper else None
    if paper is None or other is None:
        return None
    value = paper.answers.get(name)
    if other.type == question.type:
        return value
    return _lines(forms[paper.kind], name, value) if other.type == "group" else shown(other, value)


def _lines(form: Form, group: str, entries: Any) -> str:
    """One line for each entry, with what is said in it."""
    asked = [one for page in form.pages if page.each == group for one in page.questions if not one.private]
    return "\n".join(_line(asked, entry) for entry in entries or ())


def _line(asked: Iterable[Question], entry: Answers) -> str:
    said = (shown(one, entry.get(one.id)) for one in asked if one.type not in ("email", "phone", "group"))
    return "; ".join(" ".join(words.split()) for words in said if words)
