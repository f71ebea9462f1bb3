"""Whole timetables worked out by hand with a printed calendar, at the times of year when sums go wrong."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.small_procedures import Case, at, procedure, step
from webform.rules.calendar import WorkingCalendar
from webform.rules.schedule import forecast

# A council that acknowledges in two working days, meets within ten and writes within two of the meeting.
STEPS = (
    step("seen", by=["spoc", "deputy"], after="request", within="1 day"),
    step("acknowledgement", send="x", to="applicant", after="request", within="2 working days"),
    step("meeting", after="request", within="10 working days", dated="on"),
    step("decision", after="meeting.on", within="at once", dated="on"),
    step("refusal", send="x", after="decision", when={"decision.result": "not-met"}, within="2 working days"),
    step("plan", after="decision", when={"decision.result": "met"}),
    step("outcome", send="x", after="plan", from_="meeting.on", within="2 working days"),
    step("reply", by="applicant", strength="choice", after="outcome", within="1 month"),
)

TIMETABLES = {
    # received: seen, acknowledgement, meeting, outcome (forecast), reply (forecast)
    "2026-12-23 16:00": ("2026-12-24", "2026-12-29", "2027-01-11", "2027-01-13", "2027-02-13"),  # Christmas
    "2026-12-31 23:59": ("2027-01-01", "2027-01-05", "2027-01-15", "2027-01-19", "2027-02-19"),  # New Year's Eve
    "2027-03-24 09:00": ("2027-03-25", "2027-03-30", "2027-04-09", "2027-04-13", "2027-05-13"),  # Easter
    "2027-03-28 00:30": ("2027-03-29", "2027-03-31", "2027-04-12", "2027-04-14", "2027-05-14"),  # clocks forward
    "2027-10-31 00:30": ("2027-11-01", "2027-11-02", "2027-11-12", "2027-11-16", "2027-12-16"),  # clocks back
    "2028-02-28 12:00": ("2028-02-29", "2028-03-01", "2028-03-13", "2028-03-15", "2028-04-15"),  # leap day
    "2027-01-13 12:00": ("2027-01-14", "2027-01-15", "2027-01-27", "2027-01-29", "2027-02-28"),  # ends of months
    "2027-12-23 12:00": ("2027-12-24", "2027-12-29", "2028-01-11", "2028-01-13", "2028-02-13"),  # three substitute days
}


@pytest.mark.parametrize("received", TIMETABLES)
def test_the_timetable_of_a_request(received: str) -> None:
    """Every date that follows from the day of the request, those that rest on others as forecasts."""
    duties = {duty.step: duty for duty in forecast(procedure(*STEPS), at(received), WorkingCalendar())}
    names = ("seen", "acknowledgement", "meeting", "outcome", "reply")
    assert tuple(str(duties[name].due_on) for name in names) == TIMETABLES[received]
    assert [duties[name].forecast for name in names] == [False, False, False, True, True]


def test_a_case_over_christmas_from_end_to_end() -> None:
    """One case, day by day: what is open, due and done as its documents come in."""
    case = Case(*STEPS, received="2026-12-23 16:00")
    case.file("seen", "2026-12-24 09:10")
    case.file("acknowledgement", "2026-12-30 10:00", kind="letter")
    case.file("meeting", "2026-12-30 11:00", on="2027-01-06")
    states = {duty.step: duty.state for duty in case.duties("2026-12-30 12:00")}
    assert states == {
        "request": "done", "seen": "done", "acknowledgement": "done late", "meeting": "arranged",
        "decision": "waiting", "refusal": "waiting", "plan": "waiting", "outcome": "waiting", "reply": "waiting",
    }  # fmt: skip
    assert case.due("decision", "2026-12-30 12:00") == date(2027, 1, 6)
    assert case.due("outcome", "2026-12-30 12:00") == date(2027, 1, 8)
    case.file("decision", "2027-01-07 09:00", on="2027-01-06", result="met")
    case.file("plan", "2027-01-07 09:30")
    states = {duty.step: duty.state for duty in case.duties("2027-01-07 12:00")}
    assert (states["decision"], states["refusal"], states["outcome"]) == ("done", "not needed", "open")
    case.file("outcome", "2027-01-08 17:30", kind="letter")
    duty = case.duty("reply", "2027-01-09")
    assert (duty.state, duty.due_on) == ("open", date(2027, 2, 8))
    assert case.state("reply", "2027-02-09 00:00") == "lapsed"


def test_the_explanation_can_be_read_aloud() -> None:
    """Start and why, every day counted or skipped, the due day, what became of it."""
    case = Case(*STEPS, received="2026-12-23 16:00")
    case.file("acknowledgement", "2026-12-30 10:00", kind="letter")
    assert case.duty("acknowledgement", "2026-12-31").explanation == (
        "Opened on Wednesday 23 December 2026 at 4pm: the request.",
        "Counts from the request, Wednesday 23 December 2026.",
        "Wednesday 23 December 2026 is day 0.",
        "Thursday 24 December 2026 is working day 1.",
        "Friday 25 December 2026 does not count: Christmas Day.",
        "Saturday 26 December 2026 does not count: a Saturday.",
        "Sunday 27 December 2026 does not count: a Sunday.",
        "Monday 28 December 2026 does not count: Boxing Day (substitute day).",
        "Tuesday 29 December 2026 is working day 2.",
        "Due by the end of Tuesday 29 December 2026.",
        "Done on Wednesday 30 December 2026 at 10am, after its due date.",
    )


def test_the_explanation_of_what_waits() -> None:
    """It names what is awaited, with the day that is arranged, and what the date would be."""
    case = Case(*STEPS, received="2026-12-23 16:00")
    assert case.duty("outcome", "2026-12-24").explanation[0] == (
        "Waits for the plan; if the meeting happens on its last day, Monday 11 January 2027, "
        "this is due by Wednesday 13 January 2027 (forecast)."
    )
    case.file("meeting", "2026-12-29", on="2027-01-06")
    assert case.duty("decision", "2026-12-30").explanation == (
        "Waits for the meeting, Wednesday 6 January 2027.",
        "Counts from the meeting, Wednesday 6 January 2027.",
        "Due by the end of Wednesday 6 January 2027.",
    )
