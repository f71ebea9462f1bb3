"""The machine's clock stands still, jumps, goes back, and passes both nights on which clocks change: each told once."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import acknowledge, state
from tests.cases.test_reschedule import closed, due_on
from tests.cases.test_sweep import open_it, told
from tests.moment import Moment
from webform.cases.calendars import FILE
from webform.cases.file_document import file_document
from webform.cases.reschedule import reschedule
from webform.cases.sweep import sweep
from webform.cases.up_to_date import bring_up_to_date
from webform.documents.shelf import Shelves
from webform.house import house
from webform.records.chain import verify_case
from webform.records.store import begin_writing, db
from webform.records.tables import Alarm, Case, Deadline, Message

ONCE = Counter({("overdue", "spoc"): 1, ("escalation", "deputy"): 1})


def sweep_all(now: Moment) -> None:
    """Everything that is due by now, as the clock does it."""
    while sweep(now()):
        pass


def watch(case: Case) -> Deadline:
    """The watch over whether somebody opens the request."""
    return db.session.scalars(select(Deadline).where(Deadline.case_id == case.id, Deadline.step == "seen")).one()


def about(case: Case, words: str) -> list[Message]:
    """What was told whose text says this, in the order it was written."""
    rows = db.session.scalars(select(Message).where(Message.case_id == case.id).order_by(Message.id))
    return [row for row in rows if words in row.text]


def test_a_clock_stopped_for_a_week_makes_no_storm(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Many cases waited while the clock stood: each duty of each is told of once, with its right date, and no more."""
    cases = [opened(name=f"Ann {number}") for number in range(5)]
    for case in cases:
        open_it(case, now, shelves)
    now.is_("2026-05-20 12:00")
    for _ in range(4):
        sweep_all(now)
        now.passes(hours=3)
    for case in cases:
        kinds = Counter(row.letter for row in about(case, "Wednesday 13 May 2026"))
        assert (kinds["overdue"], kinds["reminder"]) == (1, 0)
        assert max(told(case).values()) <= 2


@pytest.mark.parametrize("back", [{"hours": 1}, {"hours": 7}, {"days": 2}, {"days": 9}])
def test_nothing_is_lost_or_told_twice_when_the_clock_goes_back(
    opened: Opener, now: Moment, back: dict[str, float]
) -> None:
    """A case that was opened before the clock was set back keeps its duties, and is told of once, in its time."""
    case = opened()
    before = (watch(case).due_at, watch(case).act_at)
    now.passes(**{unit: -length for unit, length in back.items()})
    sweep_all(now)
    begin_writing()
    bring_up_to_date(case, now())
    db.session.commit()
    assert (watch(case).state, watch(case).due_at, watch(case).act_at) == ("open", *before)
    assert told(case) == Counter()
    now.is_("2026-05-13 00:01")
    for _ in range(3):
        sweep_all(now)
    assert told(case) & ONCE == ONCE


def test_what_was_told_is_not_told_again_after_the_clock_went_back(opened: Opener, now: Moment) -> None:
    """Told as overdue, then the clock is set back by days and passes the same moments again: nothing twice."""
    case = opened()
    now.is_("2026-05-13 00:01")
    sweep_all(now)
    first = told(case)
    for day in range(9, 16):
        now.is_(f"2026-05-{day:02} 00:01")
        sweep_all(now)
    assert told(case)["escalation", "deputy"] == first["escalation", "deputy"] == 1
    assert [alarm.kind for alarm in db.session.scalars(select(Alarm))].count("overdue") == 1


def test_a_jump_ahead_and_back_tells_once(opened: Opener, now: Moment) -> None:
    """The clock is three days ahead for a moment: what it told then is not told again at the right time."""
    case = opened()
    now.passes(days=3)
    sweep_all(now)
    assert told(case)["escalation", "deputy"] == 1
    now.passes(days=-3)
    for _ in range(30):
        sweep_all(now)
        now.passes(hours=4)
    assert told(case)["escalation", "deputy"] == 1


def test_what_was_filed_stays_filed_when_the_clock_goes_back(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A letter sent before the clock went back is still sent, the next document comes after it, and the chain holds."""
    case = opened()
    open_it(case, now, shelves)
    acknowledge(case, now)
    now.passes(hours=-5)
    assert state(case, "acknowledgement", now) == "done"
    begin_writing()
    meeting = {"meeting_on": "2026-05-20"}
    file_document(case, "panel-meeting", shelves.forms["panel-date"], meeting, author=OFFICER, now=now())
    db.session.commit()
    assert state(case, "panel-meeting", now) == "arranged"
    filed = [document.filed_at for document in case.documents]
    assert filed == sorted(filed)
    assert verify_case(case.id) == ()


@pytest.mark.parametrize(
    ("received", "due", "last_minute", "first_minute"),
    [
        ("2026-03-27 10:00", "2026-03-31", "2026-03-31 22:59", "2026-03-31 23:00"),  # forward on Sunday 29 March
        ("2026-10-23 10:00", "2026-10-27", "2026-10-27 23:59", "2026-10-28 00:00"),  # back on Sunday 25 October
    ],
)
def test_the_nights_on_which_clocks_change(
    opened: Opener, now: Moment, shelves: Shelves, received: str, due: str, last_minute: str, first_minute: str
) -> None:
    """Hour by hour through both nights: a duty is reminded of once, and told overdue once, at midnight in London."""
    now.is_(received)
    case = opened()
    open_it(case, now, shelves)
    assert due_on(case, "acknowledgement") == dt.date.fromisoformat(due)
    last, first = (dt.datetime.fromisoformat(f"{moment}:00+00:00") for moment in (last_minute, first_minute))
    while now() < last:
        now.passes(hours=1)
        if now() <= last:
            sweep_all(now)
    assert told(case)["overdue", "spoc"] == 0
    assert told(case)["reminder", "spoc"] == 1
    now.passes(seconds=(first - now()).total_seconds())
    for _ in range(30):
        sweep_all(now)
        now.passes(hours=1)
    assert (told(case)["overdue", "spoc"], told(case)["reminder", "spoc"]) == (1, 1)


def test_a_bank_holiday_added_late_is_told_of_once(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A day is closed after the reminder went: the open duty moves and is told of once for its new date, not late on
    the old one; what was done, and what was late already, stays."""
    late, done, waiting = opened(name="Late"), opened(name="Done"), opened(name="Waiting")
    for case in (late, done, waiting):
        open_it(case, now, shelves)
    acknowledge(done, now)
    now.is_("2026-05-12 09:00")
    sweep_all(now)
    closed("2026-05-13", added="2026-05-12")
    reschedule(now())
    assert due_on(waiting, "acknowledgement") == dt.date(2026, 5, 14)
    assert state(done, "acknowledgement", now) == "done"
    now.is_("2026-05-14 00:01")
    sweep_all(now)
    assert told(waiting)["overdue", "spoc"] == 0
    now.is_("2026-05-15 00:01")
    for _ in range(3):
        sweep_all(now)
    moved = [row.letter for row in about(waiting, "Thursday 14 May 2026")]
    assert (moved.count("overdue"), moved.count("reminder")) == (1, 1)
    assert told(done) == Counter({("acknowledgement", "applicant"): 1})
    calendar = house().settings.instance / FILE
    first = calendar.read_text()
    closed("2026-05-14", added="2026-05-15")
    calendar.write_text(first + calendar.read_text())
    reschedule(now())
    sweep_all(now)
    assert due_on(waiting, "acknowledgement") == dt.date(2026, 5, 14), "what was late before the day was closed stays"
    assert [row.letter for row in about(waiting, "Thursday 14 May 2026")] == moved
