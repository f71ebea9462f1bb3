"""Dates: the sentences 13 to 16 of the meaning of a procedure. Expected dates come from a wall calendar."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.unit.rules.small_procedures import Case, at, step
from webform.rules.schedule import BEYOND, NO_DATE


def due(within: str, received: str, **keys: object) -> date | None:
    """When something is due so long after a request of that time."""
    case = Case(step("call", after="request", within=within), received=received, **keys)
    return case.due("call", received)


# --- Sentence 13 ------------------------------------------------------------


def test_s13_day_0_is_the_start_and_due_is_the_end_of_the_day() -> None:
    """One day from a Thursday afternoon runs until the last microsecond of Friday, London time."""
    case = Case(step("call", after="request", within="1 day"), received="2026-11-05 16:00")
    assert case.duty("call", "2026-11-05 17:00").due == at("2026-11-06 23:59:59.999999")
    assert case.state("call", "2026-11-06 23:59:59.999999") == "open"
    assert case.state("call", "2026-11-07 00:00") == "late"


def test_s13_the_london_date_counts() -> None:
    """Half past midnight on 2 July is still 1 July in UTC: day 0 is the 2nd."""
    assert due("1 day", "2027-07-02 00:30") == date(2027, 7, 3)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-05 16:00", "2026-11-06 16:00"),
        ("2027-03-27 16:00", "2027-03-28 17:00"),  # the night has 23 hours
        ("2027-10-30 16:00", "2027-10-31 15:00"),  # the night has 25 hours
    ],
)
def test_s13_hours_are_elapsed_time(received: str, expected: str) -> None:
    """24 hours are 24 hours, on nights when the clocks change too."""
    case = Case(step("call", after="request", within="24 hours"), received=received)
    duty = case.duty("call", received)
    assert duty.due == at(expected)
    assert duty.due_on == date.fromisoformat(expected[:10])


def test_s13_hours_from_a_bare_date_count_from_its_end() -> None:
    """A meeting on the 10th, no time given: 48 hours end with the 12th, which wrongs nobody."""
    case = Case(step("meeting"), step("note", from_="meeting.on", within="48 hours", after="request"))
    case.file("meeting", "2026-11-03", on="2026-11-10")
    assert case.duty("note", "2026-11-04").due == at("2026-11-13 00:00")


@pytest.mark.parametrize(
    ("received", "hours", "expected"),
    [
        ("2026-11-05 18:30", {}, date(2026, 11, 5)),
        ("2026-11-05 18:30", {"day_ends": time(17)}, date(2026, 11, 6)),
        ("2026-11-05 06:00", {"day_ends": time(17)}, date(2026, 11, 5)),
        ("2026-11-06 18:30", {"day_ends": time(17)}, date(2026, 11, 9)),
        ("2026-11-07 10:00", {}, date(2026, 11, 9)),
        ("2026-12-25 10:00", {}, date(2026, 12, 29)),
    ],
)
def test_s13_at_once_is_the_opening_day_or_the_next_working_day(
    received: str, hours: dict[str, time], expected: date
) -> None:
    """By the end of the day if that is worked, and within office hours where the procedure gives them."""
    assert due("at once", received, calendar=hours) == expected


def test_s13_a_late_receipt_counts_from_the_next_working_day_where_the_area_says_so() -> None:
    """At 6pm on Christmas Eve day 0 is Tuesday 29 December; what the house writes at 6pm is no receipt."""
    rule = {"late_receipt": "next-working-day", "day_ends": time(17)}
    assert due("2 working days", "2026-12-24 18:00", calendar=rule) == date(2026, 12, 31)
    assert due("2 working days", "2026-12-24 16:00", calendar=rule) == date(2026, 12, 30)
    case = Case(step("decision"), step("letter", after="decision", within="2 working days"), calendar=rule)
    case.file("decision", "2026-11-05 18:00")
    assert case.due("letter", "2026-11-06") == date(2026, 11, 9)


def test_s13_what_opens_the_case_is_a_receipt_whoever_enters_it() -> None:
    """A referral that the contact writes down on the phone at 6pm arrived after hours all the same."""
    area = {"name": "Small", "body": "Small Council", "opens_with": "referral"}
    rule = {"late_receipt": "next-working-day", "day_ends": time(17)}
    case = Case(
        step("referral"), step("call", after="referral", within="1 day"), received=None, area=area, calendar=rule
    )
    case.file("referral", "2026-11-05 18:00", effect="opens-case")
    assert case.due("call", "2026-11-06") == date(2026, 11, 7)


# --- Sentences 14 and 15 ------------------------------------------------------------


def test_s14_calendar_dates_stay_on_a_closed_day_unless_the_area_moves_them() -> None:
    """28 days from 28 November end on Boxing Day, a Saturday."""
    assert due("28 days", "2026-11-28") == date(2026, 12, 26)
    assert due("28 days", "2026-11-28", calendar={"lands_on_closed": "next"}) == date(2026, 12, 29)
    assert due("1 month", "2027-01-31") == date(2027, 2, 28)
    assert due("1 month", "2027-01-31", calendar={"lands_on_closed": "next"}) == date(2027, 3, 1)


def papers(**keys: object) -> Case:
    keys = {"at_least": "5 working days", "after": "request", "before": "meeting.on"} | keys
    return Case(step("meeting", after="request", within="30 days", dated="on"), step("papers", **keys))


def test_s14_working_days_backwards_count_the_meeting_as_day_0() -> None:
    """Five working days before Friday 8 January: 7, 6, 5, 4 January and Thursday 31 December."""
    case = papers()
    case.file("meeting", "2026-11-05", on="2027-01-08")
    assert case.due("papers", "2026-11-06") == date(2026, 12, 31)


def test_s15_no_due_date_precedes_opening() -> None:
    """The meeting is fixed three days ahead: the papers are due on the day that they can be asked for, and flagged."""
    case = papers()
    case.file("meeting", "2026-11-02 15:00", on="2026-11-05")
    duty = case.duty("papers", "2026-11-02 16:00")
    assert (duty.due_on, duty.warnings) == (date(2026, 11, 2), ("too little notice",))
    assert case.state("papers", "2026-11-03") == "late"


def test_s15_counting_forward_neither() -> None:
    """Two days from a request that is a week old when the decision opens the letter: due on the decision's day."""
    case = Case(step("decision"), step("letter", after="decision", from_="request", within="2 days"))
    case.file("decision", "2026-11-09")
    assert case.due("letter", "2026-11-09") == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("meeting", "expected"), [("2026-11-04", date(2026, 11, 11)), ("2026-11-18", date(2026, 11, 22))]
)
def test_at_latest_is_a_limit_on_top(meeting: str, expected: date) -> None:
    """Five working days from the meeting, but at most 20 days from the request: the earlier counts."""
    case = Case(
        step("meeting", after="request", dated="on"),
        step("letter", after="meeting", within="5 working days", at_latest={"from": "request", "within": "20 days"}),
    )
    case.file("meeting", "2026-11-03", on=meeting)
    assert case.due("letter", "2026-11-18") == expected


# --- Sentence 16 ------------------------------------------------------------


def test_s16_future_dated_documents_are_arranged_and_kept_when_the_date_passes() -> None:
    """Fixed for the 20th: arranged until then, done on that day without another word."""
    case = papers()
    case.file("meeting", "2026-11-05", on="2026-11-20")
    duty = case.duty("meeting", "2026-11-19 23:59")
    assert (duty.state, duty.arranged_for, duty.done_at) == ("arranged", at("2026-11-20 00:00"), None)
    assert duty.warnings == ()
    assert case.state("meeting", "2026-11-20 00:00") == "done"


def test_s16_arranged_beyond_its_limit_is_warned_of_then_done_late() -> None:
    """30 days from 2 November end on 2 December; a meeting on the 10th is warned of, and not late before it is held."""
    case = papers()
    case.file("meeting", "2026-11-05", on="2026-12-10")
    assert case.duty("meeting", "2026-11-06").warnings == (BEYOND,)
    assert case.state("meeting", "2026-12-05") == "arranged"
    assert case.state("meeting", "2026-12-10 09:00") == "done late"


def test_s16_moving_the_date_takes_the_latest() -> None:
    """A second document puts the meeting off; what follows it waits for the new day."""
    case = Case(step("meeting", after="request", dated="on"), step("letter", after="meeting", within="2 working days"))
    case.file("meeting", "2026-11-03", on="2026-11-10")
    case.file("meeting", "2026-11-09", on="2026-11-17")
    assert case.state("meeting", "2026-11-12") == "arranged"
    assert case.state("letter", "2026-11-12") == "waiting"
    assert case.due("letter", "2026-11-18") == date(2026, 11, 19)


def test_s16_backward_duties_that_are_done_stay_done_if_the_date_moves() -> None:
    """Papers sent in time for the 20th stay done in time when the meeting is brought forward."""
    case = papers()
    case.file("meeting", "2026-11-03", on="2026-11-20")
    case.file("papers", "2026-11-12")
    assert (case.state("papers", "2026-11-13"), case.due("papers", "2026-11-13")) == ("done", date(2026, 11, 13))
    case.file("meeting", "2026-11-14", on="2026-11-16")
    assert case.state("papers", "2026-11-17") == "done"


def test_s16_backward_duties_sent_too_late_for_the_date_then_known_are_done_late() -> None:
    """Papers sent on the 16th for the 20th came too late, wherever the meeting goes afterwards."""
    case = papers()
    case.file("meeting", "2026-11-03", on="2026-11-20")
    case.file("papers", "2026-11-16")
    case.file("meeting", "2026-11-17", on="2026-12-11")
    assert case.state("papers", "2026-11-18") == "done late"


def test_s16_without_the_date_that_is_judged_a_document_counts_for_nothing_yet() -> None:
    """A record of the meeting that doesn't say when it was: still open, with a warning."""
    case = papers()
    case.file("meeting", "2026-11-03")
    duty = case.duty("meeting", "2026-11-04")
    assert (duty.state, duty.warnings) == ("open", (NO_DATE,))
    assert "A document was filed without the date that it is judged by, so it does not count yet." in duty.explanation


def test_dated_judges_that_date_and_not_the_filing() -> None:
    """A meeting held in time and written up a month later was in time; its successor counts from the meeting."""
    case = Case(
        step("meeting", after="request", within="10 days", dated="on"),
        step("letter", after="meeting", within="2 days"),
    )
    case.file("meeting", "2026-12-12", on="2026-11-12")
    assert case.state("meeting", "2026-12-12") == "done"
    assert case.due("letter", "2026-12-12") == date(2026, 11, 14)
