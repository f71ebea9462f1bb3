"""The folder of an area's own duties: opened by itself, its deadlines kept and swept, and no case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.cases.conftest import OFFICER
from tests.linked_areas import FORMS, LOWER, use_linked_areas
from tests.moment import Moment
from webform.cases.area_folder import area_folder, keep_area_folders
from webform.cases.day import Filters, cases
from webform.cases.file_document import file_document
from webform.cases.folder import duties_of
from webform.cases.pinned import form_of
from webform.cases.sweep import sweep
from webform.errors import Refusal
from webform.house import EXTENSION, house
from webform.records.reference import unused_reference
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline, Document, Message, Task
from webform.rules.folder import Duty

STEP = "own-figures"
UNDATED = LOWER.replace("[area]\neffective = 2025-06-01", "")


@pytest.fixture
def areas(store: Flask, tmp_path: Path) -> Iterator[Path]:
    """Merton owes figures every twelve months from 1 June 2025."""
    before = store.extensions[EXTENSION]
    use_linked_areas(store, tmp_path)
    yield tmp_path
    store.extensions[EXTENSION] = before


def folder() -> Case:
    found = area_folder("merton")
    assert found is not None
    return found


def duties(now: Moment) -> list[Duty]:
    return [duty for duty in duties_of(folder(), now()) if duty.step == STEP]


def file(now: Moment, note: str = "Few.") -> Document:
    begin_writing()
    document = file_document(folder(), STEP, house().shelves.forms[STEP], {"note": note}, author=OFFICER, now=now())
    db.session.commit()
    return document


@pytest.mark.usefixtures("areas")
def test_an_area_with_duties_of_its_own_gets_one_folder(now: Moment) -> None:
    """Looked after twice it is still one; an area without such duties has none; nobody's list of cases has it."""
    keep_area_folders(now())
    keep_area_folders(now())
    areas = {procedure.id for procedure in house().shelves.areas()}
    assert {one.area for one in db.session.scalars(select(Case))} == areas - {"upper"}
    assert area_folder("upper") is None
    assert cases("merton", "open", Filters()).count == 0
    assert db.session.scalars(select(Task.area)).all() == ["shropshire"]  # which gives no day to count from


@pytest.mark.usefixtures("areas")
def test_the_database_lets_no_area_have_two(now: Moment) -> None:
    """Set-up and clock at the same moment: the second one's folder is refused."""
    keep_area_folders(now())
    first = folder()
    again = {name: getattr(first, name) for name in ("area", "scope", "version", "stage", "channel", "received_at")}
    db.session.add(Case(**again, reference=unused_reference(), opened_at=now(), flags=[]))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.usefixtures("areas")
def test_its_deadlines_are_kept_and_swept(now: Moment) -> None:
    """Due on 1 June 2026: reminded of a working day before, told of as late the day after, and filed it is over."""
    keep_area_folders(now())
    row = db.session.scalars(select(Deadline).where(Deadline.case_id == folder().id, Deadline.step == STEP)).one()
    assert (row.step, row.due_on, row.state) == (STEP, dt.date(2026, 6, 1), "waiting")
    for day in ("2026-06-01 00:30", "2026-06-02 00:30"):
        now.is_(day)
        sweep(now())
    told = db.session.scalars(select(Message.letter).where(Message.case_id == folder().id).order_by(Message.id)).all()
    assert "overdue" in told
    assert [duty.state for duty in duties(now)] == ["late", "waiting"]
    file(now)
    assert [(duty.state, duty.due_on) for duty in duties(now)] == [
        ("done late", dt.date(2026, 6, 1)), ("waiting", dt.date(2027, 6, 1)),
    ]  # fmt: skip


def test_without_a_first_day_somebody_is_asked_for_it(store: Flask, tmp_path: Path, now: Moment) -> None:
    """No clock runs until the first is on record; a task says so, once, and the dates count from the first."""
    before = store.extensions[EXTENSION]
    use_linked_areas(store, tmp_path, lower=UNDATED)
    for _ in range(2):
        keep_area_folders(now())
    (says,) = db.session.scalars(select(Task.says).where(Task.case_id == folder().id))
    assert "“Publish the figures” has no date yet" in says
    assert [(duty.state, duty.due_on) for duty in duties(now)] == [("waiting", None)]
    file(now)
    assert [duty.due_on for duty in duties(now)][-1] == dt.date(2028, 5, 11)
    store.extensions[EXTENSION] = before


@pytest.mark.usefixtures("areas")
def test_it_follows_the_procedure_in_force(store: Flask, areas: Path, now: Moment) -> None:
    """Figures become due every six months: the folder goes by it at once, and what was filed stays readable."""
    keep_area_folders(now())
    paper = file(now)
    was = form_of(paper)
    now.passes(days=1)
    lower = LOWER.replace('every = "12 months"', 'every = "6 months"')
    forms = {**FORMS, STEP: FORMS[STEP].replace("What do they show?", "Anything to say?")}
    use_linked_areas(store, areas, lower, forms=forms)
    keep_area_folders(now())
    assert [str(duty.due_on) for duty in duties(now)][:2] == ["2025-12-01", "2026-06-01"]
    assert form_of(paper) == was


@pytest.mark.usefixtures("areas")
def test_nothing_of_a_case_is_filed_in_it(now: Moment) -> None:
    """A step of somebody's case is refused there, also one that may be filed as often as there is reason to."""
    keep_area_folders(now())
    begin_writing()
    with pytest.raises(Refusal) as refused:
        file_document(folder(), "link", house().shelves.forms["link"], {}, author=OFFICER, now=now())
    assert "folder" in refused.value.words
    db.session.rollback()
