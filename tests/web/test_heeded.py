"""What an area says about an answer, at the moment when it is given: help, and never a stop."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.moment import Moment
from tests.victim import victim_in_merton
from tests.watched import WatchedClient
from tests.web.visitor import Visitor
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Draft
from webform.rules.heeded import heeded
from webform.rules.journey import places


@pytest.fixture
def visitor(app: Flask, now: Moment) -> Visitor:
    """Somebody who has answered everything in Merton, and looks at their answers."""
    app.test_client_class = WatchedClient
    visitor = Visitor(app.test_client())
    visitor.begin("merton")
    with app.app_context():
        draft = db.session.scalars(select(Draft)).one()
        draft.answers = victim_in_merton()
        draft.visited = [str(place) for place in places(app.extensions["asb"].shelves.forms["request"], draft.answers)]
        db.session.commit()
    return visitor


def notes(visitor: Visitor) -> str:
    """What stands in the notes of the page."""
    return html.unescape(" ".join(re.findall(r'role="note".*?</div>', visitor.page.text, re.DOTALL)))


def says(shelves: Shelves, gate: str) -> str:
    """The area's words."""
    return next(one.says for one in shelves.procedures["merton"].gates if one.id == gate)


def test_help_comes_right_after_the_answer(visitor: Visitor, shelves: Shelves) -> None:
    """On the page after, once; not on the page after that, and not after another answer."""
    words = says(shelves, "open-complaint")
    visitor.get("/form/also-open")
    visitor.post({"open_complaint": "yes"})
    assert words in notes(visitor)
    assert visitor.page.status_code == 200
    visitor.post({"court_case": "no"})
    assert words not in notes(visitor)
    visitor.get("/form/also-open")
    visitor.post({"open_complaint": "no"})
    assert words not in notes(visitor)


def test_it_is_there_again_before_sending_and_stops_nobody(visitor: Visitor, shelves: Shelves) -> None:
    """Check-your-answers says it once more, with the button that sends."""
    visitor.get("/form/also-open?return=check")
    visitor.post({"open_complaint": "yes"})
    assert visitor.address.endswith("/form/check")
    assert says(shelves, "open-complaint") in notes(visitor)
    assert "Accept and send" in visitor.page.text
    assert visitor.post({}, "/form/send").status_code == 200
    assert visitor.address.endswith("/form/sent")


def test_no_address_tells_what_it_was_about(visitor: Visitor) -> None:
    """The history of the browser holds nothing of the answer."""
    visitor.get("/form/also-open")
    visitor.post({"open_complaint": "yes"})
    assert visitor.address == "/form/also-open-elsewhere"


def test_only_what_is_known_is_said(shelves: Shelves) -> None:
    """Nothing is said before the question was asked, after "I do not know", or of what only officers write."""
    merton, form = shelves.procedures["merton"], shelves.forms["request"]
    today = dt.date(2026, 5, 11)
    answers = victim_in_merton()
    assert heeded(merton, form, {}, today) == ()
    assert [gate.id for gate in heeded(merton, form, answers | {"open_complaint": "yes"}, today)] == ["open-complaint"]
    assert heeded(merton, form, answers | {"open_complaint": "unsure"}, today) == ()
    asked = heeded(merton, form, answers | {"open_complaint": "yes"}, today, {"court_case"})
    assert asked == (), "another question was just asked"
