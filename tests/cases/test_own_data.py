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
from webform.cases.file_document import file_document
from webform.cases.folder import documents_of
from webform.cases.people import Author
from webform.cases.pinned import rules_of
from webform.documents.shelf import Shelves
from webform.records.chain import seal_document
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


def test_how_the_other_of_two_is_reached_is_in_neither_copy(store: Flask, now: Moment, shelves: Shelves) -> None:
    """Where somebody has moved to, and when it is safe to ring, is for the council and nobody who asks with them."""
    note = "Ring after nine, when she sleeps."
    case = asked_for(shelves, victim_in_merton(**MAUD, contact_note=note, quiet_hours="After the shop shuts"), now())
    maud = next(one for one in case.parties if one.role == "victim")
    moved = {
        "email_safe": "no", "new_phone": "020 7946 0009", "voicemail_safe": "no", "post_safe": "yes",
        "new_address": {"line1": "9 Refuge Row", "town": "Hidden", "postcode": "LS1 4AP"},
        "contact_note": "Ring at noon",
    }  # fmt: skip
    form = shelves.forms["contact-change"]
    step = next(one.id for one in rules_of(case)[0].steps if one.fill == form.id)
    file_document(case, step, form, moved, author=Author("", "victim", maud.id), now=now())
    db.session.commit()
    hers, theirs = copy_for(case, "victim", now).everything, copy_for(case, "applicant", now).everything
    assert [phrase for phrase in ("9 Refuge Row", "Ring at noon") if phrase not in hers] == []
    assert [phrase for phrase in ("9 Refuge Row", "Hidden", "Ring at noon", "7946 0009") if phrase in theirs] == []
    assert [phrase for phrase in (note, "After the shop shuts") if phrase not in theirs] == []
    assert [phrase for phrase in (note, "After the shop shuts") if phrase in hers] == []


def test_who_asks_for_somebody_gets_no_more_than_that_person_lets_them_see(
    store: Flask, now: Moment, shelves: Shelves
) -> None:
    """After a refusal the copy of whoever asked holds what they said and were told, and nothing that came later."""
    case = asked_for(shelves, victim_in_merton(**MAUD), now())
    maud = next(one for one in case.parties if one.role == "victim")
    db.session.commit()
    now.passes(hours=1)
    begin_writing()
    step = next(one.id for one in rules_of(case)[0].steps if one.fill == "consent")
    said = {"said": "no", "main": "victim"}
    file_document(case, step, shelves.forms["consent"], said, author=Author("", "victim", maud.id), now=now())
    now.passes(hours=1)
    seal_document(
        case, kind="letter", author="Sam", author_role="spoc", filed_at=now(), body="The police came on Friday.",
        answers={"channel": "paper", "subject": "About Friday"}, party_id=maud.id,
    )  # fmt: skip
    db.session.commit()
    hers, theirs = copy_for(case, "victim", now), copy_for(case, "applicant", now)
    sheets = (json.loads(copy.parts["files/data.json"])["sheets"] for copy in (hers, theirs))
    every, some = ([one["number"] for one in found] for found in sheets)
    assert every == [one.number for one in documents_of(case)]
    assert "The police came on Friday." in hers.page
    assert "The police came on Friday." not in theirs.everything
    refusal = next(one.number for one in documents_of(case) if one.kind == "consent")
    assert (1 in some, refusal in some) == (True, False)
