"""What a document is for: sentence 2 of the meaning of a procedure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.rules.small_procedures import Case, at, procedure, step
from webform.documents.check import check
from webform.documents.shelf import Shelves
from webform.rules.calendar import WorkingCalendar
from webform.rules.schedule import forecast


def test_s02_a_document_names_the_step_that_it_fulfils() -> None:
    """Two steps fill in one form: what is filed for the one leaves the other open."""
    case = Case(step("first", fill="view", after="request"), step("second", fill="view", after="request"))
    case.file("second", "2026-11-03")
    assert (case.state("first", "2026-11-04"), case.state("second", "2026-11-04")) == ("open", "done")


@pytest.mark.parametrize("name", ["spoc", "core-panel", "opening"])
def test_s02_no_name_is_both_a_step_and_something_else(shelves: Shelves, name: str) -> None:
    """A step called like a role, a panel or the opening is refused, since nobody could tell which is meant."""
    merton = shelves.procedures["merton"]
    seen = next(one for one in merton.steps if one.id == "seen")
    named = merton.model_copy(update={"steps": (*merton.steps, seen.model_copy(update={"id": name}))})
    twice = replace(shelves, procedures={**shelves.procedures, "merton": named})
    assert any(f"{name!r} is a step and" in fault.why for fault in check(twice, "merton"))
    assert not any("is a step and" in fault.why for fault in check(shelves, "merton"))


def test_s02_the_opening_is_the_step_and_not_the_form_that_it_fills_in() -> None:
    """A case opens with the form `ask`, filed in the step `request`: the timetable and every date know it."""
    area = {"name": "Small", "body": "Small Council", "opens_with": "ask"}
    steps = [step("request", fill="ask", by="applicant"), step("call", after="request", within="10 working days")]
    rules = procedure(area=area, step=steps)
    for duty in forecast(rules, at("2026-11-02"), WorkingCalendar()):
        assert (duty.state, duty.due_on) == {"request": ("done", None), "call": ("open", date(2026, 11, 16))}[duty.step]
