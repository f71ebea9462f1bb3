"""Mail that waits for somebody who has left, or must not be told any more, does not go; on both databases."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_colleagues import BO, hand_on, mails, police, token
from tests.cases.test_consent import FOR_MUM, says
from tests.cases.test_consent import file as filed
from tests.cases.test_parties import ask, file, of, opened
from tests.moment import Moment
from webform.cases.came_back import letter_came_back
from webform.cases.colleagues import keep_out
from webform.cases.folder import Which
from webform.cases.letters import draft_letter, notify
from webform.cases.links import find, of_token
from webform.cases.never_went import never_went, send_after_all
from webform.cases.officers import add_officer
from webform.cases.people import parties
from webform.cases.remind import ask_again
from webform.cases.send_letter import send
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.outbox import Alarm
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Colleague, Message, Party, Task
from webform.sending import outbox
from webform.sending.alarm import check_unsent
from webform.sending.outbox import claim_next, deliver_due

POLICE = "police.mailbox@shropshire.example"
DUTY = dict.fromkeys(("duty.title", "duty.says", "duty.due", "duty.why"), "x")


@pytest.fixture
def case(store: Flask, shelves: Shelves, now: Moment) -> Case:
    """A case whose police were asked, and have passed it on; nothing has gone yet."""
    found = opened(shelves, now, ("police", ""))
    ask(found, of(found, "agency")["The police"], "agency-request", now)
    hand_on(found, now)
    return found


def states(to: str) -> list[str]:
    return [one.state for one in mails(to)]


def tasks(case: Case) -> list[str]:
    return list(db.session.scalars(select(Task.says).where(Task.case_id == case.id).order_by(Task.id)))


def leaves(case: Case, now: Moment) -> None:
    file(case, Which("off-the-case", police(case).id), now, {"left_why": "It is none of theirs."})


def test_who_leaves_gets_nothing_that_waits(case: Case, now: Moment) -> None:
    """An agency is taken off the case: its letter, and its colleague's, are taken back, and everybody else's goes."""
    leaves(case, now)
    before = tasks(case)
    deliver_due(now())
    assert (states(POLICE), states(BO)) == (["cancelled"], ["cancelled"])
    assert mails(POLICE)[0].last_error == "They have left the case."
    assert set(states("ann@people.example")) == {"sent"}
    assert tasks(case) == before  # they are not to be told in another way either


def test_a_farewell_goes(case: Case, now: Moment) -> None:
    """What is written to somebody because they left still reaches them."""
    leaves(case, now)
    begin_writing()
    written = mails(POLICE)[0]
    outbox.post(
        POLICE, outbox.Composed("You are off", "It is over.", ""), letter=written.letter, purpose=written.purpose,
        area=case.area, case_id=case.id, party_id=police(case).id, now=now(),
    )  # fmt: skip
    db.session.commit()
    deliver_due(now())
    assert states(POLICE) == ["cancelled", "sent"]


def test_nobody_else_hears_of_a_request_that_was_stopped(case: Case, now: Moment) -> None:
    """Ann stops it while the question to the police waits: it does not go, and what is hers does."""
    file(case, Which("withdraw"), now, {"stop_pressed": "own"})
    deliver_due(now())
    assert (states(POLICE), states(BO)) == (["cancelled"], ["cancelled"])
    assert mails(POLICE)[0].last_error == "The request was stopped."
    assert set(states("ann@people.example")) == {"sent"}


def test_a_colleague_whose_link_was_ended_is_offered_nothing_again(case: Case, now: Moment) -> None:
    """The request is stopped, an officer ends the colleague's link, and it goes on: what never went to the organisation
    can be sent, and what was for the colleague can't, since no such email would leave."""
    file(case, Which("withdraw"), now, {"stop_pressed": "own"})
    begin_writing()
    case.closed_at = None  # as whoever opens it again leaves it
    assert {one.recipient for one in never_went(case, now())} == {POLICE, BO}
    colleague = db.session.scalars(select(Colleague).where(Colleague.case_id == case.id)).one()
    keep_out(colleague, OFFICER, now())
    assert [one.recipient for one in never_went(case, now())] == [POLICE]
    with pytest.raises(Refusal, match="still holds"):
        send_after_all(case, mails(BO)[0], OFFICER, now())
    db.session.rollback()


def test_the_door_looks_whether_they_are_still_there(case: Case, now: Moment) -> None:
    """However somebody came to leave: what was written before that stops at the door."""
    now.passes(minutes=5)
    begin_writing()
    police(case).left_at = now()
    db.session.commit()
    deliver_due(now())
    assert (states(POLICE), states(BO)) == (["cancelled"], ["cancelled"])


def test_a_colleague_whose_address_is_refused_has_it_no_more(case: Case, now: Moment) -> None:
    """Their mail came back: the link ends, no reminder goes there, and a person is told whom to ask."""
    deliver_due(now())
    digest = of_token(token(BO))
    begin_writing()
    officer = add_officer("sal.spoc@shropshire.example", "Sal", "shropshire", "spoc")
    letter_came_back(case, mails(BO)[0], officer, OFFICER, now())
    now.passes(days=2)
    ask_again(case, Which("agency-return", police(case).id), OFFICER, now())
    db.session.commit()
    assert find(digest, case.area, now()) is None
    assert len(mails(BO)) == 1
    assert "Ask the organisation who answers for it now." in tasks(case)[-1]


def test_a_body_that_must_not_be_told_is_not_told_by_what_waits(opened: Opener, now: Moment) -> None:
    """Asked, and not gone yet when she names them: taken back, and an officer decides; what they send then goes."""
    case = opened(**FOR_MUM)
    begin_writing()
    person = {"organisation": "Acme Housing", "email": "desk@acme.example"}
    case.parties.append(body := Party(role="agency", key="acme", person=person, contact={}, joined_at=now()))
    db.session.flush()
    request = Which("agency-request", body.id)
    written = draft_letter(case, request, now()).written
    send(case, request, subject=written.subject, markdown=written.markdown, author=OFFICER, now=now())
    db.session.commit()
    says(case, now, "yes", not_with="acme housing", main="applicant")
    assert states("desk@acme.example") == ["cancelled"]
    assert any("to Acme Housing had not gone" in one for one in tasks(case))
    begin_writing()
    notify(case, "reminder", "agency", DUTY, now(), body.id)  # a person has decided that they have to be asked
    db.session.commit()
    filed(case, now, "consent-record", OFFICER, {
        "agrees": "yes", "checked_on": "2026-05-11", "checked_how": "Sam called", "given_how": "verbal", "main": "both",
        "not_with": "acme housing",
    })  # fmt: skip
    deliver_due(now())
    assert states("desk@acme.example") == ["cancelled", "sent"]


def test_who_may_be_told_after_all_is_named_and_sent_to_with_one_press(opened: Opener, now: Moment) -> None:
    """She changes her mind about a body and about who gets letters: a task names each email that never went, once. One
    press sends it, at the door's discretion and on record; where she changes her mind again it is refused."""
    case = opened(**FOR_MUM)
    says(case, now, "yes", main="applicant")
    begin_writing()
    person = {"organisation": "Acme Housing", "email": "desk@acme.example"}
    case.parties.append(body := Party(role="agency", key="acme", person=person, contact={}, joined_at=now()))
    db.session.flush()
    notify(case, "reminder", "agency", DUTY, now(), body.id)
    db.session.commit()
    says(case, now, "yes", not_with="acme housing", main="applicant")
    (mail,) = mails("desk@acme.example")
    with pytest.raises(Refusal, match="still holds"):
        send_after_all(case, mail, OFFICER, now())
    db.session.rollback()
    assert _named(case) == []
    says(case, now, "takes-back", main=None)
    assert _named(case) == []  # she names nobody any more, and nobody is to be told
    hers = [one for one in mails("ann@people.example") if one.state == "cancelled"]
    assert hers
    for _twice in range(2):
        says(case, now, "yes", main="applicant")
        named = _named(case)
        assert len(named) == 1 + len(hers)
        assert ["to Acme Housing was taken back" in one for one in named].count(True) == 1
    deliver_due(now())
    says(case, now, "takes-back", main=None)
    with pytest.raises(Refusal, match="still holds"):
        send_after_all(case, mail, OFFICER, now())
    db.session.rollback()
    says(case, now, "yes", main="applicant")
    now.passes(days=2)
    begin_writing()
    for _twice in range(2):
        send_after_all(case, mail, OFFICER, now())
    check_unsent(now())
    db.session.commit()
    assert case.documents[-1].body == f"The email “{mail.subject}”, which had been taken back, goes after all."
    assert len(_named(case)) == len(hers)
    assert db.session.query(Alarm).filter_by(kind="unsent").count() == 0  # it waits since it was pressed
    deliver_due(now())
    assert states("desk@acme.example") == ["sent"]


def _named(case: Case) -> list[str]:
    """What the open tasks say of emails that never went."""
    open_ones = (Task.case_id == case.id, Task.kind.startswith("never-went:"), Task.done_at.is_(None))
    return list(db.session.scalars(select(Task.says).where(*open_ones)))


def test_consent_taken_back_while_the_message_is_made_ready_counts(opened: Opener, now: Moment) -> None:
    """Read out of the outbox while it was allowed, it does not go once it is not any more."""
    case = opened(**FOR_MUM)
    says(case, now, "yes", main="applicant")
    rows = [(claim, row) for claim in iter(lambda: claim_next(now()), None) if (row := outbox._read(claim))]
    says(case, now, "takes-back", main=None)
    asks = parties(case, "applicant")[0].id
    with outbox.carrier(outbox.house().settings) as van:
        went = [outbox._try(claim, row, van, now) for claim, row in rows if row.party_id == asks]
    assert went == [False] * len(went) != []
    state = select(Message.state).where(Message.party_id == asks)
    assert set(db.session.scalars(state)) == {"cancelled"}
