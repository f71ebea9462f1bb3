"""The panel's meeting: who is invited, what becomes of their calendars, and what has to be on file before minutes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import state
from tests.moment import Moment
from webform.cases.file_document import file_document
from webform.cases.folder import AlreadyDone
from webform.cases.letters import draft_letter
from webform.cases.people import Author, parties
from webform.cases.send_letter import send
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message
from webform.web.workload import Workload

DAY: dict[str, Any] = {
    "meeting_on": "2026-05-20", "meeting_at": "14:30", "meeting_until": "16:00", "meeting_place": "Room 2, Morden",
    "meeting_fixed": "yes", "chair_involved": "no", "others": ["none"],
}  # fmt: skip
CORE = {"safer-merton", "police", "clarion"}
INVITED = {"part": "in-person", "part_reasons": "She would like to."}
THERE = [
    {"entry": 1, "person_member": "police", "person_there": "there", "interest": "no"},
    {"entry": 2, "person_member": "clarion", "person_there": "remote", "interest": "no"},
]  # fmt: skip
RECORD: dict[str, Any] = {"people": THERE, "minutes": "We talked."}


def put(case: Case, step: str, answers: dict[str, Any], now: Moment, shelves: Shelves, by: Author = OFFICER) -> None:
    """Somebody files a form of a step."""
    begin_writing()
    found = shelves.procedures[case.area].step(step)
    assert found
    assert found.fill
    file_document(case, step, shelves.forms[found.fill], answers, author=by, now=now())
    db.session.commit()


def entries(case: Case, role: str) -> list[tuple[str, Event]]:
    """What letters put into the calendars of a role, in order: the method, and the event."""
    rows = select(Message).where(Message.case_id == case.id, Message.role == role, Message.calendar.is_not(None))
    found = [Calendar.from_ical(str(row.calendar)) for row in db.session.scalars(rows.order_by(Message.id))]
    return [(str(one["method"]), event) for one in found for event in one.walk("VEVENT")]


def invited(case: Case) -> set[str]:
    """The roles that have an invitation of the panel."""
    rows = select(Message.role).where(Message.case_id == case.id, Message.letter == "panel-invitation")
    return {str(role) for role in db.session.scalars(rows)}


def test_a_meeting_is_arranged_moved_and_called_off(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Each member's one entry is made, moved and taken back; then a meeting has to be arranged again."""
    case = opened()
    put(case, "panel-meeting", DAY, now, shelves)
    assert invited(case) == CORE
    now.passes(hours=1)
    put(case, "panel-meeting", {**DAY, "meeting_on": "2026-05-21"}, now, shelves)
    now.passes(hours=1)
    put(case, "meeting-off", {"off_why": "The chair is ill."}, now, shelves)
    for role in CORE:
        (asked, first), (moved, second), (off, last) = entries(case, role)
        assert (asked, moved, off) == ("REQUEST", "REQUEST", "CANCEL")
        assert first["uid"] == second["uid"] == last["uid"]
        assert first["sequence"] < second["sequence"] < last["sequence"]
        assert first["dtstart"].dt == dt.datetime(2026, 5, 20, 13, 30, tzinfo=dt.UTC)  # 14:30 in summer
        assert second["dtend"].dt == last["dtend"].dt == dt.datetime(2026, 5, 21, 15, 0, tzinfo=dt.UTC)
        assert (first["location"], last["status"]) == ("Room 2, Morden", "CANCELLED")
    texts = [one.text for one in db.session.scalars(select(Message).where(Message.role == "police"))]
    assert "was to be on Wednesday 20 May 2026" in texts[1]
    assert "The chair is ill." in texts[2]
    assert state(case, "panel-meeting", now) == "open"


def test_a_meeting_is_called_off_once_and_the_next_one_too(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A second officer who calls it off tells nobody again; a new date can be called off like the first."""
    case = opened()
    put(case, "panel-meeting", DAY, now, shelves)
    now.passes(hours=1)
    put(case, "meeting-off", {"off_why": "The chair is ill."}, now, shelves)
    assert "meeting-off" not in [one.step.id for one in Workload(case, now()).due]
    with pytest.raises(AlreadyDone, match="already done by Sam Spoc"):
        put(case, "meeting-off", {"off_why": "The room is gone."}, now, shelves)
    db.session.rollback()
    assert len(entries(case, "police")) == 2
    now.passes(hours=1)
    put(case, "panel-meeting", {**DAY, "meeting_on": "2026-05-27"}, now, shelves)
    assert "meeting-off" in [one.step.id for one in Workload(case, now()).due]
    now.passes(hours=1)
    put(case, "meeting-off", {"off_why": "The room is gone."}, now, shelves)
    *_, (off, last) = entries(case, "police")
    assert (off, last["dtstart"].dt.date()) == ("CANCEL", dt.date(2026, 5, 27))


def test_who_else_is_invited(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Youth justice comes when a person who does it is under 18, and health when the case needs it."""
    young = [{"entry": 1, "person_name": "Not known", "person_age": "10-17"}]
    for answers, others, wanted in (
        ({}, ["none"], CORE),
        ({"people_known": "yes", "people": young}, ["none"], {*CORE, "youth-justice"}),
        ({}, ["health"], {*CORE, "health"}),
    ):
        case = opened(**answers)
        put(case, "panel-meeting", {**DAY, "others": others}, now, shelves)
        assert invited(case) == wanted


def test_who_drops_out_is_told_of_the_day_that_they_know(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Health was asked, and is not needed any more when the meeting moves: letter and entry take back the day that they
    had, across a change of clocks; the entry is called by the panel, and no heading stands above nothing."""
    case = opened()
    put(case, "panel-meeting", {**DAY, "meeting_on": "2026-10-23", "others": ["health"]}, now, shelves)
    now.passes(hours=1)
    put(case, "panel-meeting", {**DAY, "meeting_on": "2026-10-26", "others": ["none"]}, now, shelves)
    (_, asked), (method, off) = entries(case, "health")
    assert (method, asked["uid"], asked["sequence"] < off["sequence"]) == ("CANCEL", off["uid"], True)
    assert asked["dtstart"].dt == off["dtstart"].dt == dt.datetime(2026, 10, 23, 13, 30, tzinfo=dt.UTC)
    (*_, (_, moved)) = entries(case, "police")
    assert moved["dtstart"].dt == dt.datetime(2026, 10, 26, 14, 30, tzinfo=dt.UTC)
    assert moved["summary"] == f"Case review panel, {case.reference}"
    mails = select(Message).where(Message.case_id == case.id, Message.role.in_(("health", "police")))
    *_, last = (one for one in db.session.scalars(mails.order_by(Message.id)) if one.role == "health")
    assert last.subject == f"{case.reference}: you are not asked to the meeting on 23 October 2026"
    assert "26 October" not in last.text
    assert "Agenda" not in db.session.scalars(mails.where(Message.role == "police")).all()[-1].text


def test_no_time_is_a_whole_day_and_proposed_is_tentative(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A date without a time takes the day; one that is only proposed is marked so."""
    case = opened()
    put(case, "panel-meeting", {"meeting_on": "2026-05-20", "meeting_fixed": "proposed"}, now, shelves)
    ((_, event),) = entries(case, "police")
    assert (event["dtstart"].dt, event["dtend"].dt) == (dt.date(2026, 5, 20), dt.date(2026, 5, 21))
    assert event["status"] == "TENTATIVE"


@pytest.mark.parametrize("choice", [None, "no", "yes"])
def test_the_person_has_an_entry_only_if_they_want_one(
    opened: Opener, now: Moment, shelves: Shelves, choice: str | None
) -> None:
    """Theirs says when and nothing else: no reference, no place, nobody's name."""
    case = opened()
    if choice:
        own = Author("", "applicant", parties(case, "applicant")[0].id)
        put(case, "victim-choice", {"choice": "attend", "part_calendar": choice}, now, shelves, own)
    put(case, "victim-part", INVITED, now, shelves)
    put(case, "panel-meeting", DAY, now, shelves)
    invite(case, now)
    found = entries(case, "applicant")
    assert len(found) == (choice == "yes")
    for _, event in found:
        assert event["summary"] == "Meeting"
        text = event.to_ical().decode()
        assert not [word for word in (case.reference, "Morden", "Ann", "panel", "review") if word in text]


def invite(case: Case, now: Moment) -> None:
    """The point of contact sends the invitation as it is drafted."""
    begin_writing()
    draft = draft_letter(case, "invitation", now())
    assert draft.which
    send(
        case, draft.which, subject=draft.written.subject, markdown=draft.written.markdown, author=OFFICER, now=now(),
    )  # fmt: skip
    db.session.commit()


def test_minutes_wait_for_the_invitation_or_its_reason(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """The meeting can't be put on record before the invitation has gone, or the reason for none is on file."""
    case = opened()
    put(case, "panel-meeting", DAY, now, shelves)
    now.is_("2026-05-20 17:00")
    with pytest.raises(Refusal, match="Before this, put on record: Decide how the person takes part"):
        put(case, "minutes", RECORD, now, shelves)
    db.session.rollback()
    put(case, "victim-part", INVITED, now, shelves)
    with pytest.raises(Refusal, match="Before this, put on record: Invite the person to the meeting"):
        put(case, "minutes", RECORD, now, shelves)
    db.session.rollback()
    invite(case, now)
    put(case, "minutes", RECORD, now, shelves)
    assert state(case, "minutes", now) == "done"


def test_without_an_invitation_the_reason_is_enough(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Somebody who is not invited, with a reason on file, holds up no minutes."""
    case = opened()
    put(case, "panel-meeting", DAY, now, shelves)
    now.is_("2026-05-20 17:00")
    put(case, "victim-part", {"part": "not-invited", "part_reasons": "Her doctor advised against."}, now, shelves)
    put(case, "minutes", RECORD, now, shelves)
    assert state(case, "minutes", now) == "done"
