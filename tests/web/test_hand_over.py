"""A case goes from one officer to another."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.desk import SAM, join, open_referral, opened, press
from tests.web.party import give_word, links, open_page
from tests.web.visitor import Visitor
from webform.cases.officers import find_officer, hand_case_to
from webform.cases.people import Author
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document, Task

NOTE = "She rings on Fridays."


def test_a_colleague_takes_over_with_a_note(app: Flask, desk: FlaskClient) -> None:
    """The case says who looks after it, the note is on record and waits as a task, and the applicant sees nothing."""
    reference = opened(app)
    give_word(app, reference)
    open_referral(desk, reference)
    join(app, "bob@merton.example", "Bob Dee", role="officer")
    join(app, "audit@merton.example", "Ada Look", role="auditor")
    join(app, "far@bromley.example", "Far Away", "bromley")
    where = f"/desk/case/{reference}/hand-over"
    page = desk.get(where).text
    named = [name for name in ("Sam Spoc looks after it now", "Bob Dee", "Ada Look", "Far Away") if name in page]
    assert named == ["Sam Spoc looks after it now", "Bob Dee"]
    refused = press(desk, where, page=where, note=NOTE)
    assert (refused.status_code, NOTE in refused.text) == (422, True)
    with app.app_context():
        bob = find_officer("bob@merton.example")
        assert bob
        to = str(bob.id)
    assert press(desk, where, page=where, to=to, note=NOTE).status_code == 303
    page = desk.get(f"/desk/case/{reference}").text
    assert "Looked after by <strong>Bob Dee</strong>" in page
    assert NOTE in page
    own = open_page(Visitor(app.test_client()), links(app)[0])
    assert NOTE not in own.page.text
    assert press(desk, where, page=where, to=to).status_code == 422  # Bob has it already


def test_the_note_of_a_second_time_waits_too(app: Flask, sam: str) -> None:
    """Who gets a case back reads what is said now, though nobody has ticked off what was said the first time."""
    join(app, "bob@merton.example", "Bob Dee", role="officer")
    reference = opened(app)
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        officers = [find_officer("bob@merton.example"), find_officer(SAM)]
        for number in range(3):
            officer = officers[number % 2]
            assert officer
            hand_case_to(case, officer, f"Note {number}", Author("Kit", "deputy"), dt.datetime.now(dt.UTC))
        waiting = select(Task.says).where(Task.case_id == case.id, Task.done_at.is_(None)).order_by(Task.id)
        assert [says.rpartition("\n")[2] for says in db.session.scalars(waiting)] == ["Note 1", "Note 2"]


def test_a_second_press_files_nothing_more(app: Flask, sam: str) -> None:
    """However often it is pressed, it is handed over once."""
    reference = opened(app)
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        officer = find_officer(SAM)
        assert officer
        for _ in range(2):
            hand_case_to(case, officer, "", Author("Bob Dee", "officer"), dt.datetime.now(dt.UTC))
        kinds = db.session.scalars(select(Document.kind).where(Document.kind == "taken-over")).all()
        tasks = db.session.scalars(select(Task.says).where(Task.kind.like("taken-over:%"))).all()
        assert (len(kinds), tasks) == (1, ["Bob Dee has handed the case over to Sam Spoc."])
