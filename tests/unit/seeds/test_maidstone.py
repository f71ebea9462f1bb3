"""Maidstone, paragraph by paragraph: each row is a rule of the published process, with its number."""

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
    route,
    step,
    titles,
    told,
    ways_in,
)
from tests.victim import incident
from webform.documents.procedure import Procedure

MAIDSTONE = SHELVES.procedures["maidstone"]
SPRING = (("2026-03-07", "2026-03-08"), ("2026-04-04", "2026-04-05"), ("2026-05-02", "2026-05-03"))
CALM: dict[str, Any] = {"continuing": "no", "vulnerable": None}
LEFT_UNDONE = ("not-answered", "not-visited", "nothing-reasonable")

DOCUMENT = [
    pytest.param(lambda p: "Community Protection Team" in titles(p)["spoc"], True, id="2.3: the team that runs it"),
    pytest.param(lambda p: panel(p, "review-panel").quorum, 3, id="3.2: at least three organisations"),
    pytest.param(lambda p: panel(p, "review-panel").core, ("council", "police", "health", "landlords"),
                 id="3.1: the bodies that are responsible"),
    pytest.param(lambda p: [one.id for one in p.threshold.routes if one.kind == "local"],
                 ["three-incidents", "hate", "five-people"], id="6.1: three routes, any of them is enough"),
    pytest.param(lambda p: route(p, "discretion").kind, "discretionary", id="6.5: persistence, harm and response"),
    pytest.param(lambda p: gate(p, "no-report-yet").effect, "signpost", id="8.1: not reported, so told whom to ask"),
    pytest.param(lambda p: gate(p, "prosecution").stops, "all", id="8.1: a prosecution decision is not for a review"),
    pytest.param(lambda p: gate(p, "civil-court").stops, "all", id="8.1: nor is an appeal from a civil court"),
    pytest.param(lambda p: gate(p, "open-complaint").effect, "propose-hold", id="8.1: an open complaint holds it"),
    pytest.param(lambda p: gate(p, "open-complaint").until, "resume", id="8.1: until the complaint is concluded"),
    pytest.param(lambda p: step(p, "on-hold").to, "applicant", id="8.1: the person is told of the hold"),
    pytest.param(lambda p: step(p, "vulnerability-referral").to, "vulnerability-group",
                 id="8.1: the vulnerability group is told"),
    pytest.param(ways_in, {"online"}, id="9.1: the form"),
    pytest.param(lambda p: [one.id for one in p.steps if one.within and not one.silent], ["notice"],
                 id="whole: no time is promised, but for the notice that the service sends"),
    pytest.param(lambda p: step(p, "dissatisfaction").source.startswith("Anti-social Behaviour, Crime"), True,
                 id="whole: silent on appeals, so the baseline applies"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "expected"), DOCUMENT)
def test_the_document_says(read: Callable[[Procedure], object], expected: object) -> None:
    """What the process lays down about people, ways and papers stands in the document."""
    assert read(MAIDSTONE) == expected


def one_night(*by: tuple[str, str]) -> list[dict[str, Any]]:
    """One incident of 2 May 2026, reported the next day to each organisation by each person."""
    return told(("2026-05-02", "2026-05-03"), reports=reports(*(("2026-05-03", *pair) for pair in by)))


def test_reports_of_others_that_nobody_listed_are_judged_by_a_person() -> None:
    """6.1 third: five may be reached with people whose reports are not told one by one."""
    others: dict[str, Any] = {"others": "yes", "others_reported": "yes", "others_reporters": 4}
    finding = assessed("maidstone", "2026-05-11", incidents=told(SPRING[2]), **others, **CALM)
    assert result_of(finding, "five-people") == "needs judgement"


def hate(happened: str, reported: str, *kinds: str, **changes: Any) -> list[dict[str, Any]]:
    about = {"incident_hate": "yes", "incident_hate_kind": list(kinds), "incident_hate_recorded": "no"}
    return [incident(1, happened, reported, **about, **changes)]


FIVE = [
    {**one, "report_by_name": name}
    for one, name in zip(reports(*(("2026-05-03", "council", "someone-else") for _ in range(5))), "VWXYZ", strict=True)
]
ROUTES = [
    pytest.param("three-incidents", told(*SPRING), "2026-05-11", "met", id="6.1 first: three incidents"),
    pytest.param("three-incidents", told(*SPRING[:2]), "2026-05-11", "not met", id="6.1 first: two are too few"),
    pytest.param("three-incidents", told(*SPRING), "2026-09-08", "met", id="6.1: the last day of six months"),
    pytest.param("three-incidents", told(*SPRING), "2026-09-09", "not met", id="6.1: a day more than six months"),
    pytest.param("three-incidents", told(*SPRING[1:], ("2026-02-28", "2026-02-28")), "2026-08-31", "met",
                 id="6.1: six months back from 31 August, the last of February"),
    pytest.param("three-incidents", one_night(("council", "me"), ("police", "me"), ("landlord", "me")), "2026-05-11",
                 "not met", id="6.3: one incident told to three organisations is one"),
    pytest.param("three-incidents", [
        *told(*SPRING[:2]),
        incident(3, "2026-05-02", "", reports=reports(("2026-05-03", "council", "me"), ("2026-05-04", "police", "me"))),
    ], "2026-05-11", "met", id="6.3: told twice it still counts once"),
    pytest.param("three-incidents", told(*SPRING[1:], ("2026-01-31", "2026-02-28")), "2026-05-11", "met",
                 id="6.4: a month from 31 January ends with February"),
    pytest.param("three-incidents", told(*SPRING[1:], ("2026-01-31", "2026-03-01")), "2026-05-11", "not met",
                 id="6.4: 1 March is too late for 31 January"),
    pytest.param("three-incidents", told(("2028-01-31", "2028-02-29"), ("2028-03-04", "2028-03-04"),
                                         ("2028-04-08", "2028-04-08")), "2028-05-11", "met",
                 id="6.4: in a leap year a month from 31 January ends on the 29th"),
    pytest.param("hate", hate("2026-05-02", "2026-05-03", "race"), "2026-05-11", "met", id="6.1 second: one is enough"),
    pytest.param("hate", hate("2026-05-02", "2026-05-03", "faith", "trans"), "2026-05-11", "met",
                 id="5.2: faith and being trans are among the five"),
    pytest.param("hate", hate("2026-05-02", "2026-05-03", "age"), "2026-05-11", "not met",
                 id="5.2: age is not among the five"),
    pytest.param("hate", hate("2026-05-02", "2026-05-03", "sex"), "2026-05-11", "not met",
                 id="5.2: sex is not among the five"),
    pytest.param("hate", hate("2026-05-02", "2026-05-03"), "2026-05-11", "needs judgement",
                 id="5.2: a ground that nobody has named is asked for"),
    pytest.param("hate", hate("2026-05-02", "2026-06-03", "race"), "2026-06-11", "not met",
                 id="6.4: hate is reported within a month too"),
    pytest.param("hate", hate("2026-05-02", "2026-05-03", "race"), "2026-11-04", "not met",
                 id="6.1 second: in the last six months"),
    pytest.param("hate", told(*SPRING), "2026-05-11", "not met", id="6.1 second: noise alone is no hate"),
    pytest.param("five-people", told(("2026-05-02", "2026-05-03"), reports=FIVE), "2026-05-11", "met",
                 id="6.1 third: five people about one problem"),
    pytest.param("five-people", told(("2026-05-02", "2026-05-03"), reports=FIVE[:4]), "2026-05-11", "not met",
                 id="6.1 third: four are too few"),
    pytest.param("five-people", told(*SPRING), "2026-05-11", "not met", id="6.1 third: one person three times is one"),
    pytest.param("five-people", told(("2026-05-02", "2026-05-03"), reports=[
        {**one, "report_agency": "other"} for one in FIVE]), "2026-05-11", "not met",
        id="6.1 third: to the council, the police or the landlord"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "incidents", "received", "expected"), ROUTES)
def test_the_routes(name: str, incidents: list[dict[str, Any]], received: str, expected: str) -> None:
    """Each route counts what its sentence counts, in its own time."""
    assert result_of(assessed("maidstone", received, incidents=incidents, **CALM), name) == expected


ACTION = [
    pytest.param({"action_taken": "none"}, {}, "met", id="6.1: the person says that nothing was done"),
    *(pytest.param({"action_taken": "some"}, {"response-check": {"no_action": [one]}}, "met",
                   id=f"6.2: {one} is no action") for one in LEFT_UNDONE),
    pytest.param({"action_taken": "some"}, {"response-check": {"no_action": ["acted"]}}, "not met",
                 id="6.2: some action was taken"),
    pytest.param({"action_taken": "some"}, {}, "needs judgement", id="6.2: nobody has looked at it yet"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "filed", "expected"), ACTION)
def test_what_no_action_means(changes: dict[str, Any], filed: dict[str, Any], expected: str) -> None:
    """6.2 is read with its own three meanings, and never defeats the test in the law."""
    finding = assessed("maidstone", "2026-05-11", filed, **CALM, **changes)
    assert result_of(finding, "three-incidents") == expected
    assert finding.result == "met mandatory"


GATES = [
    pytest.param("prosecution", {}, {"suitability": {"prosecution": "yes"}}, "applies", id="8.1: a CPS decision"),
    pytest.param("police-investigation", {"court_case": "yes"}, {}, "applies", id="8.1: a live investigation"),
    pytest.param("civil-court", {}, {"suitability": {"civil_court": "yes"}}, "applies", id="8.1: a civil court"),
    pytest.param("ongoing", {"continuing": "yes"}, {}, "applies", id="8.1: it goes on"),
    pytest.param("ongoing", {"continuing": "no"}, {}, "does not apply", id="8.1: it has ended"),
    pytest.param("open-complaint", {"open_complaint": "yes"}, {}, "applies", id="8.1: a complaint is open"),
    pytest.param("vulnerable", {"vulnerable": "I am ill."}, {}, "applies", id="8.1: says that they are vulnerable"),
    pytest.param("vulnerable", {}, {"suitability": {"vulnerable": "yes"}}, "applies", id="8.1: found to be vulnerable"),
    pytest.param("service-failure", {"action_taken": "some"}, {}, "applies", id="6.2: too little is for a complaint"),
    pytest.param("no-report-yet", {"incidents": told(("2026-05-02", "2026-05-03"), incident_reported="no")}, {},
                 "applies", id="8.1: nobody has reported it"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "filed", "expected"), GATES)
def test_what_may_not_be_suitable(name: str, changes: dict[str, Any], filed: dict[str, Any], expected: str) -> None:
    """Each point of the suitability list is a gate of its own, and turns nobody away whom the law lets in."""
    finding = assessed("maidstone", "2026-05-11", filed, **changes)
    assert result_of(finding, name) == expected
    assert finding.result != "not suitable"


def test_discretion_is_a_decision_with_reasons() -> None:
    """6.5: the three factors may meet the threshold where no count does."""
    one = told(SPRING[2])
    decided = {"threshold-decision": {"decision": "met", "ground": "discretion", "reasons": "Harm"}}
    assert assessed("maidstone", "2026-05-11", decided, incidents=one, **CALM).result == "met at discretion"
    refused = {"threshold-decision": {"decision": "not-met", "reasons": "None"}}
    assert assessed("maidstone", "2026-05-11", refused, incidents=one, **CALM).result == "not met"


NOT_MET = ("threshold-decision", "2026-12-22", {"decision": "not-met", "decided_on": "2026-12-22"})
HELD = ("hold", "2026-12-18", {"effect": "holds"})
DUTIES = [
    pytest.param({"capacity": "behalf"}, [], "consent-check", "open", id="7.1: consent is verified for a third party"),
    pytest.param({"capacity": "me"}, [], "consent-check", "not needed", id="7.1: nobody to verify with"),
    pytest.param({}, [NOT_MET], "advice", "open", id="2.2: recommendations although not met"),
    pytest.param({}, [NOT_MET], "threshold-not-met", "open", id="2.2: the person is told"),
    pytest.param({"vulnerable": "I am ill."}, [], "vulnerability-referral", "open", id="8.1: raised with the group"),
    pytest.param({"open_complaint": "yes"}, [HELD], "on-hold", "open", id="8.1: told that it is on hold"),
    pytest.param({"open_complaint": "yes"}, [HELD], "threshold-decision", "held", id="8.1: the decision waits"),
    pytest.param({"open_complaint": "yes"}, [HELD], "acknowledgement", "open", id="8.1: the person is looked after"),
    pytest.param({"open_complaint": "yes"}, [HELD, ("resume", "2026-12-22", {"effect": "resumes"})], "off-hold", "open",
                 id="8.1: goes on when the complaint is concluded"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "papers", "name", "expected"), DUTIES)
def test_the_duties(
    answers: dict[str, Any], papers: list[tuple[str, str, dict[str, Any]]], name: str, expected: str
) -> None:
    """What has to be done opens as the process says; no paragraph gives it a date."""
    assert Shipped("maidstone", "2026-12-16", *papers, **answers).says(name, "2026-12-23") == (expected, "")


def test_the_check_warns_of_the_extra_test() -> None:
    """No errors; each route that asks that no action was taken is warned of, with the reason, and so is one way in."""
    assert faults("maidstone", "error") == {}
    warned = faults("maidstone", "warning")
    for name in ("three-incidents", "hate", "five-people"):
        assert "not about whether anybody acted" in warned[f"threshold.route.{name}"]
    assert "way_in" in warned
