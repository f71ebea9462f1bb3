"""The calendar changes while cases are open: their deadlines move, and each says why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from webform.cases.calendars import FILE
from webform.cases.file_document import file_document
from webform.cases.reschedule import KIND, reschedule
from webform.cases.sweep import sweep
from webform.house import house
from webform.records.chain import verify_case
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline, Document


def closed(day: str, added: str) -> None:
    """Write a closed day into the council's calendar."""
    path: Path = house().settings.instance / FILE
    path.write_text(f'[[closure]]\narea = "merton"\ndate = {day}\nwhy = "Strike"\nadded = {added}\n', encoding="utf-8")


def due_on(case: Case, step: str) -> dt.date | None:
    row = db.session.scalars(select(Deadline).where(Deadline.case_id == case.id, Deadline.step == step)).one()
    return row.due_on


def filed(case: Case) -> list[Document]:
    return list(db.session.scalars(select(Document).where(Document.case_id == case.id, Document.kind == KIND)))


def test_a_closed_day_moves_open_deadlines_and_says_why(opened: Opener, now: Moment) -> None:
    """Two working days from Monday 11 May: the 13th becomes the 14th, with the reason on file, once."""
    case = opened()
    assert due_on(case, "acknowledgement") == dt.date(2026, 5, 13)
    closed("2026-05-12", added="2026-05-12")
    now.is_("2026-05-12 09:00")
    assert reschedule(now()) == (1, 1)
    assert due_on(case, "acknowledgement") == dt.date(2026, 5, 14)
    (document,) = filed(case)
    assert "Acknowledge the request: from Wednesday 13 May 2026 to Thursday 14 May 2026." in (document.body or "")
    assert "Tuesday 12 May 2026 does not count: Strike." in (document.body or "")
    assert document.effect == "records"
    assert verify_case(case.id) == ()
    assert reschedule(now()) == (1, 0)
    assert len(filed(case)) == 1


def test_what_is_over_stays_as_it_was(opened: Opener, now: Moment) -> None:
    """A closed case is not looked at, and nothing is filed where no date moves."""
    closed_case, quiet = opened(), opened(name="Bob", email="bob@people.example")
    closed_case.closed_at = now()
    db.session.commit()
    closed("2026-12-24", added="2026-05-12")
    assert reschedule(now()) == (1, 0)
    assert filed(closed_case) == filed(quiet) == []


def test_dates_that_the_calendar_moved_are_told_apart_from_what_is_filed(opened: Opener, now: Moment) -> None:
    """Somebody works on the case before anybody reschedules: first the same document is filed, with its reasons."""
    case = opened()
    closed("2026-05-12", added="2026-05-11")
    now.passes(hours=1)
    begin_writing()
    seen = house().shelves.forms["seen"]
    file_document(case, "seen", seen, {}, author=OFFICER, now=now())
    db.session.commit()
    (moved,) = filed(case)
    assert "Tuesday 12 May 2026 does not count: Strike" in str(moved.body)
    assert due_on(case, "acknowledgement") == dt.date(2026, 5, 14)
    last = db.session.scalars(
        select(Document).where(Document.case_id == case.id).order_by(Document.number.desc())
    ).first()
    assert last is not None
    assert (last.step, last.number) == ("seen", moved.number + 1)
    assert reschedule(now()) == (1, 0), "nothing is told twice"


def test_the_clock_files_why_a_date_moved_before_it_acts(opened: Opener, now: Moment) -> None:
    """A deadline that comes due after a change of the calendar is looked at with its new date, and that is filed."""
    case = opened()
    closed("2026-05-12", added="2026-05-11")
    now.is_("2026-05-12 12:00")
    sweep(now())
    assert len(filed(case)) == 1
