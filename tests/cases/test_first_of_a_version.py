"""Two who are the first under the same rules at the same moment: both are taken in."""

from __future__ import annotations

import datetime as dt
import threading

from flask import Flask
from sqlalchemy import func, select, text

from tests.faults.stage import until
from webform.cases.pinned import keep_version
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import ProcedureVersion

NOON = dt.datetime(2026, 5, 11, 12, tzinfo=dt.UTC)
WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def test_two_are_the_first_under_the_same_rules(postgres_app: Flask, shelves: Shelves) -> None:
    """The second waits for the first and goes on, as a request and the clock would; the rules are there once."""
    area, kept = shelves.areas()[0], list[str]()

    def keep() -> None:
        with postgres_app.app_context():
            kept.append(keep_version(shelves, area, NOON))
            db.session.commit()

    second = threading.Thread(target=keep)
    with postgres_app.app_context():
        first = keep_version(shelves, area, NOON)
        second.start()
        with db.engine.connect() as watch:
            until(lambda: watch.scalar(WAITS) == 1, "the second does not wait for the first")
        db.session.commit()
        second.join()
        assert kept == [first]
        assert db.session.scalar(select(func.count()).select_from(ProcedureVersion)) == 1
        db.session.rollback()
