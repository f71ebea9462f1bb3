"""What a correction changes: which documents stand, what each answer was before, and which form asks why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from webform.documents.answers import Answers
from webform.documents.form import Form, Question

from .journey import Place
from .summary import summary

CORRECTS, ON = "corrects", "corrected.on"
# What a form may do and still be corrected: the others did something at the time that is not undone by other words.
CAN_BE_CORRECTED = ("opens-case", "records")
Asked = tuple[Place, str]  # a question, where it is asked


class Paper(Protocol):
    """A document as far as it matters here."""

    @property
    def number(self) -> int: ...
    @property
    def replaces(self) -> int | None: ...


Kept = TypeVar("Kept", bound=Paper)


@dataclass(frozen=True)
class Change:
    """One answer that a correction changed: '' where nothing was, or is."""

    label: str
    was: str
    now: str


def that_stand(papers: Sequence[Kept]) -> list[Kept]:
    """Those that no other one corrects, in order."""
    corrected = {one.replaces for one in papers}
    return [one for one in papers if one.number not in corrected]


def in_place_of(papers: Iterable[Kept], number: int) -> Kept | None:
    """What stands now in the place of a document: itself, or its last correction."""
    papers = list(papers)
    found = next((one for one in papers if one.number == number), None)
    while found and (later := next((one for one in papers if one.replaces == found.number), None)):
        found = later
    return found


def before_correction(papers: Iterable[Kept], paper: Kept) -> list[Kept]:
    """The document and those that it stands in the place of, the first one last."""
    numbered, found = {one.number: one for one in papers}, [paper]
    while earlier := numbered.get(found[-1].replaces or 0):
        found.append(earlier)
    return found


def correcting_form(forms: Mapping[str, Form]) -> Form | None:
    """The form that asks why something is corrected."""
    return next((form for form in forms.values() if form.effect == CORRECTS), None)


def to_correct(asks_why: Form, original: Form) -> Form:
    """One form of both: why it is corrected, then everything that the original asks."""
    kept = {"flags": original.flags, "bands": original.bands, "second_person": original.second_person}
    return asks_why.model_copy(update={**kept, "pages": (*asks_why.pages, *original.pages), "needs": original.needs})


def to_redate(asks_why: Form) -> Form:
    """What is asked of a document of which only the day can be wrong."""
    pages = (
        page.model_copy(update={"questions": tuple(_must_say(question) for question in page.questions)})
        for page in asks_why.pages
    )
    return asks_why.model_copy(update={"pages": tuple(pages)})


def _must_say(question: Question) -> Question:
    return question.model_copy(update={"required": True, "hint": ""}) if question.means == ON else question


def changes(form: Form, before: Answers, after: Answers) -> list[Change]:
    """What the one says that the other does not."""
    was, now = _rows(form, before), _rows(form, after)
    found = [(was.get(asked, ("", ""))[1], *now.get(asked, ("", ""))) for asked in {**was, **now}]
    labels = [(now.get(asked) or was[asked])[0] for asked in {**was, **now}]
    return [Change(label, old, new) for label, (old, _label, new) in zip(labels, found, strict=True) if old != new]


def before_it(form: Form, before: Answers, after: Answers) -> dict[Asked, str]:
    """What stood before each answer that a correction changed or added, by the question; '' where nothing did."""
    was, now = _rows(form, before), _rows(form, after)
    return {asked: was.get(asked, ("", ""))[1] for asked, row in now.items() if was.get(asked, ("", ""))[1] != row[1]}


def _rows(form: Form, answers: Answers) -> dict[Asked, tuple[str, str]]:
    """Label and words of each question that is asked."""
    rows = (row for section in summary(form, answers) for row in section.rows)
    return {(row.place, row.question.id): (row.label, row.value) for row in rows if row.value}
