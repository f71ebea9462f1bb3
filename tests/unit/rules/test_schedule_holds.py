"""Holds and extensions: the sentences 19 to 22 of the meaning of a procedure, with dates from a wall calendar."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.small_procedures import Case, at, step
from webform.rules.extending import NO_NEW_DATE, NOT_ALLOWED, NOT_BY_THEM, TOO_LONG

HOLD = (step("hold", strength="choice", after="request"), step("resume", after="hold"))


def held(within: str, *spans: tuple[str, str | None], received: str = "2026-11-02 10:00") -> Case:
    """A call that is due so long after the request, and when the case was on hold."""
    case = Case(step("call", after="request", within=within), *HOLD, received=received)
    for start, end in spans:
        case.file("hold", start, effect="holds")
        if end:
            case.file("resume", end, effect="resumes")
    return case


# --- Sentence 19 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        ("5 working days", date(2026, 11, 11)),  # 3, 6, 9, 10, 11 November
        ("10 days", date(2026, 11, 14)),
        ("2 weeks", date(2026, 11, 18)),
        ("1 month", date(2026, 12, 4)),
    ],
)
def test_s19_a_day_counts_unless_a_hold_is_in_force_at_its_end(within: str, expected: date) -> None:
    """On hold from midday on the 4th until midday on the 6th: the 4th and the 5th don't count, the 6th does."""
    case = held(within, ("2026-11-04", "2026-11-06"))
    assert case.due("call", "2026-11-06 13:00") == expected


def test_s19_a_hold_within_a_day_takes_no_day_and_one_over_midnight_takes_one() -> None:
    """From 10am to 3pm nothing is lost; from 11pm to 1am the first of the two days is."""
    assert held("2 working days", ("2026-11-03 10:00", "2026-11-03 15:00")).due("call", "2026-11-03 16:00") == date(
        2026, 11, 4
    )
    case = held("2 working days", ("2026-11-03 23:00", "2026-11-04 01:00"))
    assert case.due("call", "2026-11-04 09:00") == date(2026, 11, 5)


def test_s19_hours_stand_still_for_as_long_as_the_hold_lasts() -> None:
    """48 hours from 10am on the 2nd, five of them on hold: 3pm on the 4th."""
    case = held("48 hours", ("2026-11-03 10:00", "2026-11-03 15:00"))
    assert case.duty("call", "2026-11-03 16:00").due == at("2026-11-04 15:00")


def test_s19_a_second_hold_counts_from_where_the_first_has_moved_the_date() -> None:
    """On hold on the 4th and 5th, and again on the 10th and 11th: 3, 6, 9, 12 and 13 November."""
    case = held("5 working days", ("2026-11-04", "2026-11-06"), ("2026-11-10", "2026-11-12"))
    assert case.due("call", "2026-11-12 13:00") == date(2026, 11, 13)


def test_s19_at_once_is_the_first_working_day_that_is_not_held() -> None:
    """Opened on Monday under a hold that ends on Wednesday at noon: due that Wednesday."""
    case = Case(step("decision"), step("call", after="decision", within="at once"), *HOLD)
    case.file("hold", "2026-11-02 11:00", effect="holds")
    case.file("decision", "2026-11-02 12:00")
    case.file("resume", "2026-11-04", effect="resumes")
    assert case.due("call", "2026-11-04 13:00") == date(2026, 11, 4)


def test_s19_counting_back_passes_over_held_days_too() -> None:
    """Five working days before the 20th without the 12th and 13th: 19, 18, 17, 16 and 11 November."""
    case = Case(
        step("meeting", after="request", dated="on"),
        step("papers", after="request", before="meeting.on", at_least="5 working days"),
        *HOLD,
    )
    case.file("meeting", "2026-11-03", on="2026-11-20")
    assert case.due("papers", "2026-11-04") == date(2026, 11, 13)
    case.file("hold", "2026-11-12 09:00", effect="holds")
    case.file("resume", "2026-11-14", effect="resumes")
    assert case.due("papers", "2026-11-14 13:00") == date(2026, 11, 11)


def test_s19_the_explanation_names_the_days_on_hold() -> None:
    """Each day that does not count says why."""
    case = held("5 working days", ("2026-11-04", "2026-11-06"))
    lines = case.duty("call", "2026-11-06 13:00").explanation
    assert "Wednesday 4 November 2026 does not count: the case was on hold." in lines
    assert (
        "2 days on hold do not count, so it is Friday 4 December 2026."
        in (held("1 month", ("2026-11-04", "2026-11-06")).duty("call", "2026-11-06 13:00").explanation[-2])
    )


# --- Sentence 20 ----------------------------------------------------------------------------------------------------


def test_s20_a_duty_already_late_stays_late() -> None:
    """Due on the 4th, on hold from the 5th: late throughout, by the date it had."""
    case = held("2 working days", ("2026-11-05", None))
    duty = case.duty("call", "2026-11-10")
    assert (duty.state, duty.due_on) == ("late", date(2026, 11, 4))


@pytest.mark.parametrize(
    ("within", "remainder"),
    [
        ("5 working days", "4 working days remain"),  # 4, 5, 6 and 9 November
        ("10 days", "9 days remain"),
        ("72 hours", "22 hours remain"),  # until 10am on the 5th
        ("2 working days", "1 working day remains"),
    ],
)
def test_s20_under_an_open_hold_the_due_date_is_empty_and_the_remainder_is_shown(within: str, remainder: str) -> None:
    """On hold since midday on the 4th, seen two weeks later: held, no date, and what is left of its time."""
    duty = held(within, ("2026-11-04", None)).duty("call", "2026-11-18")
    assert (duty.state, duty.due, duty.due_on) == ("held", None, None)
    assert f"On hold since Wednesday 4 November 2026 at midday: {remainder}." in duty.explanation


def test_s20_what_is_done_under_a_hold_is_done_in_time() -> None:
    """Nobody is late while the clock stands still, and the date no longer moves once it is done."""
    case = held("2 working days", ("2026-11-04", None))
    case.file("call", "2026-11-12")
    assert case.state("call", "2026-11-12 13:00") == "done"
    assert case.due("call", "2026-11-12 13:00") == case.due("call", "2026-11-30") == date(2026, 11, 13)


def test_s20_held_is_a_state_that_a_condition_can_ask_for() -> None:
    """A notice is needed while the call is held, and no longer once the clock runs again."""
    case = Case(
        step("call", after="request", within="5 days"), step("word", after="request", when={"call": "held"}), *HOLD
    )
    assert case.state("word", "2026-11-03") == "not needed"
    case.file("hold", "2026-11-04", effect="holds")
    assert case.state("word", "2026-11-05") == "held"  # it is stopped as well
    other = Case(
        step("call", after="request", within="5 days"),
        step("word", strength="choice", after="request", when={"call": "held"}), *HOLD,
    )  # fmt: skip
    other.file("hold", "2026-11-04", effect="holds")
    assert other.duty("word", "2026-11-05").opens_at == at("2026-11-04")
    other.file("resume", "2026-11-06", effect="resumes")
    assert other.state("word", "2026-11-07") == "not needed"


# --- Sentence 21 ----------------------------------------------------------------------------------------------------

COMPLAINT = {
    "id": "complaint", "when": {"request.complaint": "yes"}, "effect": "propose-hold", "stops": ["meeting", "appeal"],
    "until": "answered",
}  # fmt: skip


def complained(**keys: object) -> Case:
    case = Case(
        step("meeting", after="request", within="10 working days"),
        step("risk", after="request", within="5 working days"),
        step("appeal", strength="choice", after="request", within="28 days"), step("answered"), *HOLD,
        received=None, **keys,
    )  # fmt: skip
    case.file("request", "2026-11-02 10:00", effect="opens-case", complaint="yes")
    return case


def test_s21_gates_propose_and_a_filed_hold_stops() -> None:
    """A complaint alone stops nothing; the hold that is filed stops what its gate names, the appeal window included."""
    case = complained(gate=[COMPLAINT])
    assert case.state("meeting", "2026-11-05") == "open"
    case.file("hold", "2026-11-04", effect="holds")
    states = {duty.step: duty.state for duty in case.duties("2026-11-05")}
    assert (states["meeting"], states["risk"], states["appeal"]) == ("held", "open", "held")


def test_s21_the_event_of_the_gate_ends_the_hold() -> None:
    """The complaint is answered on the 9th: 3 November, 9, 10, 11, 12, 13, 16, 17, 18 and 19 November count."""
    case = complained(gate=[COMPLAINT])
    case.file("hold", "2026-11-04", effect="holds")
    case.file("answered", "2026-11-09")
    assert case.due("meeting", "2026-11-09 13:00") == date(2026, 11, 19)


def test_s21_an_appeal_window_stops_only_where_it_is_named() -> None:
    """Without a gate everything that is owed stops, choices go on, and so do the notice and the end of the hold."""
    case = complained()
    case.file("hold", "2026-11-04", effect="holds")
    states = {duty.step: duty.state for duty in case.duties("2026-11-05")}
    assert states == {
        "request": "done", "meeting": "held", "risk": "held", "appeal": "open", "answered": "held", "hold": "done",
        "resume": "open",
    }  # fmt: skip


def test_s21_a_hold_names_its_gate_or_its_step() -> None:
    """Of two gates the named one says what stops; a hold about one step stops that one alone."""
    risk = {"id": "risk-first", "when": {"request.complaint": "yes"}, "effect": "propose-hold", "stops": ["risk"]}
    case = complained(gate=[COMPLAINT, risk])
    case.file("hold", "2026-11-04", effect="holds", gate="risk-first")
    assert (case.state("meeting", "2026-11-05"), case.state("risk", "2026-11-05")) == ("open", "held")
    other = complained()
    other.file("hold", "2026-11-04", effect="holds", about="meeting")
    assert (other.state("meeting", "2026-11-05"), other.state("risk", "2026-11-05")) == ("held", "open")


def test_s21_a_stage_says_what_its_holds_stop() -> None:
    """A hold that is filed in the appeal stage stops the plan and not the meeting."""
    case = Case(
        step("plan", after="request", within="5 days"), step("meeting", after="request", within="5 days"),
        step("stay", strength="choice", stage="appeal", after="request"),
        stage=[{"id": "appeal", "title": "Appeal", "kind": "appeal", "stops": ["plan"]}],
    )  # fmt: skip
    case.file("stay", "2026-11-03", effect="holds")
    assert (case.state("plan", "2026-11-04"), case.state("meeting", "2026-11-04")) == ("held", "open")


# --- Sentence 22 ----------------------------------------------------------------------------------------------------

REPORT = step("report", after="request", within="25 working days", may_extend={"by": "spoc", "most": "20 working days"})


def test_s22_an_extension_replaces_the_due_date_and_keeps_the_original() -> None:
    """25 working days from 2 November end on 7 December; put off to the 18th, the first date stays for the figures."""
    case = Case(REPORT)
    case.file("report", "2026-11-20", effect="extends", until=date(2026, 12, 18))
    duty = case.duty("report", "2026-11-21")
    assert (duty.state, duty.due_on, duty.original_due_on) == ("open", date(2026, 12, 18), date(2026, 12, 7))
    assert "Extended on Friday 20 November 2026 to Friday 18 December 2026." in duty.explanation
    case.file("report", "2026-12-16")
    assert case.state("report", "2026-12-17") == "done"


def test_s22_only_held_days_after_its_filing_move_it() -> None:
    """Three days on hold before the extension are in its date already; two after it move it by two."""
    case = Case(REPORT, *HOLD)
    case.file("hold", "2026-11-03", effect="holds")
    case.file("resume", "2026-11-06", effect="resumes")
    case.file("report", "2026-11-20", effect="extends", until=date(2026, 12, 18))
    assert case.due("report", "2026-11-21") == date(2026, 12, 18)
    case.file("hold", "2026-11-24", effect="holds")
    case.file("resume", "2026-11-26", effect="resumes")
    assert case.due("report", "2026-11-27") == date(2026, 12, 20)


def test_s22_filed_after_the_due_date_it_sets_a_new_date_and_the_breach_stays() -> None:
    """Due on 7 December, put off on the 9th to the 18th: a date to work to, late all the same."""
    case = Case(REPORT)
    case.file("report", "2026-12-09", effect="extends", until=date(2026, 12, 18))
    duty = case.duty("report", "2026-12-10")
    assert (duty.state, duty.due_on, duty.original_due_on) == ("late", date(2026, 12, 18), date(2026, 12, 7))
    assert duty.explanation[-1] == "It was late before it was extended: it was due by Monday 7 December 2026."
    case.file("report", "2026-12-16")
    done = case.duty("report", "2026-12-17")
    assert done.state == "done late"
    assert "after its due date, Monday 7 December 2026, which was extended too late" in done.explanation[-1]


def test_s22_the_latest_extension_counts_up_to_the_most_that_is_allowed() -> None:
    """20 working days from 7 December end on 7 January, over Christmas and New Year's Day."""
    case = Case(REPORT)
    case.file("report", "2026-11-20", effect="extends", until=date(2026, 12, 18))
    case.file("report", "2026-12-15", effect="extends", until=date(2027, 2, 1))
    duty = case.duty("report", "2026-12-16")
    assert (duty.due_on, duty.original_due_on, duty.warnings) == (date(2027, 1, 7), date(2026, 12, 7), (TOO_LONG,))


@pytest.mark.parametrize(
    ("rule", "keys", "warning"),
    [
        (None, {"until": date(2026, 12, 18)}, NOT_ALLOWED),
        ({"by": "deputy"}, {"until": date(2026, 12, 18)}, NOT_BY_THEM),
        ({}, {}, NO_NEW_DATE),
    ],
)
def test_s22_an_extension_that_nobody_may_give_moves_nothing(
    rule: dict[str, str] | None, keys: dict[str, date], warning: str
) -> None:
    """Where the procedure allows none, or not to that role, or no date is given: the date stays, with a warning."""
    case = Case(step("report", after="request", within="5 days", **({"may_extend": rule} if rule is not None else {})))
    case.file("report", "2026-11-03", effect="extends", **keys)
    duty = case.duty("report", "2026-11-04")
    assert (duty.state, duty.due_on, duty.warnings) == ("open", date(2026, 11, 7), (warning,))


def test_s22_a_step_of_its_own_may_extend_another() -> None:
    """A decision on more time fulfils its own step and puts off the one that it is about."""
    case = Case(REPORT, step("more-time", strength="choice", after="request"))
    case.file("more-time", "2026-11-20", effect="extends", about="report", until=date(2026, 12, 18))
    assert (case.state("more-time", "2026-11-21"), case.due("report", "2026-11-21")) == ("done", date(2026, 12, 18))
