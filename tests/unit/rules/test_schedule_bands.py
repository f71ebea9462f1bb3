"""A step may depend on the band that the points of another one come to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.small_procedures import at, procedure, step
from webform.documents.form import Form
from webform.rules.calendar import WorkingCalendar
from webform.rules.folder_file import read_folder
from webform.rules.schedule import schedule


def score(name: str, required: bool = True) -> dict[str, Any]:
    options = [{"value": value, "label": value, "points": points} for value, points in (("no", 0), ("yes", 12))]
    unknown = {"value": "unsure", "label": "unsure", "unknown": True}
    return {"id": name, "type": "score", "label": name, "required": required, "options": [*options, unknown]}


MATRIX = Form.model_validate({
    "id": "matrix", "title": "Risk", "effect": "records", "audience": "officer",
    "page": [{"id": "m", "question": [score("often"), score("alone"), score("other", required=False)]}],
    "band": [{"id": "low", "label": "Low"}, {"id": "high", "label": "High", "at_least": 12}],
})  # fmt: skip
SMALL = procedure(
    step("matrix", after="request"),
    step("visit", after="matrix", when={"matrix.band": "high"}, within="1 day"),
    step("letter", after="request", when={"matrix.band": {"not": "high"}}),
)


def states(answers: dict[str, Any] | None) -> dict[str, str]:
    """What the matrix makes of the steps that depend on it; None where it was not filed."""
    documents = [{"step": "request", "effect": "opens-case", "filed_at": "2026-11-02T10:00:00+00:00"}]
    if answers is not None:
        documents.append({"step": "matrix", "filed_at": "2026-11-03T10:00:00+00:00", "answers": answers})
    folder, _ = read_folder(SMALL, {"matrix": MATRIX}, {"documents": documents})
    duties = schedule(SMALL, folder, WorkingCalendar(), at("2026-11-03 12:00"))
    return {duty.step: duty.state for duty in duties if duty.step in ("visit", "letter")}


@pytest.mark.parametrize(
    ("answers", "visit", "letter"),
    [
        ({"often": "yes", "alone": "no"}, "open", "not needed"),
        ({"often": "no", "alone": "no"}, "not needed", "open"),
        (None, "waiting", "waiting"),
        ({"often": "no"}, "waiting", "waiting"),  # the answer that is missing may make it high
        ({"often": "yes"}, "open", "not needed"),  # whatever is missing, it is high
        ({"often": "no", "alone": "unsure"}, "waiting", "waiting"),
        ({"often": "no", "alone": "no", "other": "unsure"}, "waiting", "waiting"),
    ],
)
def test_a_step_reads_the_band(answers: dict[str, Any] | None, visit: str, letter: str) -> None:
    """It opens, is not needed, or waits while nobody has said what decides it."""
    assert states(answers) == {"visit": visit, "letter": letter}
