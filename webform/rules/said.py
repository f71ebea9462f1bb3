"""What a document says beyond its answers, read from its form: what its effect is about, and the band of its points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from webform.documents.answers import find, first
from webform.documents.form import Form

from .agreement import agreement_in
from .bands import BAND, band
from .folder import Filed, NotKnown
from .shown import Asked

NOTHING: frozenset[str] = frozenset()


def with_what_it_says(document: Filed, form: Form | None) -> Filed:
    """The document with what the answers of its form mean to the engine."""
    if form is None:
        return document
    occurrence, until = _said(form, document, "about.occurrence"), _said(form, document, "extended.to")
    reached = band(Asked(form, document.answers)) if form.bands else None
    answers = _with_doubts(form, dict(document.answers)) if form.layout.unknown else dict(document.answers)
    return replace(
        document,
        answers={**answers, **_meanings(form, answers), **({BAND: reached.id} if reached else {})},
        about=document.about or _said(form, document, "about.step"),
        gate=document.gate or _said(form, document, "about.gate"),
        occurrence=document.occurrence or (int(occurrence) if occurrence.isdecimal() else None),
        agreement=document.agreement or agreement_in(form, document.answers),
        until=document.until or (date.fromisoformat(until) if until else None),
    )


def _with_doubts(form: Form, answers: Any) -> Any:
    """The answers, entries of groups included, with those marked that say "I do not know"."""
    if isinstance(answers, list):
        return [_with_doubts(form, one) for one in answers]
    if not isinstance(answers, dict):
        return answers
    unknown = form.layout.unknown
    return {key: _doubtful(unknown.get(key, NOTHING), _with_doubts(form, value)) for key, value in answers.items()}


def _doubtful(unknown: frozenset[str], value: Any) -> Any:
    return NotKnown(value) if unknown and isinstance(value, str) and value in unknown else value


def _meanings(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to the opening form by what its questions mean, for conditions that ask for a meaning."""
    if form.effect != "opens-case":
        return {}
    meant = [one.means for page in form.pages for one in page.questions if one.means and one.type != "group"]
    found = {name: find(form, answers, name) for name in meant}
    return {
        name: [one for value in values for one in (value if isinstance(value, list) else [value])]
        for name, values in found.items()
        if values
    }


def _said(form: Form, document: Filed, meaning: str) -> str:
    """The answer that means this, as a word; '' where the form does not ask for it."""
    found = first(form, document.answers, meaning)
    return str(found) if found is not None else ""
