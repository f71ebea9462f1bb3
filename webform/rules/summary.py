"""A form's answers as a person reads them: for check-your-answers, the referral, letters and the page on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webform.documents.answers import Answers, groups_around, is_empty, points_of, shown
from webform.documents.form import Form, Question

from .journey import Place, entry_answers, places, questions, shows


@dataclass(frozen=True)
class Row:
    """One question and its answer; `place` is where it can be changed."""

    question: Question
    label: str
    value: str
    place: Place
    files: tuple[Mapping[str, Any], ...] = ()  # the files that the answer names


@dataclass(frozen=True)
class Section:
    """Rows under one heading: a caption of the form, or one entry of a group ("Incident 2, report 1")."""

    title: str
    path: tuple[int, ...]
    rows: tuple[Row, ...]


def summary(form: Form, answers: Answers, restricted: bool = True) -> tuple[Section, ...]:
    """What was asked and answered, in the form's order. `restricted=False` leaves out what only officers may see."""
    sections: list[Section] = []
    for place in places(form, answers):
        rows = tuple(_rows(form, answers, place, restricted))
        title = _title(form, answers, place)
        if not rows:
            continue
        at = _belongs_to(sections, title, place)
        if at is None:
            sections.append(Section(title, place.path, rows))
        else:
            sections[at] = Section(title, place.path, sections[at].rows + rows)
    return tuple(sections)


def _belongs_to(sections: list[Section], title: str, place: Place) -> int | None:
    """The section that a page's rows join: the last one, or its own entry's, which inner entries may have cut off."""
    candidates = range(len(sections)) if place.path else range(max(0, len(sections) - 1), len(sections))
    return next((at for at in candidates if (sections[at].title, sections[at].path) == (title, place.path)), None)


def points(form: Form, answers: Answers) -> int | None:
    """What the answers to the score questions add up to; None for a form that scores nothing."""
    asked = [(place, question) for place in places(form, answers) for question in _scored(form, answers, place)]
    given = [points_of(one, entry_answers(form, answers, place).get(one.id)) for place, one in asked]
    return sum(given) if asked else None


def _scored(form: Form, answers: Answers, place: Place) -> list[Question]:
    return [one for one in questions(form, answers, place) if one.type == "score"]


def _rows(form: Form, answers: Answers, place: Place, restricted: bool) -> list[Row]:
    page = next(page for page in form.pages if page.id == place.page)
    given = entry_answers(form, answers, place)
    return [
        _row(question, given.get(question.id), place)
        for question in page.questions
        if shows(question, form, answers, place.path) and (restricted or not question.private)
    ]


def _row(question: Question, value: Any, place: Place) -> Row:
    files = tuple(value or ()) if question.type == "file" else ()
    return Row(question, question.short or question.label, shown(question, value), place, files)


def _title(form: Form, answers: Answers, place: Place) -> str:
    """The section's heading: the page's caption, or the entry it belongs to, by position and not by its number."""
    page = next(page for page in form.pages if page.id == place.page)
    if page.each is None:
        return page.caption
    parts = []
    holder: Mapping[str, Any] = answers
    for group, number in zip((*groups_around(form, page.each), page.each), place.path, strict=True):
        entries = holder.get(group, [])
        # A required group without entries is asked for a first one that does not exist yet.
        found = [(at, entry) for at, entry in enumerate(entries, 1) if entry["entry"] == number]
        position, holder = found[0] if found else (len(entries) + 1, {})
        question = form.question(group)
        parts.append(f"{question.entry if question and question.entry else 'entry'} {position}")
    return ", ".join(parts).capitalize()


def prune(form: Form, answers: Answers) -> dict[str, Any]:
    """The answers to what is asked in the end: what a later answer made needless is not sent."""
    return _pruned(form, answers, answers, None, ())


def _pruned(form: Form, answers: Answers, given: Answers, group: str | None, path: tuple[int, ...]) -> dict[str, Any]:
    kept: dict[str, Any] = {"entry": given["entry"]} if group else {}
    for page in form.pages:
        if page.each != group or not shows(page, form, answers, path):
            continue
        for question in page.questions:
            value = given.get(question.id)
            if is_empty(value) or not shows(question, form, answers, path):
                continue
            if question.type == "group":
                value = [
                    _pruned(form, answers, entry, question.id, (*path, entry["entry"])) for entry in given[question.id]
                ]
            kept[question.id] = value
    return kept
