"""Answers as they are kept, and how a person reads them. The one place that knows their shapes.

By question type: text, textarea, email, phone, postcode, radios, score: the string (of radios and score the option's
value); number: int; time: ``"HH:MM"``; yes-no: ``"yes"`` or ``"no"``; checkboxes: list of option values;
declaration: ``"yes"``; date: ``"YYYY-MM-DD"``; approximate-date: ``{"earliest", "latest", "words"}``, ISO dates or None
(equal: exact; both None: unknown); address: ``{"line1", "line2", "town", "postcode"}``; group: list of entries, each a
dict of its answers with ``"entry"``, a number that is never given twice; file: list of ``{"file", "name", "type",
"size", "sha256"}``, where "file" is what the records call it and "name" what its sender did. An unanswered question has
no key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from webform.words import clock_time, month
from webform.words import gettext as _

from .files import shown_file
from .form import Form, Option, Question

Answers = Mapping[str, Any]
ADDRESS_PARTS = ("line1", "line2", "town", "postcode")


def written_date(day: dt.date) -> str:
    """A date as letters and pages write it: 3 May 2026."""
    return f"{day.day} {month(day.month)} {day.year}"


def yes_no() -> tuple[Option, Option]:
    """The two answers to a question of yes or no."""
    return Option(value="yes", label=_("Yes")), Option(value="no", label=_("No"))


def shown(question: Question, value: Any) -> str:
    """The answer in words; lines of an address or a long text are parted by line breaks. '' where unanswered."""
    if is_empty(value):
        return ""
    match question.type:
        case "yes-no":
            return _("Yes") if value == "yes" else _("No")
        case "declaration":
            return _("Agreed")
        case "radios" | "score":
            return _chosen(question, value)
        case "checkboxes":
            return "\n".join(_label(question, one) for one in value)
        case "date" | "time" | "approximate-date":
            return _shown_when(question, value)
        case "address":
            return "\n".join(value[part] for part in ADDRESS_PARTS if value.get(part))
        case "file" | "group":
            return _shown_list(question, value)
        case _:
            return str(value)


def _shown_when(question: Question, value: Any) -> str:
    if question.type == "approximate-date":
        return _shown_range(value)
    if question.type == "time":
        return clock_time(dt.time.fromisoformat(value))
    return written_date(dt.date.fromisoformat(value))


def _shown_list(question: Question, value: Sequence[Mapping[str, Any]]) -> str:
    """The name of each file; of a group's entries how many there are."""
    if question.type == "file":
        return "\n".join(shown_file(one) for one in value)
    one = question.entry or "entry"
    return f"{len(value)} {one if len(value) == 1 else question.entries or f'{one}s'}"


def _label(question: Question, value: str) -> str:
    return next((option.label for option in question.options if option.value == value), value)


def points_of(question: Question, value: Any) -> int:
    """The points of an answer to a score question."""
    return next((option.points for option in question.options if option.value == value), 0)


def _chosen(question: Question, value: str) -> str:
    if question.type != "score":
        return _label(question, value)
    points = points_of(question, value)
    return f"{_label(question, value)} ({points} point{'' if points == 1 else 's'})"


def _shown_range(value: Mapping[str, Any]) -> str:
    earliest, latest = date_range(value)
    words = str(value.get("words") or "")
    if earliest is None or latest is None:
        return _("Not known: %(words)s", words=words) if words else _("Not known")
    if earliest == latest:
        dates = written_date(earliest)
    else:
        dates = _("Between %(earliest)s and %(latest)s", earliest=written_date(earliest), latest=written_date(latest))
    return f"{dates} ({words})" if words else dates


def date_range(value: Any) -> tuple[dt.date | None, dt.date | None]:
    """The first and last day that a date or approximate date may mean; (None, None) where it is unknown."""
    if isinstance(value, str):
        day = dt.date.fromisoformat(value)
        return day, day
    if not isinstance(value, Mapping) or not value.get("earliest") or not value.get("latest"):
        return None, None
    return dt.date.fromisoformat(value["earliest"]), dt.date.fromisoformat(value["latest"])


def is_empty(value: Any) -> bool:
    """Whether nothing was answered: missing, blank, or a list or address without content.

    An approximate date that is not known is an answer: the person said that they do not know.
    """
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return "earliest" not in value and all(is_empty(part) for part in value.values())
    return value is None or value == []


def groups_around(form: Form, question_id: str) -> tuple[str, ...]:
    """The group questions that a question stands in, outermost first."""
    page = form.page_of(question_id)
    if page is None or page.each is None:
        return ()
    return (*groups_around(form, page.each), page.each)


def entries(form: Form, answers: Answers, group: str) -> Iterator[tuple[tuple[int, ...], Answers]]:
    """Every entry of a group, with its number and those of the entries around it; the form itself for no group."""
    yield from _entries(answers, (*groups_around(form, group), group) if group else ())


def _entries(answers: Answers, groups: tuple[str, ...]) -> Iterator[tuple[tuple[int, ...], Answers]]:
    if not groups:
        yield (), answers
        return
    for entry in answers.get(groups[0], ()):
        for path, found in _entries(entry, groups[1:]):
            yield (int(entry.get("entry", 0)), *path), found


def find(form: Form, answers: Answers, meaning: str) -> list[Any]:
    """Every answer to the question that means this, entry by entry, in the order they were given."""
    question = form.meaning(meaning)
    if question is None:
        return []
    holders = _holders(answers, groups_around(form, question.id))
    return [holder[question.id] for holder in holders if not is_empty(holder.get(question.id))]


def first(form: Form, answers: Answers, meaning: str) -> Any | None:
    """The first answer that means this, or None."""
    return next(iter(find(form, answers, meaning)), None)


def _holders(answers: Answers, groups: tuple[str, ...]) -> Iterator[Answers]:
    """The dicts that hold a question's answers: the top one, or each entry of its group."""
    if not groups:
        yield answers
        return
    for entry in answers.get(groups[0], ()):
        yield from _holders(entry, groups[1:])
