"""How long duties took against what was promised, from columns that are kept as documents are filed."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

from flask import Flask

from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from tests.statements import statements
from webform.cases.file_document import file_document
from webform.cases.pinned import rules_of
from webform.cases.times import times_of
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Deadline
from webform.rules.periods import Period
from webform.rules.times import Kept, StageTime, stage_times

YEAR = Period(dt.date(2025, 4, 1), dt.date(2026, 3, 31))


def test_what_was_done_by_a_date_is_kept_with_the_days_it_took(opened: Opener, shelves: Shelves, now: Moment) -> None:
    """Five referrals opened on the next day, in time, and five after three days, late: one day was promised."""
    cases = [opened() for _ in range(10)]
    day = now().date()
    for number, case in enumerate(cases):
        if number in (0, 5):
            now.passes(days=1 if number == 0 else 2)
        begin_writing()
        file_document(case, "seen", rules_of(case)[1]["seen"], {}, author=OFFICER, now=now())
        db.session.commit()
    found = times_of(shelves.procedures["merton"], Period(day, now().date()))
    assert [(one.done, one.in_time, one.taken, one.promised) for one in found] == [(10, 5, 2.0, 1.0)]
    assert times_of(shelves.procedures["merton"], Period(day, day)) == ()


def test_what_is_summed_in_the_database_is_what_every_row_comes_to(opened: Opener, shelves: Shelves) -> None:
    """Only of the period and the area, and only of steps that stand in a stage."""
    merton = shelves.procedures["merton"]
    staged = [step.id for step in merton.steps if step.stage][::6]
    days = [YEAR.first - dt.timedelta(1), YEAR.first, dt.date(2025, 9, 9), YEAR.last, YEAR.last + dt.timedelta(1)]
    places = product(("merton", "bromley"), [*staged, "of-no-stage"], days, ("done", "done late"))
    rows = [
        {"area": area, "step": step, "done_on": day, "state": state, "taken": number % 9, "promised": number % 4}
        for number, (area, step, day, state) in enumerate([*places] * 2)
    ]
    case = opened()
    db.session.add_all(Deadline(case_id=case.id, occurrence=100 + n, owner="", **row) for n, row in enumerate(rows))
    db.session.commit()
    here = [row for row in rows if row["area"] == "merton" and YEAR.first <= row["done_on"] <= YEAR.last]
    expected = stage_times(merton, [kept_of(step, [row for row in here if row["step"] == step]) for step in staged], 5)
    assert times_of(merton, YEAR) == expected
    assert len(expected) > 1


def kept_of(step: str, rows: list[dict[str, Any]]) -> Kept:
    late = sum(row["state"] == "done late" for row in rows)
    return Kept(step, len(rows), late, sum(row["taken"] for row in rows), sum(row["promised"] for row in rows))


def test_the_sum_reads_its_period_in_one_index_and_sorts_nothing(app: Flask, shelves: Shelves) -> None:
    """However many cases lie in other periods: on SQLite, which says how it looks for what is asked."""
    with app.app_context():
        with statements(db.engine) as asked:
            times_of(shelves.procedures["merton"], YEAR)
        [statement] = [one for one in asked if "deadlines" in one]
        nothing = (None,) * statement.count("?")
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", nothing).all()
    [[*_places, how]] = plan
    assert how.endswith("COVERING INDEX ix_deadlines_done (area=? AND step=? AND done_on>? AND done_on<?)")


def test_few_tell_nothing(shelves: Shelves) -> None:
    """Four done are not told at all; of ten with one late neither that one, nor by what is left."""
    merton = shelves.procedures["merton"]
    (few,) = stage_times(merton, [Kept("seen", 4, 0, 4, 4)], 5)
    assert few == StageTime(few.title)
    (some,) = stage_times(merton, [Kept("seen", 10, 1, 12, 10)], 5)
    assert (some.done, some.in_time, some.taken) == (10, None, 1.2)
    (all_late,) = stage_times(merton, [Kept("seen", 10, 10, 30, 10)], 5)
    assert all_late.in_time == 0
