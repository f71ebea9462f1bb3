"""Somebody appeals, or asks to go higher, a second time: it is talked about, decided and answered like the first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import OFFICER
from tests.moment import Moment
from tests.told_outcome import told_outcome
from webform.cases.corrections import form_of_correction
from webform.cases.file_document import file_document
from webform.cases.folder import AlreadyDone, Which, documents_of, duties_of
from webform.cases.letters import draft_letter
from webform.cases.pinned import rules_of
from webform.cases.send_letter import send
from webform.errors import Refusal
from webform.records.chain import verify_case
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message
from webform.rules.folder import Duty


class Told:
    """A case whose outcome was told, and what is filed in it."""

    def __init__(self, app: Flask, area: str, now: Moment):
        self.now = now
        reference = told_outcome(app, area, now())
        self.case = db.session.scalars(select(Case).where(Case.reference == reference)).one()

    def files(self, step: str, turn: int = 1, came: dt.datetime | None = None, **answers: Any) -> None:
        """A form of a step; of several, that for the appeal which was put on record in that turn."""
        begin_writing()
        procedure, forms = rules_of(self.case)
        rule = procedure.step(step)
        assert rule is not None
        which, form = Which(step, None, turn), forms[str(rule.fill)]
        file_document(self.case, which, form, answers, author=OFFICER, now=self.now(), effective_at=came)
        db.session.commit()

    def sends(self, step: str, turn: int = 0) -> None:
        """The letter of a step that is owed now, or one of several."""
        begin_writing()
        [duty] = [one for one in self.duties(step) if one.state == "open" and turn in (0, one.occurrence)]
        written = draft_letter(self.case, Which.of(duty), self.now()).written
        send(self.case, Which.of(duty), subject=written.subject, markdown=written.markdown, author=OFFICER,
             now=self.now())  # fmt: skip
        db.session.commit()

    def mail(self, letter: str) -> list[str]:
        rows = select(Message).where(Message.case_id == self.case.id, Message.letter == letter).order_by(Message.id)
        return [row.text for row in db.session.scalars(rows)]

    def duties(self, step: str) -> list[Duty]:
        return [one for one in duties_of(self.case, self.now()) if one.step == step]

    def state(self, step: str) -> list[str]:
        return [one.state for one in self.duties(step)]


def test_a_second_appeal_goes_the_whole_way(store: Flask, now: Moment) -> None:
    """The first was answered; a second is talked about, decided anew and answered too."""
    now.is_("2026-04-21 12:00")
    told = Told(store, "shropshire", now)
    for turn, (day, words) in enumerate((("2026-05-11 09:00", "First answer."), ("2026-07-01 09:00", "Second.")), 1):
        now.is_(day)
        told.files("appeal", not_happy="The plan has no dates.")
        told.files("appeal-talk", turn, talked_on=day[:10], talk_about="Dates")
        told.files("appeal-decision", turn, papers=["plan"], decision=words, decided_by="Ann Roe, Scrutineer")
        told.sends("appeal-answer")
    assert "First answer." in told.mail("appeal-answer")[0]
    assert "Second." in told.mail("appeal-answer")[1]


def test_two_appeals_at_once_each_have_their_own(store: Flask, now: Moment) -> None:
    """A second appeal comes before the first is answered, after the last day: it is acknowledged with its own day and
    said to be late, flagged, talked about, decided in either order, and each answer is to its own appeal."""
    now.is_("2026-04-21 12:00")
    told = Told(store, "shropshire", now)
    for day in ("2026-05-11 09:00", "2026-07-01 09:00"):
        now.is_(day)
        told.files("appeal", not_happy="The plan has no dates.")
    first, second = told.mail("appeal-received")
    assert "reached us on Monday 11 May 2026" in first
    assert "The last day for it" not in first
    assert "reached us on Wednesday 1 July 2026" in second
    assert "The last day for it was Wednesday 20 May 2026" in second
    assert [one["id"] for one in told.case.flags] == ["late-appeal"]
    told.files("appeal-talk", 2, talked_on="2026-07-01", talk_about="Noise")
    with pytest.raises(Refusal, match="Before this, put on record: Talk about the appeal"):
        told.files("appeal-decision", papers=["plan"], decision="First.", decided_by="Ann Roe")
    told.files("appeal-decision", 2, papers=["plan"], decision="Second.", decided_by="Kit Roe")
    assert told.state("appeal-decision") == ["waiting", "done"]
    told.files("appeal-talk", talked_on="2026-07-01", talk_about="Dates")
    told.files("appeal-decision", papers=["plan"], decision="First.", decided_by="Ann Roe")
    told.sends("appeal-answer", 2)
    told.sends("appeal-answer")
    second, first = told.mail("appeal-answer")
    assert ("Second." in second, "Kit Roe" in second, "First." in second) == (True, True, False)
    assert ("First." in first, "Ann Roe" in first, "Second." in first) == (True, True, False)
    assert verify_case(told.case.id) == ()


def test_an_appeal_that_is_put_on_record_late_takes_no_other_ones_place(store: Flask, now: Moment) -> None:
    """A letter of 5 May is written down once an appeal of 11 May was acknowledged, and the first is corrected: each
    keeps what was done for it."""
    now.is_("2026-04-21 12:00")
    told = Told(store, "shropshire", now)
    now.is_("2026-05-11 09:00")
    told.files("appeal", not_happy="The plan has no dates.")
    told.files("appeal-talk", talked_on="2026-05-11", talk_about="Dates")
    told.files("appeal", came=now() - dt.timedelta(days=6), not_happy="Nobody came.")
    first, second = told.mail("appeal-received")
    assert "reached us on Monday 11 May 2026" in first
    assert "reached us on Tuesday 5 May 2026" in second
    assert sorted((one.occurrence, one.state) for one in told.duties("appeal-talk")) == [(1, "done"), (2, "open")]
    number = next(one.number for one in documents_of(told.case) if one.step == "appeal")
    changed = {"correction_why": "Misheard.", "not_happy": "The plan has no day."}
    begin_writing()
    form = form_of_correction(told.case, Which("correction", None, number), rules_of(told.case)[1]["correction"])
    file_document(told.case, Which("correction", None, number), form, changed, author=OFFICER, now=now())
    db.session.commit()
    assert sorted((one.occurrence, one.state) for one in told.duties("appeal-talk")) == [(1, "done"), (2, "open")]
    assert len(told.mail("appeal-received")) == 2


def test_who_presses_second_decides_no_other_appeal(store: Flask, now: Moment) -> None:
    """Two reviewers decide the first of two appeals at once: the second of them is told, and the other appeal waits."""
    now.is_("2026-04-21 12:00")
    told = Told(store, "shropshire", now)
    now.is_("2026-05-11 09:00")
    for turn in (1, 2):
        told.files("appeal", not_happy="The plan has no dates.")
        told.files("appeal-talk", turn, talked_on="2026-05-11", talk_about="Dates")
    told.files("appeal-decision", papers=["plan"], decision="Nothing follows.", decided_by="Ann Roe")
    with pytest.raises(AlreadyDone, match="already done"):
        told.files("appeal-decision", papers=["plan"], decision="You are right.", decided_by="Kit Roe")
    assert told.state("appeal-decision") == ["done", "open"]


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
    answers = (("2026-05-11 09:00", "We meet once more."), ("2026-07-01 09:00", "Nothing more."))
    for turn, (day, follows) in enumerate(answers, 1):
        now.is_(day)
        told.files("dissatisfaction", about=["review"], why="The plan has no dates.")
        told.files("looked-again", turn, looked_by="Kit Roe", had_part="no", what_follows=follows)
        told.sends("dissatisfaction-answer")
    first, second = told.mail("dissatisfaction-answer")
    assert "We meet once more." in first
    assert "Nothing more." in second
