"""Letters for the post, at the desk: printed together, put on record with one press."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.councillor import says
from tests.moment import Moment
from tests.web.desk import documents, join, open_referral, opened, press, sign_in
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.house import house
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.sending.paper import PaperError

STEP = "acknowledgement"


def base_of(desk: FlaskClient, where: str) -> str:
    """Which words of the letter the page was drawn with."""
    return str(re.findall(r'name="base" value="(\w*)"', desk.get(where).text)[0])


def put_aside(desk: FlaskClient, reference: str, text: str) -> None:
    where = f"/desk/case/{reference}/letter/{STEP}"
    words = {"subject": f"About {text}", "markdown": f"Dear you\n\n{text}"}
    answer = press(desk, where, page=where, do="aside", base=base_of(desk, where), **words)
    assert "waits with the letters for the post" in desk.get(answer.location).text


@pytest.fixture
def two(app: Flask, desk: FlaskClient) -> tuple[str, str]:
    """Two cases whose people can't be written to by email, and a letter for each."""
    references = opened(app, email_safe="no", email=None), opened(app, email_safe="no", email=None, name="Bob Bee")
    for number, reference in enumerate(references):
        open_referral(desk, reference)
        put_aside(desk, reference, f"letter {number}")
    return references


def keys(page: str) -> list[str]:
    return re.findall(r'name="letter" value="(\w+)"', page)


def test_one_pdf_has_every_letter(desk: FlaskClient, two: tuple[str, str]) -> None:
    """Each letter begins on a page of its own, with its own address, reference and page number. Nothing is recorded."""
    answer = desk.get("/desk/post/paper")
    assert answer.headers["Content-Disposition"] == "inline; filename=letters.pdf"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
    assert len(pages) == 2
    for page, reference, name in zip(pages, two, ("Ann", "Bob"), strict=True):
        assert name in page
        assert f"Reference {reference}, page 1" in page
    assert len(keys(desk.get("/desk/post").text)) == 2


FOR_MUM = {
    "capacity": "behalf", "relationship": "family", "victim_name": "Maud Hill", "born": None, "needs": ["large-print"],
}  # fmt: skip


def test_a_letter_to_two_people_is_printed_for_each(app: Flask, desk: FlaskClient) -> None:
    """Both have a sheet with their own name in the window, before it is posted and once more from the folder."""
    reference = opened(app, **FOR_MUM)
    open_referral(desk, reference)
    says(app, reference, "yes")
    put_aside(desk, reference, "both")
    where = f"/desk/case/{reference}/letter/{STEP}"
    typed = {"subject": "About both", "markdown": "Dear both\n\nWords", "base": base_of(desk, where)}
    papers = [desk.get("/desk/post/paper"), press(desk, where, page=where, do="print", **typed)]
    today = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    assert press(desk, where, page=where, **typed, do="posted", **today).status_code == 303
    (letter,) = documents(app, reference, STEP)
    papers.append(desk.get(f"/desk/case/{reference}/document/{letter.number}/post"))
    for answer in papers:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
        assert ["Ann" in page for page in pages] == [True, False]
        assert ["Maud Hill" in page for page in pages] == [False, True]
    with app.app_context():
        doubted = [party.id for party in db.session.get_one(Case, letter.case_id).parties]
    page = desk.get(f"/desk/case/{reference}/document/{letter.number}").text
    assert [f"/came-back/{number}" in page for number in doubted] == [True, True]
    assert "The post returned the letter to Maud Hill" in page


def test_one_press_puts_all_on_record(app: Flask, desk: FlaskClient, two: tuple[str, str]) -> None:
    """Every letter that was chosen counts as posted on the day; the list is empty then."""
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    answer = press(desk, "/desk/post", page="/desk/post", letter=keys(desk.get("/desk/post").text), **fields)
    page = desk.get(answer.location).text
    assert "2 letters are on record as posted" in page
    assert "No letter waits" in page
    for number, reference in enumerate(two):
        (document,) = documents(app, reference, STEP)
        with app.app_context():
            assert document.answers is not None
            assert (document.answers["channel"], document.answers["subject"]) == ("paper", f"About letter {number}")


def test_what_is_not_needed_any_more_is_not_counted(app: Flask, desk: FlaskClient, two: tuple[str, str]) -> None:
    """A letter that was waived meanwhile is taken out, and not said to be on record as posted."""
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == two[0])).one()
        answers = {"left_out": STEP, "left_out_why": "They were told at the door."}
        form, now = house().shelves.forms["waive"], dt.datetime.now(dt.UTC)
        file_document(case, "waive", form, answers, author=Author("Sam Spoc", "spoc"), now=now)
        db.session.commit()
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    answer = press(desk, "/desk/post", page="/desk/post", letter=keys(desk.get("/desk/post").text), **fields)
    page = desk.get(answer.location).text
    assert "1 letter is on record as posted" in page
    assert "No letter waits" in page
    assert documents(app, two[0], STEP) == []


def test_what_changed_while_it_waited_is_said_and_not_chosen(app: Flask, desk: FlaskClient) -> None:
    """Nobody posts unawares what nobody may have any more, what must not go by post, or what is on hold or closed."""
    no_email = {"email_safe": "no", "email": None}
    told = {
        "nothing": opened(app, **no_email), "refused": opened(app, **FOR_MUM),
        "unsafe": opened(app, **no_email, post_safe="no"), "held": opened(app, **no_email),
        "stopped": opened(app, **no_email),
    }  # fmt: skip
    for what, reference in told.items():
        open_referral(desk, reference)
        put_aside(desk, reference, what)
    says(app, told["refused"], "no")
    with app.app_context():
        begin_writing()
        now = dt.datetime.now(dt.UTC)
        for what, step, author in (("held", "hold", "spoc"), ("stopped", "withdraw", "applicant")):
            case = db.session.scalars(select(Case).where(Case.reference == told[what])).one()
            answers = {"hold_why": "They complained.", "hold_until": "An answer."} if what == "held" else {}
            file_document(case, step, house().shelves.forms[step], answers, author=Author("", author), now=now)
        db.session.commit()
    boxes = re.findall(r'name="letter"(.*?)</div>\s*</div>', desk.get("/desk/post").text, re.DOTALL)
    found = {box.split("</label>")[0].rpartition(" ")[2]: box for box in boxes}
    doubts = {
        "refused": "Nobody is to have this letter now", "unsafe": "No postal address is safe", "held": "on hold",
        "stopped": "The case is closed",
    }  # fmt: skip
    assert found.keys() == told.keys()
    assert {what for what, box in found.items() if " checked" in box} == {"nothing"}
    assert all(words in found[what] for what, words in doubts.items())


def test_what_was_not_chosen_stays(app: Flask, desk: FlaskClient, two: tuple[str, str]) -> None:
    """One letter goes and the other waits on; a number of no letter does nothing; one can be taken out."""
    first, second = keys(desk.get("/desk/post").text)
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    press(desk, "/desk/post", page="/desk/post", letter=[first, "99999"], **fields)
    assert keys(desk.get("/desk/post").text) == [second]
    assert documents(app, two[1], STEP) == []
    press(desk, "/desk/post", page="/desk/post", take_out=second)
    assert keys(desk.get("/desk/post").text) == []
    assert "Dear Bob" in desk.get(f"/desk/case/{two[1]}/letter/{STEP}").text


def test_a_letter_that_took_the_number_of_another_is_left_alone(
    app: Flask, desk: FlaskClient, two: tuple[str, str]
) -> None:
    """Of what was not on the page nothing is put on record, even where a database uses numbers again."""
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    first, second = keys(desk.get("/desk/post").text)
    press(desk, "/desk/post", page="/desk/post", take_out=second)
    put_aside(desk, two[1], "another letter")
    press(desk, "/desk/post", page="/desk/post", letter=[first, second], **fields)
    assert [len(documents(app, reference, STEP)) for reference in two] == [1, 0]


@pytest.mark.parametrize(("received", "day"), [("14:00", 11), ("10:00", 12), ("14:00", 12)])
def test_a_letter_was_never_posted_before_what_it_follows(
    app: Flask, desk: FlaskClient, now: Moment, received: str, day: int
) -> None:
    """Posted in the afternoon of the day of the request, or told of on the next day: never before it came."""
    at = now.is_(f"2026-05-11 {received}")
    reference = opened(app, email_safe="no", email=None)
    now.is_(f"2026-05-{day} 15:00")
    sign_in(app, desk)
    open_referral(desk, reference)
    where = f"/desk/case/{reference}/letter/{STEP}"
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    press(desk, where, page=where, do="posted", subject="Hello", markdown="Dear you", **fields)
    (document,) = documents(app, reference, STEP)
    assert at <= document.effective_at
    assert document.effective_at == (now() if day == 11 else max(at, dt.datetime(2026, 5, 11, 11, tzinfo=dt.UTC)))


@pytest.mark.parametrize(
    ("year", "chosen", "says"),
    [
        ("2026", False, "Select the letters that were posted"),
        ("2027", True, "must be today or in the past"),
        ("2025", True, "must not be before the request of case"),
        ("", True, "Enter a real date"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(
    app: Flask, desk: FlaskClient, two: tuple[str, str], year: str, chosen: bool, says: str
) -> None:
    """Nothing goes on record while a letter or the day is missing or cannot be."""
    letters = keys(desk.get("/desk/post").text) if chosen else []
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": year}
    answer = press(desk, "/desk/post", page="/desk/post", letter=letters, **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert documents(app, two[0], STEP) == []


def test_the_letter_shows_what_was_kept(desk: FlaskClient, two: tuple[str, str]) -> None:
    """Opened again, a letter has the words that it waits with."""
    page = desk.get(f"/desk/case/{two[0]}/letter/{STEP}").text
    assert "About letter 0" in page
    assert "where it waits" in page


def test_two_officers_with_one_letter_lose_nothing(app: Flask, desk: FlaskClient, two: tuple[str, str]) -> None:
    """Who keeps or sends other words than a colleague has kept meanwhile reads theirs first; a second press counts."""
    where = f"/desk/case/{two[0]}/letter/{STEP}"
    join(app, "bob@merton.example", "Bob Dee", role="officer")
    bob = app.test_client()
    sign_in(app, bob, "bob@merton.example")

    def drawn(page: str) -> str:
        return re.findall(r'name="base" value="(\w*)"', page)[0]

    before = drawn(bob.get(where).text)
    put_aside(desk, two[0], "letter by Sam")
    theirs = {"subject": "About Bob", "markdown": "Dear you\n\nby Bob", "posted_on-day": "1"}
    for do in ("aside", "posted", "ask", "send"):
        told = press(bob, where, page=where, do=do, base=before, **theirs)
        assert told.status_code == 422, do
        for words in ("A colleague has kept other words", "letter by Sam", "Dear you\n\nby Bob"):
            assert words in told.text, (do, words)
    assert "About letter by Sam" in desk.get(where).text
    assert press(bob, where, page=where, do="aside", base=drawn(told.text), **theirs).status_code == 303
    assert "About Bob" in desk.get(where).text
    same = press(bob, where, page=where, do="aside", base="old", **theirs)
    assert same.status_code == 303  # nothing of anybody's would be lost


def test_letters_of_other_areas_are_not_there(app: Flask, desk: FlaskClient, two: tuple[str, str]) -> None:
    """Nobody prints or posts another area's letters."""
    letters = keys(desk.get("/desk/post").text)
    join(app, "eve@elsewhere.example", "Eve", area="bromley")
    eve = app.test_client()
    sign_in(app, eve, "eve@elsewhere.example")
    assert keys(eve.get("/desk/post").text) == []
    assert eve.get("/desk/post/paper").status_code == 422
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    assert press(eve, "/desk/post", page="/desk/post", letter=letters, **fields).status_code == 422
    assert keys(desk.get("/desk/post").text) == letters


def test_a_pdf_that_cannot_be_made_says_what_to_do(
    desk: FlaskClient, two: tuple[str, str], now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where printing fails, the way back leads to the list."""

    def fail(*_htmls: str) -> bytes:
        raise PaperError("no font")

    monkeypatch.setattr("webform.web.desk.pdf", fail)
    answer = desk.get("/desk/post/paper")
    assert answer.status_code == 503
    assert "Print them one by one" in answer.text
    assert '<a class="govuk-link" href="/desk/post">Go back' in answer.text


def test_a_letter_shows_the_proof_of_its_going(
    app: Flask, desk: FlaskClient, two: tuple[str, str], now: Moment
) -> None:
    """A posted one says who put it on record; an email whether the mail server has taken it, or that it came back."""
    fields = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    press(desk, "/desk/post", page="/desk/post", letter=keys(desk.get("/desk/post").text), **fields)
    (posted,) = documents(app, two[0], STEP)
    assert "Sam Spoc put that on record" in desk.get(f"/desk/case/{two[0]}/document/{posted.number}").text
    mailed = opened(app)
    open_referral(desk, mailed)
    press(desk, f"/desk/case/{mailed}/letter/{STEP}", page=f"/desk/case/{mailed}", do="send")
    (document,) = documents(app, mailed, STEP)
    where = f"/desk/case/{mailed}/document/{document.number}"
    assert "Email to ann@people.example: On its way" in " ".join(desk.get(where).text.split())
    with app.app_context():
        begin_writing()
        message = db.session.scalars(select(Message).where(Message.document_id == document.id)).one()
        message.state, message.sent_at, message.came_back_at = "sent", now(), now()
        db.session.commit()
    page = desk.get(where).text
    assert "the mail server has taken it" in page
    assert "Came back" in page
