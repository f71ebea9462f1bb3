"""“I do not know” is an answer that decides nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.victim import report, victim_in_merton
from webform.documents.shelf import Shelves
from webform.rules.finding import Finding
from webform.rules.threshold import assess

RECEIVED = dt.date(2026, 5, 11)


def local(shelves: Shelves, **changes: Any) -> str:
    answers = victim_in_merton(**changes)
    found: Finding = assess(shelves.procedures["merton"], shelves.forms["request"], answers, RECEIVED)
    return next(route.result for route in found.routes if route.id == "three-incidents")


def reported_to(agency: str) -> list[dict[str, Any]]:
    incidents = victim_in_merton()["incidents"]
    return [{**one, "reports": [{**report(1, "2026-05-03"), "report_agency": agency}]} for one in incidents]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "met"),
        ({"action_taken": "some"}, "not met"),
        ({"action_taken": "unsure"}, "needs judgement"),
        ({"incidents": reported_to("other")}, "not met"),
        ({"incidents": reported_to("unsure")}, "needs judgement"),
    ],
)
def test_who_does_not_know_is_not_refused(shelves: Shelves, changes: dict[str, Any], state: str) -> None:
    """A rule that hangs on what somebody does not know waits for a person; it neither holds nor fails."""
    assert local(shelves, **changes) == state
