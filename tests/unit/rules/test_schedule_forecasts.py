"""Waiting, forecasts, choices and closures: the sentences 17, 18, 27 and 28 of the meaning of a procedure."""

from __future__ import annotations

from datetime import date

from tests.unit.rules.small_procedures import Case, at, step
from webform.rules.calendar import Closure, WorkingCalendar


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
    case = Case(
        step("meeting", after="request", dated="on"),
        step("papers", after="request", before="meeting.on", at_least="5 working days"),
    )
    case.file("meeting", "2026-11-03", on="2026-11-20")
    closed(case, "2026-11-18", added="2026-11-05")
    assert case.due("papers", "2026-11-04 12:00") == date(2026, 11, 13)
    assert case.due("papers", "2026-11-06") == date(2026, 11, 12)
