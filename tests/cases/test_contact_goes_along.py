"""A case goes to another area or body: people are reached there as they said last, not as the request once said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.test_hand_over import WHY, file, opened, other_of, says
from tests.linked_areas import use_linked_areas
from tests.moment import Moment
from webform.house import EXTENSION
from webform.records.store import db
from webform.records.tables import Case, Message, Party

PASSED_ON = ("pass-on", {"passed_to": "Bromley", "passed_why": "It happens there."})
HANDED_OVER = ("further", WHY)
NOT_BY_EMAIL = {"email_safe": "no", "channel": "post"}
ELSEWHERE = {"email_safe": "yes", "new_email": "safe@people.example", "channel": "email"}
NOT_AT_ALL = {"email_safe": "yes", "channel": "none"}


@pytest.fixture(autouse=True)
def linked(store: Flask, tmp_path: Path) -> Iterator[None]:
    """The two areas on the shelves, beside those that are shipped."""
    before = store.extensions[EXTENSION]
    use_linked_areas(store, tmp_path)
    yield
    store.extensions[EXTENSION] = before


def mailed(case: Case) -> list[str]:
    to_them = select(Message.recipient).where(Message.case_id == case.id, Message.role == "applicant")
    return list(db.session.scalars(to_them.order_by(Message.id)))


@pytest.mark.parametrize(("step", "answers"), [PASSED_ON, HANDED_OVER], ids=["passed on", "handed over"])
@pytest.mark.parametrize(
    ("changed", "reached"),
    [(NOT_BY_EMAIL, set()), (NOT_AT_ALL, set()), (ELSEWHERE, {"safe@people.example"})],
    ids=["no email", "no contact", "another address"],
)
def test_what_was_said_last_of_contact_goes_along(
    now: Moment, step: str, answers: dict[str, Any], changed: dict[str, Any], reached: set[str]
) -> None:
    """The request said that email is safe at one address; since then the person has said something else."""
    case = opened(now)
    now.passes(hours=1)
    file(case, "contact-change", now, changed)
    now.passes(hours=1)
    file(case, step, now, answers)
    there = other_of(case)
    assert set(mailed(there)) == reached
    (party,) = db.session.scalars(select(Party).where(Party.case_id == there.id, Party.role == "applicant"))
    assert party.contact["channel"] == changed["channel"]


def test_a_body_that_begins_with_another_form_is_left_to_a_person(now: Moment) -> None:
    """Passed on to a body that takes no requests: nothing opens there, and a task asks to send it."""
    case = opened(now)
    file(case, "pass-on", now, {"passed_to": "Upper", "passed_why": "It is theirs."})
    assert "Send the request itself to Upper" in " ".join(says(case))
