"""A letter that went with something wrong in it, at the desk: a corrected one takes its place, and both stay."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.second_reader import use_second_reader
from tests.web.desk import SAM, case_number, documents, join, open_referral, opened, press, sign_in
from tests.web.party import give_word, links, open_page
from tests.web.visitor import Visitor
from webform.house import EXTENSION
from webform.records.store import db
from webform.records.tables import Document, Message

STEP = "acknowledgement"


@pytest.fixture
def went(app: Flask, desk: FlaskClient, now: Moment) -> str:
    """The page of an acknowledgement that went by email, with a wrong fact in it."""
    reference = opened(app)
    open_referral(desk, reference)
    letter = f"/desk/case/{reference}/letter/{STEP}"
    press(desk, letter, page=letter, do="send", subject="We have it", markdown="Dear Anna\n\nWe have it.")
    [sent] = documents(app, reference, STEP)
    now.passes(days=1)
    sign_in(app, desk, SAM)
    return f"/desk/case/{reference}/document/{sent.number}"


def way(page: str) -> str:
    found = re.search(r'href="([^"]+/instead-of/\d+)"', page)
    return found[1] if found else ""


def letters(app: Flask, went: str) -> list[Document]:
    with app.app_context():
        of_case = select(Document).where(Document.case_id == case_number(went.split("/")[3]), Document.kind == STEP)
        return list(db.session.scalars(of_case.order_by(Document.number)))


def due(desk: FlaskClient, went: str) -> str:
    """How the duty of the first letter stands on the page of the case."""
    found = re.search(r"Acknowledge the request.{0,900}?(Done[^<]*)<", desk.get(went.split("/document")[0]).text, re.S)
    return found[1] if found else ""


def test_a_corrected_letter_names_the_one_whose_place_it_takes(app: Flask, desk: FlaskClient, went: str) -> None:
    """It begins with what it replaces and today's facts, goes once, and the duty stays done on its first day."""
    before, again = due(desk, went), way(desk.get(went).text)
    page = desk.get(again).text
    assert "This letter takes the place of ours of 11 May 2026, “We have it”." in page
    assert ("Dear Ann" in page, "Keep it with the letters for the post" in page) == (True, False)
    words = {"subject": "Your request", "markdown": "This takes the place of ours.\n\nDear Ann"}
    assert press(desk, again, page=again, do="send", **words).status_code == 303
    first, second = letters(app, went)
    assert (second.step, second.replaces, second.answers["instead_of"]) == (None, None, first.number)
    assert before == due(desk, went) != ""
    old, new = desk.get(went).text, desk.get(f"{went.rsplit('/', 1)[0]}/{second.number}").text
    assert ("A corrected letter took its place" in old, way(old)) == (True, "")
    assert "It took the place of another letter" in new
    assert way(new).endswith(f"/instead-of/{second.number}")
    with app.app_context():
        sent = select(Message.subject).where(Message.role == "applicant").order_by(Message.id.desc()).limit(1)
        assert db.session.scalars(sent).one() == "Your request"
    late = desk.get(again)
    assert (late.status_code, "already done by Sam Spoc" in late.text) == (422, True)
    pages = [press(desk, again, page=went, do="send", **{**words, **other}) for other in ({}, {"markdown": "Dear Bo"})]
    assert [one.status_code for one in pages] == [303, 422]
    assert ("done=acknowledgement" in pages[0].location, "Dear Bo" in pages[1].text) == (True, True)
    assert len(letters(app, went)) == 2
    ann = Visitor(app.test_client())
    give_word(app, went.split("/")[3])
    open_page(ann, links(app)[-1])
    assert ann.page.text.count("a later letter takes its place") == 1


def test_what_is_no_letter_of_that_step_has_none(desk: FlaskClient, went: str) -> None:
    """The request, a letter of another step, and a number that nobody has: nothing is drawn and nothing goes."""
    case = went.split("/document")[0]
    for step, number, status in ((STEP, 1, 422), (STEP, 99, 422), ("outcome", int(went.split("/")[-1]), 404)):
        assert desk.get(f"{case}/letter/{step}/instead-of/{number}").status_code == status
    assert way(desk.get(f"{case}/document/1").text) == ""
    again = way(desk.get(went).text)
    assert press(desk, again, page=again, do="aside", subject="S", markdown="M").status_code == 404


def test_it_is_read_by_a_second_person_too(app: Flask, desk: FlaskClient) -> None:
    """A corrected letter is no way round the procedure: who reads it finds it by the task; then it goes on paper."""
    before = use_second_reader(app, "deputy")
    reference = opened(app)
    open_referral(desk, reference)
    join(app, "dee@merton.example", "Dee Puty", "merton", "deputy")
    dee = app.test_client()
    sign_in(app, dee, "dee@merton.example")
    words = {"subject": "We have it", "markdown": "Dear Ann"}
    first = f"/desk/case/{reference}/letter/{STEP}"
    for again in (False, True):
        where = way(desk.get(f"/desk/case/{reference}/document/{len_of(app, reference)}").text) if again else first
        refused = press(desk, where, page=where, do="send", **words)
        assert (refused.status_code, "somebody else has to read it" in refused.text) == (422, True)
        press(desk, where, page=where, do="ask", **words)
        assert ("It is a corrected letter. Its page begins at document" in dee.get("/desk/").text) is again
        press(dee, where, page=where, do="yes", **words)
        day = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
        assert press(desk, where, page=where, do="posted", **day, **words).status_code == 303
    app.extensions[EXTENSION] = before
    assert [one.answers["channel"] for one in letters(app, f"/desk/case/{reference}/")] == ["paper", "paper"]


def len_of(app: Flask, reference: str) -> int:
    """The number of the last letter of that step."""
    return letters(app, f"/desk/case/{reference}/")[-1].number
