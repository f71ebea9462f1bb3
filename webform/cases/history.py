"""What came before: the linked cases of a case, with how they ended and how long before it they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from webform.documents.answers import first
from webform.documents.form import Form
from webform.records.reference import shown_reference
from webform.records.tables import Case
from webform.rules.calendar import day_of
from webform.rules.summary import summary

from .desk import case_of, linked_cases
from .folder import standing_documents
from .pinned import form_of, rules_of

MONTHS, COUNT, LINKED_TO = "linked.months", "linked.count", "linked.to"


@dataclass(frozen=True)
class Beside:
    """A linked case: whole months before this one (None where it came later), how far it is and what was decided."""

    case: Case
    months: int | None
    stage: str
    decided: tuple[tuple[str, str, dt.datetime], ...]


def beside(case: Case) -> list[Beside]:
    """The linked cases, the latest first."""
    found = sorted(linked_cases(case), key=lambda other: other.received_at, reverse=True)
    return [Beside(other, _months(other, case), _stage(other), tuple(_decided(other))) for other in found]


def known_of_earlier(case: Case, form: Form, reference: str) -> dict[str, Any]:
    """How long before this one the case of that reference came, and how many came before with it, as the answers of a
    form that asks for them."""
    other = case_of(case.area, reference)
    months = _months(other, case) if other else None
    if other is None or months is None:
        return {}
    known = {MONTHS: months, COUNT: len({reference, *_called_earlier(case), *_called_earlier(other)})}
    asked = ((form.meaning(name), said) for name, said in known.items())
    return {question.id: said for question, said in asked if question}


def _called_earlier(case: Case) -> Iterator[str]:
    """The references of the cases that somebody has put on record as earlier requests of the same person."""
    for paper in standing_documents(case):
        form = form_of(paper)
        if form and paper.answers and first(form, paper.answers, MONTHS) is not None:
            yield shown_reference(str(first(form, paper.answers, LINKED_TO)))


def _months(earlier: Case, case: Case) -> int | None:
    before, day = day_of(earlier.received_at), day_of(case.received_at)
    if earlier.received_at >= case.received_at:
        return None
    return (day.year - before.year) * 12 + day.month - before.month - (day.day < before.day)


def _stage(case: Case) -> str:
    return next((stage.title for stage in rules_of(case)[0].stages if stage.id == case.stage), "")


def _decided(case: Case) -> list[tuple[str, str, dt.datetime]]:
    """Each decision on record: what was decided, how, and when. A decision is a form that not everybody may file."""
    named, found = rules_of(case)[0].named, []
    for paper in standing_documents(case):
        form = form_of(paper)
        if form and form.needs == "decide" and form.effect == "records" and paper.step and paper.answers:
            rows = [row for section in summary(form, paper.answers) for row in section.rows if row.value]
            found += [(named(paper.step), row.value, paper.effective_at) for row in rows[:1]]
    return found
