"""What is taken out of text before it leaves the house, and what stays."""

from __future__ import annotations

import pytest

from webform.documents.form import Question
from webform.documents.shelf import Shelves
from webform.rules.redaction import Blackout, names_in, objects, own_contacts, own_names, why_left_out

NAMES = ("Mr Loud of flat 9", "The man at number 12", "Kevin  Smith", "me", "Ann Žďárská")
OWN = ("Ann Žďárská", "Bill Smith")
PUBLIC = ("Phone 020 8274 4901, or write to reviews@council.example in SM4 5DX.",)

SAID = {
    "It was Mr Loud of flat 9.": "It was [name left out].",
    "mr  loud of FLAT 9 again": "[name left out] again",
    "Loud’s dog, and LOUD himself": "[name left out]’s dog, and [name left out] himself",
    "a loud bang, Loudly": "a loud bang, Loudly",
    "The man at number 12 and the man": "[name left out] and the man",
    "Kevin said so to Kevin Smith": "[name left out] said so to [name left out]",
    "Mr Smith is my husband": "Mr Smith is my husband",  # their own name as well
    "Ann Žďárská wrote it": "Ann Žďárská wrote it",
    "it was me": "it was me",  # too short to be told from other words
    "Ring 07700 900123 or +44 7700 900 456": "Ring [contact left out] or [contact left out]",
    "Write to bob@people.example, SW19 1AA": "Write to [contact left out], [contact left out]",
    "Ring (020) 8274-4901, Reviews@Council.example, sm45dx": "Ring (020) 8274-4901, Reviews@Council.example, sm45dx",
    "K7QM-24XD, NOISE-1, on 3 05 2026 or 2026-05-03": "K7QM-24XD, NOISE-1, on 3 05 2026 or 2026-05-03",
}


@pytest.mark.parametrize("text", SAID)
def test_names_and_ways_to_reach_people_are_taken_out(text: str) -> None:
    """However they are written; words that only look like them, the case's own people and public contacts stay."""
    assert Blackout(NAMES, OWN, PUBLIC)(text) == SAID[text]


def test_what_was_taken_is_counted() -> None:
    """So that whoever hands it on can see it, as it was written."""
    blackout = Blackout(("Kev Moor",), (), ())
    blackout("Kev Moor and Kev. Kev rang from 07700 900123.")
    assert blackout.taken == {"Kev Moor": 1, "Kev": 2, "07700 900123": 1}


def test_a_name_is_no_pattern() -> None:
    """Whatever signs somebody types as a name, it is looked for as it is."""
    assert Blackout(("(.*) \\d+ [a",), (), ())("All of it (.*) \\d+ [a here") == "All of it [name left out] here"


def asked(**keys: object) -> Question:
    return Question.model_validate({"id": "x", "type": "text", "label": "X", **keys})


def test_answers_are_left_out_by_what_they_mean() -> None:
    """What only officers read, and how to reach anybody but the people whose case it is."""
    assert "only officers" in why_left_out(asked(private="restricted"), own=True, panel=True)
    assert "only officers" in why_left_out(asked(private="panel"), own=True)
    assert why_left_out(asked(private="panel"), own=False, panel=True) == ""
    for kind in ("email", "phone", "address", "postcode"):
        assert "somebody else" in why_left_out(asked(type=kind), own=True)
        assert "somebody else" in why_left_out(asked(type=kind, means="contact.email"), own=False)
        assert why_left_out(asked(type=kind, means="contact.email"), own=True) == ""
        assert why_left_out(asked(type=kind, means="victim.phone"), own=False) == ""
    assert why_left_out(asked(means="incident.what"), own=False) == ""


def test_people_are_found_by_what_questions_mean(shelves: Shelves) -> None:
    """Who did it and who reported it are named; whose case it is stays; an organisation says what it objects to."""
    form = shelves.forms["request"]
    home = {"line1": "1 Mill Lane", "postcode": "SM4 5DX"}
    answers = {"name": "Ann", "address": home, "people": [{"entry": 1, "person_name": "Kev"}]}
    assert names_in(form, answers) == ["Kev"]
    assert own_names(form, answers) == ["Ann"]
    assert own_contacts(form, answers) == ["1 Mill Lane", "SM4 5DX"]
    assert objects(shelves.forms["agency-return"], {"objects": "yes"})
    assert not objects(shelves.forms["agency-return"], {"objects": "no"})
