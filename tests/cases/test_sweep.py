"""The clock tells what is due: each thing once, at its time, to those whom the procedure names."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import acknowledge
from tests.moment import Moment
from webform.cases.file_document import file_document
from webform.cases.remind import remind as real
from webform.cases.sweep import sweep
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Alarm, Case, Message


def told(case: Case) -> Counter[tuple[str, str]]:
    """What went to whom, apart from the letters of opening."""
    rows = db.session.scalars(select(Message).where(Message.case_id == case.id))
    found = Counter((row.letter, str(row.role)) for row in rows)
    del found["receipt", "applicant"], found["spoc-notice", "spoc"]
    return found


def open_it(case: Case, now: Moment, shelves: Shelves) -> None:
    begin_writing()
    file_document(case, "seen", shelves.forms["seen"], {}, author=OFFICER, now=now())
    db.session.commit()


def test_nothing_is_told_before_its_time(opened: Opener, now: Moment) -> None:
    """Right after a request the clock finds nothing to do."""
    case = opened()
    assert sweep(now()) == 0
    assert told(case) == Counter()


def test_unseen_by_its_time_deputy_and_webhook_know(opened: Opener, now: Moment) -> None:
    """A request that nobody opened within a day goes to the deputy and raises the alarm, once."""
    case = opened()
    now.is_("2026-05-13 00:01")
    assert sweep(now()) > 0
    assert told(case)["escalation", "deputy"] == 1
    assert told(case)["overdue", "spoc"] == 1
    assert told(case)["overdue", "deputy"] == 0
    alarms = list(db.session.scalars(select(Alarm)))
    assert [alarm.kind for alarm in alarms] == ["overdue"]
    assert case.reference in alarms[0].says
    sweep(now())
    assert told(case)["escalation", "deputy"] == 1


def test_seen_in_time_nobody_is_alarmed(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Opening the referral ends that watch."""
    case = opened()
    open_it(case, now, shelves)
    now.is_("2026-05-13 00:01")
    sweep(now())
    assert told(case)["escalation", "deputy"] == 0
    assert db.session.scalars(select(Alarm)).all() == []


def test_one_reminder_before_and_one_notice_after(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """The acknowledgement is reminded of a working day before its date, and told of once when the date has passed."""
    case = opened()
    open_it(case, now, shelves)
    now.is_("2026-05-12 09:00")
    for _ in range(3):
        sweep(now())
    assert told(case)["reminder", "spoc"] == 1
    now.is_("2026-05-14 00:00")
    for _ in range(3):
        sweep(now())
    assert told(case)["reminder", "spoc"] == 1
    assert told(case)["overdue", "spoc"] == 1


def test_what_is_done_is_not_told_of(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """An acknowledged case gets neither reminder nor notice about its acknowledgement."""
    case = opened()
    open_it(case, now, shelves)
    acknowledge(case, now)
    now.is_("2026-05-14 00:00")
    sweep(now())
    assert told(case) == Counter({("acknowledgement", "applicant"): 1})


def test_a_clock_that_stood_for_a_week_tells_each_once(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """After a week's silence an overdue step is told of as overdue, not also reminded of."""
    case = opened()
    open_it(case, now, shelves)
    now.is_("2026-05-20 12:00")
    while sweep(now()):
        pass
    assert told(case)["overdue", "spoc"] == 1
    assert told(case)["reminder", "spoc"] == 0


def test_a_clock_killed_before_the_commit_tells_it_again(
    opened: Opener, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not committed did not happen: the next sweep tells it, once."""
    case = opened()
    now.is_("2026-05-13 00:01")
    with monkeypatch.context() as broken:
        broken.setattr(db.session, "commit", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sweep(now())
    assert told(case) == Counter()
    while sweep(now()):
        pass
    assert told(case)["escalation", "deputy"] == 1


def test_an_arranged_meeting_opens_what_follows_when_its_day_comes(
    opened: Opener, now: Moment, shelves: Shelves
) -> None:
    """The clock looks again on the day of the meeting, without anybody filing anything."""
    case = opened()
    begin_writing()
    meeting = {"meeting_on": "2026-05-20"}
    file_document(case, "panel-meeting", shelves.forms["panel-date"], meeting, author=OFFICER, now=now())
    db.session.commit()
    now.is_("2026-05-21 00:01")
    while sweep(now()):
        pass
    states = {row.step: row.state for row in case.deadlines}
    assert states["threshold-decision"] in ("open", "late")


def test_one_case_that_fails_holds_up_no_other(opened: Opener, now: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    """A duty that cannot be told of, such as one whose letter is gone, waits; others are told on time."""
    first, second = opened(), opened()
    failing = first.id

    def remind(case: Case, *args: Any) -> bool:
        if case.id == failing:
            raise KeyError("no such letter")
        return real(case, *args)

    now.is_("2026-05-13 00:01")
    with monkeypatch.context() as broken:
        broken.setattr("webform.cases.sweep.remind", remind)
        assert sweep(now()) < 100
    assert told(second)["escalation", "deputy"] == 1
    assert told(first) == Counter()
    assert "sweep" in [alarm.kind for alarm in db.session.scalars(select(Alarm))]
    now.passes(minutes=16)
    sweep(now())
    assert told(first)["escalation", "deputy"] == 1
