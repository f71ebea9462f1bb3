"""After the meeting: each organisation answers for its own part; a case ends, is asked after, and opens again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import state
from tests.cases.test_meetings import DAY, RECORD, put
from tests.moment import Moment
from webform.cases.folder import duties_of
from webform.cases.letters import draft_letter
from webform.cases.people import Author
from webform.cases.send_letter import send
from webform.cases.standing import forms_for
from webform.cases.sweep import sweep
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message, Party
from webform.rules.begun import begun

ACTIONS: list[dict[str, Any]] = [
    {"entry": 1, "action_what": "Mend the gate", "action_kind": "action", "action_owner": "Clarion",
     "action_email": "gate@clarion.example", "action_by": "2026-06-01"},
    {"entry": 2, "action_what": "Walk by at night", "action_kind": "recommendation", "action_owner": "The police",
     "action_email": "night@police.example", "action_by": "2026-06-15"},
    {"entry": 3, "action_what": "Visit the flats", "action_kind": "action", "action_owner": "The police",
     "action_email": "night@police.example", "action_by": "2026-06-08"},
]  # fmt: skip


def met(opened: Opener, now: Moment, shelves: Shelves, **answers: Any) -> Case:
    """A case whose meeting was held, with what it decided on record."""
    case = opened()
    put(case, "panel-meeting", DAY, now, shelves)
    put(case, "victim-part", {"part": "declined", "part_reasons": "She said so."}, now, shelves)
    now.is_("2026-05-20 17:00")
    put(case, "minutes", {**RECORD, "any_actions": "yes", "actions": ACTIONS, **answers}, now, shelves)
    return case


def owners(case: Case) -> list[Party]:
    wanted = select(Party).where(Party.case_id == case.id, Party.role == "action-owner").order_by(Party.id)
    return list(db.session.scalars(wanted))


def due(case: Case, step: str, now: Moment) -> dict[str, tuple[str, dt.date | None]]:
    """State and date of each duty of a step that is asked for, by what its organisation is to do."""
    called = {str(party.id): str(party.key) for party in owners(case)}
    found = [duty for duty in duties_of(case, now()) if duty.step == step and duty.state != "not needed"]
    return {called.get(duty.party or "", ""): (duty.state, duty.due_on) for duty in found}


def test_each_is_asked_for_its_own(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Who an entry names has a letter with that entry alone, a link, and a date of their own."""
    case = met(opened, now, shelves)
    mails = [one for one in db.session.scalars(select(Message)) if one.letter == "action-request"]
    assert [one.recipient for one in mails] == ["gate@clarion.example", "night@police.example", "night@police.example"]
    for mail, wanted in zip(mails, ACTIONS, strict=True):
        said = [one["action_what"] for one in ACTIONS if one["action_what"] in mail.text]
        assert said == [wanted["action_what"]]
        assert "/merton/open/" in mail.text
    assert due(case, "action-report", now) == {
        "action-owner-1": ("open", dt.date(2026, 6, 1)), "action-owner-3": ("open", dt.date(2026, 6, 8)),
    }  # fmt: skip
    assert due(case, "recommendation-answer", now) == {"action-owner-2": ("open", dt.date(2026, 6, 15))}


def test_what_is_not_done_comes_back_to_the_desk(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Reminded before, told overdue after, answered on their own page; an officer follows up what was not done."""
    case = met(opened, now, shelves)
    clarion, _, police = owners(case)
    assert [one.form.id for one in forms_for(case, police, now())] == ["action-report"]
    now.is_("2026-06-02 09:00")
    while sweep(now()):
        pass
    asked = [one for one in db.session.scalars(select(Message)) if one.recipient == "gate@clarion.example"]
    assert len(asked) == 2  # what they are asked to do, and that its day has passed: nobody looked before that
    assert "What became of the action" in asked[1].text
    for party, answer in ((clarion, "not-done"), (police, "done")):
        put(case, "action-report", {"action_state": answer}, now, shelves, Author("", "action-owner", party.id))
    assert due(case, "action-report", now) == {
        "action-owner-1": ("done late", dt.date(2026, 6, 1)), "action-owner-3": ("done", dt.date(2026, 6, 8)),
    }  # fmt: skip
    assert list(due(case, "action-followed", now)) == ["action-owner-1"]


def test_the_plan_begins_with_what_the_meeting_decided(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Nobody types the actions twice: they stand in the draft plan, without anybody's address."""
    case = met(opened, now, shelves)
    known = begun(shelves.forms["plan-draft"], "plan-draft", shelves.forms, case.documents)
    assert known["draft_actions"].splitlines()[0] == (
        "Mend the gate; An action that the organisation agreed to; Clarion; 1 June 2026"
    )
    put(case, "plan-draft", {"draft_actions": "Gate", "draft_lead": "Clarion"}, now, shelves)
    again = begun(shelves.forms["plan-draft"], "plan-draft", shelves.forms, case.documents)
    assert again == {"draft_actions": "Gate", "draft_lead": "Clarion"}
    assert begun(shelves.forms["plan"], "plan", shelves.forms, case.documents)["lead"] == "Clarion"


def test_the_draft_goes_to_the_person_before_the_plan(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """They get it, may answer on their own page, and a disagreement has to be talked about."""
    case = met(opened, now, shelves)
    draft = {"draft_actions": "Gate", "draft_lead": "Clarion", "draft_reply_by": "2026-05-22"}
    put(case, "plan-draft", draft, now, shelves)
    _send(case, "plan-shared", now)
    person = next(one for one in case.parties if one.role == "applicant")
    assert "plan-view" in [one.form.id for one in forms_for(case, person, now())]
    put(case, "plan-view", {"view": "disagree"}, now, shelves, Author("", "applicant", person.id))
    assert state(case, "plan-disagreed", now) == "open"
    assert [flag["id"] for flag in case.flags] == ["disagrees-with-plan"]


def _send(case: Case, step: str, now: Moment) -> None:
    begin_writing()
    written = draft_letter(case, step, now()).written
    send(case, step, subject=written.subject, markdown=written.markdown, author=OFFICER, now=now())
    db.session.commit()


def test_a_closed_case_is_asked_after_and_opens_again(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """The clock reminds of the day that was set although the case is closed; opened again, the plan is due anew.

    The stage is that of what goes on, or was done last: what may be done at any time moves nothing.
    """
    case = met(opened, now, shelves)
    put(case, "threshold-decision", {"decision": "met", "decided_on": "2026-05-20", "reasons": "Three."}, now, shelves)
    put(case, "plan", {"findings": "F", "actions": "A", "lead": "L", "any_recommendations": "no"}, now, shelves)
    put(case, "bodies-told", {}, now, shelves)
    _send(case, "acknowledgement", now)
    _send(case, "outcome", now)
    assert case.stage == "outcome"
    put(case, "close", {"closed_for": "done", "closed_why": "Done.", "follow_up_on": "2026-07-06"}, now, shelves)
    assert (case.stage, case.closed_at is None) == ("outcome", False)
    now.is_("2026-07-03 12:00")
    while sweep(now()):
        pass
    reminded = [one.text for one in db.session.scalars(select(Message)) if one.letter == "reminder"]
    assert [text for text in reminded if "Ask how things are" in text]
    put(case, "reopen", {"reopen_from": "plan", "reopen_why": "It goes on."}, now, shelves)
    assert (case.stage, case.closed_at) == ("review", None)
    assert (state(case, "plan", now), state(case, "reopened", now)) == ("open", "open")
