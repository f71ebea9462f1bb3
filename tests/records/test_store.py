"""Writers who take turns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.records.folders import file, folder_of
from webform.records.chain import verify_case
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Case, Document

WRITERS, TURNS = 8, 50


def _all_at_once(app: Flask, turn: Callable[[], None], writers: int, turns: int) -> None:
    """So many threads start together, and each takes so many turns, each in a transaction of its own."""
    ready = threading.Barrier(writers)

    def write() -> None:
        ready.wait()
        for _ in range(turns):
            with app.app_context():
                turn()
                db.session.commit()

    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(write) for _ in range(writers)]:
            done.result()


def test_eight_writers_who_read_first_all_get_their_turn(app: Flask) -> None:
    """On SQLite 400 transactions that read and then write meet no locked database, and none is lost."""
    with app.app_context():
        case_id = folder_of(0).id

    def add_one() -> None:
        begin_writing()
        case = db.session.get_one(Case, case_id)
        case.stage = str(int(case.stage) + 1) if case.stage.isdigit() else "1"

    _all_at_once(app, add_one, WRITERS, TURNS)
    with app.app_context():
        assert db.session.get_one(Case, case_id).stage == str(WRITERS * TURNS)


def test_documents_filed_at_once_make_one_chain(store: Flask) -> None:
    """Eight who file in the same case at once get numbers one after the other, on both databases."""
    case_id = folder_of(0).id
    db.session.rollback()

    def file_one() -> None:
        begin_writing()
        file(db.session.get_one(Case, case_id))

    _all_at_once(store, file_one, WRITERS, 5)
    numbers = db.session.scalars(sa.select(Document.number).order_by(Document.number)).all()
    assert list(numbers) == list(range(1, WRITERS * 5 + 1))
    assert verify_case(case_id) == ()


def test_what_was_read_before_is_read_anew(app: Flask) -> None:
    """A view that has looked before it begins to write decides on what is there then, not on what it saw."""
    with app.app_context():
        case = folder_of(0)
        assert case.stage == "application"
        case_id = case.id
        db.session.rollback()
        assert case.stage == "application"
        with app.app_context():
            begin_writing()
            db.session.get_one(Case, case_id).stage = "review"
            db.session.commit()
        begin_writing()
        assert case.stage == "review"


def test_writing_begins_before_the_first_change(app: Flask) -> None:
    """Who changes first and begins to write later is told, since the change would be thrown away."""
    with app.app_context():
        case = folder_of(0)
        case.stage = "review"
        with pytest.raises(RuntimeError, match="before the first change"):
            begin_writing()


def test_beginning_twice_is_beginning_once(store: Flask) -> None:
    """A service may ask for writing within a view that has already asked, and loses nothing by it."""
    case = folder_of(0)
    begin_writing()
    case.stage = "review"
    db.session.flush()
    begin_writing()
    db.session.commit()
    assert case.stage == "review"


def test_locking_a_case_keeps_what_was_changed(store: Flask) -> None:
    """Changes of this transaction that are not flushed yet survive the lock."""
    case = folder_of(0)
    begin_writing()
    case.stage = "review"
    lock_case(case.id)
    db.session.commit()
    assert case.stage == "review"


def test_sqlite_commits_are_durable_and_foreign_keys_hold(app: Flask) -> None:
    """Every connection waits its turn, syncs each commit to the disk, logs ahead and refuses orphans."""
    with app.app_context():
        said = {
            name: db.session.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_no_writer_waits_for_ever(postgres_app: Flask) -> None:
    """PostgreSQL gives up a lock that does not come, as SQLite does."""
    with postgres_app.app_context():
        assert db.session.scalar(sa.text("SHOW lock_timeout")) == "30s"


def test_an_orphan_is_refused(case: Case) -> None:
    """A row that refers to no case can't be written on either database."""
    with pytest.raises(IntegrityError):
        db.session.execute(sa.text("UPDATE parties SET case_id = 999"))


def test_a_fault_quotes_no_value(store: Flask) -> None:
    """What somebody typed does not come out again in the words of a database fault."""
    with pytest.raises(DBAPIError) as fault:
        db.session.execute(sa.text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Ann Applicant"})
    assert "Ann Applicant" not in str(fault.value)
