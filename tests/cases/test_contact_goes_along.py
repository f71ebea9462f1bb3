"""A case goes to another area or body: people are reached there as they said last, not as the request once said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.test_consent import says as herself
from tests.cases.test_hand_over import WHY, file, opened, other_of, says
from tests.linked_areas import use_linked_areas
from tests.moment import Moment
from webform.cases.consent import answers_of, sight_of
from webform.cases.folder import documents_of
from webform.cases.people import parties
from webform.cases.pinned import rules_of
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


BEHALF: dict[str, Any] = {
    "capacity": "behalf", "relationship": "family", "victim_agrees": "knows", "victim_name": "Maud Hill", "born": None,
    "contact_main": "both", "victim_email": "maud@people.example", "victim_email_safe": "yes",
}  # fmt: skip


def letters(case: Case) -> list[tuple[str | None, str]]:
    """Who was written to, and with which letter, from the first on."""
    found = select(Message).where(Message.case_id == case.id, Message.party_id.is_not(None)).order_by(Message.id)
    return [(one.role, one.letter) for one in db.session.scalars(found)]


@pytest.mark.parametrize(("step", "answers"), [PASSED_ON, HANDED_OVER], ids=["passed on", "handed over"])
def test_consent_goes_along_to_close(now: Moment, step: str, answers: dict[str, Any]) -> None:
    """What she left out holds there from the first letter on; whether she agrees she is asked anew."""
    case = opened(now, **BEHALF)
    now.passes(hours=1)
    herself(case, now, "in-part", shows=["progress"], main="victim", not_with="Acme Housing")
    file(case, step, now, answers)
    there = other_of(case)
    asked = [one.standing for one in answers_of(there, now())]
    assert asked == (["elsewhere"] if rules_of(there)[0].consent.when else [])
    assert sight_of(there, parties(there, "applicant")[0], now()).now <= {"progress"}
    assert ("applicant", "receipt") not in letters(there)
    [said] = [one for one in documents_of(there) if one.effect == "consents"]
    assert (said.origin["case"], said.party_id) == (case.reference, parties(there, "victim")[0].id)


def test_who_must_not_be_asked_there_is_asked_by_a_person(now: Moment) -> None:
    """Asking her would put someone at risk: the other council's letter to her does not go by itself."""
    case = opened(now, **BEHALF)
    now.passes(hours=1)
    why = {"agrees": "without", "reason": "risk-of-harm", "why": "He reads her mail.", "shows": ["progress", "letters"]}
    file(case, "consent-record", now, {**why, "checked_on": "2026-05-05", "main": "applicant"})
    file(case, "pass-on", now, PASSED_ON[1])
    there = other_of(case)
    assert "victim" not in {role for role, _letter in letters(there)}
    assert "would put someone at risk of harm" in " ".join(says(there))
    assert [one.standing for one in answers_of(there, now())] == ["missing"]
