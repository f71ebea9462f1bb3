"""What the check says of keys that refer to something that is not there, or to two things at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from webform.documents.check import check
from webform.documents.shelf import read_shelves
from webform.settings import SHIPPED

STEP = '[[step]]\nid = "extra"\nfill = "seen"\nafter = "request"\nsource = "X, 1"\n'
LETTER = STEP.replace('fill = "seen"', 'send = "outcome"\nto = "applicant"')
ROLE = '[[role]]\nid = "chair"\ntitle = "Chair"\nsource = "X, 1"\n'


@pytest.mark.parametrize(
    ("written", "key", "why"),
    [
        (STEP + 'not_before = "nothing"', "step.extra.not_before", "No step is called 'nothing'"),
        (STEP + 'on = "bord"', "step.extra.on", "No meeting is called 'bord'"),
        (STEP + 'on = "panel-meeting.nothing"', "step.extra.on", "is no question of that step's form"),
        (STEP + 'until = "close"', "step.extra.until", "turns that never begin"),
        (STEP + 'every = "1 month"\non = "panel-meeting.meeting_on"', "step.extra.every", "dates of its own"),
        (STEP + 'may_extend = { by = "king" }', "step.extra.may_extend.by", "No role or panel is called 'king'"),
        (STEP + 'each = "plann"', "step.extra.each", "No step is called 'plann'"),
        (STEP + 'each = "plan.nothing"', "step.extra.each", "has no group 'nothing'"),
        (STEP + 'each = "request.incidents"\nevery = "1 month"', "step.extra.each", "both number its duties"),
        (STEP + 'back_to = "nowhere"', "step.extra.back_to", "No step is called 'nowhere'"),
        (STEP + 'carries = ["request"]', "step.extra", "to and from nobody"),
        (STEP + 'second_reader = "deputy"', "step.extra.second_reader", "Only a letter can be read"),
        (LETTER + 'second_reader = "king"', "step.extra.second_reader", "No role is called 'king'"),
        (LETTER + 'second_reader = ["deputy", "auditor"]', "step.extra.second_reader", "Nobody in the role 'auditor'"),
        (LETTER + 'second_reader = "applicant"', "step.extra.second_reader", "Nobody in the role 'applicant'"),
        ('[letters.overdue]\nsecond_reader = "deputy"', "letters.overdue.second_reader", "goes by itself as notices"),
        (STEP + 'when = { council = "north" }', "step.extra.when", "No council is called 'north'"),
        (ROLE + 'named_by = "nothing"', "role.chair.named_by", "No step is called 'nothing'"),
        (ROLE + 'independent_of = ["king"]', "role.chair.independent_of", "No role or panel is called 'king'"),
        (ROLE + 'instead = [{ when = { "request.nothing" = "yes" }, role = "spoc" }]', "role.chair.instead", "nothing"),
    ],
)
def test_a_dangling_reference_is_named_with_its_key(written: str, key: str, why: str, tmp_path: Path) -> None:
    """Each is an error with the key that has to be mended."""
    path = tmp_path / "x.toml"
    path.write_text(f'extends = "standard"\n[area]\nname = "X"\nbody = "X"\nkind = "council"\n{written}\n')
    faults = [fault for fault in check(read_shelves(SHIPPED, None, [path]), "x") if fault.level == "error"]
    assert any(fault.key == key and why in fault.why for fault in faults), faults
