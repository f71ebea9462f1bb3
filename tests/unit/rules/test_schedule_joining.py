"""Skipping and joining: the sentences 7 to 12 of the meaning of a procedure, one test or more each."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.small_procedures import Case, at, step
from webform.rules.reckoning import CircularProcedure

MET = {"decision.result": "met"}


def decided(*steps: dict[str, object], **keys: object) -> Case:
    return Case(step("decision", after="request"), *steps, **keys)


def test_s07_false_condition_is_not_needed() -> None:
    """The letter that refuses is not needed once the test is met, and says why."""
    case = decided(step("refusal", after="decision", when={"decision.result": "not-met"}, within="2 days"))
    case.file("decision", "2026-11-03", result="met")
    duty = case.duty("refusal", "2026-11-20")
    assert (duty.state, duty.due) == ("not needed", None)
    assert duty.explanation == ("Not needed: it applies only if “result” in the decision is “not-met”.",)


def test_s07_single_successor_of_not_needed_is_not_needed() -> None:
    """A chain that hangs on one step not needed is not needed from end to end."""
    case = decided(
        step("plan", after="decision", when=MET), step("outcome", after="plan"), step("thanks", after="outcome")
    )
    case.file("decision", "2026-11-03", result="not-met")
    assert [case.state(name, "2026-11-04") for name in ("plan", "outcome", "thanks")] == ["not needed"] * 3
    assert case.duty("outcome", "2026-11-04").explanation == (
        "Not needed: it would follow the plan, which is not needed.",
    )


def test_s07_done_anyway_counts_all_the_same() -> None:
    """What was filed though it was not needed is done, and what follows it opens."""
    case = decided(step("plan", after="decision", when=MET), step("outcome", after="plan"))
    case.file("decision", "2026-11-03", result="not-met")
    case.file("plan", "2026-11-05")
    assert (case.state("plan", "2026-11-06"), case.state("outcome", "2026-11-06")) == ("done", "open")


def test_s07_all_and_any_ignore_what_is_not_needed() -> None:
    """`all` happens with the rest, once it is known that a part is not needed; `any` waits for the others."""
    case = decided(
        step("plan", after="decision", when=MET), step("check"),
        step("both", after={"all": ["plan", "check"]}), step("either", after={"any": ["plan", "check"]}),
    )  # fmt: skip
    case.file("check", "2026-11-03")
    assert (case.state("both", "2026-11-04"), case.state("either", "2026-11-04")) == ("waiting", "open")
    case.file("decision", "2026-11-05", result="not-met")
    assert case.duty("both", "2026-11-06").opens_at == at("2026-11-05")


def test_s07_all_and_any_of_nothing_are_not_needed() -> None:
    """When no part remains, the step that joins them is not needed either."""
    case = decided(
        step("plan", after="decision", when=MET), step("talk", after="decision", when=MET),
        step("both", after={"all": ["plan", "talk"]}), step("either", after={"any": ["plan", {"all": ["talk"]}]}),
    )  # fmt: skip
    case.file("decision", "2026-11-05", result="not-met")
    assert (case.state("both", "2026-11-06"), case.state("either", "2026-11-06")) == ("not needed", "not needed")


def test_s08_a_waived_duty_counts_as_happening_at_the_waiver() -> None:
    """What follows a waived step opens with the waiver."""
    case = Case(step("check", after="request", within="1 day"), step("call", after="check", within="2 days"))
    case.waive("check", "2026-11-05")
    assert case.state("check", "2026-11-06") == "waived"
    assert case.due("call", "2026-11-06") == date(2026, 11, 7)


def test_s08_a_date_that_a_waived_step_would_have_given_counts_as_the_waiver_too() -> None:
    """Nobody will say when the waived meeting was: the letter counts from the waiver."""
    case = Case(step("meeting", after="request"), step("letter", after="meeting.on", within="2 days"))
    case.waive("meeting", "2026-11-05")
    assert case.due("letter", "2026-11-06") == date(2026, 11, 7)


def test_s08_a_waiver_for_later_waives_nothing_yet() -> None:
    """Waived from the 10th on: open and late until then."""
    case = Case(step("check", after="request", within="1 day"))
    case.file("check", "2026-11-10", filed="2026-11-04", kind="waiver")
    assert (case.state("check", "2026-11-05"), case.state("check", "2026-11-10")) == ("late", "waived")


def test_s09_all_over_no_party_has_not_happened() -> None:
    """While no agency is named, what waits for all agencies waits."""
    case = Case(step("view", by="agency", after="request"), step("panel", after={"all": ["view"]}))
    assert (case.state("view", "2026-11-05"), case.state("panel", "2026-11-05")) == ("waiting", "waiting")
    assert "Waits until somebody is named as an agency." in case.duty("view", "2026-11-05").explanation


def agencies(after: object) -> Case:
    case = Case(step("view", by="agency", after="request", within="5 days"), step("panel", after=after))
    case.joins("police", "2026-11-02 11:00")
    case.joins("health", "2026-11-02 11:00")
    return case


def test_s09_all_happens_once_when_everybody_then_on_the_case_is_in_or_waived() -> None:
    """The last of the two opens the panel; an agency that joins afterwards doesn't shut it again."""
    case = agencies({"all": ["view"]})
    case.file("view", "2026-11-04", party="police")
    assert case.state("panel", "2026-11-05") == "waiting"
    case.waive("view", "2026-11-06", party="health")
    case.joins("landlord", "2026-11-07")
    assert case.duty("panel", "2026-11-08").opens_at == at("2026-11-06")
    assert case.state("view", "2026-11-08", "landlord") == "open"


def test_s09_an_agency_that_joins_before_has_to_be_in_too() -> None:
    """Whoever is on the case at that instant counts; one that left no longer does."""
    case = agencies({"all": ["view"]})
    case.file("view", "2026-11-04", party="police")
    case.joins("council", "2026-11-05")
    case.file("view", "2026-11-06", party="health")
    assert case.state("panel", "2026-11-07") == "waiting"
    case.leaves("council", "2026-11-08")
    assert case.duty("panel", "2026-11-09").opens_at == at("2026-11-08")


def test_s09_any_is_its_earliest_member() -> None:
    """The first view opens what waits for any, whichever agency sent it."""
    case = agencies({"any": ["view", "request.never"]})
    case.file("view", "2026-11-06", party="police")
    case.file("view", "2026-11-04", party="health")
    assert case.duty("panel", "2026-11-07").opens_at == at("2026-11-04")


def test_s10_a_joiners_clock_starts_no_earlier_than_joining() -> None:
    """Five days for an agency that joins a week later run from joining."""
    case = agencies({"all": ["view"]})
    case.joins("council", "2026-11-09")
    assert case.due("view", "2026-11-10", "police") == date(2026, 11, 7)
    assert case.due("view", "2026-11-10", "council") == date(2026, 11, 14)
    assert case.duty("view", "2026-11-10", "council").opens_at == at("2026-11-09")
    assert [duty.party for duty in case.duties("2026-11-08") if duty.step == "view"] == ["police", "health"]


def test_s10_nor_does_a_clock_that_counts_from_an_earlier_event() -> None:
    """Five days from the request are five days from joining for whoever joined after it."""
    case = Case(step("call"), step("view", by="agency", after="call", from_="request", within="5 days"))
    case.joins("council", "2026-11-09")
    assert case.due("view", "2026-11-10", "council") == date(2026, 11, 14)


def test_s10_a_letter_to_everybody_was_not_sent_to_a_later_joiner() -> None:
    """One letter to all agencies on the 4th: whoever joins on the 9th is still owed one."""
    case = Case(step("note", send="x", to="agency", after="request"))
    case.joins("police", "2026-11-03")
    case.joins("council", "2026-11-09")
    case.file("note", "2026-11-04", kind="letter")
    assert case.state("note", "2026-11-10", "police") == "done"
    assert case.state("note", "2026-11-10", "council") == "open"


def test_s10_a_party_that_left_owes_nothing() -> None:
    """The duty of an agency that was removed is not needed; what it did before stays done."""
    case = agencies({"all": ["view"]})
    case.file("view", "2026-11-03", party="health")
    case.leaves("police", "2026-11-05")
    case.leaves("health", "2026-11-05")
    assert case.state("view", "2026-11-20", "police") == "not needed"
    assert case.state("view", "2026-11-20", "health") == "done"


def test_s11_plural_roles_give_one_duty_a_party() -> None:
    """Each agency owes its own view, each is written to on its own."""
    case = Case(step("view", by="agency", after="request"), step("note", send="x", to="agency", after="request"))
    case.joins("police", "2026-11-02")
    case.joins("health", "2026-11-02")
    case.file("view", "2026-11-03", party="health")
    states = {(duty.step, duty.party): duty.state for duty in case.duties("2026-11-04")[1:]}
    assert states == {
        ("view", "police"): "open", ("view", "health"): "done",
        ("note", "police"): "open", ("note", "health"): "open",
    }  # fmt: skip


def test_s11_two_plural_steps_of_one_role_pair_party_by_party() -> None:
    """The thanks to an agency follow its own view, and read its own answers."""
    case = Case(
        step("view", by="agency", after="request"),
        step("thanks", send="x", to="agency", after="view"),
        step("question", to="agency", after="view", when={"view.objects": "yes"}),
        step("landlords", by="landlord", after="view"),
    )
    case.joins("police", "2026-11-02 11:00")
    case.joins("health", "2026-11-02 11:00")
    case.joins("homes", "2026-11-02 11:00", role="landlord")
    case.file("view", "2026-11-03", party="police", objects="yes")
    case.file("view", "2026-11-05", party="health", objects="no")
    assert case.duty("thanks", "2026-11-06", "police").opens_at == at("2026-11-03")
    assert case.duty("thanks", "2026-11-06", "health").opens_at == at("2026-11-05")
    assert case.state("question", "2026-11-06", "police") == "open"
    assert case.state("question", "2026-11-06", "health") == "not needed"
    assert case.duty("landlords", "2026-11-06", "homes").opens_at == at("2026-11-03")


def test_s11_a_to_list_is_one_duty_each() -> None:
    """Two readers are two duties; a document for one of them leaves the other open, one for both serves both."""
    case = Case(step("talk", to=["applicant", "deputy"], after="request"))
    duties = [duty for duty in case.duties("2026-11-03") if duty.step == "talk"]
    assert [(duty.occurrence, duty.to) for duty in duties] == [(1, ("applicant",)), (2, ("deputy",))]
    case.file("talk", "2026-11-04", party="deputy")
    assert [duty.state for duty in case.duties("2026-11-05") if duty.step == "talk"] == ["open", "done"]
    case.file("talk", "2026-11-06")
    assert [duty.state for duty in case.duties("2026-11-07") if duty.step == "talk"] == ["done", "done"]


def test_s11_a_by_list_is_one_duty_that_any_may_do() -> None:
    """The contact or the deputy: one duty with two owners."""
    case = Case(step("seen", by=["spoc", "deputy"], after="request"))
    (duty,) = [duty for duty in case.duties("2026-11-03") if duty.step == "seen"]
    assert duty.owner == ("spoc", "deputy")
    case.file("seen", "2026-11-03", role="deputy")
    assert case.state("seen", "2026-11-04") == "done"


def test_s12_a_skipped_step_stays_late_until_done_or_waived() -> None:
    """Going on without it doesn't mend it."""
    case = Case(step("check", after="request", within="1 day"), step("call", after="check", within="2 days"))
    case.file("call", "2026-11-05")
    assert case.state("check", "2026-12-24") == "late"
    case.waive("check", "2026-12-28")
    assert case.state("check", "2026-12-29") == "waived"


def test_s12_or_the_case_is_closed() -> None:
    """Closing ends what nobody did: open duties lapse, waiting ones go; a choice and the farewell stay."""
    case = Case(
        step("check", after="request", within="1 day"),
        step("call", after="check"),
        step("close", strength="choice", after="request"),
        step("farewell", send="x", after="close"),
        step("complain", strength="choice", by="applicant", after="request"),
        step("answer", after="complain"),
    )
    case.file("close", "2026-11-10", effect="closes")
    states = {duty.step: duty.state for duty in case.duties("2026-11-11")}
    assert states == {
        "request": "done", "check": "lapsed", "call": "not needed", "close": "done", "farewell": "open",
        "complain": "open", "answer": "waiting",
    }  # fmt: skip
    assert "Nothing was filed before the case was closed on Tuesday 10 November 2026." in (
        case.duty("check", "2026-11-11").explanation
    )
    case.file("again", "2026-11-12", effect="reopens")
    assert case.state("check", "2026-11-13") == "late"


def test_s12_a_successor_filed_anyway_is_judged_if_its_clock_had_begun() -> None:
    """Two days from the request are judged though the check was skipped; two days from the check can't be."""
    case = Case(
        step("check", after="request"),
        step("call", after="check", from_="request", within="2 days"),
        step("letter", after="check", within="2 days"),
    )
    case.file("call", "2026-11-09")
    case.file("letter", "2026-11-09")
    assert (case.state("call", "2026-11-10"), case.due("call", "2026-11-10")) == ("done late", date(2026, 11, 4))
    assert (case.state("letter", "2026-11-10"), case.due("letter", "2026-11-10")) == ("done", None)


def test_s12_an_event_that_is_only_arranged_has_not_begun_the_clock() -> None:
    """Written before the check and before the meeting that its two days count from: done, with no date judged."""
    case = Case(step("meeting"), step("check"), step("letter", after="check", from_="meeting.on", within="2 days"))
    case.file("meeting", "2026-11-03", on="2026-11-20")
    case.file("letter", "2026-11-05")
    assert (case.state("letter", "2026-11-06"), case.due("letter", "2026-11-06")) == ("done", None)


def test_a_step_that_waits_for_itself_is_refused() -> None:
    """A circle of steps ends in a message that names one of them, not in a hang."""
    case = Case(step("hen", after="egg"), step("egg", after="hen"))
    with pytest.raises(CircularProcedure, match="'hen' waits for itself"):
        case.duties("2026-11-03")
