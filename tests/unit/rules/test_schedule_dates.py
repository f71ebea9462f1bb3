"""Dates: the sentences 13 to 18, 27 and 28 of the meaning of a procedure. Expected dates come from a wall calendar."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.unit.rules.small_procedures import Case, at, step
from webform.rules.calendar import Closure, WorkingCalendar
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


# --- Sentences 17 and 18 ------------------------------------------------------------


def test_s17_a_waiting_duty_with_a_known_due_date_can_be_late() -> None:
    """The letter waits for the decision but is due from the request: late, with nothing decided."""
    case = Case(
        step("decision", after="request"),
        step("letter", after="decision", from_="request", within="10 days"),
        step("plan", after="decision", within="1 day"),
    )
    assert (case.state("letter", "2026-11-12"), case.state("letter", "2026-11-13")) == ("waiting", "late")
    assert case.state("plan", "2027-11-12") == "waiting"


def test_s17_forecasts_take_the_predecessor_at_its_last_day() -> None:
    """The meeting may be as late as 2 December: papers and letter are forecast from there, and say so."""
    case = Case(
        step("meeting", after="request", within="30 days", dated="on"),
        step("letter", after="meeting", within="2 working days"),
        step("thanks", after="letter", within="1 week"),
        step("papers", after="request", before="meeting.on", at_least="5 working days"),
    )
    duties = {duty.step: duty for duty in case.duties("2026-11-03")}
    assert (duties["letter"].due_on, duties["letter"].forecast) == (date(2026, 12, 4), True)
    assert (duties["thanks"].due_on, duties["thanks"].forecast) == (date(2026, 12, 11), True)
    assert (duties["papers"].due_on, duties["papers"].forecast) == (date(2026, 11, 25), True)
    assert duties["letter"].explanation[0] == (
        "Waits for the meeting; if that happens on its last day, Wednesday 2 December 2026, "
        "this is due by Friday 4 December 2026 (forecast)."
    )


def test_s17_forecasts_start_today_when_the_predecessor_is_late() -> None:
    """A meeting that should have been by 2 December may be today at the soonest; nothing that waits for it is late."""
    case = Case(
        step("meeting", after="request", within="30 days", dated="on"),
        step("letter", after="meeting", within="2 working days"),
    )
    duty = case.duty("letter", "2026-12-08")
    assert (duty.state, duty.due_on, duty.forecast) == ("waiting", date(2026, 12, 10), True)
    assert "if that happens today" in duty.explanation[0]


def test_s17_forecasts_of_all_take_the_last_of_any_the_first() -> None:
    """Two checks of 3 and 9 days: both may take 9, either 3; without a date for one of them `all` has none."""
    case = Case(
        step("one", after="request", within="3 days"), step("two", after="request", within="9 days"), step("open"),
        step("both", after={"all": ["one", "two"]}, within="1 day"),
        step("either", after={"any": ["one", "two", "open"]}, within="1 day"),
        step("never", after={"all": ["one", "open"]}, within="1 day"),
    )  # fmt: skip
    duties = {duty.step: duty.due_on for duty in case.duties("2026-11-02 12:00") if duty.state == "waiting"}
    assert duties == {"both": date(2026, 11, 12), "either": date(2026, 11, 6), "never": None}


def test_s17_forecasts_ignore_what_is_not_needed_and_end_with_a_lapsed_choice() -> None:
    """`all` is forecast from the parts that remain; nothing is forecast from an appeal that was not made in time."""
    case = Case(
        step("decision"), step("one", after="request", within="9 days"),
        step("plan", after="decision", when={"decision.result": "met"}),
        step("both", after={"all": ["one", "plan"]}, within="1 day"),
        step("appeal", strength="choice", after="request", within="3 days"),
        step("answer", after="appeal", within="2 days"),
    )  # fmt: skip
    assert case.duty("answer", "2026-11-03").due_on == date(2026, 11, 7)
    case.file("decision", "2026-11-03", result="not-met")
    assert case.duty("both", "2026-11-10").due_on == date(2026, 11, 12)
    assert case.duty("answer", "2026-11-10").due_on is None


def test_s17_a_circle_of_forecasts_gives_no_date() -> None:
    """Papers before the meeting, the meeting after the papers: no date until one is fixed, and no hang."""
    case = Case(
        step("papers", after="request", before="meeting.on", at_least="5 days"),
        step("meeting", after="papers", within="10 days", dated="on"),
    )
    assert case.duty("papers", "2026-11-03").due_on is None


def test_s18_a_choice_past_its_date_has_lapsed_and_may_still_be_taken() -> None:
    """An appeal window of 28 days: lapsed on day 29, and an appeal that comes all the same is done late."""
    case = Case(step("appeal", by="applicant", strength="choice", after="request", within="28 days"))
    assert case.state("appeal", "2026-11-30 23:00") == "open"
    assert case.state("appeal", "2026-12-01") == "lapsed"
    case.file("appeal", "2026-12-03", role="applicant")
    assert case.state("appeal", "2026-12-04") == "done late"


def test_a_target_is_late_like_a_duty() -> None:
    """Where possible is no duty in law, but the clock speaks of it."""
    case = Case(step("invite", strength="target", after="request", within="2 days"))
    assert case.state("invite", "2026-11-05") == "late"


# --- Sentences 27 and 28 ------------------------------------------------------------


def closed(case: Case, day: str, added: str) -> None:
    closure = Closure(date.fromisoformat(day), "no heating", at(added))
    case.calendar = WorkingCalendar(closures=case.calendar.closures | {closure}, rule=case.procedure.calendar)


def test_s27_the_calendar_is_live() -> None:
    """A closure that becomes known while the clock runs moves the date of a case already open."""
    case = Case(step("call", after="request", within="2 working days"))
    assert case.due("call", "2026-11-02 12:00") == date(2026, 11, 4)
    closed(case, "2026-11-04", added="2026-11-03 09:00")
    assert case.due("call", "2026-11-03 08:00") == date(2026, 11, 4)
    duty = case.duty("call", "2026-11-03 10:00")
    assert duty.due_on == date(2026, 11, 5)
    assert "Wednesday 4 November 2026 does not count: no heating." in duty.explanation


def test_s28_a_closure_affects_only_duties_still_open_when_it_was_added() -> None:
    """Done or late before the closure was known: judged on the old date. Known beforehand: it never counted."""
    case = Case(
        step("call", after="request", within="2 working days"), step("check", after="request", within="2 working days")
    )
    case.file("call", "2026-11-04")
    closed(case, "2026-11-03", added="2026-11-05 09:00")
    assert case.due("call", "2026-11-06") == date(2026, 11, 4)
    assert (case.due("check", "2026-11-06"), case.state("check", "2026-11-06")) == (date(2026, 11, 4), "late")
    closed(case, "2026-11-02", added="2026-11-01 09:00")
    closed(case, "2026-11-04", added="2026-11-01 09:00")
    assert case.due("check", "2026-11-05 08:00") == date(2026, 11, 5)
    assert case.due("check", "2026-11-05 10:00") == date(2026, 11, 6)  # the 3rd is known now, and the check still open


def test_s28_what_was_done_keeps_the_date_it_was_done_under() -> None:
    """Called on Tuesday for Wednesday; that Wednesday turns out closed, added an hour later, moves nothing."""
    case = Case(step("call", after="request", within="2 working days"))
    case.file("call", "2026-11-03 14:00")
    closed(case, "2026-11-04", added="2026-11-03 15:00")
    assert case.due("call", "2026-11-06") == date(2026, 11, 4)


def test_s28_counting_back_too() -> None:
    """Papers still owed when a closed day becomes known are due a day earlier."""
    case = papers()
    case.file("meeting", "2026-11-03", on="2026-11-20")
    closed(case, "2026-11-18", added="2026-11-05")
    assert case.due("papers", "2026-11-04 12:00") == date(2026, 11, 13)
    assert case.due("papers", "2026-11-06") == date(2026, 11, 12)
