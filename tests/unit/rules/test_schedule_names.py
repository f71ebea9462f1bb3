"""What a document is for: sentence 2 of the meaning of a procedure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.rules.small_procedures import Case, step
from webform.documents.check import check
from webform.documents.shelf import Shelves


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
