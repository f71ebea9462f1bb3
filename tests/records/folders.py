"""Cases for tests of records."""

from __future__ import annotations

import datetime as dt
import hashlib

from webform.records.chain import seal_document
from webform.records.reference import unused_reference
from webform.records.register import enter
from webform.records.store import db
from webform.records.tables import Case, Document, Party, ProcedureVersion

NOW = dt.datetime(2026, 5, 11, 9, 0, tzinfo=dt.UTC)
VERSION = hashlib.sha256(b"{}").hexdigest()[:16]  # of rules that say nothing
NAME, EMAIL, WORDS = "Aurelia Quickenborough", "aurelia.q@example.org", "Drums at three every night"


def open_case() -> Case:
    """A new case with an applicant, flushed."""
    if db.session.get(ProcedureVersion, VERSION) is None:
        db.session.add(ProcedureVersion(version=VERSION, area="north", format=1, body={}, first_used_at=NOW))
    case = Case(
        reference=unused_reference(),
        area="north",
        version=VERSION,
        stage="application",
        channel="online",
        received_at=NOW,
        opened_at=NOW,
        headline=WORDS,
    )
    person = {"name": NAME, "email": EMAIL, "phone": "020 7946 0018", "address": {"postcode": "SM4 5DX"}}
    db.session.add(Party(case=case, role="applicant", person=person, joined_at=NOW))
    enter(case)
    return case


def file(case: Case, words: str = WORDS) -> Document:
    """One more document of the case, flushed."""
    return seal_document(
        case, kind="form", step="request", author="applicant", author_role="applicant", filed_at=NOW,
        answers={"what": words, "incidents": [{"entry": 1}]}, body=words,
    )  # fmt: skip


def folder_of(count: int) -> Case:
    """A committed case with so many documents."""
    case = open_case()
    for number in range(count):
        file(case, f"{WORDS} {number}")
    db.session.commit()
    return case
