"""Shropshire, section by section: each row is a rule of the published leaflet, with its heading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.seeds.seed import (
    SHELVES,
    Shipped,
    area_duties,
    assessed,
    faults,
    gate,
    options,
    panel,
    reports,
    result_of,
    step,
    titles,
    told,
    ways_in,
)
from webform.documents.letter import MissingFact, render
from webform.documents.procedure import Procedure

SHROPSHIRE = SHELVES.procedures["shropshire"]
ROUTE = "three-reports"
SPRING = (("2026-03-07", "2026-03-08"), ("2026-04-04", "2026-04-05"), ("2026-05-02", "2026-05-03"))

DOCUMENT = [
    pytest.param(ways_in, {"online", "email", "letter", "phone"}, id="Contact: online, email, post and phone"),
    pytest.param(lambda p: step(p, "acknowledgement").to, "applicant", id="Demand: told that it was received"),
    pytest.param(lambda p: step(p, "agency-request").to, "agency", id="Demand: a form to each agency named"),
    pytest.param(lambda p: [q.id for page in SHELVES.forms["agency-return"].pages for q in page.questions][2:4],
                 ["known", "done"], id="Demand: what they know and what they did"),
    pytest.param(lambda p: step(p, "meet-person").roles("by")[:2], ("lead-officer", "independent-chair"),
                 id="Demand: the lead officer and the chair meet the person"),
    pytest.param(lambda p: options("meet-person", "met_how")[0], "video",
                 id="Demand: mostly by video, or in another way"),
    pytest.param(lambda p: options("victim-choice", "choice")[:4],
                 ["attend", "supported", "represented", "statement"], id="Accepted: four ways to take part"),
    pytest.param(lambda p: step(p, "statement").to, "lead-officer", id="Accepted: the lead officer reads it out"),
    pytest.param(lambda p: panel(p, "review-panel").core, ("police", "landlords", "council", "health",
                                                           "victim-support"), id="Panel: who is on it"),
    pytest.param(lambda p: [one.role for one in panel(p, "review-panel").guests()],
                 ["youth-justice", "other-agencies"], id="Panel: youth offending team and other staff as needed"),
    pytest.param(lambda p: (panel(p, "review-panel").quorum, panel(p, "review-panel").decides), (None, None),
                 id="Panel: silent about how many and how they decide"),
    pytest.param(lambda p: panel(p, "review-panel").chair, "independent-chair", id="Panel: an independent chair"),
    pytest.param(lambda p: "Homes and Communities" in titles(p)["deputy-chair"], True, id="Panel: the deputy chair"),
    pytest.param(lambda p: step(p, "appeal").to, "scrutineer", id="Appeal: to the Independent Chair and Scrutineer"),
    pytest.param(lambda p: step(p, "appeal").strength, "choice", id="Appeal: it is the person's choice"),
    pytest.param(lambda p: step(p, "appeal-decision").within, None, id="Appeal: no timescale on purpose"),
    pytest.param(lambda p: step(p, "appeal-answer").send, "appeal-answer", id="Appeal: told in writing"),
    pytest.param(lambda p: gate(p, "open-complaint").effect, "signpost", id="What is: it is no complaint"),
    pytest.param(lambda p: sum(not one.silent for one in p.figures), 4, id="Publishing: four figures"),
    pytest.param(lambda p: str(p.publication.every), "12 months", id="Publishing: at least annually"),
    pytest.param(lambda p: str(p.review.every), "3 months", id="Publishing: a quarterly review of the process"),
    pytest.param(lambda p: p.letters["outcome"].requires, ("answer.plan.review_on", "case.appeal_by"),
                 id="Accepted: told when the plan is reviewed; and until when to appeal"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "expected"), DOCUMENT)
def test_the_document_says(read: Callable[[Procedure], object], expected: object) -> None:
    """What the leaflet lays down about people, ways and papers stands in the document."""
    assert read(SHROPSHIRE) == expected


COUNTS = [
    pytest.param(told(*SPRING), "2026-05-11", "met", id="When: three reports in six months"),
    pytest.param(told(*SPRING[:2]), "2026-05-11", "not met", id="When: two are too few"),
    pytest.param(told(("2026-05-02", "2026-05-03"), reports=reports(
        ("2026-05-03", "council", "me"), ("2026-05-04", "police", "me"), ("2026-05-05", "landlord", "me"))),
        "2026-05-11", "met", id="When: reports are counted, not incidents"),
    pytest.param(told(("2026-05-02", "2026-05-03"), reports=reports(
        ("2026-05-03", "council", "me"), ("2026-05-04", "police", "home"), ("2026-05-05", "landlord", "me"))),
        "2026-05-11", "not met", id="When: from the same individual"),
    pytest.param(told(*SPRING), "2026-09-08", "met", id="When: the last day of six months"),
    pytest.param(told(*SPRING), "2026-09-09", "not met", id="When: a day more than six months"),
    pytest.param(told(*SPRING[1:], ("2026-01-31", "2026-02-28")), "2026-05-11", "met",
                 id="Note: a month from 31 January ends with February"),
    pytest.param(told(*SPRING[1:], ("2026-01-31", "2026-03-01")), "2026-05-11", "not met",
                 id="Note: 1 March is too late for 31 January"),
    pytest.param(told(("2028-01-31", "2028-02-29"), ("2028-03-04", "2028-03-04"), ("2028-04-08", "2028-04-08")),
                 "2028-05-11", "met", id="Note: in a leap year it ends on the 29th"),
]  # fmt: skip


@pytest.mark.parametrize(("incidents", "received", "expected"), COUNTS)
def test_the_threshold(incidents: list[dict[str, Any]], received: str, expected: str) -> None:
    """Three or more reports by one person in six months, each within a month."""
    assert result_of(assessed("shropshire", received, incidents=incidents), ROUTE) == expected


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"capacity": "business"}, id="Who: a business"),
        pytest.param({"capacity": "group"}, id="Who: a community group"),
        pytest.param({"born": "2014-02-28"}, id="Who: a child"),
        pytest.param({"capacity": "behalf"}, id="Who: any person on behalf"),
        pytest.param({"action_taken": "enough"}, id="When: nothing is asked about action"),
    ],
)
def test_who_can_use_it(changes: dict[str, Any]) -> None:
    """Nobody is left out."""
    assert result_of(assessed("shropshire", "2026-05-11", **changes), ROUTE) == "met"


@pytest.mark.parametrize(("age", "expected"), [("10-17", "applies"), ("25-over", "does not apply")])
def test_youth_justice_is_asked_where_a_child_is_responsible(age: str, expected: str) -> None:
    """Panel: the youth offending team takes part if the person responsible is under 18."""
    people = [{"entry": 1, "person_name": "Sam", "person_age": age}]
    assert result_of(assessed("shropshire", "2026-05-11", people=people), "under-18") == expected


@pytest.mark.parametrize(("age", "state"), [("10-17", "open"), ("25-over", "not needed")])
def test_the_panel_grows_with_the_answers(age: str, state: str) -> None:
    """Panel: the same answer makes the youth offending team a member of the panel."""
    guest = panel(SHROPSHIRE, "review-panel").guests()[0]
    case = Shipped("shropshire", "2026-02-16", people=[{"entry": 1, "person_name": "Sam", "person_age": age}])
    invite = step(SHROPSHIRE, "agency-request").model_copy(update={"when": guest.when, "to": "spoc"})
    steps = tuple(invite if one.id == invite.id else one for one in SHROPSHIRE.steps)
    case.procedure = SHROPSHIRE.model_copy(update={"steps": steps})
    assert case.state("agency-request", "2026-02-17") == state


def met(meeting: str, received: str = "2026-02-16") -> list[tuple[str, str, dict[str, Any]]]:
    """A case that was accepted, with a meeting on that day."""
    return [("threshold-decision", received, {"decision": "met", "decided_on": received}),
            ("panel-meeting", received, {"meeting_on": meeting})]  # fmt: skip


def answered(sent: str, received: str = "2026-02-16") -> list[tuple[str, str, dict[str, Any]]]:
    """The same, with the letter of the panel sent on that day."""
    return [*met(received, received), ("plan", received, {"review_on": "2026-06-01"}),
            ("outcome", sent, {"kind": "letter"})]  # fmt: skip


REFUSED = ("threshold-decision", "2026-03-02", {"decision": "not-met", "decided_on": "2026-03-02"})
DATES = [
    pytest.param("2026-02-16", [], "agency-request", "2026-02-17", ("waiting", ""), id="Demand: once agencies are on"),
    pytest.param("2026-02-16", [REFUSED], "panel-meeting", "2026-03-03", ("not needed", ""),
                 id="Not met: no meeting is held"),
    pytest.param("2026-02-16", [REFUSED], "advice", "2026-03-03", ("open", ""), id="Not met: more help all the same"),
    pytest.param("2026-02-16", met("2026-04-07"), "meet-person", "2026-02-17", ("open", "2026-04-06"),
                 id="Demand: the person is met before the panel"),
    pytest.param("2026-02-16", met("2026-03-26"), "invitation", "2026-02-17", ("open", "2026-03-25"),
                 id="Accepted: invited to the beginning"),
    pytest.param("2026-02-16", [*met("2026-03-26"), ("invitation", "2026-02-18", {"kind": "letter"})], "victim-choice",
                 "2026-02-19", ("open", ""), id="Accepted: if the person wants to"),
    pytest.param("2026-02-16", [*met("2026-03-26"), ("invitation", "2026-02-18", {"kind": "letter"}),
                                ("victim-choice", "2026-02-19", {"choice": "statement"})], "statement", "2026-02-20",
                 ("open", ""), id="Accepted: a statement to be read out"),
    pytest.param("2026-02-16", [*met("2026-03-26"), ("plan", "2026-03-26", {})], "outcome", "2026-03-27",
                 ("open", "2026-04-08"), id="Accepted: seven working days across Easter and the clock change"),
    pytest.param("2026-12-01", [*met("2026-12-18", "2026-12-01"), ("plan", "2026-12-18", {})], "outcome", "2026-12-19",
                 ("open", "2026-12-31"), id="Accepted: seven working days across Christmas"),
    pytest.param("2028-02-01", [*met("2028-02-22", "2028-02-01"), ("plan", "2028-02-22", {})], "outcome", "2028-02-23",
                 ("open", "2028-03-02"), id="Accepted: seven working days over leap day"),
    pytest.param("2026-02-16", [*met("2026-03-26"), ("plan", "2026-03-26", {"review_on": "2026-06-26"})], "plan-review",
                 "2026-03-27", ("waiting", "2026-06-26"), id="Accepted: the plan has a day for its review"),
    pytest.param("2026-02-16", answered("2026-03-16"), "appeal", "2026-03-17", ("open", "2026-04-15"),
                 id="Appeal: twenty working days across Easter and the clock change"),
    pytest.param("2026-02-16", answered("2026-12-10"), "appeal", "2026-12-11", ("open", "2027-01-12"),
                 id="Appeal: twenty working days across Christmas and New Year"),
    pytest.param("2026-02-16", answered("2027-01-31"), "appeal", "2027-02-01", ("open", "2027-02-26"),
                 id="Appeal: from a letter of Sunday 31 January"),
    pytest.param("2026-02-16", answered("2026-12-10"), "appeal", "2027-01-13", ("lapsed", "2027-01-12"),
                 id="Appeal: not in time"),
    pytest.param("2026-02-16", [*answered("2026-12-10"), ("appeal", "2027-01-12 23:30", {})], "appeal", "2027-01-13",
                 ("done", "2027-01-12"), id="Appeal: in time on the last evening"),
    pytest.param("2026-02-16", [*answered("2026-12-10"), ("appeal", "2027-01-04", {})], "appeal-talk", "2027-01-05",
                 ("open", ""), id="Appeal: the chair talks with the person first"),
    pytest.param("2026-02-16", [*answered("2026-12-10"), ("appeal", "2027-01-04", {}),
                                ("appeal-talk", "2027-01-06", {})], "appeal-decision", "2027-01-07", ("open", ""),
                 id="Appeal: then looks at the papers and decides"),
]  # fmt: skip


@pytest.mark.parametrize(("received", "papers", "name", "now", "expected"), DATES)
def test_the_dates(
    received: str, papers: list[tuple[str, str, dict[str, Any]]], name: str, now: str, expected: tuple[str, str]
) -> None:
    """Every time of the leaflet falls on the day that a wall calendar gives."""
    assert Shipped("shropshire", received, *papers).says(name, now) == expected


def test_each_agency_that_is_named_gets_a_form() -> None:
    """Demand: the form goes to every agency that the person told about, and each returns its own."""
    case = Shipped("shropshire", "2026-02-16")
    for name in ("police", "landlord"):
        case.joins(name, "2026-02-17")
    case.file("agency-request", "2026-02-18", kind="letter", party="police")
    assert case.duty("agency-request", "2026-02-19", "landlord").state == "open"
    assert case.duty("agency-return", "2026-02-19", "police").state == "open"
    assert case.duty("agency-return", "2026-02-19", "landlord").state == "waiting"


@pytest.mark.parametrize("without", ["answer.plan.review_on", "case.appeal_by"])
def test_the_outcome_cannot_go_without_its_days(without: str) -> None:
    """Accepted: the letter names the day on which the plan is looked at again, and the last day for an appeal."""
    letter = SHELVES.letters["outcome"]
    required = SHROPSHIRE.letters["outcome"].requires
    facts = {**dict.fromkeys(letter.requires, "said"), **dict.fromkeys(required, "1 June 2026")}
    assert "1 June 2026" in render(letter, facts, required).markdown
    with pytest.raises(MissingFact, match=without):
        render(letter, {**facts, without: ""}, required)


def test_the_process_is_reviewed_every_quarter() -> None:
    """Publishing: a review in each quarter, counted from the first and never from when the last was done."""
    first = ("quarterly-review", "2026-01-31", {"occurrence": 1})
    duties = [duty for duty in area_duties("shropshire", "2026-08-02", first) if duty.step == "quarterly-review"]
    assert [duty.state for duty in duties] == ["done", "late", "waiting"]
    assert [str(duty.due_on) for duty in duties[1:]] == ["2026-07-31", "2026-11-02"]  # 31 October is a Saturday


def test_nothing_is_wrong_with_it() -> None:
    """The check finds no error."""
    assert faults("shropshire", "error") == {}
