"""Letters of a case: drafted with its dates, sent once, safely, or posted on paper."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from webform.cases.folder import AlreadyDone, duties_of
from webform.cases.letters import draft_letter
from webform.cases.send_letter import send
from webform.errors import Refusal
from webform.records.chain import verify_case
from webform.records.store import db
from webform.records.tables import Case, Message


def acknowledge(case: Case, now: Moment, posted_on: dt.datetime | None = None) -> None:
    draft = draft_letter(case, "acknowledgement", now())
    send(
        case, "acknowledgement", subject=draft.written.subject, markdown=draft.written.markdown, author=OFFICER,
        now=now(), posted_on=posted_on,
    )  # fmt: skip
    db.session.commit()


def state(case: Case, step: str, now: Moment) -> str:
    return next(duty.state for duty in duties_of(case, now()) if duty.step == step)


def to_applicant(case: Case) -> list[Message]:
    found = select(Message).where(Message.case_id == case.id, Message.role == "applicant").order_by(Message.id)
    return list(db.session.scalars(found))


def test_the_draft_quotes_the_computed_dates(opened: Opener, now: Moment) -> None:
    """The letter names the person, the reference and the day that the panel meets at the latest."""
    case = opened()
    written = draft_letter(case, "acknowledgement", now()).written
    assert case.reference in written.subject + written.markdown
    assert "Ann Žďárská" in written.markdown
    assert "Tuesday 26 May 2026" in written.markdown  # ten working days from 11 May, over the bank holiday on the 25th


def test_sent_is_on_file_word_for_word_and_in_the_outbox(opened: Opener, now: Moment) -> None:
    """The letter is a document of the chain, the duty is done, and one message waits for the applicant."""
    case = opened()
    acknowledge(case, now)
    document = case.documents[-1]
    assert (document.step, document.author, document.answers["channel"]) == ("acknowledgement", "Sam Spoc", "email")
    assert [message.letter for message in to_applicant(case)] == ["receipt", "acknowledgement"]
    assert to_applicant(case)[1].document_id == document.id
    assert state(case, "acknowledgement", now) == "done"
    assert verify_case(case.id) == ()


def test_two_officers_send_it_once(opened: Opener, now: Moment) -> None:
    """Whoever comes second is told that it was done, and nothing goes twice."""
    case = opened()
    acknowledge(case, now)
    with pytest.raises(AlreadyDone):
        acknowledge(case, now)
    db.session.rollback()
    assert [message.letter for message in to_applicant(case)] == ["receipt", "acknowledgement"]


def test_no_email_to_an_unsafe_address_even_when_asked(opened: Opener, now: Moment) -> None:
    """Sending by email is refused with words; posting it is recorded with the day of posting."""
    case = opened(email_safe="no")
    with pytest.raises(Refusal, match="Print the letter"):
        acknowledge(case, now)
    db.session.rollback()
    posted = now()
    now.is_("2026-05-12 09:00")
    acknowledge(case, now, posted_on=posted)
    assert to_applicant(case) == []
    assert case.documents[-1].effective_at == posted
    assert case.documents[-1].answers["channel"] == "paper"
    assert state(case, "acknowledgement", now) == "done"


def test_a_letter_lacking_a_fact_shows_what_it_lacks(opened: Opener, now: Moment) -> None:
    """A draft with gaps can be read; it names the facts, and what an officer wrote in their place can go."""
    case = opened()
    draft = draft_letter(case, "threshold-not-met", now())
    assert draft.lacking
    assert all(f"({name}?)" in draft.written.markdown + draft.written.subject for name in draft.lacking)


def test_a_step_without_a_letter_says_so(opened: Opener, now: Moment) -> None:
    """Asking for the letter of a form's step is refused with words."""
    with pytest.raises(Refusal):
        draft_letter(opened(), "risk-matrix", now())
