"""Keys rotate, and everything stays readable."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.records.folders import NAME, WORDS, folder_of, open_case
from webform.records.chain import verify_all
from webform.records.lookup import find_cases, index_case
from webform.records.reseal import reseal
from webform.records.sealed import CannotOpen, Keys, make_keys, rotate, use_keys
from webform.records.store import db
from webform.records.tables import Case


@pytest.fixture
def file(store: Flask, tmp_path: Path) -> Path:
    """A key file of the test's own, in use."""
    path = tmp_path / "keys.json"
    before = store.extensions["asb-keys"]
    use_keys(store, make_keys(path))
    yield path
    use_keys(store, before)


def _use_only(store: Flask, ring: Keys, *, newest: bool) -> None:
    kept = ring.sealing[-1:] if newest else ring.sealing[:-1]
    use_keys(store, Keys(ring.root, kept))
    db.session.expire_all()


def test_after_resealing_the_old_key_is_not_needed(store: Flask, file: Path) -> None:
    """Every sealed value is readable with the new key alone, the chain holds, and look-ups find what they found."""
    case = folder_of(3)
    index_case(case)
    db.session.commit()
    use_keys(store, ring := rotate(file))
    assert reseal() == 13
    _use_only(store, ring, newest=True)
    assert case.headline == WORDS
    assert case.parties[0].person["name"] == NAME
    assert case.documents[2].answers["what"] == f"{WORDS} 2"
    assert verify_all() == ()
    assert find_cases("surname", "Quickenborough") == (case.id,)


def test_before_resealing_both_keys_are_needed(store: Flask, file: Path) -> None:
    """Rotation alone loses nothing: old values open, new ones are sealed with the new key."""
    old = folder_of(1)
    use_keys(store, ring := rotate(file))
    new = folder_of(1)
    db.session.expire_all()
    assert (old.headline, new.headline) == (WORDS, WORDS)
    _use_only(store, ring, newest=False)
    assert old.headline == WORDS
    with pytest.raises(CannotOpen):
        _ = new.headline


def test_resealing_goes_on_where_it_stopped(store: Flask, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches are small and kept; a second run has nothing left to do."""
    monkeypatch.setattr("webform.records.reseal.BATCH", 2)
    for _ in range(5):
        open_case()
    db.session.commit()
    use_keys(store, rotate(file))
    assert reseal() == 20
    assert reseal() == 0
    assert db.session.query(Case).count() == 5
