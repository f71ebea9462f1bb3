"""Somebody's own page: what it tells, what it keeps to itself, the letters, and the forms behind it."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PageObject, PdfReader
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.evidence import picture
from tests.moment import Moment
from tests.web.desk import documents, effects, join, open_referral, opened, press, sign_in, token_of
from tests.web.party import WORD, give_word, links, mails, open_page, party_of
from tests.web.visitor import Visitor
from webform.cases.links import mint
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document, Draft, Message, Party, Task
from webform.sending.outbox import deliver_due


@pytest.fixture
def reference(app: Flask, now: Moment) -> str:
    """Ann's case; she has chosen her word."""
    found = opened(app)
    give_word(app, found)
    return found


@pytest.fixture
def ann(app: Flask, reference: str, client: FlaskClient) -> Visitor:
    """Ann, before her own page."""
    return open_page(Visitor(client), links(app)[0])


def bob(app: Flask, reference: str) -> str:
    """Somebody else on Ann's case; the path of his link."""
    with app.app_context():
        begin_writing()
        ann = party_of(reference)
        other = Party(case_id=ann.case_id, role="agency", person={"name": "Bob Landlord"}, joined_at=ann.joined_at)
        other.word_hash = ann.word_hash
        db.session.add(other)
        db.session.flush()
        token = mint(other, dt.datetime.now(dt.UTC))
        db.session.commit()
    return f"/merton/open/{token}"


def form_address(visitor: Visitor, title: str) -> str:
    """Where the link of a form on the page leads."""
    found = re.search(rf'href="([^"]+)">{re.escape(title)}</a>', visitor.page.text)
    assert found, title
    return found[1]


def fill_in(visitor: Visitor, title: str, *pages: dict[str, Any]) -> Visitor:
    """From the page through the whole form, to what comes after sending it."""
    visitor.get(form_address(visitor, title))
    for typed in pages:
        assert visitor.post(typed).status_code == 200, visitor.errors
    assert visitor.heading == "Check your answers", visitor.heading
    send(visitor)
    return visitor


def send(visitor: Visitor) -> None:
    visitor.post({}, re.sub(r"/check.*", "/send", visitor.address))


NO_EMAIL = (
    {"email_safe": "no"}, {"new_phone": "020 7946 0123", "voicemail_safe": "no"}, {"post_safe": "no"}, {"quiet": "no"},
    {"channel": "phone", "contact_note": "Ring twice"},
)  # fmt: skip


def test_the_page_says_where_it_stands_and_why(ann: Visitor) -> None:
    """The stage, what was done, what is next by when, how the date comes about, who the contact is."""
    text = ann.page.text
    assert "Where it stands" in text
    assert "You get a message that your request has reached us" in text
    assert "13 May 2026" in text  # the acknowledgement, two working days from Monday
    assert "Tuesday 12 May 2026" in text  # counted day by day
    assert "Stand-in" in text or "stand-in" in text


def test_the_page_keeps_the_council_s_own_to_itself(app: Flask, reference: str, ann: Visitor) -> None:
    """No flag, no advice, no answer, no other party, and none of what the council only does for itself."""
    path = bob(app, reference)
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case)).one()
        case.flags = [{"id": "x", "label": "Careful, a flag", "alarm": False}]
        db.session.add(Task(case_id=case.id, area="merton", kind="x", says="A task", created_at=case.opened_at))
        db.session.commit()
    text = ann.get(ann.address).text
    for hidden in ("Careful, a flag", "A task", "Bob Landlord", "Mr Loud", "Loud music", "met mandatory", "minutes"):
        assert hidden not in text
    other = open_page(Visitor(app.test_client()), path)
    assert other.heading == "Your page"
    for hidden in ("Ann", "Mr Loud", "You get a message", "Tell us more"):
        assert hidden not in other.page.text.replace("Ann Bee", "")


def test_letters_are_pages_in_two_sizes_text_and_paper(ann: Visitor, client: FlaskClient) -> None:
    """Each letter reads as a page, in large print, as plain text and as a PDF, under a name that says nothing."""
    path = re.search(r'href="(/page/[^"]+/letter/\d+)"', ann.page.text)
    assert path
    usual = client.get(path[1])
    large = client.get(f"{path[1]}?print=large")
    assert "service-large" in large.text
    assert "service-large" not in usual.text
    assert "/open/" not in usual.text
    text = client.get(f"{path[1]}/text")
    assert (text.mimetype, "<" in text.text) == ("text/plain", False)
    paper = client.get(f"{path[1]}/paper?print=large")
    assert paper.data.startswith(b"%PDF-")
    assert paper.headers["Content-Disposition"] == "inline; filename=letter.pdf"
    printed = [page for size in ("usual", "large") for page in _printed(client, f"{path[1]}/paper?print={size}")]
    assert "Your reference is" in " ".join(" ".join(page.extract_text() for page in printed).split())
    assert not [page for page in printed if "/Annots" in page]  # a link made for an email leads nowhere on paper


def _printed(client: FlaskClient, path: str) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(client.get(path).data)).pages)


def test_who_needs_large_print_has_it_at_once(app: Flask, reference: str, ann: Visitor) -> None:
    """What they asked for in their request is how their letters open."""
    with app.app_context():
        begin_writing()
        party = party_of(reference)
        party.contact = {**party.contact, "large_print": "yes"}
        db.session.commit()
    path = re.search(r'href="(/page/[^"]+/letter/\d+)"', ann.page.text)
    assert path
    assert "service-large" in ann.get(path[1]).text


def test_another_s_letter_and_form_are_not_there(app: Flask, reference: str, ann: Visitor) -> None:
    """A number of a document that is not one's own letter, or of a step that is not one's own form, finds nothing."""
    other = open_page(Visitor(app.test_client()), bob(app, reference))
    with app.app_context():
        numbers = list(db.session.scalars(select(Document.number)))
        steps = len(db.session.scalars(select(Case)).one().procedure.body["procedure"]["step"])
    assert [n for n in numbers if other.client.get(f"{other.address}letter/{n}").status_code != 404] == []
    assert [n for n in range(steps + 2) if other.client.get(f"{other.address}form/{n}/").status_code != 404] == []
    mine = [n for n in numbers if ann.client.get(f"{ann.address}letter/{n}").status_code == 200]
    assert len(mine) == 1  # the receipt; the request itself and the officers' papers are none


def test_a_form_is_saved_filed_and_told(app: Flask, reference: str, ann: Visitor) -> None:
    """It is kept as it goes, whichever link is used; filed under the party; the point of contact hears of it."""
    where = form_address(ann, "Tell us more")
    ann.get(where)
    ann.post({"added_words": "It went on last night."})
    other = open_page(Visitor(app.test_client()), links(app)[0])
    other.get(form_address(other, "Tell us more"))
    assert "more-told" in other.address
    other.post({"added_told": "yes"})
    other.post({"added_reference": "NOISE-2"})
    send(other)
    assert other.heading == "We have it"
    [filed] = documents(app, reference, "tell-more")
    assert (filed.author_role, filed.answers["added_words"]) == ("applicant", "It went on last night.")
    with app.app_context():
        assert filed.party_id == party_of(reference).id
        told = db.session.scalars(select(Message).where(Message.letter == "filed")).all()
        assert [one.role for one in told] == ["spoc"]
        assert "last night" not in told[0].text


def test_evidence_comes_with_the_words(app: Flask, reference: str, ann: Visitor) -> None:
    """A picture that a party adds on their own page is filed with what they say, and the officer can open it."""
    ann.get(form_address(ann, "Tell us more"))
    photo = FileStorage(io.BytesIO(picture()), "stairs.jpg", "added_files")
    token = token_of(ann.page)
    boundary, body = encode_multipart({"csrf_token": token, "added_words": "See the stairs.", "added_files": photo})
    kind = f"multipart/form-data; boundary={boundary}"
    ann.page = ann.client.post(ann.address, data=body, content_type=kind)
    ann.get(ann.page.headers["Location"])
    ann.post({"added_told": "no"})
    assert "stairs.jpg (JPEG picture, 1 KB)" in ann.page.text
    send(ann)
    [filed] = documents(app, reference, "tell-more")
    join(app)
    desk = app.test_client()
    sign_in(app, desk)
    open_referral(desk, reference)
    page = desk.get(f"/desk/case/{reference}/document/{filed.number}").text
    found = re.search(r'href="(/desk/case/[^"]+/file/[^"]+)"', page)
    assert found
    assert "stairs.jpg" in desk.get(found[1]).text


def test_sending_twice_files_once(app: Flask, reference: str, ann: Visitor) -> None:
    """A double click, or the back button and the button again, ends at the same page with one document."""
    ann.get(form_address(ann, "Tell us more"))
    ann.post({"added_words": "Once."})
    ann.post({"added_told": "no"})
    check = ann.page
    address = re.sub(r"/check.*", "/send", ann.address)
    for _ in range(2):
        ann.page = check
        ann.post({}, address)
        assert ann.heading == "We have it"
    assert len(documents(app, reference, "tell-more")) == 1


def test_a_choice_can_be_made_again(app: Flask, reference: str, ann: Visitor) -> None:
    """What was told once can be added to: the second form begins empty."""
    page = ann.address
    for words in ("One.", "Two."):
        ann.get(page)
        fill_in(ann, "Tell us more", {"added_words": words}, {"added_told": "no"})
    assert [one.answers["added_words"] for one in documents(app, reference, "tell-more")] == ["One.", "Two."]


def test_contact_rules_change_at_once(app: Flask, reference: str, ann: Visitor, now: Moment) -> None:
    """Once email is not safe, what waits in the outbox never goes, and a person is told to find another way."""
    fill_in(ann, "Change how we contact you", *NO_EMAIL)
    assert ann.heading == "We have it"
    with app.app_context():
        deliver_due(now())
        party = party_of(reference)
        assert (party.contact["email_safe"], party.person["phone"]) == ("no", "020 7946 0123")
        states = {one.letter: one.state for one in db.session.scalars(select(Message)) if one.party_id}
        assert set(states.values()) == {"cancelled"}
        assert "unsafe" in [task.kind for task in db.session.scalars(select(Task))]


def test_the_desk_shows_how_they_are_reached_now(app: Flask, reference: str, desk: FlaskClient) -> None:
    """What an officer reads before picking up the phone is what holds now, not what the request said."""
    ann = open_page(Visitor(app.test_client()), links(app)[0])
    open_referral(desk, reference)
    assert "Email to ann@people.example" in desk.get(f"/desk/case/{reference}").text
    fill_in(ann, "Change how we contact you", *NO_EMAIL)
    text = desk.get(f"/desk/case/{reference}").text
    assert "No email" in text
    assert "no voicemail" in text
    assert "keep them to be collected" in text


def test_stopping_closes_the_case_and_says_so(app: Flask, reference: str, ann: Visitor) -> None:
    """The case closes, the person gets word of it in case it was not them, and their page can still be read."""
    page = ann.address
    fill_in(ann, "Stop your request", {"stop_why": ""}, {"stop_pressed": "own"})
    assert "withdraws" in effects(app, reference)
    assert mails(app)[-1].letter == "withdrawn"
    text = ann.get(page).text
    assert "This case is closed" in text
    assert "Stop your request" not in text


def test_somebody_under_pressure_rings_the_alarm(app: Flask, reference: str, ann: Visitor) -> None:
    """Whoever says that somebody wants them to stop is flagged at once."""
    fill_in(ann, "Stop your request", {"stop_why": ""}, {"stop_pressed": "pressed"})
    with app.app_context():
        assert "pressed-to-stop" in [flag["id"] for flag in db.session.scalars(select(Case)).one().flags]


def test_two_people_in_one_browser_never_act_for_each_other(app: Flask, reference: str, ann: Visitor) -> None:
    """Each page has its own address; the one opened first still belongs to the first."""
    first = ann.address
    other = opened(app, name="Eva", email="eva@people.example", phone=None, address=None)
    give_word(app, other, "tangerine")
    eva = open_page(Visitor(ann.client), links(app, "eva@people.example")[0], "tangerine")
    assert other in eva.page.text
    assert reference in ann.get(first).text
    fill_in(ann, "Tell us more", {"added_words": "From Ann."}, {"added_told": "no"})
    assert len(documents(app, reference, "tell-more")) == 1
    assert documents(app, other, "tell-more") == []


def test_exit_shuts_the_page(ann: Visitor) -> None:
    """After "Exit this page" the address in the history opens nothing."""
    page = ann.address
    ann.client.get("/exit")
    assert ann.get(page).status_code == 403
    assert ann.heading == "This page is closed"


def test_a_pause_asks_for_the_word_and_loses_nothing(
    app: Flask, reference: str, ann: Visitor, now: Moment
) -> None:  # fmt: skip
    """After half an hour the page asks for the word; what was typed meanwhile goes on where it was."""
    ann.get(form_address(ann, "Tell us more"))
    where = ann.address
    now.passes(minutes=31)
    ann.post({"added_words": "Typed for a long time."})
    assert (ann.page.status_code, ann.heading) == (403, "Type your word to carry on")
    again = re.search(r'action="([^"]+/again/[^"]+)"', ann.page.text)
    assert again
    ann.post({"word": "wrong"}, again[1])
    assert ann.page.status_code == 422
    ann.post({"word": WORD}, again[1])
    assert ann.heading == "Carry on"
    ann.post({}, where)
    with app.app_context():
        assert db.session.scalars(select(Draft.answers).where(Draft.party_id.is_not(None))).one() == {
            "added_words": "Typed for a long time."
        }


def test_half_a_day_ends_it(ann: Visitor, now: Moment) -> None:
    """However busy, a page has to be opened anew after twelve hours."""
    for _ in range(25):
        now.passes(minutes=29)
        status = ann.get(ann.address).status_code
    assert status == 403
    assert ann.heading == "This page is closed"


def test_a_form_that_is_not_needed_any_more_says_so(app: Flask, reference: str, ann: Visitor) -> None:
    """Words, not a bare error, and what was typed is still there."""
    where = form_address(ann, "Stop your request")
    fill_in(ann, "Stop your request", {"stop_why": ""}, {"stop_pressed": "own"})
    ann.get(where)
    assert (ann.page.status_code, ann.heading) == (404, "This form is not needed now")


def test_a_letter_on_paper_names_no_link(app: Flask, reference: str, desk: FlaskClient) -> None:
    """What is posted holds no address that leads nowhere."""
    open_referral(desk, reference)
    here = f"/desk/case/{reference}/letter/acknowledgement"
    fields = {"subject": "S", "posted_on-day": "11", "posted_on-month": "5", "posted_on-year": "2026"}
    markdown = "One.\n\n[Open](http://localhost/merton/open/yours)\n\nTwo."
    assert press(desk, here, page=here, do="posted", markdown=markdown, **fields).status_code == 303
    [filed] = documents(app, reference, "acknowledgement")
    assert filed.body == "One.\n\nTwo."
