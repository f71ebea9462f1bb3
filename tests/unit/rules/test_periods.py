"""The periods of figures: side by side on the days that the procedure names, and never two over the same day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webform.documents.duration import Duration
from webform.documents.procedure import Publication
from webform.rules.periods import Period, awaited, ended, period_at

DAY = dt.timedelta(days=1)


def publication(every: str = "12 months", begins: str = "04-01") -> Publication:
    """Periods of that length."""
    return Publication(every=Duration.read(every), begins=begins, source="Here")


EVERY = st.sampled_from(["12 months", "6 months", "3 months", "1 months", "5 months", "13 weeks", "30 days"])
BEGINS = st.sampled_from(["01-01", "04-01", "09-15", "12-31"])
DAYS = st.dates(dt.date(1995, 1, 1), dt.date(2040, 12, 31))


@pytest.mark.parametrize(("day", "first", "last"), [
    ("2026-03-31", "2025-04-01", "2026-03-31"), ("2026-04-01", "2026-04-01", "2027-03-31"),
])  # fmt: skip
def test_a_year_begins_on_its_day(day: str, first: str, last: str) -> None:
    """The last day of March is the old year, the first of April the new one."""
    assert period_at(publication(), dt.date.fromisoformat(day)) == Period(
        dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    )


@given(EVERY, BEGINS, DAYS)
def test_periods_lie_side_by_side(every: str, begins: str, day: dt.date) -> None:
    """Each day lies in one period, and the next begins on the day after its end."""
    asked = publication(every, begins)
    period = period_at(asked, day)
    assert period.has(day)
    assert period_at(asked, period.first) == period_at(asked, period.last) == period
    assert period_at(asked, period.last + DAY).first == period.last + DAY


def test_a_period_that_is_not_over_is_not_published() -> None:
    """On its last day nobody can say how many it will be."""
    since = dt.date(2025, 5, 1)
    assert list(ended(publication(), since, dt.date(2026, 3, 31))) == []
    assert len(list(ended(publication(), since, dt.date(2026, 4, 1)))) == 1


def test_what_is_published_of_a_period_already_is_cut_off() -> None:
    """Two quarters were published; from now on it is years, and the rest of this year is left."""
    quarters = [Period(dt.date(2025, 4, 1), dt.date(2025, 6, 30)), Period(dt.date(2025, 7, 1), dt.date(2025, 9, 30))]
    rest = awaited(publication(), dt.date(2025, 5, 1), dt.date(2026, 4, 2), quarters)
    assert rest == [Period(dt.date(2025, 10, 1), dt.date(2026, 3, 31))]
    assert awaited(publication(), dt.date(2025, 5, 1), dt.date(2026, 4, 2), quarters[1:]) == []


@given(st.lists(st.tuples(EVERY, BEGINS, st.integers(0, 9)), max_size=5))
def test_no_two_that_are_published_have_a_day_in_common(changes: list[tuple[str, str, int]]) -> None:
    """However often the length of a period is changed, and whatever is left out."""
    published: list[Period] = []
    today = dt.date(2026, 1, 1)
    for every, begins, skip in changes:
        today += dt.timedelta(days=400)
        waiting = awaited(publication(every, begins), dt.date(2025, 1, 1), today, published)
        published += waiting[skip:]
    assert not any(one.overlaps(other) for one in published for other in published if one is not other)
