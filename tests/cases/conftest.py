"""Cases to test with: opened as the public form opens them, in a transaction that is committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.moment import Moment
from tests.victim import victim_in_merton
from webform.cases.open_case import open_case
from webform.cases.people import Author
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Case

Opener = Callable[..., Case]
OFFICER = Author("Sam Spoc", "spoc")


@pytest.fixture
def opened(store: object, now: Moment, shelves: Shelves) -> Opener:
    """Opens the case of a victim in Merton; keyword arguments change their answers."""

    def open_it(received_at: dt.datetime | None = None, draft_key: str | None = None, **changes: Any) -> Case:
        begin_writing()
        case = open_case(
            shelves, shelves.procedures["merton"], shelves.forms["request"], victim_in_merton(**changes),
            received_at=received_at or now(), channel="online", now=now(), author=Author("", "applicant"),
            draft_key=draft_key,
        )  # fmt: skip
        db.session.commit()
        return case

    return open_it
