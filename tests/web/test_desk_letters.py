"""Letters of a case: sent by one press, read over and changed, or printed and posted."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import case_number, documents, join, open_referral, opened, press, sign_in, token_of
from webform.cases.file_document import file_document
from webform.cases.people import Author, parties
from webform.cases.pinned import rules_of
from webform.records.officers import LONGEST_LOOK, Access
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Case

STEP = "acknowledgement"


@pytest.fixture
def case(app: Flask, desk: FlaskClient) -> str:
    """A case that Sam has opened."""
    reference = opened(app)
    open_referral(desk, reference)
    return reference


@pytest.fixture
def unsafe(app: Flask, desk: FlaskClient) -> str:
    """A case of somebody who can't safely be emailed."""
    reference = opened(app, sees_messages="yes", email_safe="no", email=None)
    open_referral(desk, reference)
    return reference


def to_ann(app: Flask, reference: str) -> list[Message]:
    """The mails about a case to the person who asked, the receipt left out."""
    with app.app_context():
        mails = db.session.scalars(select(Message).where(Message.case_id == case_number(reference)))
        return [mail for mail in mails if mail.role == "applicant" and mail.letter == STEP]


def test_one_press_sends_the_letter(app: Flask, desk: FlaskClient, case: str) -> None:
    """One press on the page of the case sends the draft as it is: filed, posted, and the duty done."""
    page = desk.get(f"/desk/case/{case}")
    assert "Send the letter now" in page.text
    answer = desk.post(f"/desk/case/{case}/letter/{STEP}", data={"csrf_token": token_of(page), "do": "send"})
    assert answer.status_code == 303
    assert [mail.recipient for mail in to_ann(app, case)] == ["ann@people.example"]
    assert len(documents(app, case, STEP)) == 1
    after = desk.get(answer.location).text
    assert "Done and on record: Acknowledge the request." in after
    assert f"/letter/{STEP}" not in after


def test_draft_quotes_computed_dates(desk: FlaskClient, case: str) -> None:
    """The draft names the person, the reference and dates that follow from the procedure."""
    page = desk.get(f"/desk/case/{case}/letter/{STEP}").text
    assert "Dear Ann" in page
    assert case in page
    assert "Tuesday 26 May 2026" in page  # ten working days after Monday 11 May, 25 May being a bank holiday


def test_a_button_that_nobody_drew_is_a_preview(app: Flask, desk: FlaskClient, case: str) -> None:
    """Whatever is posted in place of a button, however long the address: the note of who looked fits its column."""
    page = desk.get(f"/desk/case/{case}")
    typed = {"csrf_token": token_of(page), "do": "a" * 500}
    assert desk.post(f"/desk/case/{case}/letter/{STEP}", data=typed).status_code == 200
    assert desk.get(f"/desk/case/{case}/letter/{'b' * 500}").status_code == 422
    with app.app_context():
        looks = db.session.scalars(select(Access.what)).all()
    assert f"preview {STEP}" in looks
    assert max(map(len, looks)) <= LONGEST_LOOK


def test_preview_shows_what_was_typed_and_sends_nothing(app: Flask, desk: FlaskClient, case: str) -> None:
    """Looking at a changed text keeps it in the box and puts nothing on record."""
    where = f"/desk/case/{case}/letter/{STEP}"
    page = press(desk, where, page=where, do="preview", subject="Hello", markdown="## Changed\n\n- one")
    assert page.status_code == 200
    assert "Changed</h2>" in page.text
    assert "## Changed" in page.text
    assert to_ann(app, case) == []


def test_changed_text_is_what_goes(app: Flask, desk: FlaskClient, case: str) -> None:
    """Subject and words go as they were typed, in text and HTML, and are on record word for word."""
    where = f"/desk/case/{case}/letter/{STEP}"
    press(desk, where, page=where, do="send", subject="Your request", markdown="Dear Ann\r\n\r\nI rang you **today**.")
    (mail,) = to_ann(app, case)
    assert mail.subject == "Your request"
    assert "I rang you today." in mail.text
    assert "<strong>today</strong>" in str(mail.html)
    assert documents(app, case, STEP)[0].body == "Dear Ann\n\nI rang you **today**."


@pytest.mark.parametrize(("field", "words"), [("subject", "Enter a subject"), ("markdown", "Write the letter")])
def test_empty_letter_does_not_go(app: Flask, desk: FlaskClient, case: str, field: str, words: str) -> None:
    """What is missing is named, and the rest stays as it was typed."""
    where = f"/desk/case/{case}/letter/{STEP}"
    typed = {"subject": "Kept subject", "markdown": "Kept words", field: " "}
    page = press(desk, where, page=where, do="send", **typed)
    assert page.status_code == 422
    assert words in page.text
    assert "Kept" in page.text
    assert to_ann(app, case) == []


def nobody_owns(app: Flask, reference: str) -> None:
    """The officer who opened the case has left, so that no name stands for the point of contact."""
    with app.app_context():
        db.session.scalars(select(Case).where(Case.reference == reference)).one().owner_officer_id = None
        db.session.commit()


@pytest.mark.parametrize("do", ["send", "preview", "posted", "print"])
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"markdown": "word " * 60_000}, "The letter must be 20,000 characters or fewer. You have 280,000 too many"),
        ({"markdown": ">" * 3000 + "x"}, "stand too deep inside each other"),
    ],
)
def test_what_cannot_be_sent_whole_stays_as_typed(
    app: Flask, desk: FlaskClient, case: str, do: str, typed: dict[str, str], words: str
) -> None:
    """A letter that is too long or too nested is never cut or lost: it is shown again whole, with what is wrong."""
    where = f"/desk/case/{case}/letter/{STEP}"
    page = press(desk, where, page=where, do=do, subject="S", **typed)
    assert page.status_code == 422
    assert words in page.text
    assert html.escape(typed["markdown"]).strip() in page.text
    assert documents(app, case, STEP) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"subject": "\0"}, "Enter a subject"), ({"subject": "\u200b"}, "Enter a subject"),
        ({"markdown": "\u200b \u00a0"}, "Write the letter"), ({"subject": "S" * 201}, "200 characters or fewer"),
    ],
)  # fmt: skip
def test_letter_of_unseen_signs_is_empty(
    app: Flask, desk: FlaskClient, case: str, typed: dict[str, str], words: str
) -> None:
    """Signs that nobody sees make neither a subject nor a letter, and no control character is kept of one."""
    where = f"/desk/case/{case}/letter/{STEP}"
    page = press(desk, where, page=where, **{"do": "send", "subject": "S", "markdown": "Words", **typed})
    assert page.status_code == 422
    assert words in page.text
    press(desk, where, page=where, do="send", subject="S", markdown="Wo\0r\x07ds")
    assert [document.body for document in documents(app, case, STEP)] == ["Words"]


def test_missing_facts_are_listed_and_stop_the_letter(app: Flask, desk: FlaskClient, case: str, instance: Path) -> None:
    """What nobody has given is named with what it is, and stops the letter until somebody types over its mark."""
    contacts = instance / "contacts.toml"
    contacts.write_text(re.sub(r"\[merton\.spoc\]\n.*\n.*\n", "", contacts.read_text()))
    nobody_owns(app, case)
    assert "Fill in what is missing" in desk.get(f"/desk/case/{case}").text
    where = f"/desk/case/{case}/letter/{STEP}"
    page = desk.get(where)
    assert "(spoc.name?): the name of" in page.text
    refused = press(desk, where, page=where, do="send")
    assert refused.status_code == 422
    assert "Type over “(spoc.name?)” in the letter" in refused.text
    again = press(desk, where, page=where, do="send", subject="S", markdown="I am (spoc.name?) and kept.")
    assert (again.status_code, to_ann(app, case)) == (422, [])
    assert "and kept." in again.text
    assert press(desk, where, page=where, do="send", subject="S", markdown="I am Sam.").status_code == 303


def test_colleague_was_quicker(app: Flask, desk: FlaskClient, case: str) -> None:
    """The second officer to press is told, keeps the words they had typed, and nothing goes twice."""
    where = f"/desk/case/{case}/letter/{STEP}"
    join(app, "kit@merton.example", "Kit", role="deputy")
    kit = app.test_client()
    sign_in(app, kit, "kit@merton.example")
    fields = {"do": "send", "subject": "Mine", "markdown": "My long letter"}
    token = token_of(kit.get(where))
    assert press(desk, where, page=where, **fields).status_code == 303
    second = kit.post(where, data={"csrf_token": token, **fields})
    assert second.status_code == 422
    assert "already done by Sam Spoc" in second.text
    assert "My long letter" in second.text
    assert len(to_ann(app, case)) == 1


def test_two_at_the_same_instant(app: Flask, desk: FlaskClient, case: str) -> None:
    """Two presses of one officer at once send one letter, and both lead to the case that says so."""
    where = f"/desk/case/{case}/letter/{STEP}"
    token, cookie = token_of(desk.get(where)), desk.get_cookie("session")
    assert cookie is not None
    ready, answers = threading.Barrier(2), []

    def act() -> None:
        browser = FlaskClient(app)
        browser.set_cookie("session", cookie.value)
        ready.wait()
        answers.append(browser.post(where, data={"csrf_token": token, "do": "send"}).status_code)

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert len(to_ann(app, case)) == 1


def test_stale_token_keeps_the_letter(app: Flask, desk: FlaskClient, case: str) -> None:
    """A token of an older page sends nothing and costs not a word."""
    where = f"/desk/case/{case}/letter/{STEP}"
    page = desk.post(where, data={"csrf_token": "old", "do": "send", "subject": "S", "markdown": "My long letter"})
    assert page.status_code == 400
    assert "My long letter" in page.text
    assert to_ann(app, case) == []


def test_no_email_to_who_is_not_safe(app: Flask, desk: FlaskClient, unsafe: str) -> None:
    """Where email isn't safe no button offers it, and a forged press is refused."""
    page = desk.get(f"/desk/case/{unsafe}").text
    assert "Send the letter now" not in page
    assert "Print it and post it" in page
    where = f"/desk/case/{unsafe}/letter/{STEP}"
    assert "Send by email" not in desk.get(where).text
    assert press(desk, where, page=where, do="send").status_code == 422
    assert to_ann(app, unsafe) == []


def test_what_could_not_go_by_itself_can_be_posted(app: Flask, desk: FlaskClient, unsafe: str) -> None:
    """The receipt of somebody without a safe email stands among what is due, to print and post."""
    assert f"/desk/case/{unsafe}/letter/receipt" in desk.get(f"/desk/case/{unsafe}").text
    where = f"/desk/case/{unsafe}/letter/receipt"
    day = {"posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    assert press(desk, where, page=where, do="posted", subject="S", markdown="Words", **day).status_code == 303
    assert len(documents(app, unsafe, "receipt")) == 1
    assert where not in desk.get(f"/desk/case/{unsafe}").text


def test_print_gives_a_pdf_and_records_nothing(app: Flask, desk: FlaskClient, unsafe: str) -> None:
    """The letter with its address comes as a PDF; printing alone is no posting."""
    where = f"/desk/case/{unsafe}/letter/{STEP}"
    answer = press(desk, where, page=where, do="print", subject="S", markdown="Words")
    assert answer.data.startswith(b"%PDF-")
    assert documents(app, unsafe, STEP) == []


def test_a_draft_reads_in_every_format(app: Flask, desk: FlaskClient, unsafe: str) -> None:
    """What was typed shows in large print, comes as plain text and as a PDF in either size; nothing is recorded."""
    where = f"/desk/case/{unsafe}/letter/{STEP}"
    typed = {"subject": "S", "markdown": "## Next\n\n**Words**"}
    large = press(desk, where, page=where, do="large", **typed).text
    assert "desk-letter service-large" in large
    assert "desk-letter service-large" not in press(desk, where, page=where, do="preview", **typed).text
    text = press(desk, where, page=where, do="text", **typed)
    assert (text.mimetype, text.text) == ("text/plain", "S\n\nNext\n----\n\nWords\n")
    sheets = [press(desk, where, page=where, do=size, **typed).data for size in ("print", "print-large")]
    assert [max(sizes_on(sheet)) > 17 for sheet in sheets] == [False, True]
    assert documents(app, unsafe, STEP) == []


def test_a_letter_in_the_folder_reads_in_every_format(app: Flask, desk: FlaskClient, case: str) -> None:
    """A letter that went is there in both sizes, as plain text and for the post, whether a person sent it or not."""
    press(desk, f"/desk/case/{case}/letter/{STEP}", page=f"/desk/case/{case}", do="send")
    (sent,) = documents(app, case, STEP)
    (receipt,) = documents(app, case, "receipt")
    for letter in (sent, receipt):
        where = f"/desk/case/{case}/document/{letter.number}"
        assert "service-large" not in desk.get(where).text
        assert "desk-letter service-large" in desk.get(f"{where}?print=large").text
        assert desk.get(f"{where}/text").text.startswith(f"{(letter.answers or {})['subject']}\n\n")
    assert [max(sizes_on(desk.get(f"{where}/post?print={size}").data)) > 17 for size in ("usual", "large")] == [
        False,
        True,
    ]
    assert desk.get(f"/desk/case/{case}/document/1/text").status_code == 404  # the request is no letter


def test_who_asked_for_large_print_is_printed_large(app: Flask, desk: FlaskClient) -> None:
    """The request's own answer decides: the desk says so, offers it first, and what is in the folder opens so."""
    case = opened(app, needs=["large-print"])
    open_referral(desk, case)
    assert "Large print for all their letters" in desk.get(f"/desk/case/{case}").text
    page = desk.get(f"/desk/case/{case}/letter/{STEP}").text
    assert page.index('value="print-large"') < page.index('value="print"')
    (receipt,) = documents(app, case, "receipt")
    where = f"/desk/case/{case}/document/{receipt.number}"
    assert "desk-letter service-large" in desk.get(where).text
    assert max(sizes_on(desk.get(f"{where}/post").data)) > 17
    assert max(sizes_on(desk.get(f"{where}/post?print=usual").data)) < 17


def sizes_on(paper: bytes) -> set[float]:
    """The sizes of the text on the first page of a PDF."""
    sizes: set[float] = set()

    def visit(text: str, _cm: list[float], _tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.add(size)

    PdfReader(io.BytesIO(paper)).pages[0].extract_text(visitor_text=visit)
    return sizes


def test_posted_counts_from_the_day_of_posting(app: Flask, desk: FlaskClient, unsafe: str, now: Moment) -> None:
    """One press puts the posted letter on record, counted from the day that was typed."""
    now.passes(days=2)
    sign_in(app, desk)
    where = f"/desk/case/{unsafe}/letter/{STEP}"
    day = {"posted_on-day": "12", "posted_on-month": "5", "posted_on-year": "2026"}
    assert press(desk, where, page=where, do="posted", subject="S", markdown="Words", **day).status_code == 303
    (document,) = documents(app, unsafe, STEP)
    assert document.effective_at == dt.datetime(2026, 5, 12, 11, tzinfo=dt.UTC)
    assert document.filed_at == now()
    assert to_ann(app, unsafe) == []


@pytest.mark.parametrize(
    ("day", "words"),
    [(("", "", ""), "Enter the day on which"), (("99", "5", "2026"), "real date"), (("12", "5", "2026"), "past"),
     (("10", "5", "2026"), "before the request was received")],
)  # fmt: skip
def test_day_of_posting_must_be_possible(
    app: Flask, desk: FlaskClient, unsafe: str, day: tuple[str, str, str], words: str
) -> None:
    """No day, no real day, a day to come or one before the request: said so, and the letter stays as typed."""
    where = f"/desk/case/{unsafe}/letter/{STEP}"
    typed = dict(zip(("posted_on-day", "posted_on-month", "posted_on-year"), day, strict=True))
    page = press(desk, where, page=where, do="posted", subject="S", markdown="My long letter", **typed)
    assert page.status_code == 422
    assert words in page.text
    assert "My long letter" in page.text
    assert documents(app, unsafe, STEP) == []


@pytest.mark.parametrize(
    ("happens", "page"), [("withdraw", ""), ("contact-change", f"/letter/{STEP}"), ("consent", f"/letter/{STEP}")]
)
def test_nothing_is_sent_to_others_than_were_read_of(
    app: Flask, desk: FlaskClient, page: str, happens: str
) -> None:  # fmt: skip
    """Whoever asked stops it, has another address, or may be told no more, while the letter is read: look again."""
    behalf = {"capacity": "behalf", "relationship": "family", "victim_name": "Maud Hill", "born": None}
    reference = opened(app, **behalf)
    open_referral(desk, reference)
    drawn = re.search(r'name="drawn" value="(\w+)"', desk.get(f"/desk/case/{reference}{page}").text)
    assert drawn
    with app.app_context():
        begin_writing()
        found = db.session.get_one(Case, case_number(reference))
        said = {
            "withdraw": {"stop_pressed": "own"}, "consent": {"said": "no"},
            "contact-change": {"email_safe": "yes", "new_email": "new@people.example"},
        }[happens]  # fmt: skip
        who = parties(found, "victim" if happens == "consent" else "applicant")[0]
        author, now = Author("", who.role, who.id), dt.datetime.now(dt.UTC)
        file_document(found, happens, rules_of(found)[1][happens], said, author=author, now=now)
        db.session.commit()
    where = f"/desk/case/{reference}/letter/{STEP}"
    told = press(desk, where, page=where, do="send", drawn=drawn[1])
    assert told.status_code == 422
    assert "Nothing was sent. Look at it again." in told.text
    assert documents(app, reference, STEP) == []
    if happens != "consent":
        again = re.findall(r'name="drawn" value="(\w+)"', told.text)[0]
        assert press(desk, where, page=where, do="send", drawn=again).status_code == 303
