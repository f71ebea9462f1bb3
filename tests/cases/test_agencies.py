"""Agencies are asked, reminded and chased by link, and what they answer stays with officers; on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from tests.agency import ANSWERS, PHRASE
from tests.cases.conftest import OFFICER
from tests.cases.test_parties import ask, duties, file, of, opened, sent_to, with_times
from tests.moment import Moment
from webform.cases.facts import case_facts
from webform.cases.folder import AlreadyDone, Which, documents_of
from webform.cases.letters import draft_letter
from webform.cases.remind import KIND, ask_again
from webform.cases.sweep import sweep
from webform.documents.letter import render
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message, Party

__all__ = ["with_times"]  # a fixture
POLICE = "police.mailbox@shropshire.example"


@pytest.fixture
def case(store: Flask, shelves: Shelves, now: Moment) -> Case:
    """A case whose police and council are named."""
    return opened(shelves, now, ("police", ""), ("council", ""))


def police(case: Case) -> Party:
    return of(case, "agency")["The police"]


def again(case: Case, now: Moment) -> None:
    """An officer has the police reminded."""
    begin_writing()
    try:
        ask_again(case, Which("agency-return", police(case).id), OFFICER, now())
        db.session.commit()
    finally:
        db.session.rollback()


def test_the_letter_promises_the_date_that_counts_from_itself(with_times: Shelves, now: Moment) -> None:
    """Sent before its last day, it names the day that the answer is then due on, and a link of the reader's own."""
    case = opened(with_times, now, ("police", ""))
    draft = draft_letter(case, Which("agency-request", police(case).id), now())
    assert "Tuesday 26 May 2026" in draft.written.markdown  # ten working days from the 11th, over the bank holiday
    ask(case, police(case), "agency-request", now)
    [owed] = duties(case, "agency-return", now).values()
    assert owed.due_on == dt.date(2026, 5, 26)
    [message] = db.session.scalars(select(Message).where(Message.letter == "agency-request"))
    assert "/shropshire/open/" in message.text
    assert "/desk/" not in message.text
    assert "Ann" not in message.text


def test_the_clock_reminds_by_link_and_escalates_by_name(case: Case, now: Moment) -> None:
    """Once before the date and once after it the agency hears; the point of contact is told which one is late."""
    ask(case, police(case), "agency-request", now)
    for moment in ("2026-05-22 12:00", "2026-05-27 00:01"):
        now.is_(moment)
        for _ in range(3):
            sweep(now())
    assert sent_to(case, "chase") == [(POLICE, police(case).id)] * 2
    letters = db.session.scalars(select(Message).where(Message.letter.in_(("chase", "escalation"))))
    told = {
        one.letter: one.text for one in letters if one.role != "deputy" and "agency knows" in one.text + one.subject
    }
    assert "The police" in told["escalation"]
    assert all("/open/" in one.text for one in db.session.scalars(select(Message).where(Message.letter == "chase")))


def test_an_officer_reminds_once_a_day(case: Case, now: Moment) -> None:
    """One press sends it and is on record; a second one within a day sends nothing, whoever reminded them before."""
    ask(case, police(case), "agency-request", now)
    again(case, now)
    assert [one.author for one in documents_of(case) if one.kind == KIND] == [OFFICER.name]
    now.passes(hours=23)
    with pytest.raises(Refusal, match="Monday 11 May 2026 at 10am"):
        again(case, now)
    now.passes(hours=1)
    again(case, now)
    assert sent_to(case, "chase") == [(POLICE, police(case).id)] * 2
    now.is_("2026-05-22 12:00")
    sweep(now())
    with pytest.raises(Refusal, match="22 May"):
        again(case, now)


def test_a_reminder_by_hand_spares_nobody_the_one_before_the_date(case: Case, now: Moment) -> None:
    """Who was chased early still hears from the clock when the date is near."""
    ask(case, police(case), "agency-request", now)
    again(case, now)
    now.is_("2026-05-22 12:00")
    sweep(now())
    assert len(sent_to(case, "chase")) == 2


def test_nobody_is_chased_for_what_they_do_not_owe(case: Case, now: Moment) -> None:
    """Before it was asked, after it was answered, and for what the council owes itself, nothing goes."""
    which = Which("agency-return", police(case).id)
    with pytest.raises(Refusal, match="Nobody outside"):
        again(case, now)
    ask(case, police(case), "agency-request", now)
    with pytest.raises(Refusal, match="Nobody outside"):
        ask_again(case, "threshold-decision", OFFICER, now())
    db.session.rollback()
    file(case, which, now, ANSWERS)
    with pytest.raises(AlreadyDone):
        again(case, now)
    assert sent_to(case, "chase") == []


def test_where_no_email_is_safe_the_officer_reads_that_nothing_went(case: Case, now: Moment) -> None:
    """The press is refused in words, and nothing is put on record."""
    ask(case, police(case), "agency-request", now)
    begin_writing()
    police(case).contact = {"email_safe": "no"}
    db.session.commit()
    with pytest.raises(Refusal, match="Phone them"):
        again(case, now)
    assert KIND not in [one.kind for one in documents_of(case)]


def test_no_letter_can_say_what_an_agency_answered(case: Case, now: Moment, shelves: Shelves) -> None:
    """Whatever a letter states as a fact, to whomever it goes, nothing of an agency's answers is among it."""
    ask(case, police(case), "agency-request", now)
    file(case, Which("agency-return", police(case).id), now, ANSWERS)
    facts = case_facts(case, now())
    assert PHRASE not in repr(facts)
    for letter in shelves.letters.values():
        every = {**dict.fromkeys(letter.requires, "x"), **facts}
        assert PHRASE not in render(letter, every).markdown
    assert all(PHRASE not in one.subject + one.text for one in db.session.scalars(select(Message)))


def test_an_objection_to_sharing_is_what_the_officer_reads_first(case: Case, now: Moment) -> None:
    """It stands among the flags of the case."""
    ask(case, police(case), "agency-request", now)
    file(case, Which("agency-return", police(case).id), now, {**ANSWERS, "objects": "no"})
    assert case.flags == []
    ask(case, of(case, "agency")["The council"], "agency-request", now)
    file(case, Which("agency-return", of(case, "agency")["The council"].id), now, ANSWERS)
    assert [flag["label"] for flag in case.flags] == ["An organisation objects to sharing some of what it told us"]
