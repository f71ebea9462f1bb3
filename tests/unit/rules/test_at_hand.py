"""The details of a councillor or MP stand in the request before they begin."""

from __future__ import annotations

import datetime as dt

import pytest

from webform.documents.shelf import Shelves
from webform.roster import Elected, Kind
from webform.rules.at_hand import answered, asks_as, at_hand

TODAY = dt.date(2026, 5, 11)


@pytest.mark.parametrize("kind", ["councillor", "mp"])
def test_details_are_filled_in_where_the_form_asks_for_them(shelves: Shelves, kind: Kind) -> None:
    """Name, address, for whom they ask and as what; nothing about anybody else."""
    form = shelves.forms["request"]
    known = at_hand(form, Elected("merton", "Jo Hill", "jo@council.example", kind))
    means = {question.means: known[question.id] for id_ in known if (question := form.question(id_))}
    assert means == {
        "applicant.name": "Jo Hill", "applicant.email": "jo@council.example", "applicant.capacity": "behalf",
        "applicant.relationship": kind, "contact.email_safe": "yes",
    }  # fmt: skip
    assert asks_as(form, known["relationship"], kind)
    assert not asks_as(form, "family", kind)
    assert not asks_as(form, None, kind)


def test_pages_that_are_answered_are_not_asked_first(shelves: Shelves) -> None:
    """Pages on which everything is known count as seen; a page with an open question doesn't."""
    form = shelves.forms["request"]
    known = at_hand(form, Elected("merton", "Jo Hill", "jo@council.example", "councillor"))
    assert set(answered(form, known, TODAY)) == {"who", "how-you-know-them", "name", "by-email", "email"}


def test_a_form_that_marks_no_choice_knows_nobody(shelves: Shelves) -> None:
    """Without marked choices only what the questions mean is filled in, and nobody asks as a councillor."""
    form = shelves.forms["tell-more"]
    assert at_hand(form, Elected("merton", "Jo Hill", "jo@council.example", "councillor")) == {}
    assert not asks_as(form, "councillor", "councillor")
