"""Working days, bank holidays and the reckoning of dates. Every expected date was read off a printed calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from tests.unit.rules.small_procedures import at
from webform.documents.duration import Duration
from webform.documents.procedure import Calendar
from webform.rules.calendar import (
    Closure,
    WorkingCalendar,
    at_time,
    day_of,
    end_of,
    long_date,
    long_instant,
    start_of,
)
from webform.words import clock_time

PLAIN = WorkingCalendar()


def closing(day: date, why: str = "training day", added: str = "2026-01-02") -> WorkingCalendar:
    return WorkingCalendar(closures=frozenset({Closure(day, why, at(added))}))


# From the lists that GOV.UK publishes, and for later years from Easter tables and the rule for substitute days.
BANK_HOLIDAYS = {
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2028: ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
    2029: ["01-01", "03-30", "04-02", "05-07", "05-28", "08-27", "12-25", "12-26"],
    2032: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2033: ["01-03", "04-15", "04-18", "05-02", "05-30", "08-29", "12-26", "12-27"],
    2035: ["01-01", "03-23", "03-26", "05-07", "05-28", "08-27", "12-25", "12-26"],
}


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_weekdays_off_are_the_published_bank_holidays(year: int) -> None:
    """England and Wales close on these weekdays and no others, substitute days and Easter included."""
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)]
    closed = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not PLAIN.is_working_day(day)]
    assert closed == BANK_HOLIDAYS[year]


def test_a_substitute_day_says_so() -> None:
    """Boxing Day 2026 is a Saturday: the Monday after stands for it, and both say why they are off."""
    assert PLAIN.why_closed(date(2026, 12, 28)) == "Boxing Day (substitute day)"
    assert PLAIN.why_closed(date(2026, 12, 26)) == "a Saturday"


def test_divisions_differ() -> None:
    """2 January is a bank holiday in Scotland, 12 July 2027 in Northern Ireland; neither in England and Wales."""
    assert not WorkingCalendar(division="scotland").is_working_day(date(2029, 1, 2))
    assert not WorkingCalendar(division="northern-ireland").is_working_day(date(2027, 7, 12))
    assert PLAIN.is_working_day(date(2029, 1, 2))
    assert PLAIN.is_working_day(date(2027, 7, 12))


def test_the_councils_own_days_override_the_calendar() -> None:
    """A closure takes a day away with its reason, an opening gives one back."""
    assert closing(date(2026, 12, 29)).why_closed(date(2026, 12, 29)) == "training day"
    opened = WorkingCalendar(openings=frozenset({date(2026, 12, 28)}))
    assert opened.is_working_day(date(2026, 12, 28))


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("2026-12-23", "2 working days", "2026-12-29"),  # Thu 24, then Christmas, weekend, substitute day, Tue 29
        ("2026-12-23", "10 working days", "2027-01-11"),  # 24, 29, 30, 31, then 4 to 8 January, Mon 11
        ("2026-12-25", "1 working day", "2026-12-29"),
        ("2027-03-25", "1 working day", "2027-03-30"),  # Good Friday 26 and Easter Monday 29 March
        ("2027-03-19", "7 working days", "2027-04-01"),  # 22, 23, 24, 25, then 30, 31 March, Thu 1 April
        ("2028-02-28", "1 working day", "2028-02-29"),
        ("2028-02-28", "2 working days", "2028-03-01"),
        ("2026-11-07", "2 working days", "2026-11-10"),  # from a Saturday: Monday is day 1
        ("2026-12-23", "1 day", "2026-12-24"),
        ("2026-12-23", "28 days", "2027-01-20"),
        ("2026-12-23", "2 weeks", "2027-01-06"),
        ("2027-01-31", "1 month", "2027-02-28"),
        ("2028-01-31", "1 month", "2028-02-29"),
        ("2028-02-29", "12 months", "2029-02-28"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2026-10-31", "1 month", "2026-11-30"),
        ("2026-12-15", "1 month", "2027-01-15"),
        ("2026-11-06", "at once", "2026-11-06"),
        ("2026-11-07", "at once", "2026-11-09"),
    ],
)
def test_adding(start: str, length: str, expected: str) -> None:
    """A length of time from a day leads to the date that a person counts to."""
    assert PLAIN.add(date.fromisoformat(start), Duration.read(length)).date == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("end", "length", "expected"),
    [
        ("2027-01-08", "5 working days", "2026-12-31"),  # 7, 6, 5, 4 January, then Thu 31 December
        ("2027-03-31", "2 working days", "2027-03-25"),  # Tue 30, then Easter, Thu 25
        ("2027-03-31", "1 month", "2027-02-28"),
        ("2026-12-29", "1 week", "2026-12-22"),
        ("2026-11-08", "1 working day", "2026-11-06"),
        ("2026-11-05", "4 days", "2026-11-01"),
    ],
)
def test_counting_back(end: str, length: str, expected: str) -> None:
    """Counting back takes the end as day 0, over holidays and month ends."""
    assert PLAIN.back(date.fromisoformat(end), Duration.read(length)).date == date.fromisoformat(expected)


def test_each_day_is_told() -> None:
    """The trace names every day, counted or not, with the reason."""
    assert PLAIN.add(date(2026, 12, 24), Duration.read("1 working day")).trace == (
        "Friday 25 December 2026 does not count: Christmas Day.",
        "Saturday 26 December 2026 does not count: a Saturday.",
        "Sunday 27 December 2026 does not count: a Sunday.",
        "Monday 28 December 2026 does not count: Boxing Day (substitute day).",
        "Tuesday 29 December 2026 is working day 1.",
    )


def test_a_date_on_a_closed_day_stays_or_moves_as_the_area_says() -> None:
    """28 days from 28 November 2026 end on Boxing Day: it stays, or moves on to Tuesday 29 December."""
    length = Duration.read("28 days")
    assert PLAIN.add(date(2026, 11, 28), length).date == date(2026, 12, 26)
    moving = WorkingCalendar(rule=Calendar(lands_on_closed="next"))
    counted = moving.add(date(2026, 11, 28), length)
    assert counted.date == date(2026, 12, 29)
    assert "Saturday 26 December 2026 is a Saturday, so it moves to the next working day." in counted.trace


def test_a_date_counted_back_never_moves_later() -> None:
    """At least 4 days before Thursday 5 November is Sunday 1 November, even where dates move off closed days."""
    moving = WorkingCalendar(rule=Calendar(lands_on_closed="next"))
    assert moving.back(date(2026, 11, 5), Duration.read("4 days")).date == date(2026, 11, 1)


LATE = WorkingCalendar(rule=Calendar(late_receipt="next-working-day", day_ends=time(17, 0)))


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-05 17:00", date(2026, 11, 5)),
        ("2026-11-05 17:01", date(2026, 11, 6)),
        ("2026-11-06 18:00", date(2026, 11, 9)),
        ("2026-11-07 10:00", date(2026, 11, 9)),
        ("2026-12-24 17:30", date(2026, 12, 29)),
        ("2026-07-01 17:00", date(2026, 7, 1)),  # 16:00 UTC: London time decides
    ],
)
def test_late_receipts(received: str, expected: date) -> None:
    """After hours or on a closed day, a receipt counts from the next working day; at five sharp it is in time."""
    assert LATE.receipt_day(at(received)).date == expected
    assert PLAIN.receipt_day(at(received)).date == day_of(at(received))


def test_a_calendar_as_it_was_known() -> None:
    """A closure is unknown until it is added."""
    calendar = closing(date(2026, 12, 29), added="2026-12-10")
    assert calendar.known_by(at("2026-12-09")).is_working_day(date(2026, 12, 29))
    assert not calendar.known_by(at("2026-12-10")).is_working_day(date(2026, 12, 29))
    assert calendar.known_by(at("2026-12-11")) is calendar


def test_london_days_across_clock_changes() -> None:
    """Days end at London midnight: 23 hours on 28 March 2027, 25 hours on 31 October 2027."""
    assert end_of(date(2027, 3, 28)) == datetime(2027, 3, 28, 22, 59, 59, 999999, UTC)
    assert end_of(date(2027, 10, 31)) == datetime(2027, 10, 31, 23, 59, 59, 999999, UTC)
    assert start_of(date(2027, 10, 31)) == datetime(2027, 10, 30, 23, tzinfo=UTC)
    assert day_of(datetime(2027, 6, 30, 23, 30, tzinfo=UTC)) == date(2027, 7, 1)
    assert day_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2026, 12, 31)
    assert at_time(date(2027, 6, 30), time(9)) == datetime(2027, 6, 30, 8, tzinfo=UTC)


def test_dates_and_times_in_words() -> None:
    """Dates read as people say them, times in the style of GOV.UK."""
    assert long_date(date(2027, 1, 8)) == "Friday 8 January 2027"
    assert [clock_time(time(*parts)) for parts in ((0,), (9, 5), (12,), (16,), (12, 30))] == [
        "midnight", "9:05am", "midday", "4pm", "12:30pm",
    ]  # fmt: skip
    assert long_instant(datetime(2027, 7, 1, 15, tzinfo=UTC)) == "Thursday 1 July 2027 at 4pm"
