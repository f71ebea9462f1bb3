"""The register of erasures outlives the database, and nobody else can write into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.records.folders import NOW
from webform.records import erasures
from webform.records.store import db


@pytest.fixture(autouse=True)
def _fresh(store: Flask) -> None:
    """The file is beside the keys, which the tests of a run share."""
    erasures.register_file().unlink(missing_ok=True)


def test_it_is_on_the_disk_before_anything_is_erased(store: Flask) -> None:
    """A line is there although the transaction came to nothing: at worst something is erased twice."""
    erasures.note("case", "AAAA-AAAA", NOW)
    db.session.rollback()
    assert {one.what for one in erasures.erased_before()} == {"AAAA-AAAA"}
    erasures.note("case", "AAAA-AAAA", NOW)
    erasures.note("case", "AAAA-AAAA", NOW)
    db.session.commit()
    assert erasures.is_noted("case", "AAAA-AAAA")
    assert len(erasures.erased_before()) == 1


def test_a_line_that_somebody_made_or_a_power_cut_tore_is_none(store: Flask) -> None:
    """Only lines under our mark count, and a torn one costs no other."""
    file = erasures.register_file()
    erasures.note("case", "AAAA-AAAA", NOW)
    whole = file.read_text("utf-8").strip()
    forged = json.dumps({**json.loads(whole), "what": "BBBB-BBBB"})
    odd = [forged, "[]", "{}", '{"kind": 1}', "é", whole[:40]]
    file.write_text("\n".join(odd), "utf-8")
    erasures.note("case", "CCCC-CCCC", NOW)
    db.session.rollback()
    assert {one.what for one in erasures.erased_before()} == {"CCCC-CCCC"}


def test_what_lies_beside_the_backups_grows(store: Flask, tmp_path: Path) -> None:
    """Each backup lays the whole register beside it; lines of a copy that another machine wrote stay."""
    erasures.note("case", "AAAA-AAAA", NOW)
    db.session.commit()
    erasures.lay_beside(tmp_path)
    erasures.register_file().unlink()
    erasures.note("draft", "d", NOW)
    db.session.rollback()
    erasures.lay_beside(tmp_path)
    assert {one.what for one in erasures.erased_before(tmp_path)} == {"AAAA-AAAA", "d"}
    erasures.take_over(erasures.erased_before(tmp_path))
    db.session.commit()
    assert {one.what for one in erasures.erased_before()} == {"AAAA-AAAA", "d"}
