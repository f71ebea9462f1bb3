"""Somebody appeals, or asks to go higher, a second time: it is talked about, decided and answered like the first."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import OFFICER
from tests.moment import Moment
from tests.told_outcome import told_outcome
from webform.cases.file_document import file_document
from webform.cases.folder import Which, duties_of
from webform.cases.letters import draft_letter
from webform.cases.pinned import rules_of
from webform.cases.send_letter import send
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message


class Told:
    """A case whose outcome was told, and what is filed in it."""

    def __init__(self, app: Flask, area: str, now: Moment):
        self.now = now
        reference = told_outcome(app, area, now())
        self.case = db.session.scalars(select(Case).where(Case.reference == reference)).one()

    def files(self, step: str, **answers: Any) -> None:
        begin_writing()
        procedure, forms = rules_of(self.case)
        rule = procedure.step(step)
        assert rule is not None
        file_document(self.case, Which(step), forms[str(rule.fill)], answers, author=OFFICER, now=self.now())
        db.session.commit()

    def sends(self, step: str) -> None:
        """The letter of a step that is owed now."""
        begin_writing()
        [duty] = [one for one in duties_of(self.case, self.now()) if one.step == step and one.state == "open"]
        written = draft_letter(self.case, Which.of(duty), self.now()).written
        send(self.case, Which.of(duty), subject=written.subject, markdown=written.markdown, author=OFFICER,
             now=self.now())  # fmt: skip
        db.session.commit()

    def mail(self, letter: str) -> list[str]:
        rows = select(Message).where(Message.case_id == self.case.id, Message.letter == letter).order_by(Message.id)
        return [row.text for row in db.session.scalars(rows)]

    def state(self, step: str) -> list[str]:
        return [one.state for one in duties_of(self.case, self.now()) if one.step == step]


def test_a_second_appeal_goes_the_whole_way(store: Flask, now: Moment) -> None:
    """The first was answered; a second is talked about, decided anew and answered too."""
    now.is_("2026-04-21 12:00")
    told = Told(store, "shropshire", now)
    for day, words in (("2026-05-11 09:00", "First answer."), ("2026-07-01 09:00", "Second answer.")):
        now.is_(day)
        told.files("appeal", not_happy="The plan has no dates.")
        told.files("appeal-talk", talked_on=day[:10], talk_about="Dates")
        told.files("appeal-decision", papers=["plan"], decision=words, decided_by="Ann Roe, Scrutineer")
        told.sends("appeal-answer")
    assert "First answer." in told.mail("appeal-answer")[0]
    assert "Second answer." in told.mail("appeal-answer")[1]


def test_who_was_content_and_is_not_any_more_goes_higher(store: Flask, now: Moment) -> None:
    """After a talk that seemed to settle it they ask to go higher again: a second talk opens the way up."""
    now.is_("2026-04-21 12:00")
    told = Told(store, "merton", now)
    now.is_("2026-05-01 12:00")
    told.files("plan-reply", reply="escalate")
    told.files("escalation-talk", talked_on="2026-05-01", lead_agency="The police", satisfied="yes")
    assert told.state("escalation") == ["not needed"]
    now.is_("2026-06-01 12:00")
    told.files("plan-reply", reply="escalate")
    told.files("escalation-talk", talked_on="2026-06-01", lead_agency="The police", satisfied="no")
    assert told.state("escalation") == ["open"]


def test_who_is_not_happy_a_second_time_is_answered_again(store: Flask, now: Moment) -> None:
    """Where no appeal is named: each time somebody looks again, and each time there is an answer."""
    now.is_("2026-04-21 12:00")
    told = Told(store, "maidstone", now)
    for day, follows in (("2026-05-11 09:00", "We meet once more."), ("2026-07-01 09:00", "Nothing more.")):
        now.is_(day)
        told.files("dissatisfaction", about=["review"], why="The plan has no dates.")
        told.files("looked-again", looked_by="Kit Roe", had_part="no", what_follows=follows)
        told.sends("dissatisfaction-answer")
    first, second = told.mail("dissatisfaction-answer")
    assert "We meet once more." in first
    assert "Nothing more." in second
