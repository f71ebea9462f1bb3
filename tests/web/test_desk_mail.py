"""Mail that came back, on the page of the case: one press records it, and the page says how to go on."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.desk import documents, open_referral, opened, press, token_of
from webform.records.store import db
from webform.records.tables import Message, Party

OLD = "ann@people.example"


@pytest.fixture
def case(app: Flask, desk: FlaskClient) -> str:
    """A case that Sam has opened, whose receipt has gone."""
    reference = opened(app)
    open_referral(desk, reference)
    with app.app_context():
        for message in db.session.scalars(select(Message).where(Message.party_id.is_not(None))):
            message.state, message.sent_at = "sent", message.created_at
        db.session.commit()
    return reference


def ids(app: Flask) -> tuple[int, int]:
    """The first message to somebody who asked, and the person."""
    with app.app_context():
        to_people = select(Message).where(Message.party_id.is_not(None)).order_by(Message.id)
        message = db.session.scalars(to_people).all()[0]
        return message.id, message.party_id or 0


def say_it_came_back(app: Flask, desk: FlaskClient, case: str) -> str:
    """Press the button beside the receipt; the page that follows."""
    page = desk.get(f"/desk/case/{case}")
    assert page.text.count("This came back") == 1  # what has not gone yet can't have come back
    where = f"/desk/case/{case}/message/{ids(app)[0]}/came-back"
    answer = desk.post(where, data={"csrf_token": token_of(page)})
    assert answer.status_code == 303
    return desk.get(answer.location).text


def test_one_press_records_that_it_came_back(app: Flask, desk: FlaskClient, case: str) -> None:
    """The page says when it was recorded, that nothing more goes there by email, and what a person has to do."""
    page = say_it_came_back(app, desk, case)
    assert "Done and on record: Came back." in page
    assert f"Email to {OLD} did not arrive." in page
    assert "This came back" not in page
    assert "They have not read it." in page
    assert "Send the letter now" not in page
    assert "Print it and post it" in page


def test_one_press_says_that_it_works_again(app: Flask, desk: FlaskClient, case: str) -> None:
    """Afterwards the next letter can go by email."""
    say_it_came_back(app, desk, case)
    press(desk, f"/desk/case/{case}/person/{ids(app)[1]}/email-works", page=f"/desk/case/{case}")
    page = desk.get(f"/desk/case/{case}").text
    assert "Nothing more goes there by email" not in page
    assert "Send the letter now" in page


def test_a_new_address_is_used_from_then_on(app: Flask, desk: FlaskClient, case: str) -> None:
    """The officer types the address that the person gave them; the page says so."""
    say_it_came_back(app, desk, case)
    where = f"/desk/case/{case}/person/{ids(app)[1]}/email"
    assert f"Email to {OLD} did not arrive." in desk.get(where).text
    assert press(desk, where, page=where, email="ann@new.example").status_code == 303
    page = desk.get(f"/desk/case/{case}").text
    assert "<li>Email to ann@new.example</li>" in page
    assert "Send the letter now" in page
    with app.app_context():
        assert db.session.get_one(Party, ids(app)[1]).person["email"] == "ann@new.example"


@pytest.mark.parametrize(("typed", "words"), [("", "Enter the new email address"), ("ann", "in the correct format")])
def test_an_address_that_is_none_is_not_taken(app: Flask, desk: FlaskClient, case: str, typed: str, words: str) -> None:
    """What is wrong is said, what was typed stays, and nothing changes."""
    where = f"/desk/case/{case}/person/{ids(app)[1]}/email"
    page = press(desk, where, page=where, email=typed)
    assert page.status_code == 422
    assert words in page.text
    assert f'value="{typed}"' in page.text or not typed
    with app.app_context():
        assert db.session.get_one(Party, ids(app)[1]).person["email"] == OLD


def test_a_letter_of_the_folder_can_be_printed_again(app: Flask, desk: FlaskClient, case: str) -> None:
    """A letter that came back can be put into an envelope, as it was written."""
    (receipt,) = documents(app, case, "receipt")
    assert "PDF for the post" in desk.get(f"/desk/case/{case}/document/{receipt.number}").text
    answer = desk.get(f"/desk/case/{case}/document/{receipt.number}/post")
    assert answer.data.startswith(b"%PDF-")
    assert desk.get(f"/desk/case/{case}/document/1/post").status_code == 404


def test_one_press_records_that_the_post_returned_a_letter(app: Flask, desk: FlaskClient, case: str) -> None:
    """The press stands on a letter that was posted, and on no other; the case says so, and one press takes it back."""
    where = f"/desk/case/{case}/letter/acknowledgement"
    typed = {"subject": "About your request", "markdown": "We have it.", "do": "posted"}
    today = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    assert press(desk, where, page=where, **typed, **today).status_code == 303
    (letter,), (receipt,) = documents(app, case, "acknowledgement"), documents(app, case, "receipt")
    page = f"/desk/case/{case}/document/{letter.number}"
    assert "The post returned this letter" not in desk.get(f"/desk/case/{case}/document/{receipt.number}").text
    whose = ids(app)[1]
    assert press(desk, f"{page}/came-back/{whose}", page=f"/desk/case/{case}").status_code == 303
    assert "It did not reach them." in desk.get(page).text
    shown = desk.get(f"/desk/case/{case}").text
    assert "came back by post.</strong> Nothing more goes to that address by post." in shown
    assert "ask where letters reach them" in shown
    press(desk, f"/desk/case/{case}/person/{ids(app)[1]}/post-works", page=f"/desk/case/{case}")
    assert "came back by post.</strong>" not in desk.get(f"/desk/case/{case}").text
    request = f"/desk/case/{case}/document/1/came-back/{whose}"
    assert press(desk, request, page=f"/desk/case/{case}").status_code == 404
    nobody = f"{page}/came-back/{whose + 999}"
    assert press(desk, nobody, page=f"/desk/case/{case}").status_code == 404


def test_what_is_of_another_case_is_not_found(app: Flask, desk: FlaskClient, case: str) -> None:
    """A message or person of one case can't be reached by the address of another."""
    other = opened(app, name="Bob", email="bob@people.example")
    message, party = ids(app)
    for path in (
        f"message/{message}/came-back",
        f"person/{party}/email-works",
        f"person/{party}/email",
        f"person/{party}/post-works",
    ):
        answer = press(desk, f"/desk/case/{other}/{path}", page=f"/desk/case/{case}", email="x@y.example")
        assert answer.status_code == 404, path


def test_what_was_taken_back_goes_with_one_press(app: Flask, desk: FlaskClient, case: str) -> None:
    """Beside an email whose reader may be told now is a press that sends it; the page says why it had not gone."""
    with app.app_context():
        db.session.get_one(Message, ids(app)[0]).state = "cancelled"
        db.session.get_one(Message, ids(app)[0]).last_error = "The request was stopped."
        db.session.commit()
    page = desk.get(f"/desk/case/{case}").text
    assert "Cancelled: The request was stopped." in page
    assert page.count("Send it after all") == 1
    where = f"/desk/case/{case}/message/{ids(app)[0]}/send"
    answer = press(desk, where, page=f"/desk/case/{case}")
    page = desk.get(answer.location).text
    assert "Done and on record: Sent after all." in page
    assert "Send it after all" not in page
    with app.app_context():
        assert db.session.get_one(Message, ids(app)[0]).state == "waiting"
    assert press(desk, where.replace("/send", "0/send"), page=f"/desk/case/{case}").status_code == 404
