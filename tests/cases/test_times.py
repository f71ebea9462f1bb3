"""How long duties took against what was promised, from columns that are kept as documents are filed."""

from __future__ import annotations

from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from webform.cases.file_document import file_document
from webform.cases.pinned import rules_of
from webform.cases.times import times_of
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.rules.periods import Period
from webform.rules.times import Kept, StageTime, stage_times


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


def test_few_tell_nothing(shelves: Shelves) -> None:
    """Four done are not told at all; of ten with one late neither that one, nor by what is left."""
    merton = shelves.procedures["merton"]
    (few,) = stage_times(merton, [Kept("seen", 4, 0, 4, 4)], 5)
    assert few == StageTime(few.title)
    (some,) = stage_times(merton, [Kept("seen", 10, 1, 12, 10)], 5)
    assert (some.done, some.in_time, some.taken) == (10, None, 1.2)
    (all_late,) = stage_times(merton, [Kept("seen", 10, 10, 30, 10)], 5)
    assert all_late.in_time == 0
