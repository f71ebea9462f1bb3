"""A form's answers as a person reads them: for check-your-answers, the referral, letters and the page on paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webform.documents.answers import Answers, groups_around, is_empty, points_of, shown
from webform.documents.form import Form, Question
from webform.words import capital

from .journey import Place, Way
from .shown import ENTRY, Asked, Path, entries_of


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
    way = Way(form, answers)
    for place in way.places:
        rows = tuple(_rows(way.asked, place, restricted))
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
    way = Way(form, answers)
    scored = [(one, place) for place in way.places for one in way.questions(place) if one.type == "score"]
    given = [points_of(one, _given(way.asked, place).get(one.id)) for one, place in scored]
    return sum(given) if scored else None


def _given(asked: Asked, place: Place) -> Answers:
    """What was answered where this place stands."""
    return asked.holder(asked.layout.pages[place.page].each, place.path)


def _rows(asked: Asked, place: Place, restricted: bool) -> list[Row]:
    given = _given(asked, place)
    return [
        _row(question, given.get(question.id), place)
        for question in asked.layout.pages[place.page].questions
        if asked.question_shows(question, place.path) and (restricted or not question.private)
    ]


def _row(question: Question, value: Any, place: Place) -> Row:
    files = tuple(value or ()) if question.type == "file" else ()
    return Row(question, question.short or question.label, shown(question, value), place, files)


def _title(form: Form, answers: Answers, place: Place) -> str:
    """The section's heading: the page's caption, or the entry it belongs to, by position and not by its number."""
    page = form.layout.pages[place.page]
    if page.each is None:
        return page.caption
    parts = []
    holder: Mapping[str, Any] = answers
    for group, number in zip((*groups_around(form, page.each), page.each), place.path, strict=True):
        entries = holder.get(group, [])
        # A required group without entries is asked for a first one that does not exist yet.
        found = [(at, entry) for at, entry in enumerate(entries, 1) if entry[ENTRY] == number]
        position, holder = found[0] if found else (len(entries) + 1, {})
        question = form.question(group)
        parts.append(f"{question.entry if question and question.entry else 'entry'} {position}")
    return capital(", ".join(parts))


def prune(form: Form, answers: Answers) -> dict[str, Any]:
    """The answers to what is asked in the end: what a later answer made needless is not sent."""
    return _pruned(Asked(form, answers), answers, None, ())


def mark_of(form: Form, answers: Answers) -> str:
    """What tells these answers, as they would be sent, from any others."""
    return hashlib.sha256(json.dumps(prune(form, answers), sort_keys=True).encode()).hexdigest()[:16]


def _pruned(asked: Asked, given: Answers, group: str | None, path: Path) -> dict[str, Any]:
    kept: dict[str, Any] = {ENTRY: given[ENTRY]} if group else {}
    for page in asked.form.pages:
        if page.each != group or not asked.page_shows(page, path):
            continue
        for question in page.questions:
            value = given.get(question.id)
            if is_empty(value) or not asked.question_shows(question, path):
                continue
            if question.type == "group":
                entries = entries_of(given, question.id)
                value = [_pruned(asked, entry, question.id, (*path, entry[ENTRY])) for entry in entries]
            kept[question.id] = value
    return kept
