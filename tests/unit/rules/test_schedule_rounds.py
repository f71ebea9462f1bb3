"""Rounds and other bodies: the sentences 25 and 26 of the meaning of a procedure."""

from __future__ import annotations

from datetime import date

from tests.unit.rules.small_procedures import Case, at, step

# A decision after two views; a plan after the decision; a letter after both the plan and the check of the request.
STEPS = (
    step("check", after="request", within="2 days"),
    step("decision", after="check", within="5 days"),
    step("plan", after="decision", from_="request", within="10 days"),
    step("letter", after={"all": ["plan", "check"]}, within="2 days"),
    step("either", after={"any": ["check", "plan"]}, within="2 days"),
    step("again", strength="choice", after="request"),
)


def once_through() -> Case:
    """Everything done by the 6th, then the decision is opened again on the 16th."""
    case = Case(*STEPS)
    for name, day in (("check", "03"), ("decision", "04"), ("plan", "05"), ("letter", "06"), ("either", "06")):
        case.file(name, f"2026-11-{day}")
    case.file("again", "2026-11-16", effect="reopens", about="decision")
    return case


def test_s25_documents_of_the_step_and_its_successors_no_longer_fulfil_duties() -> None:
    """The decision is open again, what follows it waits, what came before it stays done."""
    states = {duty.step: duty.state for duty in once_through().duties("2026-11-17")}
    assert states == {
        "request": "done", "check": "done", "decision": "open", "plan": "waiting", "letter": "waiting",
        "either": "waiting", "again": "done",
    }  # fmt: skip
    assert once_through().state("plan", "2026-11-15") == "done"


def test_s25_their_clocks_start_no_earlier_than_the_reopening() -> None:
    """Five days for the decision from the 16th; the plan's ten days from the request begin on the 16th too."""
    case = once_through()
    duty = case.duty("decision", "2026-11-17")
    assert (duty.opens_at, duty.due_on) == (at("2026-11-16"), date(2026, 11, 21))
    case.file("decision", "2026-11-18")
    assert case.due("plan", "2026-11-18") == date(2026, 11, 26)


def test_s25_earlier_members_count_in_all_and_never_in_any() -> None:
    """The old check counts for the letter, once the new plan is there; `either` waits for something of this round."""
    case = once_through()
    case.file("decision", "2026-11-18")
    assert (case.state("letter", "2026-11-19"), case.state("either", "2026-11-19")) == ("waiting", "waiting")
    case.file("plan", "2026-11-20")
    assert case.duty("letter", "2026-11-20").opens_at == at("2026-11-20")
    assert case.due("either", "2026-11-20") == date(2026, 11, 22)


def test_s25_all_of_earlier_members_counts_as_at_the_reopening() -> None:
    """The plan is not needed this time: what remains of `all` is the old check, as if it had come on the 18th."""
    case = Case(
        step("check", after="request"), step("decision", after="request"),
        step("plan", after="decision", when={"decision.result": "met"}),
        step("letter", after={"all": ["plan", "check"]}, within="2 days"), step("again", strength="choice"),
    )  # fmt: skip
    case.file("check", "2026-11-03")
    case.file("decision", "2026-11-04", result="met")
    case.file("plan", "2026-11-05")
    case.file("again", "2026-11-16", effect="reopens", about="decision")
    case.file("decision", "2026-11-18", result="not-met")
    assert case.due("letter", "2026-11-19") == date(2026, 11, 20)


def test_s25_what_all_joined_long_ago_joins_again_at_the_reopening() -> None:
    """The plan was never needed and the check is old: the letter is due from the reopening, not from the check."""
    case = Case(
        step("check", after="request"), step("decision", after="request"),
        step("plan", after="decision", when={"check.result": "met"}),
        step("letter", after={"all": ["plan", "check"]}, within="2 days"), step("again", strength="choice"),
    )  # fmt: skip
    case.file("check", "2026-11-03", result="not-met")
    assert case.duty("letter", "2026-11-04").opens_at == at("2026-11-03")
    case.file("again", "2026-11-16", effect="reopens", about="decision")
    duty = case.duty("letter", "2026-11-17")
    assert (duty.opens_at, duty.due_on) == (at("2026-11-16"), date(2026, 11, 18))


def test_s25_the_step_that_is_named_opens_whatever_it_waited_for() -> None:
    """Only members of the first round stand in its `any`, and yet it is open: somebody opened it."""
    case = once_through()
    case.file("again", "2026-11-23", effect="reopens", about="either")
    assert case.due("either", "2026-11-23") == date(2026, 11, 25)


def test_back_to_sends_the_case_back() -> None:
    """The commissioner refers it back: the decision is due anew, and so is the reference back, should it come to it."""
    case = Case(
        step("decision", after="request", within="5 days"),
        step("appeal", strength="choice", after="decision"),
        step("refer-back", after="appeal", when={"appeal.result": "back"}, back_to="decision"),
    )
    case.file("decision", "2026-11-04")
    case.file("appeal", "2026-11-10", result="back")
    case.file("refer-back", "2026-11-12")
    states = {duty.step: duty.state for duty in case.duties("2026-11-13")}
    assert states == {"request": "done", "decision": "open", "appeal": "waiting", "refer-back": "waiting"}
    assert case.due("decision", "2026-11-13") == date(2026, 11, 17)
    case.file("decision", "2026-11-16")
    assert (case.state("decision", "2026-11-17"), case.state("appeal", "2026-11-17")) == ("done", "open")


def test_s26_the_window_for_lodging_belongs_to_the_first_procedure() -> None:
    """Appeals go to another body within 28 days: this case says by when, whatever becomes of it over there."""
    case = Case(
        step("letter", send="x", after="request"),
        step("appeal", strength="choice", by="applicant", after="letter", within="28 days", opens="commissioner",
             carries=["request", "letter"], returns="answer"),
        step("answer", after="appeal"),
    )  # fmt: skip
    case.file("letter", "2026-11-04", kind="letter")
    duty = case.duty("appeal", "2026-11-05")
    assert (duty.state, duty.due_on) == ("open", date(2026, 12, 2))
    assert "Once done, it goes on as a case of its own under the procedure “commissioner”." in duty.explanation
    assert case.state("appeal", "2026-12-03") == "lapsed"
