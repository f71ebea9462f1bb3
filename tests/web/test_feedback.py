"""Anybody says what they think of the service: it is kept, a person is asked to read it, and it is acknowledged."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import token_of
from webform.cases.area_folder import area_folder
from webform.cases.cross_check import disagreements
from webform.cases.feedback import forget_feedback
from webform.records.chain import verify_all
from webform.records.store import db
from webform.records.tables import Case, Document, Message, Task

PAGE = "/merton/feedback"
SAID = {"think_kind": "complaint", "think_words": "Nobody rang me back, in three weeks."}


def say(client: FlaskClient, **fields: str) -> tuple[int, str]:
    """Type it and press the button; the status, and what the page says or where it leads."""
    answer = client.post(PAGE, data={"csrf_token": token_of(client.get(PAGE)), **SAID, **fields})
    return answer.status_code, answer.location or answer.text


def test_it_is_kept_and_somebody_is_asked_to_read_it(app: Flask, client: FlaskClient, now: Moment) -> None:
    """What was said is in the area's own folder; a task asks for a reader; a note that gives nothing away is sent."""
    assert "Feedback and complaints" in client.get("/merton/").text
    for _press in range(2):
        assert say(client, think_email="ann@people.example") == (303, f"{PAGE}/sent")
    assert "a person reads it" in client.get(f"{PAGE}/sent").text
    with app.app_context():
        folder = area_folder("merton")
        assert folder is not None
        (document,) = db.session.scalars(select(Document).where(Document.case_id == folder.id)).all()
        assert document.answers is not None
        assert document.answers["think_words"] == SAID["think_words"]
        assert "document 1" in db.session.scalars(select(Task.says)).one()
        mails = db.session.scalars(select(Message)).all()
        (note,) = (one for one in mails if one.recipient == "ann@people.example")
        assert (note.subject, note.case_id) == ("Thank you", None)
        assert "case" not in note.text.lower()
        assert "complain" not in note.text.lower()
        assert verify_all() == ()


def test_nothing_typed_is_lost(app: Flask, client: FlaskClient) -> None:
    """A page that was open for too long, or that lacks an answer, comes back with every word."""
    status, page = say(client, csrf_token="old")
    assert (status, SAID["think_words"] in page) == (400, True)
    status, page = say(client, think_kind="")
    assert (status, SAID["think_words"] in page) == (422, True)
    assert "Select what you would like to do" in page
    with app.app_context():
        assert db.session.scalars(select(Case)).all() == []


def test_it_goes_when_its_time_is_over(app: Flask, client: FlaskClient, now: Moment) -> None:
    """Two years on nothing of it is left; that something was said stays in the chain, and the register knows why."""
    say(client)
    now.passes(days=700)
    with app.app_context():
        assert forget_feedback(now()) == 0
    now.passes(days=40)
    with app.app_context():
        assert (forget_feedback(now()), forget_feedback(now())) == (1, 0)
        assert db.session.scalars(select(Document.answers)).all() == [None]
        assert verify_all() == ()
        assert [fault for fault in disagreements(now()) if "register of erasures" in fault] == []
