"""Merton's threshold on Merton's own request form, row by row, with dates reckoned by hand."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.victim import incident, report, victim_in_merton
from webform.documents.shelf import read_shelves
from webform.rules.finding import Finding
from webform.rules.threshold import assess

SHIPPED = read_shelves(Path(__file__).resolve().parents[3] / "webform")
MERTON = SHIPPED.procedures["merton"]
FORM = SHIPPED.forms[MERTON.area.opens_with]
RECEIVED = "2026-05-11"
SPRING = [("2026-03-07", "2026-03-08"), ("2026-04-04", "2026-04-05"), ("2026-05-02", "2026-05-03")]


def finding(received: str = RECEIVED, **changes: Any) -> Finding:
    return assess(MERTON, FORM, victim_in_merton(**changes), dt.date.fromisoformat(received))


def local(found: Finding) -> str:
    return next(route.result for route in found.routes if route.kind == "local")


def three(**changes: Any) -> list[dict[str, Any]]:
    """The three incidents of spring, the last of them changed."""
    last = changes.pop("last", SPRING[2])
    dates = [*SPRING[:2], last]
    found = [incident(number, *pair) for number, pair in enumerate(dates, 1)]
    return [*found[:2], {**found[2], **changes}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("met", "met", "met mandatory")),
        ({"action_taken": "some"}, ("not met", "met", "met mandatory")),  # the area's own extra test
        ({"incidents": three()[:2]}, ("not met", "not met", "not met")),
        # Another kind of problem, which the person says is part of the same: similar.
        ({"incidents": three(incident_problem="damage")}, ("met", "met", "met mandatory")),
        ({"incidents": three(incident_problem="damage"), "one_problem": "no"}, ("not met", "met", "met mandatory")),
        # Reported without a name: Merton doesn't count it, the Act does.
        ({"incidents": three(reports=[report(1, "2026-05-03", report_named="no")])},
         ("not met", "met", "met mandatory")),
        # Reported to somebody who is no council, police or social landlord.
        ({"incidents": three(reports=[report(1, "2026-05-03", report_agency="other")])},
         ("not met", "met", "met mandatory")),
        # Reported five weeks after it happened: in Merton's six months, outside the Act's one.
        ({"incidents": three(last=("2026-03-28", "2026-05-03"))}, ("met", "not met", "met local")),
        ({"incidents": three(last=("2026-04-04", "2026-05-03"))}, ("met", "met", "met mandatory")),
        ({"incidents": three(last=("2026-04-03", "2026-05-03"))}, ("met", "not met", "met local")),
        # Nobody reported the third.
        ({"incidents": three(incident_reported="no")}, ("not met", "not met", "not met")),
        # Nobody remembers when the third happened; it was reported in time.
        ({"incidents": three(incident_date={"earliest": None, "latest": None, "words": "in spring"})},
         ("met", "needs judgement", "met local")),
        # One night, told to three: three complaints and one incident.
        ({"incidents": [incident(1, "2026-05-02", "2026-05-03", reports=[
            report(number, "2026-05-03", report_agency=agency)
            for number, agency in enumerate(("council", "police", "landlord"), 1)])]},
         ("not met", "needs judgement", "needs judgement")),
    ],
)  # fmt: skip
def test_a_request_in_merton(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    """The area's own route, the test of the Act, and the finding."""
    found = finding(**changes)
    assert (local(found), found.statutory.result, found.result) == expected


@pytest.mark.parametrize(
    ("received", "in_area", "in_act"),
    [
        ("2026-09-07", "met", "met"),  # 8 March to 7 September: the last day of six months beginning with the report
        (
            "2026-09-08",
            "met",
            "not met",
        ),  # still six months back in words that do not say beginning with
        ("2026-09-09", "not met", "not met"),
    ],
)
def test_the_last_days_of_six_months(received: str, in_area: str, in_act: str) -> None:
    """The first report was on 8 March 2026: one day more in Merton's words than in those of the Act."""
    found = finding(received)
    assert (local(found), found.statutory.result) == (in_area, in_act)


def test_the_finding_says_where_area_and_act_part() -> None:
    """Whoever decides reads that the area's hurdle doesn't defeat the law's test, and on whose word it rests."""
    found = finding(action_taken="some")
    assert found.differs.startswith("The test in the law is met, although this area’s own rule is not.")
    hurdle = next(one for route in found.routes for one in route.conditions if one.hurdle)
    assert hurdle.result == "not met"
    assert "Something was done, but it was not enough" in hurdle.why


def test_an_incident_that_nobody_reported_signposts_and_turns_nobody_away() -> None:
    """The gate of the baseline applies, and the finding stays what it is."""
    found = finding(incidents=[incident(1, "2026-05-02", "2026-05-03", incident_reported="no")])
    gate = next(gate for gate in found.gates if gate.effect == "signpost" and gate.truth)
    assert gate.says
    assert found.result == "not met"


def test_rough_dates_of_the_form_are_ranges() -> None:
    """About the start of May is no day, and still surely inside."""
    rough = {"earliest": "2026-05-01", "latest": "2026-05-03", "words": "start of May"}
    assert finding(incidents=three(incident_date=rough)).statutory.result == "met"


def calls_for(incidents: int) -> int:
    """How many calls it takes to assess that many incidents: a measure that no busy computer disturbs."""
    asked = victim_in_merton(incidents=[incident(number, *SPRING[number % 3]) for number in range(1, incidents + 1)])
    calls = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        assess(MERTON, FORM, asked, dt.date.fromisoformat(RECEIVED))
    finally:
        sys.setprofile(None)
    return calls


def test_a_long_history_costs_in_proportion() -> None:
    """Ten times the reports are ten times the work, never a hundred."""
    calls_for(10)
    assert calls_for(300) < 11 * calls_for(30)
