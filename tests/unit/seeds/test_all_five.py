"""What holds for each of the five: it can be kept with a case and read again."""

from __future__ import annotations

import json

import pytest

from tests.unit.seeds.seed import SHELVES
from webform.documents.shelf import from_snapshot, snapshot

AREAS = [procedure.id for procedure in SHELVES.areas()]


def test_the_five_are_there() -> None:
    """Four councils and an appeal body are on the shelf."""
    kinds = [procedure.area.kind for procedure in SHELVES.areas()]
    assert len(kinds) == len(set(AREAS)) == 5
    assert kinds.count("appeal-body") == 1


@pytest.mark.parametrize("area", AREAS)
def test_what_is_kept_with_a_case_reads_the_same(area: str) -> None:
    """A procedure comes back from the JSON that a case is pinned to just as it went in."""
    procedure = SHELVES.procedures[area]
    kept = json.loads(json.dumps(snapshot(procedure, SHELVES.forms_of(procedure))))
    again, forms = from_snapshot(kept)
    assert snapshot(again, forms) == kept
    assert again.steps == procedure.steps
    assert forms == SHELVES.forms_of(procedure)
