"""Files on a page of a form: what was chosen joins what is there, or is refused by itself; buttons take files away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flask import request

from webform.cases.evidence import Sent, keep_file, let_go, states_of
from webform.documents.form import Page, Question
from webform.records.attachments import QUARANTINED
from webform.records.tables import Draft
from webform.rules.journey import Place, entry_answers, with_entry_answers

from . import form_groups
from .field_files import REMOVE, UPLOAD, FileField, Item
from .fields import PageForm
from .uploads import sent_to

if TYPE_CHECKING:
    from .form_pages import Filling


def fields(page_form: PageForm) -> list[FileField]:
    """The questions for files."""
    return [field for field in page_form.questions if isinstance(field, FileField)]


def show(filling: Filling, page_form: PageForm, place: Place) -> None:
    """Every question for files shows those that the draft has."""
    held = entry_answers(filling.form, filling.answers, place)
    for field in fields(page_form):
        _hold(field, held.get(field.name, ()))


def own_entry(
    filling: Filling, page: Page, asked: Sequence[Question], place: Place, typed: Mapping[str, list[str]]
) -> Place:
    """Where a page with files is saved: as any other of an entry, but looked at before its files join those there.

    It is another entry than the one that a second window has begun meanwhile if it says something else or brings a
    file that is not there; the same press twice is the same entry.
    """
    here = entry_answers(filling.form, filling.answers, place)
    files = [question.id for question in asked if question.type == "file"]
    words = PageForm(tuple(question for question in asked if question.type != "file"), filling.today)
    words.take(words.keep(request.form))
    said = words.answers() if words.validate() else None
    there = {question.id: here[question.id] for question in asked if question.id in here}
    is_same = said == {name: value for name, value in there.items() if name not in files} and not any(
        _is_new(upload.sent, here.get(name, ())) for name in files for upload in sent_to(name)
    )
    return form_groups.own_entry(filling, page, place, typed, there if is_same else None)


def _is_new(sent: Sent | None, held: Sequence[Item]) -> bool:
    return sent is not None and not any(_is_same(item, sent.stored) for item in held)


def receive(filling: Filling, page_form: PageForm, place: Place) -> None:
    """Takes in what was chosen and takes away what is to go. What is good is kept, whatever else is wrong."""
    held = entry_answers(filling.form, filling.answers, place)
    for field in fields(page_form):
        kept = _without_removed(filling, field, held.get(field.name, ()))
        _hold(field, *_with_sent(filling, field, kept))


def stays() -> bool:
    """Whether the person pressed a button that stays on the page."""
    return UPLOAD in request.form or any(name.endswith(f"-{REMOVE}") for name in request.form)


def keep(filling: Filling, page_form: PageForm, place: Place) -> None:
    """The files alone are saved, where the page as a whole can't be yet."""
    given = {field.name: field.data for field in fields(page_form)}
    if any(given.values()) or entry_answers(filling.form, filling.answers, place):
        filling.draft.answers = with_entry_answers(filling.form, filling.answers, place, given)


def _hold(field: FileField, items: Sequence[Item], faults: Sequence[str] = ()) -> None:
    states = states_of({field.name: list(items)}) if items else {}
    field.hold(items, faults, frozenset(key for key, state in states.items() if state == QUARANTINED))


def _without_removed(filling: Filling, field: FileField, items: Sequence[Item]) -> list[Item]:
    removed = request.form.get(f"{field.name}-{REMOVE}", "")
    for item in items:
        if item["file"] == removed:
            let_go(cast(Draft, filling.draft), removed)
    return [item for item in items if item["file"] != removed]


def _with_sent(filling: Filling, field: FileField, kept: list[Item]) -> tuple[list[Item], list[str]]:
    """The files with those that can join them, and what is wrong with the others. The same file joins once."""
    faults: list[str] = []
    for upload in sent_to(field.name):
        sent = upload.sent
        if sent is None or any(_is_same(item, sent.stored) for item in kept):
            continue
        if refusal := field.refusal(sent, kept):
            faults.append(refusal)
        else:
            kept = [*kept, keep_file(cast(Draft, filling.draft), sent, dt.datetime.now(dt.UTC))]
            upload.kept = True
    return kept, faults


def _is_same(item: Item, stored: Any) -> bool:
    return stored is not None and item["sha256"] == stored.sha256
