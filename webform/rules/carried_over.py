"""What was said on one form, laid into another by what the questions mean.

Of the same form every question is carried over. A declaration never is: who agrees to one thing has not agreed to the
next. Nor is an answer that the other form could not have been given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webform.documents.answers import Answers, is_empty, shown
from webform.documents.form import Form, Question

from .journey import missing, places
from .shown import ENTRY, entries_of

TEXTS = ("text", "textarea", "email", "phone", "postcode", "time")


@dataclass(frozen=True)
class Said:
    """A form with what was answered to it; inside a `group`, the answers of one entry."""

    form: Form
    answers: Answers
    group: str | None = None

    def of(self, form: Form, question: Question) -> tuple[Question, Any] | None:
        """The question that stands for one of another form, and its answer; None where nothing was said."""
        same = self.form.id == form.id
        own = self.form.question(question.id) if same else self.form.meaning(question.means) if question.means else None
        page = self.form.page_of(own.id) if own else None
        if own is None or page is None or page.each != self.group or own.type == "declaration":
            return None
        value = self.answers.get(own.id)
        return None if is_empty(value) else (own, value)


def carried_over(form: Form, said: Iterable[Said]) -> dict[str, Any]:
    """Answers to the form, each from the first of those that say something which fits."""
    return _filled(form, None, tuple(said))


def _filled(form: Form, group: str | None, said: Sequence[Said]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for page in form.pages:
        for question in page.questions if page.each == group else ():
            values = (_carried(form, question, one) for one in said)
            value = next((value for value in values if not is_empty(value)), None)
            if value is not None:
                found[question.id] = value
    return found


def _carried(form: Form, question: Question, said: Said) -> Any:
    known = said.of(form, question)
    if known is None:
        return None
    own, value = known
    if question.type == "group" and own.type == "group":
        inner = (Said(said.form, entry, own.id) for entry in entries_of(said.answers, own.id))
        entries = (_filled(form, question.id, (one,)) for one in inner)
        return [{ENTRY: number, **entry} for number, entry in enumerate((one for one in entries if one), start=1)]
    if question.type in TEXTS and own.type not in TEXTS:
        return shown(own, value)
    return _fitting(question, value)


def _fitting(question: Question, value: Any) -> Any:
    """The answer as this question would have been given it; None where it could not have been."""
    match question.type:
        case "radios" | "score":
            return value if value in [option.value for option in question.options] else None
        case "checkboxes":
            known = [option.value for option in question.options]
            return [one for one in value if one in known] if isinstance(value, list) else None
        case "yes-no":
            return value if value in ("yes", "no") else None
        case "number":
            return value if isinstance(value, int) else None
        case "date":
            return value if _is_day(value) else None
        case "approximate-date":
            return value if isinstance(value, Mapping) and "earliest" in value else None
        case "address":
            return value if isinstance(value, Mapping) and "line1" in value else None
        case kind if kind in TEXTS:
            return value if isinstance(value, str) else None
    return None


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def unanswered(form: Form, answers: Answers) -> tuple[str, ...]:
    """What the form asks for and nobody has said, in its own words."""
    gaps = (question for place in places(form, answers) for question in missing(form, answers, place))
    return tuple(dict.fromkeys(question.short or question.label for question in gaps))


def without(said: Said, about: Iterable[str]) -> Said:
    """The same without what it says about somebody: `about` are the beginnings of meanings, such as "applicant."."""
    beginnings = tuple(about)
    told = {one.id for page in said.form.pages for one in page.questions if (one.means or "").startswith(beginnings)}
    return Said(said.form, {key: value for key, value in said.answers.items() if key not in told}, said.group)
