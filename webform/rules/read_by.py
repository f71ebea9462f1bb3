"""What somebody from outside reads of the request before they answer: as little as shows whom it is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from webform.documents.answers import Answers, entries, groups_around
from webform.documents.form import Form, Question

from .apart import NAMES, plain
from .summary import Row, Section, summary

TOLD = "report.agency"  # who was told, by which reports are told apart


def what_they_read(
    form: Form, answers: Answers, meanings: Collection[str], reader: Mapping[str, Any] | None
) -> tuple[Section, ...]:  # fmt: skip
    """The answers that mean one of these, never what only officers read. `reader` is who a party is; None for a member
    of the panel that decides on all of it.

    Of reports a party reads those that went to them, of what happened what those reports were about.
    """
    theirs = None if reader is None else _places_of(form, answers, reader)
    sections = []
    for section in summary(form, answers, restricted=False):
        rows = tuple(row for row in section.rows if row.value and row.question.means in meanings)
        kept = tuple(row for row in rows if _is_open(form, row, theirs))
        if kept:
            sections.append(Section(section.title, section.path, kept))
    return tuple(sections)


def _places_of(form: Form, answers: Answers, reader: Mapping[str, Any]) -> set[tuple[int, ...]]:
    """The entries of the reports that went to the reader."""
    asked = form.meaning(TOLD)
    groups = groups_around(form, asked.id) if asked else ()
    if asked is None or not groups:
        return set()
    return {tuple(path) for path, entry in entries(form, answers, groups[-1]) if _went_to(form, asked, entry, reader)}


def _went_to(form: Form, asked: Question, entry: Answers, reader: Mapping[str, Any]) -> bool:
    """Whether a report went to them: the choice that stands for them, or a choice of several and their name."""
    given = entry.get(asked.id)
    if given is None:
        return False
    if given == reader.get("choice"):
        return True
    beside = form.meaning(NAMES[TOLD])
    named = plain(str(entry.get(beside.id) or "")) if beside else ""
    return given == reader.get("kind") and named == plain(str(reader.get("organisation") or ""))


def _is_open(form: Form, row: Row, theirs: set[tuple[int, ...]] | None) -> bool:
    """What stands in an entry is read only where one of their reports is in it; all else is about the whole case."""
    if theirs is None:
        return True
    asked = form.meaning(TOLD)
    around = groups_around(form, asked.id) if asked else ()
    mine = groups_around(form, row.question.id)
    if not mine or mine != around[: len(mine)]:
        return True
    return any(path[: len(mine)] == row.place.path for path in theirs)
