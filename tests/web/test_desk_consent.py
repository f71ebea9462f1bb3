"""Consent at the desk: who has agreed and who has not stands on the page of the case."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.councillor import says
from tests.web.desk import join, open_referral, opened, sign_in
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.cases.pinned import rules_of
from webform.records.store import begin_writing, db
from webform.records.tables import Case

FOR_MUM = {"capacity": "behalf", "relationship": "family", "victim_name": "Maud Hill", "contact_main": "applicant"}
CHECKED = {"checked_on": "2026-05-05", "checked_how": "Sam called Maud", "given_how": "verbal", "main": "applicant"}


@pytest.fixture
def spoc(app: Flask, client: FlaskClient) -> FlaskClient:
    join(app)
    sign_in(app, client)
    return client


def writes_down(app: Flask, reference: str, **answers: Any) -> None:
    """An officer files what somebody said."""
    with app.app_context():
        begin_writing()
        case = db.session.query(Case).filter_by(reference=reference).one()
        procedure, forms = rules_of(case)
        step = next(one for one in procedure.steps if one.id == "consent-record")
        form = forms[step.fill or ""]
        now = dt.datetime.now(dt.UTC)
        file_document(case, step.id, form, {**CHECKED, **answers}, author=Author("Sam", "spoc"), now=now)
        db.session.commit()


def shown(spoc: FlaskClient, reference: str) -> str:
    """What the page of the case says of Maud's consent."""
    page = re.sub(r"<[^>]+>", "", spoc.get(f"/desk/case/{reference}").text)
    return next((" ".join(line.split()) for line in page.splitlines() if line.startswith("Maud Hill:")), "")


def test_the_case_says_that_nobody_has_answered(app: Flask, spoc: FlaskClient) -> None:
    """The person is named, with "No answer yet"; the form to write it down is at hand."""
    reference = opened(app, **FOR_MUM)
    open_referral(spoc, reference)
    assert shown(spoc, reference) == "Maud Hill: No answer yet."
    assert "Write down if the person agrees" in spoc.get(f"/desk/case/{reference}").text


def test_the_case_says_what_was_agreed_to_and_when(app: Flask, spoc: FlaskClient) -> None:
    """In part: what whoever asks may see stands beside it."""
    reference = opened(app, **FOR_MUM)
    open_referral(spoc, reference)
    writes_down(app, reference, agrees="in-part", shows=["progress"])
    found = shown(spoc, reference)
    assert found.startswith("Maud Hill: They agree to part of it. On record since ")
    assert found.endswith("The person who asks may see how far it is.")


def test_what_was_said_can_be_read_in_full(app: Flask, spoc: FlaskClient) -> None:
    """What they allow, whom they leave out, how they said it, who wrote it down, and the document itself."""
    reference = opened(app, **FOR_MUM)
    open_referral(spoc, reference)
    writes_down(app, reference, agrees="in-part", shows=["progress"], not_with="Acme Housing\nThe school")
    page = spoc.get(f"/desk/case/{reference}").text
    said = re.search(r'What was said<span class="govuk-visually-hidden">: Maud Hill.*?</details>', page, re.DOTALL)
    assert said
    words = " ".join(re.sub(r"<[^>]+>", " ", said[0]).split())
    for line in (
        "The person who asks may see How far it is", "Must not be told Acme Housing and The school",
        "Letters go to The person who asks", "How they said it By phone or in person", "Put on record by Sam",
    ):  # fmt: skip
        assert line in words
    link = re.search(r'href="([^"]+/document/\d+)"', said[0])
    assert link
    assert "Sam called Maud" in spoc.get(link[1]).text


def test_their_own_answer_says_that_it_is_their_own(app: Flask, spoc: FlaskClient) -> None:
    """Said on their own page: nobody at the council wrote it down."""
    reference = opened(app, **FOR_MUM)
    open_referral(spoc, reference)
    says(app, reference, "yes")
    words = " ".join(re.sub(r"<[^>]+>", " ", spoc.get(f"/desk/case/{reference}").text).split())
    assert "How they said it On their own page" in words
    assert "Must not be told Nobody was named" in words


def test_where_no_address_is_known_nobody_is_told_to_avoid_it(app: Flask, spoc: FlaskClient) -> None:
    """Maud's address was never given; Ann's was, and letters there are safe."""
    reference = opened(app, **FOR_MUM)
    open_referral(spoc, reference)
    page = spoc.get(f"/desk/case/{reference}").text
    assert page.count("No postal address") == 1
    assert "No letters to their home" not in page


def test_the_case_says_why_it_goes_on_without_an_answer(app: Flask, spoc: FlaskClient) -> None:
    """The reason that somebody decided on is there for everybody who works on it."""
    reference = opened(app, **FOR_MUM)
    open_referral(spoc, reference)
    writes_down(app, reference, agrees="without", reason="lacks-capacity", why="Letter of the GP")
    assert "without their answer: they lack capacity to decide this." in shown(spoc, reference)


def test_a_case_of_ones_own_says_nothing_of_it(app: Flask, spoc: FlaskClient) -> None:
    """Who asks for themselves needs nobody's consent."""
    reference = opened(app)
    open_referral(spoc, reference)
    assert "Do they agree?" not in spoc.get(f"/desk/case/{reference}").text


def test_a_declaration_to_sign_is_printed_for_the_case(app: Flask, spoc: FlaskClient) -> None:
    """It bears the reference and both names, has lines to sign on, and comes as a PDF under a neutral name."""
    reference = opened(app, **FOR_MUM)
    open_referral(spoc, reference)
    link = re.search(r'href="([^"]+/declaration/[^"]+)"', spoc.get(f"/desk/case/{reference}").text)
    assert link
    page = " ".join(re.sub(r"<[^>]+>", " ", spoc.get(link[1]).text).split())
    for words in (reference, "Maud Hill", "Ann Žďárská", "Do you agree that this person asks for you?", "Signed:"):
        assert words in page
    paper = spoc.get(f"{link[1]}paper")
    assert paper.data.startswith(b"%PDF")
    assert paper.headers["Content-Disposition"] == f"inline; filename={reference}.pdf"
    assert spoc.get(f"/desk/case/{reference}/declaration/request/").status_code == 404
