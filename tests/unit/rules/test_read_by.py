"""What an agency reads of a request: what it was told itself, by the meanings that the area names, and no more."""

from __future__ import annotations

import pytest

from tests.victim import incident, report, victim_in_merton
from webform.documents.shelf import Shelves
from webform.rules.read_by import what_they_read

MEANINGS = ("applicant.name", "incident.place", "report.reference", "report.to", "person.name")
ASKED = [
    incident(1, "2026-05-02", "2026-05-03", incident_place="The stairs", reports=[
        report(1, "2026-05-03", report_agency="police", report_reference="P-1"),
        report(2, "2026-05-04", report_agency="landlord", report_to="Moat", report_reference="M-1"),
    ]),
    incident(2, "2026-05-02", "2026-05-03", incident_place="The yard", reports=[
        report(1, "2026-05-03", report_agency="landlord", report_to="Other Homes", report_reference="O-1"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ({"choice": "police"}, ["Ann Žďárská", "The stairs", "P-1"]),
        ({"kind": "landlord", "organisation": "moat"}, ["Ann Žďárská", "The stairs", "Moat", "M-1"]),
        ({"kind": "landlord", "organisation": "Another"}, ["Ann Žďárská"]),
        ({"organisation": "Fire service"}, ["Ann Žďárská"]),
        ({"choice": "council"}, ["Ann Žďárská"]),
        (None, ["Ann Žďárská", "The stairs", "P-1", "Moat", "M-1", "The yard", "Other Homes", "O-1"]),
    ],
)
def test_each_reads_what_it_was_told(shelves: Shelves, reader: dict[str, str] | None, seen: list[str]) -> None:
    """Reports to others, and what only they were about, are not there; two landlords are told apart by name. Only who
    votes reads all of them."""
    answers = victim_in_merton(incidents=ASKED)
    found = what_they_read(shelves.forms["request"], answers, MEANINGS, reader)
    assert [row.value for section in found for row in section.rows] == seen


def test_what_is_not_named_is_not_read(shelves: Shelves) -> None:
    """Without a meaning nothing is left, and what only officers read is left out even if it is named."""
    form, answers = shelves.forms["request"], victim_in_merton(incidents=ASKED)
    assert what_they_read(form, answers, (), {"choice": "police"}) == ()
    secret = form.meaning("person.name")
    assert secret
    assert secret.private
    assert what_they_read(form, answers, ("person.name",), {"choice": "police"}) == ()
