"""Consent of each in a group, who may decide to go on without it, and whom nobody tells: on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_consent import CHECKED, FOR_MUM, file, labels, letters_to_maud, offered, says, standing
from tests.moment import Moment
from webform.cases.consent import sight_of
from webform.cases.folder import duties_of
from webform.cases.letters import draft_letter
from webform.cases.people import Author, parties
from webform.cases.remind import ask_again
from webform.cases.send_letter import send
from webform.cases.standing import forms_for
from webform.cases.sweep import sweep
from webform.errors import Refusal
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message, Party, Task

NAMES = ("Bob", "Cem", "Dee", "Eva")
STREET: dict[str, Any] = {
    "capacity": "group", "organisation": "Mill Lane", "born": None, "members_known": "yes",
    "members": [
        {"entry": number, "member_name": name, "member_email": f"{name.lower()}@people.example",
         "member_email_safe": "no" if name == "Dee" else "yes"}
        for number, name in enumerate(NAMES, start=1)
    ],
}  # fmt: skip


@pytest.fixture
def street(opened: Opener) -> Case:
    """A case that somebody asked for five neighbours, themselves among them."""
    return opened(**STREET)


def member(case: Case, name: str) -> Party:
    return next(party for party in parties(case, "member") if party.person["name"] == name)


def written_to(case: Case) -> list[str]:
    mails = select(Message.recipient).where(Message.case_id == case.id, Message.role == "member").order_by(Message.id)
    return list(db.session.scalars(mails))


def answers_on_own_page(case: Case, now: Moment, name: str, said: str) -> None:
    file(case, now, "member-consent", Author("", "member", member(case, name).id), {"said": said, "main": "applicant"})


def test_each_of_a_group_is_asked_where_that_is_safe(street: Case) -> None:
    """Three letters go, each greeting its reader alone; for the fourth a person is asked to."""
    assert written_to(street) == [f"{name}@people.example" for name in ("bob", "cem", "eva")]
    letters = list(db.session.scalars(select(Message).where(Message.role == "member").order_by(Message.id)))
    assert ["Dear Bob" in letter.text and "Cem" not in letter.text for letter in letters] == [True, False, False]
    tasks = db.session.scalars(select(Task.says).where(Task.case_id == street.id))
    assert sum("A question for you" in task for task in tasks) == 1


def test_of_a_group_everybody_answers_for_themselves(street: Case, now: Moment) -> None:
    """One agrees on their own page, one by phone, one refuses: the rest is missing, and the case says how many."""
    assert labels(street) == ["No consent yet: 4 of 4"]
    answers_on_own_page(street, now, "Bob", "yes")
    cem = f"member-record.{member(street, 'Cem').id}"
    file(street, now, cem, OFFICER, {**CHECKED, "agrees": "yes"})
    assert labels(street) == ["No consent yet: 2 of 4"]
    answers_on_own_page(street, now, "Eva", "no")
    assert standing(street, now) == ["given", "given", "missing", "refused"]
    assert labels(street) == ["Consent refused or taken back: 2 of 4"]
    assert sight_of(street, parties(street, "applicant")[0], now()).now == {"progress", "letters"}


def test_a_member_sees_their_own_case_and_answers_for_nobody_else(street: Case, now: Moment) -> None:
    """The answer is offered to each, with what they can do about themselves."""
    found = {asked.step.id for asked in forms_for(street, member(street, "Bob"), now())}
    assert {"member-consent", "contact-change", "tell-more"} <= found
    assert "consent" not in found
    assert "member-consent" not in offered(street, "applicant", now)


def test_one_member_with_the_details_of_another_is_flagged(opened: Opener) -> None:
    """Two of a group with one address: somebody may have answered for both."""
    members = [{**one, "member_email": "all@people.example"} for one in STREET["members"][:2]]
    assert "The same email is given" in labels(opened(**STREET | {"members": members}))[0]


# --- Chased ----------------------------------------------------------------------------------------------------------


def test_a_missing_answer_is_chased(opened: Opener, now: Moment) -> None:
    """The person is asked once more after five working days, and after ten somebody at the council has to see to it."""
    case = opened(**FOR_MUM, victim_email_safe="yes")
    assert len(letters_to_maud(case)) == 1
    now.passes(days=8)
    sweep(now())
    assert len(letters_to_maud(case)) == 2
    now.passes(days=60)
    sweep(now())
    assert len(letters_to_maud(case)) == 2
    assert [duty.state for duty in duties_of(case, now()) if duty.step == "consent-missing"] == ["late"]


def test_nobody_is_chased_who_has_answered(opened: Opener, now: Moment) -> None:
    """One answer, even a refusal, and no second letter and no duty is left."""
    case = opened(**FOR_MUM, victim_email_safe="yes")
    file(case, now, "consent", Author("", "victim", parties(case, "victim")[0].id), {"said": "no"})
    now.passes(days=60)
    sweep(now())
    assert len(letters_to_maud(case)) == 1
    assert [duty.state for duty in duties_of(case, now()) if duty.step == "consent-missing"] == ["not needed"]


# --- Who decides, and who is not told --------------------------------------------------------------------------------

WITHOUT = {**CHECKED, "agrees": "without", "reason": "lacks-capacity", "why": "Letter of the GP", "shows": ["progress"]}


def test_only_the_point_of_contact_decides_to_go_on_without(opened: Opener, now: Moment) -> None:
    """An officer may write down an answer and not decide in its place; the deputy may."""
    case = opened(**FOR_MUM)
    with pytest.raises(Refusal, match="Only these can decide"):
        file(case, now, "consent-record", Author("Olu Officer", "officer"), WITHOUT)
    db.session.rollback()
    file(case, now, "consent-record", Author("Olu Officer", "officer"), {**CHECKED, "agrees": "yes"})
    file(case, now, "consent-record", Author("Dan Deputy", "deputy"), WITHOUT)
    assert standing(case, now) == ["without"]


def test_no_request_goes_by_itself_to_whom_the_person_does_not_want(opened: Opener, now: Moment) -> None:
    """The landlord in the request must not be told: its letter waits for a person, who reads why; others' do not."""
    case = opened(**FOR_MUM)
    begin_writing()
    body = Party(case_id=case.id, role="agency", key="acme", person={"organisation": "Acme Housing"}, joined_at=now())
    db.session.add(body)
    db.session.commit()
    letter = f"agency-request.{body.id}"
    assert draft_letter(case, letter, now()).kept_out == ()
    says(case, now, "yes", not_with="acme housing")
    assert draft_letter(case, letter, now()).kept_out == ("Acme Housing",)
    assert not draft_letter(case, letter, now()).ready


@pytest.mark.parametrize("said", ["takes-back", "no"])
def test_who_must_not_be_told_is_not_told_when_consent_ends(opened: Opener, now: Moment, said: str) -> None:
    """Whoever refuses is not asked anew whom to leave out: the names hold until they agree and give none."""
    case = opened(**FOR_MUM)
    begin_writing()
    body = Party(case_id=case.id, role="agency", key="acme", person={"organisation": "Acme Housing"}, joined_at=now())
    db.session.add(body)
    db.session.commit()
    says(case, now, "yes", not_with="acme housing")
    now.passes(hours=1)
    says(case, now, said, main=None)
    assert draft_letter(case, f"agency-request.{body.id}", now()).kept_out == ("Acme Housing",)
    now.passes(hours=1)
    says(case, now, "yes")
    assert draft_letter(case, f"agency-request.{body.id}", now()).kept_out == ()


def test_nobody_is_reminded_whom_the_person_does_not_want(opened: Opener, now: Moment) -> None:
    """An agency that was asked before she said so hears no more: neither the clock nor a press reminds it."""
    case = opened(**FOR_MUM)
    begin_writing()
    person = {"organisation": "Acme Housing", "email": "desk@acme.example"}
    body = Party(role="agency", key="acme", person=person, contact={}, joined_at=now())
    case.parties.append(body)
    db.session.flush()
    written = draft_letter(case, f"agency-request.{body.id}", now()).written
    send(
        case, f"agency-request.{body.id}", subject=written.subject, markdown=written.markdown, author=OFFICER, now=now()
    )
    db.session.commit()
    says(case, now, "yes", not_with="acme housing")
    begin_writing()
    with pytest.raises(Refusal, match="does not want Acme Housing to be told"):
        ask_again(case, f"agency-return.{body.id}", OFFICER, now())
    db.session.rollback()
    now.passes(days=30)
    while sweep(now()):
        pass
    letters = db.session.scalars(select(Message.letter).where(Message.party_id == body.id))
    assert set(letters) == {"agency-request"}
    tasks = db.session.scalars(select(Task.says).where(Task.case_id == case.id))
    assert any("does not want Acme Housing to be told" in one for one in tasks)


def test_a_group_whose_members_have_all_left_shows_no_more_than_before(street: Case, now: Moment) -> None:
    """Who left the case has not agreed to anything by that: what was told to the council stays hidden."""
    asks = parties(street, "applicant")[0]
    assert sight_of(street, asks, now()).now == {"progress", "letters"}
    now.passes(hours=1)
    begin_writing()
    for name in NAMES:
        member(street, name).left_at = now()
        db.session.flush()
    db.session.commit()
    now.passes(hours=1)
    assert sight_of(street, asks, now()).now == {"progress", "letters"}


def test_each_of_a_group_who_agreed_hears_that_it_was_stopped(street: Case, now: Moment) -> None:
    """Bob agreed and is told; Eva refused, and Cem never answered."""
    answers_on_own_page(street, now, "Bob", "yes")
    answers_on_own_page(street, now, "Eva", "no")
    before = len(written_to(street))
    file(street, now, "withdraw", Author("", "applicant", parties(street, "applicant")[0].id), {"stop_pressed": "own"})
    assert written_to(street)[before:] == ["bob@people.example"]
