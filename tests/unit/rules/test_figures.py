"""Figures are counted from documents (language.md, section 2, sentence 31)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.small_procedures import Case, at, procedure, step
from webform.rules.calendar import WorkingCalendar
from webform.rules.figure_set import read_set
from webform.rules.figures import Counted, count
from webform.rules.folder import Folder
from webform.rules.periods import Period

STEPS = (
    step("decision", after="request", dated="decided_on"),
    step("plan", after="decision"),
    step("letter", send="x", after="plan"),
)
YEAR_26, YEAR_27 = Period(date(2026, 4, 1), date(2027, 3, 31)), Period(date(2027, 4, 1), date(2028, 3, 31))
LATER = "2028-06-01"


def case(received: str, *papers: tuple[str, str, dict[str, Any]], **keys: Any) -> Case:
    """A case with documents."""
    found = Case(*STEPS, received=received, **keys)
    for name, when, answers in papers:
        found.file(name, when, **answers)
    return found


def figure(
    counts: str, period: Period = YEAR_26, now: str = LATER, cases: tuple[Case, ...] = (), **keys: Any
) -> Counted:
    """One figure over some cases."""
    counted = procedure(*STEPS, figure=[{"id": "it", "title": "It", "counts": counts, **keys}])
    folders = [Folder(tuple(one.documents), tuple(one.parties)) for one in cases]
    (found,) = count(counted, folders, WorkingCalendar(), period, at(now))
    return found


def test_s31_a_figure_counts_a_case_once_in_the_period_of_its_first_matching_document() -> None:
    """Two plans, one in each year: the first year has the case, the second does not."""
    one = case("2026-05-01", ("plan", "2027-03-01", {}), ("plan", "2027-05-01", {}))
    assert figure("plan", cases=(one,)).cases == (1,)
    assert figure("plan", YEAR_27, cases=(one,)).number == 0


def test_s31_the_first_that_matches_not_the_first_that_was_filed() -> None:
    """Not met at first, met in the year after: that is when it counts as met, and only then."""
    one = case(
        "2026-05-01", ("decision", "2027-03-01", {"result": "no"}), ("decision", "2027-05-01", {"result": "yes"})
    )
    met = {"decision.result": "yes"}
    assert figure("decision", cases=(one,), when=met).number == 0
    assert figure("decision", YEAR_27, cases=(one,), when=met).number == 1
    assert figure("decision", cases=(one,), when={"decision.result": "no"}).number == 1


def test_s31_figures_need_not_add_up() -> None:
    """Asked in one year and decided in the next: each year has one of the two."""
    one = case("2027-03-01", ("decision", "2027-05-01", {}))
    asked = [figure("request", year, cases=(one,)).number for year in (YEAR_26, YEAR_27)]
    decided = [figure("decision", year, cases=(one,)).number for year in (YEAR_26, YEAR_27)]
    assert (asked, decided) == ([1, 0], [0, 1])


def test_a_day_is_a_day_in_london() -> None:
    """Half past midnight on 1 April is the new year, though it is still March in UTC."""
    edge = [case("2027-04-01 00:30"), case("2027-03-31 23:59"), case("2026-04-01 00:00"), case("2026-03-31 23:59")]
    assert figure("request", cases=tuple(edge)).cases == (2, 3)
    assert figure("request", YEAR_27, cases=tuple(edge)).cases == (1,)


def test_dated_by_puts_it_into_another_period() -> None:
    """Filed in April, decided in March; without that date nobody can say where it belongs."""
    one = case("2026-05-01", ("decision", "2027-04-05", {"decided_on": "2027-03-30"}))
    none = case("2026-05-01", ("decision", "2027-04-05", {}))
    found = figure("decision", cases=(one, none), dated_by="decision.decided_on")
    assert (found.cases, found.unclear) == ((1,), (2,))
    assert figure("decision", YEAR_27, cases=(one, none)).cases == (1, 2)


def test_a_date_to_come_does_not_count_yet() -> None:
    """A meeting arranged for May has not been held in April."""
    one = case("2026-05-01", ("decision", "2026-05-02", {"decided_on": "2026-05-20"}))
    assert figure("decision.decided_on", now="2026-05-19", cases=(one,)).number == 0
    assert figure("decision.decided_on", now="2026-05-20", cases=(one,)).number == 1


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    """Met by mistake: corrected to not met, the case does not count as met, and counts as not met when corrected."""
    one = case("2026-05-01", ("decision", "2027-03-01", {"result": "yes"}))
    one.file("decision", "2027-04-02", result="no", replaces=2)
    assert figure("decision", cases=(one,), when={"decision.result": "yes"}).number == 0
    assert figure("decision", cases=(one,), when={"decision.result": "yes"}, now="2027-03-15").number == 1
    assert figure("decision", YEAR_27, cases=(one,), when={"decision.result": "no"}).number == 1


def test_what_another_step_says_is_read_from_its_latest_document() -> None:
    """The letter counts where the plan has recommendations, whichever plan came last."""
    one = case("2026-05-01", ("plan", "2026-06-01", {"advice": "no"}), ("letter", "2026-06-02", {}),
               ("plan", "2026-07-01", {"advice": "yes"}))  # fmt: skip
    assert figure("letter", cases=(one,), when={"plan.advice": "yes"}).number == 1


def test_what_nobody_has_said_is_not_clear() -> None:
    """A case without the answer is in no number, and is named; outside the period it is nobody's concern."""
    one = case("2026-05-01", ("decision", "2026-06-01", {}))
    found = figure("decision", cases=(one,), when={"decision.result": "yes"})
    assert (found.number, found.unclear) == (0, (1,))
    assert figure("decision", YEAR_27, cases=(one,), when={"decision.result": "yes"}).unclear == ()


def test_what_became_clear_later_counts_from_then() -> None:
    """A decision without its answer, then one that has it: the case counts by the second, and nothing is open."""
    one = case("2026-05-01", ("decision", "2026-06-01", {}), ("decision", "2027-06-01", {"result": "yes"}))
    met = {"decision.result": "yes"}
    assert figure("decision", YEAR_27, cases=(one,), when=met).cases == (1,)
    assert figure("decision", cases=(one,), when=met).unclear == ()


def test_a_waiver_is_no_document_of_its_step() -> None:
    """A step that was waived was not done."""
    one = case("2026-05-01")
    one.waive("plan", "2026-06-01")
    assert figure("plan", cases=(one,)).number == 0


def test_earlier_rounds_count() -> None:
    """A case that was opened again: what was decided before was decided all the same, and once."""
    one = case("2026-05-01", ("decision", "2026-06-01", {}))
    one.file("request", "2027-05-01", effect="reopens", about="decision")
    one.file("decision", "2027-06-01")
    assert figure("decision", cases=(one,)).number == 1
    assert figure("decision", YEAR_27, cases=(one,)).number == 0


def test_the_areas_own_folder_is_no_case() -> None:
    """Whatever lies in it."""
    one = case("2026-05-01")
    counted = procedure(*STEPS, figure=[{"id": "it", "title": "It", "counts": "request"}])
    own = Folder(tuple(one.documents), scope="area")
    (found,) = count(counted, [own, Folder(tuple(one.documents))], WorkingCalendar(), YEAR_26, at(LATER))
    assert found.cases == (2,)


DAYS = st.dates(date(2026, 1, 1), date(2028, 3, 1))


@given(st.lists(st.tuples(DAYS, DAYS), max_size=6))
def test_the_periods_of_all_time_have_every_case_once(pairs: list[tuple[date, date]]) -> None:
    """Cut the years anywhere: the numbers of the parts are the number of the whole."""
    cases = tuple(case(str(min(pair)), ("plan", str(max(pair)), {})) for pair in pairs)
    ends = (date(2000, 1, 1), date(2026, 9, 15), date(2027, 2, 28), date(2100, 1, 1))
    parts = [Period(first, date.fromordinal(last.toordinal() - 1)) for first, last in pairwise(ends)]
    assert sum(figure("plan", part, cases=cases).number for part in parts) == len(pairs)


def test_what_was_published_long_ago_can_still_be_read() -> None:
    """A set of a time when documents did not say what each figure counts shows the numbers that it showed then."""
    figures = [{"id": "asked", "title": "Asked", "number": 9, "hidden": False}]
    said = {"first": "2026-04-01", "last": "2027-03-31", "fewest": 5, "note": "", "figures": figures}
    found = read_set(said, date(2027, 5, 1), 1)
    assert [(line.title, line.shown) for line in found.lines] == [("Asked", 9)]
    assert [fact.number for fact in found.facts] == [9]
