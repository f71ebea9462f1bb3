"""What tables promise beyond their columns."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from tests.records.folders import folder_of
from webform.records.store import db
from webform.records.tables import Case, Deadline, Officer


@pytest.mark.parametrize("of_a_party", [False, True])
def test_a_duty_exists_once(case: Case, of_a_party: bool) -> None:
    """The same duty can't be put on the timetable twice, whether a party owes it or nobody in particular."""
    party = case.parties[0].id if of_a_party else None
    for _ in range(2):
        db.session.add(Deadline(case_id=case.id, step="panel", party_id=party, owner="spoc", state="open"))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_other_occurrences_and_parties_are_other_duties(case: Case) -> None:
    """Each occurrence, and each party's own, has its row."""
    for party in (None, case.parties[0].id):
        for occurrence in (1, 2):
            db.session.add(
                Deadline(case_id=case.id, step="s", party_id=party, occurrence=occurrence, owner="o", state="open")
            )
    db.session.flush()
    assert len(case.deadlines) == 4


def test_one_draft_makes_one_case(store: Flask) -> None:
    """The database refuses a second case from the same draft."""
    for _ in range(2):
        folder_of(0)
    cases = db.session.query(Case).all()
    cases[0].draft_key = cases[1].draft_key = "the same"
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_officers_are_told_apart_by_small_letters(store: Flask) -> None:
    """An email written in capitals is the same officer's, and no second one can have it."""
    for email in ("Spoc@Example.org ", "spoc@example.org"):
        db.session.add(Officer(email=email, name="A", area="north", role="spoc"))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_new_officer_can_sign_in_and_has_one_role(store: Flask) -> None:
    """Flask-Security finds what it needs: active, an identifier for sessions, the role, no password."""
    officer = Officer(email="spoc@example.org", name="A", area="north", role="spoc")
    db.session.add(officer)
    db.session.flush()
    assert officer.is_active
    assert officer.password is None
    assert len(officer.fs_uniquifier) == 32
    assert officer.has_role("spoc")
    assert not officer.has_role("deputy")
