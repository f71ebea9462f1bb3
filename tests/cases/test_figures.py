"""Figures of real cases: kept as documents are filed, the same when worked out anew, published and corrected."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, select, update

from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from webform.cases.area_folder import area_folder, keep_area_folders
from webform.cases.cross_check import disagreements
from webform.cases.figures import kept_rows, numbers_of, recount, unclear_of
from webform.cases.file_document import file_document
from webform.cases.folder import calendar_of, folder_of
from webform.cases.pinned import rules_of
from webform.cases.publish import awaited_of, counted_now, mark_of, publish, published_of
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.chain import verify_all
from webform.records.figures import FigureDay
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline, Document, Message
from webform.rules.figure_set import FigureSet
from webform.rules.figures import count
from webform.rules.periods import Period

YEAR = Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31))
AFTER = "2027-04-20 10:00"
REFUSED = {"decision": "not-met", "decided_on": "2026-06-01", "reasons": "Nothing was reported."}


def plan(case: Case, now: Moment, advice: str = "yes", **more: object) -> Document:
    """A review is carried out in the case."""
    begin_writing()
    forms = rules_of(case)[1]
    answers = {"any_recommendations": advice, **more}
    document = file_document(case, "plan", forms["plan"], answers, author=OFFICER, now=now())
    db.session.commit()
    return document


def approve(merton: Procedure, now: Moment, note: str = "") -> FigureSet:
    """Somebody looks at the figures of the year, and publishes them; returns what is public."""
    begin_writing()
    seen = counted_now(merton, YEAR, published_of("merton"))
    publish(merton, YEAR, note, mark_of(seen), OFFICER, now())
    db.session.commit()
    return published_of("merton")[0].now


@pytest.fixture
def merton(shelves: Shelves) -> Procedure:
    return shelves.procedures["merton"]


def recounted(now: Moment) -> dict[str, int]:
    """The figures of the year, counted from the documents of every case."""
    cases = [one for one in db.session.scalars(select(Case)) if one.area == "merton"]
    procedure = rules_of(cases[0])[0]
    found = count(procedure, [folder_of(one) for one in cases], calendar_of(procedure), YEAR, now())
    return {one.figure: one.number for one in found if one.number}


def test_what_is_published_is_what_a_count_from_scratch_comes_to(
    opened: Opener, merton: Procedure, now: Moment
) -> None:
    """Six requests, five of them reviewed with advice; the next year's request is not among them."""
    keep_area_folders(now())
    cases = [opened() for _ in range(6)]
    for case in cases[:5]:
        plan(case, now)
    now.is_(AFTER)
    opened()
    assert numbers_of("merton", YEAR) == recounted(now) == {
        "applications": 6, "reviews": 5, "with-recommendations": 5,
    }  # fmt: skip
    public = approve(merton, now)
    assert {one.figure: one.number for one in public.lines if one.number} == recounted(now)
    assert {one.figure: one.shown for one in public.lines} == {
        "applications": 6, "not-met": 0, "reviews": 5, "with-recommendations": 5, "appeals": 0,
    }  # fmt: skip
    assert verify_all() == ()


def test_small_numbers_and_what_would_betray_them_are_not_shown(opened: Opener, merton: Procedure, now: Moment) -> None:
    """Six reviews, one of them without advice: both what was advised and what was not stay unknown."""
    keep_area_folders(now())
    for advice in ("yes", "yes", "yes", "yes", "yes", "no"):
        plan(opened(), now, advice)
    now.is_(AFTER)
    public = approve(merton, now)
    assert {one.figure: one.shown for one in public.lines} == {
        "applications": 6, "not-met": 0, "reviews": 6, "with-recommendations": None, "appeals": 0,
    }  # fmt: skip


def test_a_correction_is_a_document_of_its_own_and_what_was_there_before_stays(
    opened: Opener, merton: Procedure, now: Moment
) -> None:
    """A request of the year came to light later: the figure says so, with what it was and when that was published."""
    keep_area_folders(now())
    for _ in range(6):
        opened()
    now.is_(AFTER)
    approve(merton, now, "The first year.")
    now.passes(days=10)
    opened(received_at=dt.datetime(2027, 3, 30, 12, tzinfo=dt.UTC))
    approve(merton, now, "One more by post.")
    (published,) = published_of("merton")
    assert published.corrections("applications") == ((dt.date(2027, 4, 20), 6),)
    assert published.corrections("reviews") == ()
    assert next(one.number for one in published.now.lines) == 7
    folder = area_folder("merton")
    assert folder
    found = db.session.scalars(select(Document).where(Document.effect == "publishes").order_by(Document.number)).all()
    assert [one.replaces for one in found] == [None, found[0].number]
    with pytest.raises(Refusal, match="nothing in them has changed"):
        approve(merton, now, "One more by post.")


def test_nothing_is_published_that_was_not_seen_or_is_not_over(opened: Opener, merton: Procedure, now: Moment) -> None:
    """Numbers that changed since somebody looked are refused, and so is a year that still runs."""
    keep_area_folders(now())
    opened()
    mark = mark_of(counted_now(merton, YEAR, ()))
    with pytest.raises(Refusal, match="not over"):
        publish(merton, YEAR, "", mark, OFFICER, now())
    opened()
    now.is_(AFTER)
    with pytest.raises(Refusal, match="have changed"):
        publish(merton, YEAR, "", mark, OFFICER, now())
    assert published_of("merton") == ()
    assert awaited_of(merton, (), now().date()) == [YEAR]


def test_the_point_of_contact_is_reminded_once_the_period_has_ended(
    opened: Opener, merton: Procedure, now: Moment
) -> None:
    """Due three months after the year ended, with a reminder a week into them; published it is done until the next."""
    from webform.cases.sweep import sweep

    keep_area_folders(now())
    folder = area_folder("merton")
    assert folder
    (row,) = db.session.scalars(
        select(Deadline).where(Deadline.case_id == folder.id, Deadline.step == "publish-figures")
    )
    assert (row.step, row.due_on, row.state) == ("publish-figures", dt.date(2027, 7, 1), "waiting")
    for day in ("2027-04-01 09:00", "2027-04-08 09:30"):
        now.is_(day)
        while sweep(now(), 50):
            pass
    told = db.session.scalars(select(Message.letter).where(Message.case_id == folder.id)).all()
    assert told == ["reminder"]
    approve(merton, now)
    states = {one.occurrence: (one.state, one.due_on) for one in folder.deadlines if one.step == "publish-figures"}
    assert states == {1: ("done", dt.date(2027, 7, 1)), 2: ("waiting", dt.date(2028, 7, 1))}


def test_rows_that_do_not_follow_from_the_documents_are_found_and_made_anew(opened: Opener, now: Moment) -> None:
    """One is taken away and one moved: the look at the record names both cases, and a recount mends them."""
    first, second = opened(), opened()
    assert kept_rows(first) == {("applications", now().date(), True)}
    db.session.execute(delete(FigureDay).where(FigureDay.case_id == first.id))
    db.session.execute(update(FigureDay).where(FigureDay.case_id == second.id).values(day=dt.date(2020, 1, 1)))
    db.session.commit()
    named = [fault for fault in disagreements(now()) if "figure" in fault]
    assert [reference in " ".join(named) for reference in (first.reference, second.reference)] == [True, True]
    assert recount(now()) == 2
    assert [fault for fault in disagreements(now()) if "figure" in fault] == []


def test_what_nobody_has_said_is_in_no_number(opened: Opener, now: Moment) -> None:
    """A plan that does not say whether anything was advised: the officers are told that one is not clear."""
    plan(opened(), now, any_recommendations=None)
    assert numbers_of("merton", YEAR) == {"applications": 1, "reviews": 1}
    assert unclear_of("merton", YEAR) == {"with-recommendations": 1}
