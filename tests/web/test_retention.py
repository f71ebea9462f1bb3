"""A case that is kept beyond its time, and one that was erased, as an officer finds them."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import case_number, open_referral, opened, press, sign_in
from webform.cases.erase import erase_case
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.cases.retention import keep_to_retention
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message


def change(app: Flask, reference: str, now: Moment, step: str = "", **answers: str) -> None:
    """Close the case with its emails gone, or file a form of it."""
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        if step:
            form = house().shelves.forms[step]
            file_document(case, step, form, answers, author=Author("Sam Spoc", "spoc"), now=now())
        else:
            case.closed_at = now()
            for message in db.session.scalars(select(Message)):
                message.state, message.sent_at = "sent", now()
        db.session.commit()


def test_a_case_that_is_kept_says_so(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """The page of a closed case offers to keep it; from then on it says since when, until somebody ends that."""
    reference = opened(app)
    open_referral(desk, reference)
    change(app, reference, now)
    page = f"/desk/case/{reference}"
    assert "Keep the case beyond its time" in desk.get(page).text
    change(app, reference, now, "keep-case", keep_why="The Ombudsman asks for it.")
    said = desk.get(page).text
    assert "Kept beyond its time" in said
    assert "Stop keeping the case" in said
    change(app, reference, now, "let-case-go", let_go_why="It is over.")
    assert "Kept beyond its time" not in desk.get(page).text


def test_an_erased_case_says_only_that_it_was_there(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """Every address of the case says when it was erased, and nothing else; no list and no search has it."""
    reference = opened(app)
    open_referral(desk, reference)
    change(app, reference, now)
    now.passes(days=370)
    with app.app_context():
        keep_to_retention(now())
    sign_in(app, desk)
    assert "(deleted: its time is over)" in desk.get(f"/desk/case/{reference}").text
    now.passes(days=5 * 366)
    with app.app_context():
        assert keep_to_retention(now()) == 1
    sign_in(app, desk)
    for way in ("", "/document/1", "/paper", "/form/tell-more/"):
        answer = desk.get(f"/desk/case/{reference}{way}")
        assert (answer.status_code, "This case was erased on" in answer.text) == (410, True), way
        assert "Loud music" not in answer.text
    assert reference not in desk.get("/desk/list/closed").text
    assert reference not in press(desk, "/desk/search", page="/desk/", q="SM4 5DX").text


def test_a_case_that_a_backup_had_open_says_no_day_of_its_end(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """Erased again after a restore, it says when it was received and erased; nobody knows any more when it closed."""
    reference = opened(app)
    with app.app_context():
        begin_writing()
        erase_case(db.session.get_one(Case, case_number(reference)), now())
        db.session.commit()
    answer = desk.get(f"/desk/case/{reference}")
    assert (answer.status_code, "closed on" in answer.text) == (410, False)
    assert reference not in desk.get("/desk/").text
