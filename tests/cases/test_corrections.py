"""What was recorded wrong is corrected: the first document stays, and what follows from it goes by the correction."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_consent_of_groups import STREET
from tests.cases.test_letters import acknowledge
from tests.cases.test_meetings import put
from tests.moment import Moment
from tests.victim import incident
from webform.cases.against_the_act import NeedsSecondPerson, finding_of
from webform.cases.consent import ALL
from webform.cases.corrections import can_be_corrected, form_of_correction, on_record
from webform.cases.cross_check import disagreements
from webform.cases.desk import search
from webform.cases.facts import case_facts
from webform.cases.file_document import file_document
from webform.cases.folder import AlreadyDone, Which, documents_of, duties_of, standing_documents
from webform.cases.links import mint, set_word
from webform.cases.people import Author
from webform.cases.standing import letters_of
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.chain import verify_case
from webform.records.outbox import Message, Task
from webform.records.store import db
from webform.records.tables import Case, Document, Link
from webform.rules.corrected import CORRECTS, changes, in_place_of

WHY = {"correction_kind": "wrong", "correction_why": "She rang: her letter says the third."}


def correct(
    case: Case, now: Moment, shelves: Shelves, number: int = 1, author: Author = OFFICER, **changed: Any
) -> Document:
    """An officer corrects a document; None takes an answer out."""
    asks_why = next(form for form in shelves.forms.values() if form.effect == CORRECTS)
    step = next(step for step in shelves.procedures[case.area].steps if step.fill == asks_why.id)
    which = Which(step.id, None, number)
    form = form_of_correction(case, which, asks_why)
    assert form
    answers = {name: said for name, said in {**on_record(case, which), **WHY, **changed}.items() if said is not None}
    filed = file_document(case, which, form, answers, author=author, now=now())
    db.session.commit()
    return filed


def result(case: Case) -> str:
    papers = standing_documents(case)
    opening = next(one for one in papers if one.effect == "opens-case")
    return finding_of(case, opening, papers).statutory.result


def due_on(case: Case, now: Moment, step: str) -> dt.date | None:
    return next(duty.due_on for duty in duties_of(case, now()) if duty.step == step)


def test_the_first_stays_and_the_correction_counts(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Both are on record; finding, schedule, letters, lists, search and flags go by the second."""
    nights = [incident(1, "2026-03-07", "2026-03-08"), incident(2, "2026-04-04", "2026-04-05")]
    case = opened(incidents=nights, danger="yes")
    before, flags = due_on(case, now, "acknowledgement"), {flag["id"] for flag in case.flags}
    assert (result(case), "danger" in flags) == ("not met", True)
    now.passes(hours=2)
    filed = correct(
        case, now, shelves, headline="Drums at night", name="Ann Morgan", danger="no", correction_day="2026-05-08",
        incidents=[*nights, incident(3, "2026-05-02", "2026-05-03")],
    )  # fmt: skip
    first = documents_of(case)[0]
    assert (first.answers["name"], first.answers["headline"]) == ("Ann Žďárská", "Loud music every weekend")
    assert (filed.replaces, filed.effect, filed.step, filed.author) == (1, "opens-case", first.step, "Sam Spoc")
    assert first not in standing_documents(case)
    assert result(case) == "met"
    after = due_on(case, now, "acknowledgement")
    assert (before, after) == (dt.date(2026, 5, 13), dt.date(2026, 5, 12))
    facts = case_facts(case, now())
    assert (facts["applicant.name"], facts["case.headline"]) == ("Ann Morgan", "Drums at night")
    assert facts["case.papers"].count("Request") == 1
    assert facts["case.received"] == "Friday 8 May 2026"
    assert "danger" not in {flag["id"] for flag in case.flags}
    assert [hit.case for hit in search(case.area, "Morgan")[0]] == [case]
    assert search(case.area, "Žďárská")[0] == []
    task = db.session.scalars(select(Task.says).where(Task.kind == "corrected:1")).one()
    assert "Look if these letters said it wrong" in task
    found = {one.label: (one.was, one.now) for one in changes(shelves.forms[first.kind], first.answers, filed.answers)}
    assert ("Ann Žďárská", "Ann Morgan") in found.values()
    assert verify_case(case.id) == ()
    assert [fault for fault in disagreements(now()) if case.reference in fault] == []


def test_a_wrong_address_gets_nothing_more(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """An email that was taken down wrong may be a stranger's: what waits is stopped, and their link ends."""
    case = opened()
    party = case.parties[0]
    waiting = select(Message).where(Message.case_id == case.id, Message.party_id == party.id)
    assert {one.state for one in db.session.scalars(waiting)} == {"waiting"}
    correct(case, now, shelves, email="ann.z@people.example")
    assert party.person["email"] == "ann.z@people.example"
    assert {one.state for one in db.session.scalars(waiting) if one.recipient == "ann@people.example"} == {"cancelled"}
    assert set(db.session.scalars(select(Link.revoked_at).where(Link.party_id == party.id))) == {now()}
    assert db.session.scalars(select(Task).where(Task.kind == f"wrong-address:{party.id}")).one()
    assert [fault for fault in disagreements(now()) if case.reference in fault] == []


@pytest.mark.parametrize("right", ["bob@elsewhere.example", None])
def test_a_wrong_address_of_somebody_named_gets_nothing_more(
    opened: Opener, now: Moment, shelves: Shelves, right: str | None
) -> None:
    """It is no different for somebody whom a document names: nothing more goes there, and their link ends."""
    case = opened(**STREET)
    bob = next(party for party in case.parties if party.person["name"] == "Bob")
    mail = select(Message).where(Message.party_id == bob.id)
    assert [one.state for one in db.session.scalars(mail)] == ["waiting"]
    first = {name: said for name, said in STREET["members"][0].items() if "email" not in name}
    given = {"member_email": right, "member_email_safe": "yes"} if right else {}
    correct(case, now, shelves, members=[first | given, *STREET["members"][1:]])
    assert bob.person.get("email") == right
    assert "cancelled" in {one.state for one in db.session.scalars(mail)}
    assert "waiting" not in {one.state for one in db.session.scalars(mail) if one.recipient == "bob@people.example"}
    assert set(db.session.scalars(select(Link.revoked_at).where(Link.party_id == bob.id))) == {now()}
    assert db.session.scalars(select(Task).where(Task.kind == f"wrong-address:{bob.id}")).one()
    others = [party for party in case.parties if party is not bob]
    revoked = select(Link.id).where(Link.party_id.in_([one.id for one in others]), Link.revoked_at.is_not(None))
    assert db.session.scalars(revoked).all() == []
    assert list(disagreements(now())) == []


def test_whoever_comes_after_somebody_who_was_named_wrongly(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A victim who is taken out and another one who is named after that: no link or word of the first opens a page."""
    case = opened(capacity="behalf", consent="yes", victim_name="Vera Wrong")
    victim = next(party for party in case.parties if party.role == "victim")
    mint(victim, now())
    set_word(victim, "badger heron")
    db.session.commit()
    taken_out = correct(case, now, shelves, capacity="me", victim_name=None)
    assert victim.left_at == now()
    correct(case, now, shelves, number=taken_out.number, capacity="behalf", victim_name="Otto Right")
    assert (victim.person["name"], victim.left_at, victim.word_hash) == ("Otto Right", None, None)
    assert db.session.scalars(select(Link.id).where(Link.party_id == victim.id, Link.revoked_at.is_(None))).all() == []
    assert [fault for fault in disagreements(now()) if case.reference in fault] == []


def test_what_somebody_has_changed_themselves_stays(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A correction of the request takes back nothing that they have said since, and is stricter where it can be."""
    case = opened()
    party = case.parties[0]
    party.contact = {**party.contact, "voicemail_safe": "no"}
    party.person = {**party.person, "phone": "07700 900 123"}
    correct(case, now, shelves, phone="020 7946 0001", post_safe="no")
    assert (party.person["phone"], party.contact["voicemail_safe"]) == ("07700 900 123", "no")
    assert party.contact["post_safe"] == "no"


def test_two_officers_correct_the_same(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Who comes second is told, since older answers would undo the first; they can correct what stands now."""
    case = opened()
    first = correct(case, now, shelves, headline="Drums")
    with pytest.raises(AlreadyDone):
        correct(case, now, shelves, headline="Trumpets")
    db.session.rollback()
    second = correct(case, now, shelves, number=first.number, headline="Trumpets")
    assert (second.replaces, case.headline) == (first.number, "Trumpets")
    assert in_place_of(documents_of(case), 1) is second


def test_what_can_be_corrected(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Answers can, where something is changed; what has done something at its time, and letters, can't."""
    case = opened()
    with pytest.raises(Refusal, match="Nothing was changed"):
        correct(case, now, shelves)
    db.session.rollback()
    put(case, "hold", {"hold_why": "The landlord has to answer.", "hold_until": "The answer"}, now, shelves)
    kinds = {document.kind: document.number for document in documents_of(case)}
    for number in (kinds["hold"], kinds["receipt"], 99):
        with pytest.raises((Refusal, AssertionError)):
            correct(case, now, shelves, number=number)
        db.session.rollback()


def test_a_decision_that_is_corrected_to_a_no_needs_a_second_person(
    opened: Opener, now: Moment, shelves: Shelves
) -> None:
    """A correction is no way round the rule that two decide against the test of the Act."""
    case = opened()
    put(case, "threshold-decision", {"decision": "met", "decided_on": "2026-05-11"}, now, shelves)
    decided = next(one.number for one in documents_of(case) if one.step == "threshold-decision")
    with pytest.raises(NeedsSecondPerson):
        correct(case, now, shelves, number=decided, decision="not-met", reasons="None.")
    db.session.rollback()
    filed = correct(case, now, shelves, number=decided, decided_on="2026-05-10")
    assert filed.answers["decided_on"] == "2026-05-10"


@pytest.mark.parametrize("wrong", ["1990-05-11", "2026-05-10"])
def test_the_right_day_is_one_on_which_it_can_have_come(
    opened: Opener, now: Moment, shelves: Shelves, wrong: str
) -> None:
    """Nothing comes before the request, which itself came no later than it was put on record: a slip is told."""
    case = opened()
    put(case, "threshold-decision", {"decision": "met", "decided_on": "2026-05-11"}, now, shelves)
    number = next(one.number for one in documents_of(case) if one.step == "threshold-decision")
    with pytest.raises(Refusal, match="before the request was received"):
        correct(case, now, shelves, number=number, correction_day=wrong)
    db.session.rollback()
    now.passes(days=3)
    with pytest.raises(Refusal, match="on record on Monday 11 May 2026"):
        correct(case, now, shelves, correction_day="2026-05-13")
    db.session.rollback()


def test_a_case_that_went_on_and_closed_stays_closed(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A correction there opens nothing and writes to nobody outside; whoever has a copy is told by a person."""
    case = opened()
    put(case, "pass-on", {"passed_to": "Bromley", "passed_why": "It happens there."}, now, shelves)
    closed_at = case.closed_at
    mail = select(Message.role).where(Message.case_id == case.id, Message.letter != "task").order_by(Message.id)
    before = db.session.scalars(mail).all()
    now.passes(days=1)
    first = correct(case, now, shelves, headline="Drums")
    correct(case, now, shelves, number=first.number, headline="Trumpets")
    assert (case.closed_at, case.headline) == (closed_at, "Trumpets")
    assert db.session.scalars(mail).all() == before
    told = db.session.scalars(select(Task.says).where(Task.kind.startswith("corrected-there:"))).all()
    assert len(told) == 2
    assert all("Bromley Council has it as it was" in says for says in told)
    assert list(disagreements(now())) == []


def test_the_day_of_posting_is_put_right(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """It lay in the tray for two days: the same letter counts from the day on which it was posted, and both stay."""
    case = opened(email_safe="no")
    now.is_("2026-05-13 15:00")
    acknowledge(case, now, posted_on=now())
    letter = documents_of(case)[-1]
    assert (due_state(case, now), standing_documents(case)[-1]) == ("done", letter)
    now.is_("2026-05-18 10:00")
    with pytest.raises(Refusal, match="Nothing was changed"):
        correct(case, now, shelves, number=letter.number)
    db.session.rollback()
    right = correct(case, now, shelves, number=letter.number, correction_day="2026-05-15")
    assert (right.replaces, right.kind, right.step) == (letter.number, letter.kind, letter.step)
    assert right.body == letter.body
    assert (right.answers["channel"], right.answers["correction_why"]) == ("paper", WHY["correction_why"])
    assert [one.effective_at.day for one in (letter, right)] == [13, 15]
    assert due_state(case, now) == "done late"
    assert [one.number for one in letters_of(case, case.parties[0], ALL)] == [right.number]
    correct(case, now, shelves, number=right.number, correction_day="2026-05-12")
    assert due_state(case, now) == "done"
    asked = db.session.scalars(select(Task.says).where(Task.kind.startswith("corrected:"))).all()
    assert any(letter.answers["subject"] in says for says in asked)
    assert verify_case(case.id) == ()
    assert list(disagreements(now())) == []


def due_state(case: Case, now: Moment) -> str:
    return next(duty.state for duty in duties_of(case, now()) if duty.step == "acknowledgement")


def test_the_day_of_an_email_is_a_fact(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """What the mail server took on a day went on that day, whatever anybody says."""
    case = opened()
    acknowledge(case, now)
    assert not can_be_corrected(documents_of(case)[-1])
