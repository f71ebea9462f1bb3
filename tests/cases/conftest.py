"""Cases to test with: opened as the public form opens them, in a transaction that is committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.asked_for import asked_for
from tests.moment import Moment
from tests.victim import victim_in_merton
from webform.cases.people import Author
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Case

Opener = Callable[..., Case]
OFFICER = Author("Sam Spoc", "spoc")


@pytest.fixture
def opened(store: object, now: Moment, shelves: Shelves) -> Opener:
    """Opens the case of a victim in Merton; keyword arguments change their answers."""

    def open_it(received_at: dt.datetime | None = None, draft_key: str | None = None, **changes: Any) -> Case:
        answers = victim_in_merton(**changes)
        case = asked_for(shelves, answers, now(), received_at=received_at, draft_key=draft_key)
        db.session.commit()
        return case

    return open_it
