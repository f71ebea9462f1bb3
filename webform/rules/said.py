"""What a document says beyond its answers, read from its form: what its effect is about, and the band of its points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from webform.documents.answers import find, first
from webform.documents.form import Form

from .bands import BAND, band
from .folder import Filed
from .shown import Asked


def with_what_it_says(document: Filed, form: Form | None) -> Filed:
    """The document with what the answers of its form mean to the engine."""
    if form is None:
        return document
    occurrence, until = _said(form, document, "about.occurrence"), _said(form, document, "extended.to")
    reached = band(Asked(form, document.answers)) if form.bands else None
    return replace(
        document,
        answers={**document.answers, **_meanings(document, form), **({BAND: reached.id} if reached else {})},
        about=document.about or _said(form, document, "about.step"),
        gate=document.gate or _said(form, document, "about.gate"),
        occurrence=document.occurrence or (int(occurrence) if occurrence.isdecimal() else None),
        until=document.until or (date.fromisoformat(until) if until else None),
    )


def _meanings(document: Filed, form: Form) -> dict[str, Any]:
    """The answers to the opening form by what its questions mean, for conditions that ask for a meaning."""
    if form.effect != "opens-case":
        return {}
    found: dict[str, Any] = {}
    for question in (one for page in form.pages for one in page.questions if one.type != "group"):
        if question.means and (values := find(form, document.answers, question.means)):
            unknown = {option.value for option in question.options if option.unknown}
            flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
            found[question.means] = [None if isinstance(one, str) and one in unknown else one for one in flat]
    return found


def _said(form: Form, document: Filed, meaning: str) -> str:
    """The answer that means this, as a word; '' where the form does not ask for it."""
    found = first(form, document.answers, meaning)
    return str(found) if found is not None else ""
