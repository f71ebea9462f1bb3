"""Windows and rough dates: sentences 32 to 34, reckoned by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webform.documents.threshold import Window
from webform.rules.windows import Span, bounds, earliest_of, explain, latest_of, lies


def window(**keys: Any) -> Window:
    return Window.model_validate({"date": "reported", **keys})


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def span(first: str, last: str | None = None) -> Span:
    return Span(day(first), day(last or first))


@pytest.mark.parametrize(
    ("keys", "anchor", "first", "last"),
    [
        ({"within": "6 months", "before": "request"}, "2026-11-22", "2026-05-22", "2026-11-22"),
        ({"within": "6 months", "before": "request"}, "2026-08-31", "2026-02-28", "2026-08-31"),
        ({"within": "1 month", "after": "each-report"}, "2026-01-31", "2026-01-31", "2026-02-28"),
        ({"within": "1 month", "after": "each-report"}, "2028-01-31", "2028-01-31", "2028-02-29"),
        ({"within": "30 days", "before": "request"}, "2026-03-30", "2026-02-28", "2026-03-30"),
        ({"within": "2 weeks", "after": "request"}, "2026-03-30", "2026-03-30", "2026-04-13"),
        ({"within": "at once", "after": "request"}, "2026-03-30", "2026-03-30", "2026-03-30"),
    ],
)
def test_a_window_counts_from_the_next_day(keys: dict[str, str], anchor: str, first: str, last: str) -> None:
    """Without a word to the contrary both ends are in, and months clamp to the end of the month."""
    assert bounds(window(**keys), day(anchor)) == span(first, last)


@pytest.mark.parametrize(
    ("keys", "anchor", "first", "last"),
    [
        ({"within": "1 month", "after": "each-incident"}, "2026-03-03", "2026-03-03", "2026-04-02"),
        ({"within": "1 month", "after": "each-incident"}, "2026-01-31", "2026-01-31", "2026-02-28"),
        ({"within": "1 month", "after": "each-incident"}, "2028-01-31", "2028-01-31", "2028-02-29"),
        ({"within": "1 month", "after": "each-incident"}, "2026-01-28", "2026-01-28", "2026-02-27"),
        ({"within": "6 months", "after": "each-report"}, "2026-08-31", "2026-08-31", "2027-02-28"),
        ({"within": "1 month", "before": "request"}, "2026-04-02", "2026-03-03", "2026-04-02"),
        ({"within": "6 months", "before": "request"}, "2026-08-31", "2026-03-01", "2026-08-31"),
        ({"within": "6 months", "before": "request"}, "2026-09-30", "2026-03-31", "2026-09-30"),
        ({"within": "30 days", "after": "each-report"}, "2026-03-01", "2026-03-01", "2026-03-30"),
        ({"within": "2 weeks", "before": "request"}, "2026-03-14", "2026-03-01", "2026-03-14"),
    ],
)
def test_an_inclusive_window_ends_the_day_before(keys: dict[str, str], anchor: str, first: str, last: str) -> None:
    """Beginning with: the day itself counts, and the window ends before the corresponding date, or with the month."""
    assert bounds(window(**keys, counting="inclusive"), day(anchor)) == span(first, last)


def test_the_two_directions_differ_at_month_ends() -> None:
    """Sentence 33: reported within six months before, and asked for within six months after, are two rules."""
    back = window(within="6 months", before="request")
    forward = window(date="applied", within="6 months", after="each-report")
    assert lies(back, span("2026-02-28"), span("2026-08-31"))
    assert not lies(forward, span("2026-08-31"), span("2026-02-28"))


def test_a_range_that_reaches_over_the_edge_needs_judgement() -> None:
    """Sentence 34: some of its days meet the window and others don't."""
    six = window(within="6 months", before="request")
    asked = span("2026-11-22")
    assert lies(six, span("2026-05-22", "2026-06-30"), asked) is True
    assert lies(six, span("2026-05-21", "2026-05-22"), asked) is None
    assert lies(six, span("2026-05-01", "2026-05-21"), asked) is False
    assert lies(window(not_within="6 months", before="request"), span("2026-05-01", "2026-05-21"), asked) is True


def test_an_incident_is_never_after_its_own_report() -> None:
    """Of a rough incident and its report only the days in order are looked at."""
    month = window(date="reported", within="1 month", after="each-incident", counting="inclusive")
    march = span("2026-03-01", "2026-03-31")
    assert lies(month, march, march) is True
    assert lies(month, span("2026-04-05"), march) is None
    assert lies(month, span("2026-02-28"), span("2026-03-01")) is False


def test_an_unknown_day_is_within_nothing_for_sure_but_itself() -> None:
    """Not knowing when needs judgement; a date is always within a month of itself."""
    unknown = Span.read({"earliest": None, "latest": None, "words": "?"}).until(day("2026-11-22"))
    assert lies(window(within="6 months", before="request"), unknown, span("2026-11-22")) is None
    assert lies(window(within="1 month", before="each-report"), unknown, unknown) is True
    assert "not known" in str(unknown)


def test_a_length_that_needs_a_calendar_is_refused() -> None:
    """Working days and hours can't be counted here: no bounds, and the finding asks for a person."""
    for length in ("5 working days", "48 hours"):
        with pytest.raises(ValueError, match="days, weeks, months"):
            bounds(window(within=length, before="request"), day("2026-03-01"))
        assert lies(window(within=length, before="request"), span("2026-03-01"), span("2026-03-01")) is None


def test_first_and_latest_of_rough_dates_are_ranges() -> None:
    """What may belong widens the range on one side only; what surely belongs bounds it on the other."""
    sure, possible = [span("2026-03-01", "2026-03-05")], [span("2026-02-01", "2026-04-30")]
    assert latest_of(sure, possible) == span("2026-03-01", "2026-04-30")
    assert earliest_of(sure, possible) == span("2026-02-01", "2026-03-05")
    assert earliest_of([], []) is None
    assert latest_of([], possible) == possible[0]


def test_cutting_off_never_leaves_nothing() -> None:
    """Two dates that contradict each other both stand, for a person to see."""
    assert span("2026-03-10", "2026-03-20").until(day("2026-03-15")) == span("2026-03-10", "2026-03-15")
    assert span("2026-03-10", "2026-03-20").until(day("2026-03-05")) == span("2026-03-10", "2026-03-20")
    assert span("2026-03-10", "2026-03-20").since(day("2026-03-15")) == span("2026-03-15", "2026-03-20")


def test_the_reason_names_the_days_that_count() -> None:
    """Whoever reads it can reckon for themselves."""
    six = window(within="6 months", before="request")
    why = explain(six, span("2026-05-21"), span("2026-11-22"), False)
    assert why == "It was reported on 21 May 2026. Only a date from 22 May 2026 to 22 November 2026 counts."
    edge = explain(six, span("2026-05-21", "2026-05-23"), span("2026-11-22"), None)
    assert edge == (
        "It was reported some time from 21 May 2026 to 23 May 2026. Only a date from 22 May 2026 to 22 November 2026 "
        "counts. A person has to judge which it was."
    )
    unknown = explain(six, Span(dt.date.min, day("2026-11-22")), span("2026-11-22"), None)
    assert unknown == (
        "It was reported on a day that is not known. Somebody has to find out when, to see whether it counts."
    )
    month = window(date="applied", within="1 month", after="latest-report")
    rough = explain(month, span("2026-11-22"), span("2026-10-21", "2026-10-23"), None)
    assert rough == (
        "The review was asked for on 22 November 2026. The time for that depends on a date that is not exact, "
        "so a person has to judge it."
    )


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31))
LENGTHS = st.one_of(st.integers(1, 24).map(lambda n: f"{n} months"), st.integers(1, 800).map(lambda n: f"{n} days"))


@given(DAYS, LENGTHS, st.sampled_from(["before", "after"]), st.sampled_from(["inclusive", "next-day"]))
def test_the_anchor_is_always_inside_its_window(anchor: dt.date, length: str, way: str, counting: str) -> None:
    """Whatever the length and direction, the anchor's own day counts, and inclusive is never longer."""
    found = bounds(window(within=length, counting=counting, **{way: "request"}), anchor)
    longer = bounds(window(within=length, **{way: "request"}), anchor)
    assert longer.first <= found.first <= anchor <= found.last <= longer.last


@given(st.lists(DAYS, min_size=4, max_size=4), LENGTHS, st.sampled_from(["before", "after"]))
def test_a_range_says_what_all_its_days_say(days: list[dt.date], length: str, way: str) -> None:
    """True only if every day of both ranges would be, false only if none would."""
    date, anchor = Span(*sorted(days[:2])), Span(*sorted(days[2:]))
    about = window(within=length, **{way: "request"})
    corners = {
        lies(about, Span(one, one), Span(other, other))
        for one in (date.first, date.last)
        for other in (anchor.first, anchor.last)
    }
    found = lies(about, date, anchor)
    assert found is None or corners == {found}
