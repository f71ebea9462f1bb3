"""What is held about one person, for that person: all of it, and nothing of anybody else. On both databases."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from tests.asked_for import asked_for
from tests.bundles import HIDDEN, OPEN, Unpacked, case_with_secrets, made
from tests.cases.test_bundles import NOTHING
from tests.moment import Moment
from tests.victim import incident, victim_in_merton
from webform.cases import bundles
from webform.cases.bundles import PERSON, ask_for_bundle
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.sending.paper import PaperError

MAUD = {
    "capacity": "behalf", "relationship": "family", "victim_agrees": "knows", "victim_name": "Maud Hill", "born": None,
    "contact_main": "both", "victim_email": "maud@people.example", "victim_phone": "020 7946 0003",
    "victim_phone_safe": "yes", "victim_email_safe": "yes", "headline": "Maud Hill can not sleep",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a PDF takes longer than all the rest."""

    def refuses(*_pages: str, seconds: float) -> bytes:
        raise PaperError("not here")

    monkeypatch.setattr(bundles, "pdf", refuses)


def copy_for(case: Case, role: str, now: Moment) -> Unpacked:
    """The copy for whoever has that role in the case."""
    begin_writing()
    party = next(one for one in case.parties if one.role == role)
    return made(ask_for_bundle(case, "Sam Spoc", {**NOTHING, PERSON: party.id}, now()), now())


def test_whose_case_it_is_gets_all_of_it_and_nobody_else(store: Flask, now: Moment) -> None:
    """Every document, their own details and the same for a machine; of who did it and who reported it no word."""
    case, _files = case_with_secrets(store, now())
    copy = copy_for(case, "applicant", now)
    assert [phrase for phrase in HIDDEN if phrase.casefold() in copy.everything.casefold()] == []
    assert [phrase for phrase in OPEN if phrase not in copy.page] == []
    data = json.loads(copy.parts["files/data.json"])
    assert [one["number"] for one in data["sheets"]] == [one.number for one in case.documents]
    assert {"27 March 1985", "ann@people.example"} <= {value for _label, value in data["about"]}
    assert copy.digests()["files/data.json"]


def test_of_two_who_ask_together_each_gets_their_own(store: Flask, now: Moment, shelves: Shelves) -> None:
    """Who asked for somebody does not get what is known of that person, nor the other way round."""
    night = incident(1, "2026-05-02", "2026-05-03", incident_what="Ring me on 020 7946 0000, not her on 020 7946 0003.")
    case = asked_for(shelves, victim_in_merton(**MAUD, incidents=[night]), now())
    db.session.commit()
    for role, mine, theirs in (
        ("applicant", ("Ann Žďárská", "020 7946 0000"), ("Maud", "Hill", "020 7946 0003")),
        ("victim", ("Maud Hill", "020 7946 0003"), ("Ann", "020 7946 0000", "ann@people.example", "1 Mill Lane")),
    ):
        copy = copy_for(case, role, now).everything
        assert [phrase for phrase in mine if phrase not in copy] == [], role
        assert [phrase for phrase in theirs if phrase in copy] == [], role


def test_anybody_else_gets_what_they_said_and_were_told(store: Flask, now: Moment) -> None:
    """An organisation's own answer and the letters to it, and no other document of the case."""
    case, _files = case_with_secrets(store, now())
    copy = copy_for(case, "agency", now)
    agency = next(one for one in case.parties if one.role == "agency")
    numbers = {int(name[10:13]) for name in copy.parts if name.startswith("documents/")}
    assert numbers == {one.number for one in case.documents if one.party_id == agency.id}
    assert 1 not in numbers
