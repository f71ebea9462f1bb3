"""Folder and events: the sentences 1 to 6 of the meaning of a procedure, one test or more each."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.small_procedures import Case, at, step

MET = {"decision.result": "met"}


def decided(*steps: dict[str, object], **keys: object) -> Case:
    return Case(step("decision", after="request"), *steps, **keys)


def test_s01_a_document_filed_after_now_does_not_exist() -> None:
    """Entered on the 9th for the 3rd: on the 5th nobody knows of it, on the 9th it was done on the 3rd."""
    case = Case(step("call", after="request", within="2 days"))
    case.file("call", "2026-11-03", filed="2026-11-09")
    assert case.state("call", "2026-11-05") == "late"
    duty = case.duty("call", "2026-11-09 12:00")
    assert (duty.state, duty.done_at) == ("done", at("2026-11-03"))


def test_s01_reckoning_uses_when_it_took_effect() -> None:
    """A letter that arrived on the 2nd and was typed in on the 6th starts the clock on the 2nd."""
    case = Case(step("call", after="request", within="2 days"), received=None)
    case.file("request", "2026-11-02", filed="2026-11-06")
    assert case.due("call", "2026-11-06") == date(2026, 11, 4)
    assert case.state("call", "2026-11-06") == "late"


def test_s01_ties_go_by_filing_order() -> None:
    """Of two documents that took effect at one instant, the later one filed is the latest."""
    case = decided(step("letter", after="decision", when=MET))
    case.file("decision", "2026-11-04", result="not-met")
    case.file("decision", "2026-11-04", result="met")
    assert case.state("letter", "2026-11-05") == "open"


def test_s01_the_latest_is_by_effect_not_by_filing() -> None:
    """A decision of the 4th that is entered last is not the latest: the one of the 6th is."""
    case = decided(step("letter", after="decision", when=MET))
    case.file("decision", "2026-11-06", result="met")
    case.file("decision", "2026-11-04", filed="2026-11-09", result="not-met")
    assert case.state("letter", "2026-11-10") == "open"


def test_s01_delivery_is_another_event_than_sending() -> None:
    """A reply counts from the delivery of a letter, where the procedure says received."""
    case = Case(step("letter", send="x", after="request"), step("reply", after="letter.received", within="5 days"))
    case.file("letter", "2026-11-03", kind="letter")
    assert case.state("reply", "2026-11-05") == "waiting"
    case.deliver("letter", "2026-11-06")
    assert case.due("reply", "2026-11-06") == date(2026, 11, 11)
    assert case.duty("letter", "2026-11-06").done_at == at("2026-11-03")
    other = Case(step("letter", send="x", after="request"))
    other.deliver("letter", "2026-11-06")
    assert other.state("letter", "2026-11-07") == "open"


def test_s03_an_event_is_the_first_document_an_answer_the_latest() -> None:
    """A second decision moves no clock that the first one started, but its answers are the ones that are read."""
    case = decided(step("letter", after="decision", when=MET, within="2 days"), step("note", after="decision.on"))
    case.file("decision", "2026-11-04", result="met", on="2026-11-20")
    case.file("decision", "2026-11-06", result="met", on="2026-11-25")
    assert case.due("letter", "2026-11-07") == date(2026, 11, 6)
    assert case.duty("note", "2026-11-07").opens_at == at("2026-11-25 00:00")


def test_s04_a_correction_replaces_its_original_time_included() -> None:
    """After a correction of time and answer everything is as if it had been right at first."""
    case = decided(step("letter", after="decision", when=MET, within="2 days"))
    wrong = case.file("decision", "2026-11-04", result="not-met")
    assert case.state("letter", "2026-11-05") == "not needed"
    case.file("decision", "2026-11-03", filed="2026-11-05", result="met", replaces=wrong.number)
    assert case.due("letter", "2026-11-05") == date(2026, 11, 5)
    assert case.duty("letter", "2026-11-05").opens_at == at("2026-11-03")


def test_s04_a_correction_of_a_correction_and_before_it_is_known() -> None:
    """The last of a chain stands, for the step of the first, and none of it before it was filed."""
    case = Case(step("call", after="request"))
    first = case.file("call", "2026-11-03")
    second = case.file("mistake", "2026-11-04", filed="2026-11-06", replaces=first.number)
    case.file("mistake", "2026-11-05", filed="2026-11-08", replaces=second.number)
    assert case.duty("call", "2026-11-05 18:00").done_at == at("2026-11-03")
    assert case.duty("call", "2026-11-07").done_at == at("2026-11-04")
    assert case.duty("call", "2026-11-09").done_at == at("2026-11-05")


def test_s05_opens_when_the_event_has_happened_and_the_condition_holds() -> None:
    """The condition alone opens nothing, nor the event alone; the later of the two does."""
    case = decided(step("meeting"), step("letter", after="meeting", when=MET))
    assert case.state("letter", "2026-11-03") == "waiting"
    case.file("decision", "2026-11-04", result="met")
    assert case.state("letter", "2026-11-05") == "waiting"
    case.file("meeting", "2026-11-06")
    assert case.duty("letter", "2026-11-07").opens_at == at("2026-11-06")
    other = decided(step("meeting"), step("letter", after="meeting", when=MET))
    other.file("meeting", "2026-11-04")
    other.file("decision", "2026-11-06", result="met")
    assert other.duty("letter", "2026-11-07").opens_at == at("2026-11-06")


def test_s05_a_decision_reversed_later_starts_the_clock_then() -> None:
    """Not met on Tuesday, met on Friday: two working days run from Friday."""
    case = decided(step("letter", after="decision", when=MET, within="2 working days"))
    case.file("decision", "2026-11-03", result="not-met")
    assert case.state("letter", "2026-11-04") == "not needed"
    case.file("decision", "2026-11-06", result="met")
    assert case.due("letter", "2026-11-06") == date(2026, 11, 10)


def test_s05_reversed_twice_counts_from_the_last_time() -> None:
    """Met, not met and met again: what was not done in the first span is due from the second."""
    case = decided(step("letter", after="decision", when=MET, within="2 days"))
    for when, result in (("2026-11-03", "met"), ("2026-11-04", "not-met"), ("2026-11-09", "met")):
        case.file("decision", when, result=result)
    assert case.due("letter", "2026-11-09") == date(2026, 11, 11)


def test_s05_states_of_steps_are_conditions() -> None:
    """filed, not filed, open and late are read from the step, and open and shut a duty as time passes."""
    case = Case(
        step("call", after="request", within="2 days"),
        step("chase", after="request", when={"call": "late"}),
        step("thanks", after="request", when={"call": "filed"}),
        step("early", after="request", when={"call": "not filed"}),
        step("during", after="request", when={"call": "open"}),
    )
    at_once = {name: case.state(name, "2026-11-03") for name in ("chase", "thanks", "early", "during")}
    assert at_once == {"chase": "not needed", "thanks": "not needed", "early": "open", "during": "open"}
    assert case.duty("chase", "2026-11-05").opens_at == at("2026-11-05 00:00")
    case.file("call", "2026-11-06")
    after = {name: case.state(name, "2026-11-07") for name in ("chase", "thanks", "early", "during")}
    assert after == {"chase": "not needed", "thanks": "open", "early": "not needed", "during": "not needed"}


def test_s05_nothing_opens_before_the_case() -> None:
    """A date long before the request opens a step with the request, not before it."""
    case = Case(step("call", after="request.happened", within="2 days"), received=None)
    case.file("request", "2026-11-02 10:00", happened="2026-05-01")
    assert case.duty("call", "2026-11-03").opens_at == at("2026-11-02 10:00")


def test_s06_unknown_waits_and_names_who_must_answer() -> None:
    """Nobody has decided: the letter waits, and says for which answer of whom."""
    case = decided(step("letter", after="request", when=MET))
    duty = case.duty("letter", "2026-11-03")
    assert duty.state == "waiting"
    assert "Not known yet: “result” in the decision, to be answered by the point of contact." in duty.explanation


@pytest.mark.parametrize(
    ("when", "answers", "expected"),
    [
        ({"decision.result": "met", "decision.risk": "high"}, {"result": "met"}, "waiting"),
        ({"decision.result": "met", "decision.risk": "high"}, {"result": "not-met"}, "not needed"),
        ([{"decision.result": "met"}, {"decision.risk": "high"}], {"result": "met"}, "open"),
        ([{"decision.result": "met"}, {"decision.risk": "high"}], {"result": "not-met"}, "waiting"),
        ({"decision.result": {"not": "met"}}, {"result": "not-met"}, "open"),
        ({"decision.result": {"not": "met"}}, {}, "waiting"),
        ({"decision.risk": {"empty": True}}, {}, "open"),
        ({"decision.points": {"at_least": 12}}, {"points": 12}, "open"),
        ({"decision.points": {"under": 12}}, {"points": 12}, "not needed"),
        ({"decision.tags": "hate"}, {"tags": ["noise", "hate"]}, "open"),
        ({"decision.kind": "hate"}, {"events": [{"entry": 1, "kind": "noise"}, {"entry": 2, "kind": "hate"}]}, "open"),
        ({"decision.kind": "hate"}, {"events": [{"entry": 1, "kind": "noise"}]}, "not needed"),
        ({"decision.events": {"every": {"kind": "a"}}}, {"events": [{"kind": "a"}, {"kind": "b"}]}, "not needed"),
        ({"decision.events": {"every": {"kind": "a"}}}, {"events": [{"kind": "a"}, {"kind": "a"}]}, "open"),
        ({"decision.by": {"passed": True}}, {"by": "2026-11-04"}, "open"),
        ({"decision.by": {"passed": True}}, {"by": "2026-11-05"}, "not needed"),
        ({"decision.born": {"age_under": 18, "on": "request"}}, {"born": "2008-11-03"}, "open"),
        ({"decision.born": {"age_under": 18, "on": "request"}}, {"born": "2008-11-02"}, "not needed"),
    ],
)  # fmt: skip
def test_s06_three_valued_conditions(when: object, answers: dict[str, object], expected: str) -> None:
    """Known parts decide where they can; what nobody answered leaves the rest waiting. Seen on 5 November."""
    case = decided(step("letter", after="decision", when=when))
    case.file("decision", "2026-11-03", **answers)
    assert case.state("letter", "2026-11-05 09:00") == expected


def test_s06_a_date_passes_without_any_document() -> None:
    """What depends on a date that has passed opens the day after it, at midnight."""
    case = decided(step("chase", after="decision", when={"decision.by": {"passed": True}}, within="1 day"))
    case.file("decision", "2026-11-03", by="2026-11-10")
    assert case.state("chase", "2026-11-10 23:00") == "not needed"
    duty = case.duty("chase", "2026-11-11 00:00")
    assert (duty.opens_at, duty.due_on) == (at("2026-11-11 00:00"), date(2026, 11, 12))
