"""Cases are found by exact values that stand nowhere in plain."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.folders import EMAIL, open_case
from webform.records.lookup import find_cases, index_case, reindex
from webform.records.reference import ALPHABET, shown_reference, unused_reference
from webform.records.sealed import BlindKind, blind
from webform.records.store import db
from webform.records.tables import BlindIndex, Case


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("email", EMAIL.upper()), ("surname", "quicken-borough"), ("postcode", "sm45dx"), ("phone", "+44 20 7946 0018")],
)
def test_a_case_is_found_however_it_is_typed(case: Case, kind: BlindKind, typed: str) -> None:
    """Email, surname, postcode and phone find their case, and nobody else's value does."""
    index_case(case)
    assert find_cases(kind, typed) == (case.id,)
    assert find_cases(kind, typed + "9x") == ()


def test_a_case_is_found_by_its_reference(case: Case) -> None:
    """A reference read out on the phone finds its case without dash and in small letters."""
    index_case(case)
    assert find_cases("reference", case.reference.lower().replace("-", " ")) == (case.id,)


def test_values_of_one_kind_are_not_found_under_another(case: Case) -> None:
    """The digests of two kinds can't be compared with each other, not even by who reads the database."""
    index_case(case)
    assert find_cases("surname", EMAIL) == find_cases("email", "Quickenborough") == ()
    assert blind("postcode", "SM45DX") != blind("reference", "SM45DX")


def test_what_is_missing_is_not_indexed(case: Case) -> None:
    """Two people without an email are not taken for the same person, and searching for nothing finds nobody."""
    case.parties[0].person = {"name": "", "email": None, "address": None}
    index_case(case)
    assert db.session.scalars(sa.select(BlindIndex.kind)).all() == ["reference"]
    assert find_cases("email", " ") == ()


def test_indexing_again_follows_the_people(case: Case) -> None:
    """A changed email is found and the old one is not."""
    index_case(case)
    case.parties[0].person = {"name": "Ann Other", "email": "new@example.org"}
    index_case(case)
    assert find_cases("email", "new@example.org") == (case.id,)
    assert find_cases("email", EMAIL) == find_cases("phone", "020 7946 0018") == ()


def test_reindexing_writes_every_case_anew(store: Flask) -> None:
    """Lost or outdated indexes come back, case by case."""
    cases = [open_case().id for _ in range(3)]
    db.session.commit()
    assert reindex() == 3
    assert find_cases("email", EMAIL) == tuple(cases)
    assert reindex() == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BlindIndex)) == 15


def test_references_say_nothing_and_read_well(store: Flask) -> None:
    """A reference has eight signs that can't be taken for one another, and no two are alike."""
    made = {unused_reference() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) - set(ALPHABET) - {"-"}
    assert not set("AEIOUBLSZ0158") & set(ALPHABET)
    assert all(len(reference) == 9 and reference[4] == "-" for reference in made)
    assert shown_reference(" k7qm24xd ") == "K7QM-24XD"


def test_a_taken_reference_is_not_given_out(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """When chance gives a reference that a case has, another one is made."""
    signs = iter(case.reference.replace("-", "") + "CCCC2222")
    monkeypatch.setattr("webform.records.reference.secrets.choice", lambda _alphabet: next(signs))
    assert unused_reference() == "CCCC-2222"
