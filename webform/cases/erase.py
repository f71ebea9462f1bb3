"""Erasing for good: what a case said, its files, its people and its emails; a draft whose owner takes it back.

That there was a case, and which documents it had, remains: their hashes, without salt and content, say nothing of it.
Which rows stay is named here. Whatever else belongs to a case, also what is added to the service one day, goes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from webform.records.columns import SEALED, SealedBytes, SealedJSON
from webform.records.erasures import note
from webform.records.store import db, lock_case
from webform.records.tables import Attachment, Case, Draft, Message

from .drafts import erase_draft

NOTHING: dict[str, Any] = {}
EMPTIED: dict[str, Any] = {"headers": {}, "last_error": None}
# The rows that stay, since others name them, or since a number of theirs must never be given to another; and what is
# taken out of them beside all that is sealed.
STAY: Mapping[str, Callable[[dt.datetime], dict[str, Any]]] = {
    "documents": lambda now: NOTHING,
    "case_links": lambda now: NOTHING,
    "figure_days": lambda now: NOTHING,  # that there was such a case is still counted
    "parties": lambda now: {"word_hash": None},
    "links": lambda now: {"revoked_at": now, "code_digest": None},
    "colleagues": lambda now: {"email_digest": "", "word_hash": None, "left_at": now},
    "messages": lambda now: EMPTIED | {"emptied_at": now},
}


def erase_case(case: Case, now: dt.datetime) -> None:
    """Erase a case, and write down that it was. Nothing is committed here."""
    lock_case(case.id)
    note("case", case.reference, now)
    _remove_files(case)
    for table in reversed(db.metadata.sorted_tables):
        for column in _columns_to(Case.__table__, table):
            _wipe(table, column == case.id, now)
    case.headline, case.flags, case.draft_key, case.erased_at = None, [], None, now
    case.closed_at = case.closed_at or now  # an older backup may have it open
    case.next_on = None
    db.session.flush()
    db.session.expire_all()  # rows were changed without the session


def erase_own_draft(draft: Draft, now: dt.datetime) -> None:
    """Erase a draft because its owner wants it gone: no backup brings it back either."""
    note("draft", draft.key_digest, now)
    erase_draft(draft)


def empty(messages: sa.ColumnElement[bool], now: dt.datetime) -> int:
    """Take the words out of emails, and to whom they went. That they went stays on record. How many."""
    fits = (messages, Message.emptied_at.is_(None))
    ids = list(db.session.scalars(sa.select(Message.id).where(*fits)))
    if ids:
        _wipe(Message.__table__, Message.id.in_(ids), now)
    return len(ids)


def _remove_files(case: Case) -> None:
    """Rows that have files go one by one, which takes the files along: of the case, of its drafts and the like."""
    owners: list[Any] = [one.mapper.class_ for one in sa.inspect(Attachment).relationships]
    for kind in (Attachment, *owners):
        for column in _columns_to(Case.__table__, kind.__table__):
            for row in db.session.scalars(sa.select(kind).where(column == case.id)):
                db.session.delete(row)
    db.session.flush()


def _columns_to(target: Any, table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table by which a row belongs to one of the target."""
    return [key.parent for key in table.foreign_keys if key.column.table is target]


def _wipe(table: Any, fits: sa.ColumnElement[bool], now: dt.datetime) -> None:
    """Take those rows away, or, where they stay, what they say."""
    if table.name not in STAY:
        db.session.execute(sa.delete(table).where(fits))
        return
    values = {column.name: _blank(column) for column in table.columns if isinstance(column.type, SEALED)}
    if values := values | STAY[table.name](now):
        db.session.execute(sa.update(table).where(fits).values(values))


def _blank(column: sa.Column[Any]) -> Any:
    """What is left in a sealed column: nothing, or the emptiest value of its kind where there has to be one."""
    if column.nullable:
        return None
    kind = column.type
    return {} if isinstance(kind, SealedJSON) else b"" if isinstance(kind, SealedBytes) else ""
