"""The page of somebody who asks for another person: it shows what that person allows."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import documents, opened
from tests.web.party import give_word, links, open_page, party_of
from tests.web.test_party_page import form_address, send
from tests.web.visitor import Visitor
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.cases.pinned import rules_of
from webform.records.store import begin_writing, db
from webform.records.tables import Case

FOR_MUM = {"capacity": "behalf", "relationship": "family", "victim_name": "Maud Hill", "contact_main": "applicant"}


@pytest.fixture
def ann(app: Flask, now: Moment, client: FlaskClient) -> Visitor:
    """Ann, before the page of the review that she asked for for her mother."""
    give_word(app, opened(app, **FOR_MUM))
    return open_page(Visitor(client), links(app)[0])


def maud_says(app: Flask, said: str, **more: Any) -> None:
    """Her mother answers on her own page."""
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case)).one()
        maud = party_of(case.reference, "victim")
        form, now = rules_of(case)[1]["consent"], dt.datetime.now(dt.UTC)
        file_document(case, "consent", form, {"said": said, **more}, author=Author("", "victim", maud.id), now=now)
        db.session.commit()


def test_whoever_asks_sees_what_the_person_allows(app: Flask, ann: Visitor) -> None:
    """How it goes on until the person says no; from then on nothing new, and no form but how to be reached."""
    maud_says(app, "yes", main="both")
    before = ann.get(ann.address).text
    goes_on = ["Where it stands", "What is next", "You can tell us more at any time."]
    assert [words for words in goes_on if words not in before] == []
    maud_says(app, "no")
    after = ann.get(ann.address).text
    assert "has not agreed that we tell you more" in after
    assert [words for words in goes_on if words in after] == []
    assert "You can change how we contact you." in after


def test_a_letter_that_was_seen_stays(app: Flask, ann: Visitor, now: Moment) -> None:
    """The receipt went before the person took it back, and can still be read."""
    now.passes(minutes=10)
    maud_says(app, "no")
    address = re.search(r'href="(/page/[^"]+/letter/\d+)"', ann.get(ann.address).text)
    assert address
    assert ann.get(address[1]).status_code == 200


def test_nobody_sends_an_answer_that_somebody_else_changed_under_their_eyes(app: Flask, now: Moment) -> None:
    """Maud reads that she refuses; whoever else has her link and word makes it a yes: that is not sent."""
    reached = {"contact_main": "both", "victim_email": "maud@people.example", "victim_email_safe": "yes"}
    reference = opened(app, **FOR_MUM | {"victim_agrees": "knows"} | reached)
    give_word(app, reference, role="victim")
    maud, other = (open_page(Visitor(app.test_client()), links(app, "maud@people.example")[0]) for _ in range(2))
    for one, said in ((maud, "no"), (other, "yes")):
        one.get(form_address(one, "Your answer"))
        one.get(re.sub(r"/(check|answer)$", "/answer", one.address))
        one.post({"said": said})
    other.post({"not_with": ""})
    other.post({"main": "applicant"})
    assert maud.heading == other.heading == "Check your answers"
    send(maud)
    assert maud.page.status_code == 422
    assert "were changed since you looked" in maud.page.text
    assert documents(app, reference, "consent") == []
    maud.address = re.sub(r"/send", "/check", maud.address)
    maud.get(re.sub(r"/check", "/answer", maud.address))
    maud.post({"said": "no"})
    maud.get(re.sub(r"/(check|answer).*", "/check", maud.address))
    send(maud)
    assert maud.heading == "We have it"
    assert [one.answers["said"] for one in documents(app, reference, "consent") if one.answers] == ["no"]
