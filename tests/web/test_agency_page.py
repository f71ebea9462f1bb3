"""An agency answers through its link: what it reads, what is kept as it goes, and who never sees any of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.agency import ANSWERS, PAGES, PHRASE
from tests.moment import Moment
from tests.victim import incident, report
from tests.web.desk import documents, join, open_referral, opened, press, sign_in
from tests.web.party import FIRST_CODE, WORD, give_word, links, mails, open_page
from tests.web.test_desk_parties import SAL, party, send_to
from tests.web.test_party_page import form_address, send
from tests.web.visitor import Visitor
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.cases.pinned import rules_of
from webform.documents.shelf import read_shelves
from webform.house import EXTENSION
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Colleague, Message, Task
from webform.settings import SHIPPED

POLICE = "police.mailbox@shropshire.example"
ANN = "ann@people.example"


@pytest.fixture
def spoc(app: Flask, client: FlaskClient, now: Moment) -> FlaskClient:
    """The point of contact of an area that asks each agency."""
    join(app, SAL, "Sal Spoc", area="shropshire")
    sign_in(app, client, SAL)
    return client


@pytest.fixture
def case(app: Flask, spoc: FlaskClient) -> str:
    """A case that names the police and the council, who were both asked."""
    reports = [
        report(1, "2026-05-03", report_agency="police", report_reference="CAD-77"),
        report(2, "2026-05-03", report_agency="council", report_reference="EH-12"),
    ]
    reference = opened(app, "shropshire", incidents=[incident(1, "2026-05-02", "2026-05-03", reports=reports)])
    open_referral(spoc, reference)
    for key in ("police", "council"):
        send_to(spoc, reference, party(app, reference, key))
    return reference


@pytest.fixture
def police(app: Flask, case: str) -> Visitor:
    """Somebody in the mailbox of the police who opens the link for the first time."""
    somebody = Visitor(app.test_client())
    somebody.get(links(app, POLICE)[-1])
    somebody.post({"do": "first"})
    code = FIRST_CODE.search(mails(app, POLICE)[-1].text)
    assert code
    somebody.post({"do": "choose", "word": WORD, "own-code": code[0]})
    assert somebody.heading == "Your page"
    return somebody


def answer(visitor: Visitor, home: str) -> None:
    """Every page of the form, from the page, and send."""
    visitor.get(form_address(visitor, "What your organisation knows and did"))
    where = re.sub(r"(/form/\d+/).*", r"\1", visitor.address)
    for name, typed in PAGES:
        visitor.post(typed, where + name)
        assert visitor.page.status_code == 200, (name, visitor.errors)
    assert visitor.heading == "Check your answers"
    send(visitor)
    assert visitor.heading == "We have it"
    visitor.get(home)


def test_who_is_asked_on_a_form_of_officers_reads_what_to_do(app: Flask, instance: Path, spoc: FlaskClient) -> None:
    """Under older rules an officer writes the answer down: the page says what is asked, by when, and how."""
    before = app.extensions[EXTENSION]
    shipped = (SHIPPED / "forms/agency-return.toml").read_text("utf-8")
    (instance / "forms").mkdir(exist_ok=True)
    older = instance / "forms/agency-return.toml"
    older.write_text(shipped.replace('audience = "either"', 'audience = "officer"'), "utf-8")
    app.extensions[EXTENSION] = replace(before, shelves=read_shelves(SHIPPED, instance))
    reports = [report(1, "2026-05-03", report_agency="police", report_reference="CAD-77")]
    reference = opened(app, "shropshire", incidents=[incident(1, "2026-05-02", "2026-05-03", reports=reports)])
    open_referral(spoc, reference)
    number = party(app, reference, "police")
    send_to(spoc, reference, number)
    older.unlink()
    app.extensions[EXTENSION] = before
    give_word(app, reference, role="agency")
    page = open_page(Visitor(app.test_client()), links(app, POLICE)[-1]).page.text
    asked = page.split("What we ask of you")[1]
    assert re.search("What your organisation knows and did: by [0-9]+ May 2026", asked)
    assert "You can’t fill this in here. Phone us or write to us" in asked
    assert not re.search(r"/form/\d", page)
    assert "What is next" not in page


def test_they_read_whom_it_is_about_and_no_more(police: Visitor) -> None:
    """Name, place and the report that went to them; not how to reach the person, nor what others were told."""
    text = police.page.text
    for seen in ("Ann Žďárská", "CAD-77", "The flat above mine", "26 May 2026", "Schedule 4"):
        assert seen in text
    for hidden in (
        "EH-12",
        ANN,
        "020 7946 0000",
        "Mr Loud",
        "Loud music every weekend",
        "1 Mill Lane",
        "Where it stands",
    ):
        assert hidden not in text
    police.get(form_address(police, "What your organisation knows and did"))
    assert "CAD-77" in police.page.text


def test_they_do_not_read_that_the_case_is_closed(app: Flask, case: str, police: Visitor, spoc: FlaskClient) -> None:
    """Answered, and the case closed: their page says that nothing is asked of them, and not how the case stands."""
    home = police.address
    answer(police, home)
    assert "There is nothing that we ask of you now." in police.page.text
    with app.app_context():
        begin_writing()
        db.session.execute(update(Case).where(Case.reference == case).values(closed_at=Case.received_at))
        db.session.commit()
    police.get(home)
    assert "There is nothing that we ask of you now." in police.page.text
    assert "Who looks after this case" in police.page.text
    assert "closed" not in police.page.text


def test_it_is_saved_as_it_goes_and_filed_as_theirs(app: Flask, case: str, police: Visitor, spoc: FlaskClient) -> None:
    """Half of it is there when another link is opened; sent, it is the agency's own document, and the desk is told."""
    home = police.address
    police.get(form_address(police, "What your organisation knows and did"))
    police.post(PAGES[0][1])
    other = open_page(Visitor(app.test_client()), links(app, POLICE)[0])
    other.get(form_address(other, "What your organisation knows and did"))
    assert other.address.endswith("/known")
    police.get(home)
    answer(police, home)
    [filed] = documents(app, case, "agency-return")
    assert (filed.author_role, filed.author, filed.party_id) == ("agency", "", party(app, case, "police"))
    assert "What your organisation knows and did" not in police.page.text
    told = [one for one in mails(app, "spoc.mailbox@shropshire.example") if one.letter == "filed"]
    assert ["The police" in one.text for one in told] == [True]
    page = spoc.get(f"/desk/case/{case}").text
    assert "An organisation objects to sharing" in page
    assert "The council: Say what the agency knows and did" in page
    assert "The police: Say what the agency knows and did" not in page


def test_who_asked_for_the_review_never_sees_it(app: Flask, case: str, police: Visitor, now: Moment) -> None:
    """No page, letter, form or mail that the applicant can come by holds a word of what an agency answered."""
    answer(police, police.address)
    give_word(app, case)
    with app.app_context():
        sent = db.session.scalars(select(Message)).all()
        assert all(PHRASE not in one.subject + one.text + str(one.html) for one in sent)
    ann = open_page(Visitor(app.test_client()), links(app, ANN)[-1])
    home = ann.address
    seen: dict[str, str] = {}
    queue = [home, *(f"{home}form/{n}/" for n in range(1, 60)), *(f"{home}letter/{n}" for n in range(1, 20))]
    while queue:
        path = queue.pop()
        seen[path] = ann.client.get(path, follow_redirects=True).text
        found = re.findall(rf'href="({re.escape(home)}[^"#]+)"', seen[path])
        queue += [one for one in dict.fromkeys(found) if one not in (*seen, *queue) and "/paper" not in one]
    assert [path for path, text in seen.items() if PHRASE in text] == []
    assert any(path.endswith("/text") for path in seen)
    assert "The police" not in seen[home]


def test_the_desk_reminds_with_one_press(app: Flask, case: str, spoc: FlaskClient) -> None:
    """The button sends the agency its reminder; then the page says when, and a second press is told that it was."""
    page, who = f"/desk/case/{case}", party(app, case, "council")
    assert press(spoc, f"{page}/ask-again/agency-return.{who}", page=page).status_code == 303
    assert [one.letter for one in mails(app, "council.mailbox@shropshire.example")] == ["agency-request", "chase"]
    assert "They were reminded on 11 May 2026 at 10am" in spoc.get(page).text
    again = press(spoc, f"{page}/ask-again/agency-return.{who}", page=page)
    assert again.status_code == 422
    assert "You can ask again one day later" in again.text


BO = "bo@shropshire.example"
TO_BO = {"your_name": "Al Jones", "colleague_name": "Bo Smith", "colleague_email": BO}


def hand_on(visitor: Visitor, **typed: str) -> None:
    """From the page to what comes after passing it on."""
    found = re.search(r'href="(/page/[^"]+/colleague/\d+)"', visitor.page.text)
    assert found
    visitor.get(found[1])
    visitor.post({**TO_BO, **typed})


def as_bo(app: Flask, email: str = BO) -> Visitor:
    """The colleague, who opens the newest link for the first time."""
    bo = Visitor(app.test_client())
    bo.get(links(app, email)[-1])
    bo.post({"do": "first"})
    code = FIRST_CODE.search(mails(app, email)[-1].text)
    assert code
    bo.post({"do": "choose", "word": "tangerine", "own-code": code[0]})
    return bo


def test_a_colleague_goes_on_with_it_and_sees_nothing_else(app: Flask, case: str, police: Visitor) -> None:
    """What was filled in is there; letters and other forms are not; what they send is the organisation's answer."""
    home = police.address
    police.get(form_address(police, "What your organisation knows and did"))
    police.post(PAGES[0][1])
    police.get(home)
    hand_on(police)
    assert police.heading == "Passed on"
    bo = as_bo(app)
    theirs = bo.address
    assert "Your letters" not in bo.page.text
    assert "CAD-77" in bo.page.text
    mine = police.get(home) and re.search(rf"{re.escape(home)}letter/(\d+)", police.page.text)
    assert mine
    assert bo.client.get(f"{theirs}letter/{mine[1]}").status_code == 404
    bo.get(form_address(bo, "What your organisation knows and did"))
    assert bo.address.endswith("/known")
    bo.get(theirs)
    answer(bo, theirs)
    assert [one.party_id for one in documents(app, case, "agency-return")] == [party(app, case, "police")]
    assert "What your organisation knows and did" not in bo.page.text
    assert {bo.client.get(f"{theirs}form/{n}/").status_code for n in range(1, 60)} == {404}


def test_what_was_not_passed_on_is_not_there(app: Flask, case: str, police: Visitor) -> None:
    """Whoever was passed something else neither sees this form nor comes by its address, nor passes it on."""
    hand_on(police)
    bo = as_bo(app)
    home, form = bo.address, form_address(bo, "What your organisation knows and did")
    number = re.findall(r"\d+", form)[-1]
    assert bo.client.get(form).status_code == 302
    with app.app_context():
        begin_writing()
        db.session.execute(update(Colleague).values(step="another"))
        db.session.commit()
    assert "What your organisation knows and did" not in bo.client.get(home).text
    assert {bo.client.get(path).status_code for path in (form, f"{home}colleague/{number}")} == {404}


def test_the_desk_decides_on_an_address_from_elsewhere(
    app: Flask, case: str, police: Visitor, spoc: FlaskClient
) -> None:  # fmt: skip
    """The page says that somebody looks first; with a press they get a link, and with another it ends."""
    hand_on(police, colleague_email="cy@elsewhere.example")
    assert "somebody here looks at it first" in police.page.text
    page = f"/desk/case/{case}"
    shown = spoc.get(page).text
    assert "They have no link yet. You decide." in shown
    let_in = re.search(r'action="([^"]+/let-in)"', shown)
    assert let_in
    assert press(spoc, let_in[1], page=page).status_code == 303
    cy = as_bo(app, "cy@elsewhere.example")
    assert cy.heading == "Your page"
    assert press(spoc, let_in[1].replace("let-in", "keep-out"), page=page).status_code == 303
    assert cy.get(cy.address).status_code == 403
    assert "cy@elsewhere.example" not in spoc.get(page).text.split('id="folder"')[0]


def test_mistakes_in_passing_on_are_told_at_their_field(app: Flask, police: Visitor) -> None:
    """Nothing goes out, and what was typed stays."""
    hand_on(police, your_name="", colleague_email="bo at work")
    assert police.page.status_code == 422
    assert "Enter your name" in police.page.text
    assert "Enter an email address in the correct format" in police.page.text
    assert 'value="Bo Smith"' in police.page.text
    assert mails(app, BO) == []


def test_a_person_passes_nothing_on(app: Flask, case: str, spoc: FlaskClient) -> None:
    """Whoever asked for the review has no such page."""
    give_word(app, case)
    ann = open_page(Visitor(app.test_client()), links(app, ANN)[-1])
    assert "/colleague/" not in ann.page.text
    assert {ann.client.get(f"{ann.address}colleague/{n}").status_code for n in range(60)} == {404}


def test_what_an_officer_begins_for_them_is_no_draft_of_theirs(
    app: Flask, case: str, police: Visitor, spoc: FlaskClient
) -> None:  # fmt: skip
    """Both fill in the same form; neither reads what the other has not sent."""
    form = f"/desk/case/{case}/form/agency-return.{party(app, case, 'police')}"
    press(spoc, f"{form}/organisation", page=f"{form}/organisation", body_name="From the phone", body_person="Sal")
    police.get(form_address(police, "What your organisation knows and did"))
    assert police.address.endswith("/organisation")
    assert "From the phone" not in police.page.text


def test_what_could_not_be_sent_is_not_lost(
    app: Flask, case: str, police: Visitor, spoc: FlaskClient
) -> None:  # fmt: skip
    """An officer writes down what was said on the phone while the police fill in the form: they see what they wrote,
    with what they typed last, and a person is asked to find out what is not known yet."""
    police.get(form_address(police, "What your organisation knows and did"))
    where = re.sub(r"(/form/\d+/).*", r"\1", police.address)
    for name, typed in PAGES[:2]:
        police.post(typed, where + name)
    assert "not sent" not in police.page.text
    with app.app_context():
        begin_writing()
        found = db.session.scalars(select(Case).where(Case.reference == case)).one()
        number = party(app, case, "police")
        form, now = rules_of(found)[1]["agency-return"], dt.datetime.now(dt.UTC)
        which = f"agency-return.{number}"
        file_document(found, which, form, {**ANSWERS, "known": "Less"}, author=Author("Sal", "spoc"), now=now)
        db.session.commit()
    looked = police.client.get(where + "done")
    assert (looked.status_code, "phone us or write to us" in looked.text) == (404, True)
    pressed = police.post({"done": "yes", "more": "The last word"}, where + "done")
    assert pressed.status_code == 404
    for words in (f"{PHRASE} is known.", "The last word", "asked a person to get in touch"):
        assert words in pressed.text, words
    police.post({"done": "no"}, where + "done")
    with app.app_context():
        tasks = [one.says for one in db.session.scalars(select(Task)) if one.kind.startswith("not-sent")]
        assert len(tasks) == 1
        assert tasks[0].startswith("The police had filled in")
