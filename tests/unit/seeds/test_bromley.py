"""Bromley, point by point: each row is a rule of the published page, with its section."""

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
    reports,
    result_of,
    route,
    step,
    told,
    ways_in,
)
from webform.documents.procedure import Procedure

BROMLEY = SHELVES.procedures["bromley"]
ROUTE = "three-incidents"
TIME = {"response-check": {"enough_time": "yes"}}
WINTER = (("2025-11-10", "2025-11-11"), ("2025-12-24", "2025-12-25"), ("2026-01-31", "2026-01-31"))
SPRING = (("2026-03-07", "2026-03-08"), ("2026-04-04", "2026-04-05"), ("2026-05-02", "2026-05-03"))

DOCUMENT = [
    pytest.param(lambda p: [one.at_least for one in route(p, ROUTE).all if hasattr(one, "at_least")],
                 [{"incidents": 3}], id="Criteria 1: three separate incidents, of whatever kind"),
    pytest.param(lambda p: [one.hurdle for one in route(p, ROUTE).all if hasattr(one, "hurdle")],
                 ["no-action", "other"], id="Criteria 2, last sentence: no action, and sufficient time"),
    pytest.param(lambda p: next(role for role in p.roles if role.id == "lead-officer").named_by, "lead-officer-named",
                 id="Important information: a lead officer is nominated"),
    pytest.param(lambda p: step(p, "plan").fill, "plan", id="Aims 6: a plan for those at risk"),
    pytest.param(lambda p: gate(p, "too-soon").effect, "warn", id="Last sentence: too soon is pointed out"),
    pytest.param(ways_in, {"online"}, id="Request: the form"),
    pytest.param(lambda p: p.panels, (), id="whole: silent about who decides"),
    pytest.param(lambda p: [one.id for one in p.steps if one.within and not one.silent], ["notice"],
                 id="whole: no time is promised, but for the notice that the service sends"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "expected"), DOCUMENT)
def test_the_document_says(read: Callable[[Procedure], object], expected: object) -> None:
    """What the page lays down about people, ways and papers stands in the document."""
    assert read(BROMLEY) == expected


COUNTS = [
    pytest.param(WINTER, "2026-02-28", "met", id="Criteria 2: a month from 31 January ends with February"),
    pytest.param(WINTER, "2026-03-01", "not met", id="Criteria 2: a day more than a month from the last report"),
    pytest.param(WINTER[:2], "2026-01-25", "not met", id="Criteria 1: two are too few"),
    pytest.param((*WINTER[:2], ("2026-01-31", "2026-03-02")), "2026-03-20", "met",
                 id="Criteria 1: 30 days from 31 January are 2 March"),
    pytest.param((*WINTER[:2], ("2026-01-31", "2026-03-03")), "2026-03-20", "not met",
                 id="Criteria 1: 31 days are too many"),
    pytest.param((("2027-12-10", "2027-12-11"), ("2028-01-10", "2028-01-11"), ("2028-01-31", "2028-03-01")),
                 "2028-03-31", "met", id="Criteria 1: 30 days from 31 January over leap day are 1 March"),
    pytest.param((*SPRING[1:], ("2026-03-01", "2026-03-31")), "2026-05-11", "met",
                 id="Criteria 1: 30 days over the night when the clocks change"),
    pytest.param((("2026-04-03", "2026-04-03"), ("2026-04-05", "2026-04-05"), ("2026-04-06", "2026-04-06")),
                 "2026-05-06", "met", id="Criteria 2: Easter days count as any day"),
    pytest.param((*SPRING[1:], ("2025-11-10", "2025-11-11")), "2026-05-11", "met",
                 id="Criteria 1: six months back, the last day"),
    pytest.param((*SPRING[1:], ("2025-11-09", "2025-11-10")), "2026-05-11", "not met",
                 id="Criteria 1: a day more than six months back"),
]  # fmt: skip


@pytest.mark.parametrize(("dates", "received", "expected"), COUNTS)
def test_the_windows(dates: tuple[tuple[str, str], ...], received: str, expected: str) -> None:
    """Six months, thirty days and a month from the latest report, each to its last day."""
    finding = assessed("bromley", received, TIME, incidents=told(*dates))
    assert result_of(finding, ROUTE) == expected


def test_one_incident_told_to_three_is_one() -> None:
    """Criteria 1: separate incidents are counted, not reports."""
    by_three = reports(*(("2026-05-03", agency, "me") for agency in ("council", "police", "landlord")))
    finding = assessed("bromley", "2026-05-11", TIME, incidents=told(("2026-05-02", "2026-05-03"), reports=by_three))
    assert result_of(finding, ROUTE) == "not met"


def test_incidents_of_three_kinds_count_together() -> None:
    """Definition 2: the cumulative effect counts, and no incident has to be bad enough by itself."""
    incidents = told(*SPRING)
    for one, kind in zip(incidents, ("noise", "rubbish", "animals"), strict=True):
        one["incident_problem"] = kind
    assert result_of(assessed("bromley", "2026-05-11", TIME, incidents=incidents, one_problem="no"), ROUTE) == "met"


def checked(no_action: str, enough_time: str) -> dict[str, Any]:
    return {"response-check": {"no_action": [no_action], "enough_time": enough_time}}


ACTION = [
    pytest.param("none", TIME, "met", id="Criteria 2: it is considered that nothing was done"),
    pytest.param("some", checked("not-acknowledged", "yes"), "met", id="No action 1: nobody said what would be done"),
    pytest.param("some", checked("not-shared", "yes"), "met", id="No action 2: partners did not share"),
    pytest.param("some", checked("acted", "yes"), "not met", id="Criteria 2: action was taken"),
    pytest.param("some", {}, "needs judgement", id="Criteria 2: nobody has looked at it yet"),
    pytest.param("none", checked("not-shared", "no"), "not met", id="Last sentence: there was not time enough"),
    pytest.param("none", checked("not-shared", "unsure"), "needs judgement", id="Last sentence: nobody knows"),
    pytest.param("none", {}, "needs judgement", id="Last sentence: somebody has to look at the time"),
]


@pytest.mark.parametrize(("action", "filed", "expected"), ACTION)
def test_action_and_time(action: str, filed: dict[str, Any], expected: str) -> None:
    """No action in Bromley's meaning, and time enough to act; neither defeats the test in the law."""
    finding = assessed("bromley", "2026-05-11", filed, action_taken=action)
    assert result_of(finding, ROUTE) == expected
    assert finding.result == "met mandatory"


def test_who_has_to_judge_the_time_is_named() -> None:
    """Last sentence: the finding says whose answer is wanted."""
    assert any("enough_time" in want for want in assessed("bromley", "2026-05-11").unanswered)


DUTIES = [
    pytest.param("lead-officer-named", id="Important information: each case gets a lead officer"),
    pytest.param("response-check", id="No action: somebody looks at what was done"),
    pytest.param("threshold-decision", id="Definition 2: somebody decides on the threshold"),
]


@pytest.mark.parametrize("name", DUTIES)
def test_the_duties(name: str) -> None:
    """What has to be done opens with the request; the page gives it no date."""
    assert Shipped("bromley", "2026-12-23 16:00").says(name, "2026-12-24") == ("open", "")


def test_the_check_warns_of_the_extra_tests() -> None:
    """No errors; the extra tests, both short times and the one way in are warned of."""
    assert faults("bromley", "error") == {}
    warned = faults("bromley", "warning")
    assert {f"threshold.route.{ROUTE}", f"threshold.route.{ROUTE}.window", "way_in"} <= set(warned)
