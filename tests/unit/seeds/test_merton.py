"""Merton, sentence by sentence: each row is a rule of the published protocol, with its section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.seeds.seed import (
    SHELVES,
    Shipped,
    assessed,
    faults,
    gate,
    panel,
    reports,
    result_of,
    step,
    titles,
    told,
    ways_in,
)
from webform.documents.procedure import Procedure

MERTON = SHELVES.procedures["merton"]
SPRING = (("2026-03-07", "2026-03-08"), ("2026-04-04", "2026-04-05"), ("2026-05-02", "2026-05-03"))
DECIDED = {"decision": "met", "decided_on": "2026-12-24"}

DOCUMENT = [
    pytest.param(lambda p: panel(p, "core-panel").core, ("safer-merton", "police", "clarion"),
                 id="Panel: Safer Merton, police and Clarion make the core"),
    pytest.param(lambda p: panel(p, "core-panel").members()[3:], ("health", "youth-justice", "other-agencies"),
                 id="Other Members: others are asked as the issues need"),
    pytest.param(lambda p: panel(p, "core-panel").decides, "2 of 3", id="Process 5: two of the three decide"),
    pytest.param(lambda p: titles(p)["spoc"].startswith("ASB Supervisor"), True,
                 id="SPOC: the ASB supervisor or manager"),
    pytest.param(ways_in, {"online", "letter", "phone"}, id="Activation: form, letter and phone"),
    pytest.param(lambda p: gate(p, "vexatious").effect, "needs-decision",
                 id="Activation: vexatious reports go the usual way"),
    pytest.param(lambda p: gate(p, "open-complaint").effect, "signpost", id="Purpose: it replaces no complaint"),
    pytest.param(lambda p: step(p, "risk-matrix").after, "request", id="Process 2: the risk matrix follows receipt"),
    pytest.param(lambda p: step(p, "outcome").roles("by"), ("spoc",), id="Process 6: the SPOC confirms in writing"),
    pytest.param(lambda p: SHELVES.letters["threshold-not-met"].requires[1], "answer.threshold-decision.reasons",
                 id="Process 6: a refusal says why"),
    pytest.param(lambda p: step(p, "minutes").fill, "panel-record", id="Process 4: the meeting is minuted"),
    pytest.param(lambda p: step(p, "escalation").to, "community-safety-lead",
                 id="Closing: the SPOC sends it to the lead for community safety"),
    pytest.param(lambda p: sum(not one.silent for one in p.figures), 4, id="Publicity: four figures"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "expected"), DOCUMENT)
def test_the_document_says(read: Callable[[Procedure], object], expected: object) -> None:
    """What the protocol lays down about people, ways and papers stands in the document."""
    assert read(MERTON) == expected


THRESHOLD = [
    pytest.param(SPRING, {}, "2026-05-11", "met", id="Threshold: three separate incidents in six months"),
    pytest.param(SPRING[:2], {}, "2026-05-11", "not met", id="Threshold: two are too few"),
    pytest.param(SPRING, {"report_agency": "police"}, "2026-05-11", "met", id="Threshold: told to the police"),
    pytest.param(SPRING, {"report_agency": "landlord"}, "2026-05-11", "met", id="Threshold: told to a landlord"),
    pytest.param(SPRING, {"report_agency": "other"}, "2026-05-11", "not met", id="Threshold: told to a school"),
    pytest.param(SPRING, {"report_named": "no"}, "2026-05-11", "not met", id="Activation: without a name none counts"),
    pytest.param((*SPRING[1:], ("2026-02-28", "2026-02-28")), {}, "2026-08-31", "met",
                 id="Threshold: six months back from 31 August is the last of February"),
    pytest.param((*SPRING[1:], ("2026-02-27", "2026-02-27")), {}, "2026-08-31", "not met",
                 id="Threshold: a day before the last of February is too long ago"),
    pytest.param((*SPRING[1:], ("2028-02-29", "2028-02-29")), {}, "2028-08-31", "not met",
                 id="Threshold: leap day is inside, years ago is not"),
]  # fmt: skip


@pytest.mark.parametrize(("dates", "changes", "received", "expected"), THRESHOLD)
def test_the_threshold(
    dates: tuple[tuple[str, str], ...], changes: dict[str, Any], received: str, expected: str
) -> None:
    """The local route counts what the protocol counts."""
    incidents = told(*dates)
    for one in incidents:
        one["reports"] = [{**told_to, **changes} for told_to in one["reports"]]
    assert result_of(assessed("merton", received, incidents=incidents), "three-incidents") == expected


WHO = [
    pytest.param({"action_taken": "some"}, "not met", id="Threshold: the person thinks that something was done"),
    pytest.param({"action_taken": "unsure"}, "needs judgement", id="Threshold: the person does not know"),
    pytest.param({"capacity": "business"}, "met", id="Threshold: a business may ask"),
    pytest.param({"capacity": "group"}, "met", id="Threshold: a community group may ask"),
    pytest.param({"capacity": "behalf"}, "met", id="Purpose: somebody may ask for another"),
    pytest.param({"one_problem": "no"}, "met", id="Threshold: three of one kind are about the same issue"),
]


@pytest.mark.parametrize(("changes", "expected"), WHO)
def test_who_may_ask(changes: dict[str, Any], expected: str) -> None:
    """Victims, groups, businesses and those who act for them, where they think that nothing was done."""
    assert result_of(assessed("merton", "2026-05-11", **changes), "three-incidents") == expected


def test_one_night_told_to_three_is_one_incident() -> None:
    """Threshold: separate incidents are counted, not reports."""
    by_three = reports(*(("2026-05-03", agency, "me") for agency in ("council", "police", "landlord")))
    incidents = told(("2026-05-02", "2026-05-03"), reports=by_three)
    assert result_of(assessed("merton", "2026-05-11", incidents=incidents), "three-incidents") == "not met"


REFUSED = ("threshold-decision", "2026-12-24", {**DECIDED, "decision": "not-met"})
MET = [("panel-meeting", "2026-12-18", {"meeting_on": "2026-12-24"}), ("threshold-decision", "2026-12-24", DECIDED),
       ("plan", "2026-12-24", {})]  # fmt: skip
ESCALATED = [*MET, ("outcome", "2026-12-29", {"kind": "letter"}),
             ("plan-reply", "2026-12-30", {"reply": "escalate"})]  # fmt: skip
DATES = [
    pytest.param("2026-03-28 10:00", [], "seen", "2026-03-28 11:00", ("open", "2026-03-29"),
                 id="Process 1: within a day, in the night when the clocks change"),
    pytest.param("2028-02-28 10:00", [], "seen", "2028-02-28 11:00", ("open", "2028-02-29"),
                 id="Process 1: within a day, on leap day"),
    pytest.param("2026-04-02 09:00", [], "acknowledgement", "2026-04-02 10:00", ("open", "2026-04-08"),
                 id="Process 3: two working days across Easter"),
    pytest.param("2026-12-23 16:00", [], "acknowledgement", "2026-12-23 17:00", ("open", "2026-12-29"),
                 id="Process 3: two working days across Christmas"),
    pytest.param("2026-12-23 16:00", [], "acknowledgement", "2026-12-30 00:00", ("late", "2026-12-29"),
                 id="Process 3: late when the second day is over"),
    pytest.param("2026-04-02 09:00", [], "panel-meeting", "2026-04-02 10:00", ("open", "2026-04-20"),
                 id="Process 4: ten working days across Easter"),
    pytest.param("2026-12-23 16:00", [], "panel-meeting", "2026-12-23 17:00", ("open", "2027-01-11"),
                 id="Process 4: ten working days across Christmas and New Year"),
    pytest.param("2026-12-16 10:00", MET[:1], "threshold-decision", "2026-12-24 15:00", ("open", "2026-12-24"),
                 id="Process 5: the decision is the first thing at the meeting"),
    pytest.param("2026-12-16 10:00", MET, "outcome", "2026-12-24 17:00", ("open", "2026-12-30"),
                 id="Process 6: two working days from a meeting on Christmas Eve"),
    pytest.param("2028-02-16 10:00", [("panel-meeting", "2028-02-18", {"meeting_on": "2028-02-28"}),
                                      ("threshold-decision", "2028-02-28", {**DECIDED, "decided_on": "2028-02-28"}),
                                      ("plan", "2028-02-28", {})], "outcome", "2028-02-28 17:00",
                 ("open", "2028-03-01"), id="Process 6: two working days over leap day"),
    pytest.param("2026-12-16 10:00", [*MET[:1], REFUSED],
                 "threshold-not-met", "2026-12-24 17:00", ("open", ""), id="Process 6: a refusal has no date"),
    pytest.param("2026-12-16 10:00", ESCALATED, "escalation-talk", "2026-12-30 13:00", ("open", ""),
                 id="Closing: who wants it to go higher talks with the SPOC"),
    pytest.param("2026-12-16 10:00", [*ESCALATED[:-1], ("plan-reply", "2026-12-30", {"reply": "agree"})],
                 "escalation-talk", "2026-12-30 13:00", ("not needed", ""), id="Closing: who agrees needs no talk"),
    pytest.param("2026-12-16 10:00", [*ESCALATED, ("escalation-talk", "2027-01-05", {"satisfied": "no"})],
                 "escalation", "2027-01-05 13:00", ("open", ""), id="Closing: not satisfied still, so it must go up"),
]  # fmt: skip


@pytest.mark.parametrize(("received", "papers", "name", "now", "expected"), DATES)
def test_the_dates(
    received: str, papers: list[tuple[str, str, dict[str, Any]]], name: str, now: str, expected: tuple[str, str]
) -> None:
    """Every time of the protocol falls on the day that a wall calendar gives."""
    assert Shipped("merton", received, *papers).says(name, now) == expected


def test_the_check_warns_of_the_extra_test() -> None:
    """No errors; that no action was taken is warned of, with the reason."""
    assert faults("merton", "error") == {}
    assert "not about whether anybody acted" in faults("merton", "warning")["threshold.route.three-incidents"]
