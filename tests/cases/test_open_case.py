"""A request becomes a case."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from tests.victim import victim_in_merton
from webform.cases.file_document import file_document
from webform.cases.folder import duties_of
from webform.documents.duration import Duration
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Alarm, Case, Deadline, Document, Message, Task


def messages() -> dict[str, Message]:
    """The letters of opening, by the role that they go to."""
    rows = db.session.scalars(select(Message).where(Message.letter.in_(["receipt", "spoc-notice"])))
    return {str(message.role): message for message in rows}


def told() -> list[tuple[str, str | None]]:
    """Every other message: its letter and role."""
    rows = db.session.scalars(select(Message).where(Message.letter.not_in(["receipt", "spoc-notice"])))
    return sorted((message.letter, message.role) for message in rows)


def test_one_transaction_makes_all_of_it(opened: Opener) -> None:
    """Case, documents, party, deadlines, receipt and notice are there together."""
    case = opened()
    assert [document.effect for document in case.documents][:1] == ["opens-case"]
    assert [party.person["name"] for party in case.parties] == ["Ann Žďárská"]
    assert {"seen", "acknowledgement"} <= {row.step for row in case.deadlines if row.act_at}
    assert messages()["applicant"].recipient == "ann@people.example"
    assert messages()["spoc"].recipient == "spoc.mailbox@merton.example"
    assert all(message.state == "waiting" for message in messages().values())


def test_nothing_stays_when_the_transaction_fails(opened: Opener, store: object) -> None:
    """What was not committed leaves no trace: no case, no message."""
    first = opened(draft_key="same").reference
    with pytest.raises(IntegrityError):
        opened(draft_key="same")
    db.session.rollback()
    assert [case.reference for case in db.session.scalars(select(Case))] == [first]
    assert len(db.session.scalars(select(Message)).all()) == 2


def test_the_clock_counts_from_receipt(opened: Opener, now: Moment) -> None:
    """A letter that came on Thursday and was typed in on Monday is due from Thursday."""
    thursday = now.is_("2026-05-07 11:00")
    now.is_("2026-05-11 10:00")
    case = opened(received_at=thursday)
    due = {duty.step: duty.due_on.isoformat() for duty in duties_of(case, now()) if duty.due_on}
    assert due["acknowledgement"] == "2026-05-11"
    assert due["panel-meeting"] == "2026-05-21"


def test_no_email_where_it_is_not_safe(opened: Opener) -> None:
    """Who can't safely be emailed gets nothing by email; a person is asked to write on paper instead."""
    case = opened(email_safe="no", email="ann@people.example")
    assert set(messages()) == {"spoc"}
    tasks = list(db.session.scalars(select(Task).where(Task.case_id == case.id)))
    assert [task.kind for task in tasks] == ["send:receipt"]
    assert "no safe email address" in tasks[0].says
    assert told() == [("task", "spoc")]


@pytest.mark.parametrize("answers", [{"danger": "yes"}, {"self_harm": "yes"}])
def test_danger_is_flagged_and_raises_the_alarm(opened: Opener, answers: dict[str, str]) -> None:
    """A person is told at once by a way that is not email, and the alarm names nobody."""
    case = opened(**answers)
    alarm = db.session.scalars(select(Alarm)).one()
    assert case.reference in alarm.says
    assert "Ann" not in alarm.says
    assert [flag["alarm"] for flag in case.flags] == [True]
    assert told() == [("alarm", "deputy"), ("alarm", "spoc")]


def test_a_quiet_case_raises_nothing(opened: Opener) -> None:
    """No flag, no alarm, no task for an ordinary request."""
    case = opened()
    assert list(case.flags) == []
    assert told() == []
    assert db.session.scalars(select(Alarm)).all() == []
    assert db.session.scalars(select(Task)).all() == []


def test_what_only_officers_may_see_is_in_no_mail(opened: Opener) -> None:
    """The person reported is named in the case and in no message, whatever the area lets travel."""
    case = opened()
    assert "Mr Loud" in str(case.documents[0].answers)
    assert all("Mr Loud" not in message.text + (message.html or "") for message in messages().values())


def test_answers_to_questions_no_longer_asked_are_left_behind(opened: Opener) -> None:
    """An email typed before "not safe" was chosen is not kept with the case."""
    case = opened(email_safe="none", email="ann@people.example")
    assert "email" not in case.documents[0].answers
    assert "email" not in case.parties[0].person


def test_every_row_has_its_case(opened: Opener) -> None:
    """Two cases keep apart what is theirs."""
    first, second = opened(), opened(name="Bob Other", email="bob@people.example")
    for table in (Document, Deadline, Message):
        owners = set(db.session.scalars(select(table.case_id)))
        assert owners == {first.id, second.id}
    assert first.reference != second.reference


def test_s27_rules_and_forms_are_pinned_to_the_case(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """The area grants itself ten working days: a case of before keeps to two, whatever is filed in it later."""
    before = opened()
    merton = shelves.procedures["merton"]
    ten = Duration.read("10 working days")
    steps = [one.model_copy(update={"within": ten}) if one.id == "acknowledgement" else one for one in merton.steps]
    changed = replace(shelves, procedures={"merton": merton.model_copy(update={"steps": tuple(steps)})})
    after = asked_for(changed, victim_in_merton(), now())
    db.session.commit()
    file_document(before, "seen", shelves.forms["seen"], {}, author=OFFICER, now=now())
    db.session.commit()
    assert before.version != after.version
    due = [{row.step: row.due_on for row in case.deadlines}["acknowledgement"] for case in (before, after)]
    assert due == [dt.date(2026, 5, 13), dt.date(2026, 5, 26)]  # Monday 25 May is a bank holiday
