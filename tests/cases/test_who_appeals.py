"""Appeals that somebody may not make any more, or that could do harm: each is taken in, and nobody comes to harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER
from tests.cases.test_consent import says, tasks
from tests.cases.test_consent_of_groups import STREET, answers_on_own_page, member
from tests.cases.test_contact_goes_along import BEHALF
from tests.cases.test_corrections import correct
from tests.cases.test_sent_after import APPEAL, file
from tests.moment import Moment
from tests.stafford import BODY, COUNCIL, use_stafford
from tests.told_outcome import told_outcome
from webform.cases.folder import duties_of
from webform.cases.hand_back import hand_back
from webform.cases.letters import draft_letter
from webform.cases.people import parties
from webform.cases.send_letter import send
from webform.cases.standing import forms_for
from webform.errors import Refusal
from webform.house import EXTENSION, house
from webform.records.chain import verify_all
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message, Party, Task

NOT_BY_EMAIL: dict[str, Any] = {"email_safe": "no", "channel": "post", "post_safe": "yes"}
LODGED: dict[str, Any] = {
    "capacity": "me", "name": "Jo Bell", "email": "jo@people.example", "voicemail_safe": "none", "in_time": "yes",
    "address": {"line1": "1 Oak Road", "town": "Stafford", "postcode": "ST16 2LH"}, "grounds": ["facts"],
    "lead_body": "Stafford", "headline": "They left out my diary", "consent": "yes", "declaration": "yes",
}  # fmt: skip


@pytest.fixture(autouse=True)
def stafford(store: Flask, now: Moment, tmp_path: Path) -> Iterator[None]:
    """A council whose appeals go to the Commissioner, on 10 March 2026 at noon."""
    before = store.extensions[EXTENSION]
    use_stafford(store, tmp_path)
    now.is_("2026-03-10 12:00")
    yield
    store.extensions[EXTENSION] = before


def told(app: Flask, now: Moment, area: str = COUNCIL, **request: Any) -> Case:
    """Somebody was told the outcome."""
    reference = told_outcome(app, area, now(), **request)
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def offered(case: Case, party: Party, now: Moment) -> set[str]:
    """What is on the page of a party."""
    return {one.step.id for one in forms_for(case, party, now())}


def at_the_body() -> list[Case]:
    return list(db.session.scalars(select(Case).where(Case.area == BODY, Case.scope == "case")))


def test_consent_was_taken_back(store: Flask, now: Moment) -> None:
    """Whoever asked for her can appeal on their page no more. A letter of theirs is written down, and nothing of her
    case goes to the other body until somebody has spoken with her; then it does."""
    case = told(store, now, **BEHALF)
    now.passes(hours=1)
    says(case, now, "yes")
    assert "appeal" in offered(case, parties(case, "applicant")[0], now)
    says(case, now, "takes-back", main=None)
    assert "appeal" not in offered(case, parties(case, "applicant")[0], now)
    file(case, "appeal", now, APPEAL)
    assert at_the_body() == []
    assert "hand-over" in tasks(case)
    says(case, now, "yes")
    file(case, "appeal", now, APPEAL)
    assert len(at_the_body()) == 1


def test_one_of_five_neighbours(store: Flask, now: Moment) -> None:
    """Whoever asked for the five appeals for them, though one refuses; a neighbour's page offers them none."""
    case = told(store, now, **STREET)
    now.passes(hours=1)
    answers_on_own_page(case, now, "Bob", "no")
    answers_on_own_page(case, now, "Cem", "yes")
    assert "appeal" not in offered(case, member(case, "Cem"), now)
    file(case, "appeal", now, APPEAL)
    [there] = at_the_body()
    mailed = db.session.scalars(select(Message.recipient).where(Message.case_id == there.id, Message.party_id > 0))
    assert set(mailed) <= {"ann@people.example"}


def test_email_is_not_safe(store: Flask, now: Moment) -> None:
    """Nothing goes to an address that is not safe any more, nor to one that was typed before "no" was said; the letter
    goes on paper."""
    mine = told(store, now, "shropshire")
    now.passes(hours=1)
    file(mine, "contact-change", now, NOT_BY_EMAIL)
    before = now()
    now.passes(hours=1)
    file(mine, "appeal", now, {"not_happy": "The plan has no dates."})
    direct = asked_for(house().shelves, {**LODGED, **NOT_BY_EMAIL}, now(), area=BODY)
    db.session.commit()
    to = set(db.session.scalars(select(Message.recipient).where(Message.created_at > before)))
    assert not to & {"ann@people.example", "jo@people.example"}
    for case, step in ((mine, "appeal-received"), (direct, "receipt")):
        begin_writing()
        written = draft_letter(case, step, now()).written
        how: dict[str, Any] = {"subject": written.subject, "markdown": written.markdown, "author": OFFICER}
        with pytest.raises(Refusal, match="can't safely be sent an email"):
            send(case, step, **how, now=now())
        send(case, step, **how, now=now(), posted_on=now())
        db.session.commit()
        assert [one.state for one in duties_of(case, now()) if one.step == step] == ["done"]


def test_a_finding_is_corrected_when_all_is_closed(store: Flask, now: Moment) -> None:
    """The body finds a slip in its decision after its case was closed: the correction stands, the letters that went
    are named, and somebody is asked to tell the council, which has the finding as it was."""
    case = told(store, now)
    now.passes(hours=1)
    file(case, "appeal", now, APPEAL)
    [there] = at_the_body()
    for step in ("documents-request", "grounds-request"):
        file(there, "waive", now, {"left_out": step, "left_out_why": "All is here."})
    for step, answers in (
        ("seen", {}),
        ("reviewer", {"reviewer_name": "Kim", "conflict": "no"}),
        ("bodies-named", {"bodies": [{"entry": 1, "body_organisation": COUNCIL}]}),
    ):
        file(there, step, now, answers)
    for step in ("documents-supplied", "grounds", "report"):
        file(there, "waive", now, {"left_out": step, "left_out_why": "All is here."})
    file(there, "commissioner-decision", now, {"follows": ["no-further-step"], "reasons": "All was looked at in 2052."})
    begin_writing()
    written = draft_letter(there, "response", now()).written
    send(there, "response", subject=written.subject, markdown=written.markdown, author=OFFICER, now=now())
    db.session.commit()
    hand_back(now())
    file(there, "close", now, {"closed_for": "done", "closed_why": "All of it is done."})
    number = next(one.number for one in there.documents if one.step == "commissioner-decision")
    now.passes(hours=1)
    correct(there, now, house().shelves, number, reasons="All was looked at in 2025.")
    assert there.closed_at
    asked = " ".join(db.session.scalars(select(Task.says).where(Task.case_id == there.id, Task.done_at.is_(None))))
    assert f"in their case {case.reference}: tell them what is right" in asked
    assert "Look if these letters said it wrong" in asked
    assert verify_all() == ()
