"""What columns let in and give back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import StatementError

from tests.records.folders import EMAIL, NAME, NOW, WORDS, file, folder_of
from webform.records.frozen import thaw
from webform.records.sealed import CannotOpen
from webform.records.store import db
from webform.records.tables import Case, Document, Draft, Message, Officer, Task


def _everything(table: str) -> bytes:
    """Every value of a table as the database keeps it."""
    rows = db.session.execute(sa.select(sa.text("*")).select_from(sa.table(table))).all()
    return b"|".join(
        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for row in rows for cell in row
    )


def test_a_moment_without_a_zone_is_refused(case: Case) -> None:
    """Nobody can store a time that means something else in summer than in winter."""
    case.seen_at = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="no time zone"):
        db.session.flush()


def test_moments_come_back_in_utc(case: Case) -> None:
    """Whatever zone a moment was given in, it is the same moment afterwards, to the microsecond, and says UTC."""
    given = dt.datetime(2026, 7, 1, 0, 30, 0, 123456, tzinfo=ZoneInfo("Europe/London"))
    case.seen_at = given
    db.session.commit()
    assert case.seen_at == given
    assert case.seen_at.tzinfo is dt.UTC
    assert db.session.scalar(sa.select(Case.id).where(Case.seen_at == given)) == case.id


def test_nothing_personal_is_readable_in_the_database(store: Flask) -> None:
    """Of names, addresses, answers, letters, mail and codes no word stands in the database in plain."""
    case = folder_of(1)
    case.flags = [{"id": "danger", "label": WORDS, "alarm": True}]
    secret = {"recipient": EMAIL, "subject": WORDS, "text": WORDS, "html": WORDS}
    times = {"created_at": NOW, "next_try_at": NOW}
    db.session.add(Message(message_id="<1@example.org>", letter="receipt", purpose="to-applicant", **secret, **times))
    db.session.add(Task(kind="refused", says=EMAIL, created_at=NOW))
    kept = {"created_at": NOW, "touched_at": NOW, "expires_at": NOW}
    db.session.add(
        Draft(key_digest="d", area="north", form="f", version="v1", email=EMAIL, answers={"name": NAME}, **kept)
    )
    db.session.add(Officer(email="o@example.org", name="O", area="north", role="spoc", us_totp_secrets=WORDS))
    db.session.commit()
    stored = b"".join(_everything(table.name) for table in db.metadata.sorted_tables)
    assert case.reference.encode() in stored
    for word in (NAME, "Quickenborough", EMAIL, "aurelia", WORDS, "Drums", "SM4 5DX", "7946 0018"):
        assert word.encode() not in stored


def test_no_personal_byte_is_in_the_file(app: Flask) -> None:
    """The SQLite file and its log, byte by byte, hold no personal word."""
    with app.app_context():
        folder_of(3)
        file = Path(str(db.engine.url.database))
        stored = file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()
    assert b"north" in stored
    assert b"Quickenborough" not in stored
    assert b"Drums" not in stored


def test_sealed_json_comes_back_frozen(case: Case) -> None:
    """What was loaded can't be changed in place: the change would be lost without a word."""
    db.session.expire_all()
    with pytest.raises(TypeError):
        case.parties[0].person["name"] = "Somebody else"


def test_json_is_frozen_when_it_is_assigned(case: Case) -> None:
    """A value that was assigned is taken as it is then; changing its source later changes neither row nor object."""
    source: dict[str, Any] = {"email_safe": "yes", "notes": []}
    party = case.parties[0]
    party.contact = source
    source["notes"].append("later")
    db.session.commit()
    assert party.contact == {"email_safe": "yes", "notes": []}
    with pytest.raises(TypeError):
        party.contact["email_safe"] = "no"


def test_a_whole_new_value_is_saved(case: Case) -> None:
    """The way to change stored JSON, thaw and assign, is kept by the database."""
    party = case.parties[0]
    person = thaw(party.person)
    person["address"]["postcode"] = "SM4 5DY"
    party.person = person
    db.session.commit()
    db.session.expire_all()
    assert party.person["address"]["postcode"] == "SM4 5DY"


def test_a_swapped_byte_is_noticed_on_reading(case: Case) -> None:
    """A sealed value that somebody edited in the database is refused, not shown."""
    db.session.execute(sa.update(sa.table("cases", sa.column("headline"))).values(headline=b"\x01rubbish"))
    db.session.expire_all()
    with pytest.raises(CannotOpen):
        _ = case.headline


def test_nothing_stays_nothing(case: Case) -> None:
    """An empty sealed value is NULL, so that queries can tell."""
    case.headline = None
    document = file(case)
    document.answers = None
    db.session.commit()
    assert db.session.scalar(sa.select(Case.id).where(Case.headline.is_(None))) == case.id
    assert db.session.scalar(sa.select(Document.id).where(Document.answers.is_(None))) == document.id
