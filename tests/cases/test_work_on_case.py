"""Work on a case that anybody may have to do again: scoring the risk, holding the clock, leaving a step out."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cases.conftest import Opener
from tests.cases.test_letters import state
from tests.cases.test_meetings import RECORD, put
from tests.moment import Moment
from webform.cases.folder import AlreadyDone, duties_of
from webform.cases.letters import draft_letter
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Case
from webform.rules.begun import begun
from webform.rules.scores import scores

LOW = {"frequency": "once", "linked": "no", "worsening": "better", "serious_harm": "no", "band": "standard"}
HIGH = {**LOW, "frequency": "daily", "linked": "many", "worsening": "fast"}


def test_the_risk_is_scored_again_and_the_points_compared(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Each time stays on record; the next begins with the last, and the change can be seen."""
    case = opened()
    put(case, "risk-matrix", LOW, now, shelves)
    now.passes(days=3)
    assert begun(shelves.forms["risk-matrix"], "risk-matrix", shelves.forms, case.documents) == LOW
    put(case, "risk-matrix", HIGH, now, shelves)
    found = scores(shelves.forms, case.documents)
    assert [(one.points, one.change) for one in found] == [(0, 0), (9, 9)]
    assert state(case, "risk-matrix", now) == "done"


def test_what_is_not_marked_so_is_done_once(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A decision is not taken twice by filling in its form again."""
    case = opened()
    put(case, "threshold-decision", {"decision": "met", "decided_on": "2026-05-11"}, now, shelves)
    with pytest.raises(AlreadyDone):
        put(case, "threshold-decision", {"decision": "not-met", "decided_on": "2026-05-11"}, now, shelves)
    db.session.rollback()


def test_a_hold_stops_the_clock_and_each_is_told(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Held in any area, with a letter each time; the date moves by the working days on which it was held."""
    case = opened()
    assert _due(now, case, "panel-meeting") == dt.date(2026, 5, 26)
    for _ in range(2):
        put(case, "hold", {"hold_why": "The landlord has to answer.", "hold_until": "The answer"}, now, shelves)
        assert state(case, "panel-meeting", now) == "held"
        now.passes(days=7)
        put(case, "resume", {"resume_why": "They did."}, now, shelves)
    assert _due(now, case, "panel-meeting") == dt.date(2026, 6, 8)  # ten working days from Tuesday 26 May
    told = [(duty.state, duty.occurrence) for duty in duties_of(case, now()) if duty.step == "on-hold"]
    assert [place for _, place in told] == [1, 2]
    assert "The landlord has to answer." in draft_letter(case, "on-hold.0.2", now()).written.markdown


def _due(now: Moment, case: Case, step: str) -> dt.date:
    found = next(duty.due_on for duty in duties_of(case, now()) if duty.step == step)
    assert found
    return found


def test_a_step_is_left_out_with_its_reason(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """It is no longer owed, and what follows goes on as if it had been done."""
    case = opened()
    put(case, "waive", {"left_out": "risk-matrix", "left_out_why": "Scored last week."}, now, shelves)
    assert state(case, "risk-matrix", now) == "waived"
    for step in ("victim-part", "invitation"):
        put(case, "waive", {"left_out": step, "left_out_why": "They live abroad."}, now, shelves)
    put(case, "panel-meeting", {"meeting_on": "2026-05-11"}, now, shelves)
    put(case, "minutes", RECORD, now, shelves)
    assert state(case, "minutes", now) == "done"
