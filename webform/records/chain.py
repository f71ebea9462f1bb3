"""The chain of a case's documents: each one's hash covers the one before, so that no change goes unnoticed.

A content hash covers salt, answers and body in plain; when these are erased it says nothing about them any more, and
the chain still holds. The mark on the case is made with a key, from document to document: who edits the database
without the keys can't make it again, nor let it stand for a folder whose last documents are cut off.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import LargeBinary, Row, func, select, type_coerce

from .attachments import attachments_of, faults_of_files, items
from .bundles import Bundle
from .sealed import CannotOpen, keyed_hash, keys
from .store import db, lock_case
from .tables import Case, Document

PLAIN = (
    "case_id", "number", "kind", "step", "effect", "author", "author_role", "party_id", "filed_at", "effective_at",
    "replaces",
)  # fmt: skip
SINCE = ("occurrence", "origin")
SEALED = ("salt", "answers", "body")


def seal_document(
    case: Case,
    *,
    kind: str,
    author: str,
    author_role: str,
    filed_at: dt.datetime,
    step: str | None = None,
    effect: str = "records",
    party_id: int | None = None,
    effective_at: dt.datetime | None = None,
    replaces: int | None = None,
    occurrence: int | None = None,
    answers: Mapping[str, Any] | None = None,
    body: str | None = None,
    origin: Mapping[str, Any] | None = None,
) -> Document:
    """File a document at the end of its case. It is flushed, not committed.

    No document is filed before the one before it, though the machine's clock may have been set back meanwhile.
    """
    db.session.flush()
    lock_case(case.id)
    last = db.session.scalar(select(func.max(Document.filed_at)).where(Document.case_id == case.id))
    filed_at = max(filed_at, last or filed_at)
    document = Document(
        case=case, case_id=case.id, number=case.chain_count + 1, kind=kind, step=step, effect=effect, author=author,
        author_role=author_role, party_id=party_id, filed_at=filed_at, effective_at=effective_at or filed_at,
        replaces=replaces, occurrence=occurrence, answers=answers, body=body, origin=origin, salt=secrets.token_hex(32),
        previous_hash=case.chain_hash,
    )  # fmt: skip
    document.content_hash = _content_hash(document.salt, document.answers, document.body)
    document.hash = _hash(document)
    case.chain_count, case.chain_hash = document.number, document.hash
    case.chain_mark = _mark(case.chain_mark, document.hash)
    db.session.add(document)
    db.session.flush()
    return document


def forget(document: Document) -> None:
    """Erase what a document says and its files, for good, and every bundle that may hold a copy of them.

    That it was filed, when and by whom remains in the chain.
    """
    for attachment in attachments_of([str(item["file"]) for item in items(document.answers)]):
        if attachment.case_id == document.case_id:
            db.session.delete(attachment)
    for bundle in db.session.scalars(select(Bundle).where(Bundle.case_id == document.case_id)):
        db.session.delete(bundle)
    document.answers = document.body = document.salt = None


def verify_case(case_id: int) -> tuple[str, ...]:
    """What was changed, removed or swapped behind the service's back, in plain words; empty when all is well."""
    head = db.session.execute(
        select(Case.reference, Case.chain_count, Case.chain_hash, Case.chain_mark).where(Case.id == case_id)
    ).one()
    faults: list[str] = []
    previous, mark, expected = "", "", 1
    rows = _documents(case_id)
    for row in rows:
        faults.extend(f"document {gone} is missing" for gone in range(expected, row.number))
        faults.extend(_faults_of(row, previous if row.number == expected else row.previous_hash))
        previous, mark, expected = row.hash, _mark(mark, row.hash), row.number + 1
    faults.extend(f"document {gone} is missing" for gone in range(expected, head.chain_count + 1))
    if not faults and (head.chain_count, head.chain_hash, head.chain_mark) != (expected - 1, previous, mark):
        faults.append("its documents are not the ones that were filed last")
    faults.extend(faults_of_files(case_id, {row.number: _answers(row) for row in rows}))
    return tuple(f"Case {head.reference}: {fault}." for fault in faults)


def verify_all() -> tuple[str, ...]:
    """The faults of every case."""
    ids = db.session.scalars(select(Case.id).order_by(Case.id)).all()
    return tuple(fault for case_id in ids for fault in verify_case(case_id))


def _documents(case_id: int) -> Sequence[Row[Any]]:
    """The rows as they are stored: a sealed value that can't be opened is a finding here, not a failure."""
    columns = Document.__table__.c
    sealed = [type_coerce(columns[name], LargeBinary).label(name) for name in SEALED]
    plain = [columns[name] for name in (*PLAIN, *SINCE, "content_hash", "previous_hash", "hash")]
    return db.session.execute(select(*plain, *sealed).where(columns.case_id == case_id).order_by(columns.number)).all()


def _faults_of(row: Row[Any], previous: str) -> list[str]:
    faults = []
    if row.previous_hash != previous:
        faults.append(f"document {row.number} does not follow the one before it")
    if row.hash != _hash(row) or not _content_holds(row):
        faults.append(f"document {row.number} was changed after it was filed")
    return faults


def _content_holds(row: Row[Any]) -> bool:
    """Whether salt, answers and body are what was filed, or were erased together."""
    if row.salt is None:
        return row.answers is None and row.body is None
    try:
        salt, answers, body = (None if value is None else keys().open(bytes(value)) for value in row[-len(SEALED) :])
    except CannotOpen:
        return False
    written = None if answers is None else json.loads(answers)
    return bool(row.content_hash == _content_hash(_text(salt), written, _text(body)))


def _answers(row: Row[Any]) -> Any:
    """What the document says; nothing where it was erased or can't be opened, which is told elsewhere."""
    try:
        return None if row.answers is None else json.loads(keys().open(bytes(row.answers)))
    except CannotOpen:
        return None


def _text(plain: bytes | None) -> str | None:
    return None if plain is None else plain.decode()


def _content_hash(salt: str | None, answers: Any, body: str | None) -> str:
    return _sha256((salt or "") + canonical({"answers": answers, "body": body}))


def _hash(document: Document | Row[Any]) -> str:
    """What was not kept from the beginning is covered where there is any, so that older documents stay as they are."""
    plain = {name: getattr(document, name) for name in PLAIN}
    plain |= {name: value for name in SINCE if (value := getattr(document, name)) is not None}
    return _sha256(canonical({**plain, "previous": document.previous_hash, "content": document.content_hash}))


def _mark(before: str, document_hash: str) -> str:
    return keyed_hash("chain", before + document_hash)


def canonical(value: Any) -> str:
    """A value written in the one way that hashes and marks are made of."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_moment)


def _moment(value: Any) -> str:
    """Moments, whatever the zone they were given in. Nothing else is left to be written here."""
    if not isinstance(value, dt.datetime):
        raise TypeError(f"{type(value).__name__} has no place in a document")
    return value.astimezone(dt.UTC).isoformat()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
