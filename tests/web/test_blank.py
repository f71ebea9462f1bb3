"""The public's forms on paper: all that the form asks, room to answer it, and where to send it."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.sending.paper import PaperError
from webform.web import blank
from webform.web.limits import PAPERS

AREAS_FORM = "/merton/blank"


@pytest.fixture(autouse=True)
def _nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF was made before."""
    blank._made.clear()


def words_of(page: str) -> str:
    """What stands on the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def public_forms(shelves: Shelves) -> list[tuple[str, Form]]:
    """Every form that the public of some area fills in: also those that an officer may write down for them."""
    return [
        (area.id, form)
        for area in shelves.areas()
        for form in shelves.forms_of(area).values()
        if form.audience == "public" or (form.audience == "either" and _is_owed_by_people(area, form))
    ]


def _is_owed_by_people(area: Procedure, form: Form) -> bool:
    people = {"applicant", "victim", "member"}
    return any(step.fill == form.id and people & set(step.roles("by")) for step in area.steps)


def test_every_public_form_is_there_with_every_question(client: FlaskClient, shelves: Shelves) -> None:
    """Each question and each choice of every public form of every area can be answered on paper."""
    forms = public_forms(shelves)
    assert len({form.id for _, form in forms}) > 1
    for area, form in forms:
        page = words_of(client.get(f"/{area}/blank/{form.id}").text)
        for question in (one for sheet in form.pages for one in sheet.questions):
            if question.type != "group":
                assert " ".join(question.label.split()) in page, (area, form.id, question.id)
            assert all(" ".join(option.label.split()) in page for option in question.options), question.id


def test_the_form_that_opens_a_case_comes_first(client: FlaskClient, shelves: Shelves) -> None:
    """Without a name it is the request, which links to the others; officers' forms are not there."""
    for area in shelves.areas():
        page = client.get(f"/{area.id}/blank").text
        assert shelves.forms[area.area.opens_with].title in html.unescape(page)
        others = {form.id for where, form in public_forms(shelves) if where == area.id} - {area.area.opens_with}
        assert set(re.findall(rf'href="/{area.id}/blank/([a-z-]+)"', page)) == others
    assert client.get("/merton/blank/threshold-decision").status_code == 404
    assert client.get("/atlantis/blank").status_code == 404


def test_entries_are_printed_several_times(client: FlaskClient) -> None:
    """Paper has no "add another": three incidents with two reports each, and a word on further sheets."""
    page = words_of(client.get(AREAS_FORM).text)
    assert all(f"Incident {number}, report {report}" in page for number in (1, 2, 3) for report in (1, 2))
    assert "Incident 4" not in page
    assert "report 3" not in page
    assert page.count("When was it reported?") == 6
    assert "If you need more room, use another sheet" in page


def test_it_says_where_to_send_it_and_whom_to_call(client: FlaskClient, shelves: Shelves) -> None:
    """The postal address, at the top and at the end, the phone and what to do in danger."""
    page = words_of(client.get(AREAS_FORM).text)
    letter = next(way for way in shelves.procedures["merton"].ways_in if way.kind == "letter")
    assert page.count(letter.address) == 2
    assert shelves.procedures["merton"].area.phone in page
    assert "call 999" in page


def test_what_is_asked_of_some_says_of_whom(client: FlaskClient) -> None:
    """A question that depends on another says so in the words of that question and its answer."""
    page = words_of(client.get(AREAS_FORM).text)
    assert "Only if “Asking for” is “Someone else”." in page
    assert "Only if “Asking for” is “A community group” or “A business” or “Relationship to the person” is" in page


def test_there_is_room_and_no_table(client: FlaskClient) -> None:
    """Long answers have several lines; a table would be shrunk until nobody can write in it."""
    page = client.get(AREAS_FORM).text.partition('<div class="blank">')[2]
    assert "<table" not in page
    assert "<input" not in page
    assert page.count('class="write"') > 100


def test_the_pdf_is_whole_and_tells_nothing_by_its_name(client: FlaskClient, shelves: Shelves) -> None:
    """The same form as a PDF, its pages numbered, under a neutral name."""
    answer = client.get("/merton/blank.pdf")
    assert answer.mimetype == "application/pdf"
    assert "filename=form.pdf" in answer.headers["Content-Disposition"]
    pages = PdfReader(io.BytesIO(answer.data)).pages
    read = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Incident 3, report 2" in read
    assert f"Page {len(pages)} of {len(pages)}" in read
    assert "□" in read
    assert all(option.label in read for option in shelves.forms["request"].pages[2].questions[0].options)


def test_a_pdf_is_made_once_for_its_version(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reader waits for no process; another area's form is another PDF."""
    made = []
    monkeypatch.setattr(blank, "pdf", lambda source, seconds: made.append(source) or b"%PDF-1 made")
    for _ in range(3):
        assert client.get("/merton/blank.pdf").data == b"%PDF-1 made"
    assert len(made) == 1
    client.get("/merton/blank/dissatisfaction.pdf")
    assert len(made) == 2


def test_the_process_has_a_limit(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDF is made with a limit of time; if it can't be, the page to print is a link away, and nothing is kept."""
    limits = []

    def fails(_: str, seconds: float) -> bytes:
        limits.append(seconds)
        raise PaperError("too slow")

    monkeypatch.setattr(blank, "pdf", fails)
    for _ in range(2):
        answer = client.get("/merton/blank.pdf")
        assert answer.status_code == 503
        assert 'href="/merton/blank/request"' in answer.text
    assert len(limits) == 2
    assert all(0 < limit <= 30 for limit in limits)


def test_one_address_cannot_keep_it_busy(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFs are counted, generously; beyond that the answer is to wait."""
    monkeypatch.setattr(blank, "pdf", lambda source, seconds: b"%PDF-1")
    most = int(PAPERS.partition(" ")[0])
    answers = [client.get("/merton/blank.pdf").status_code for _ in range(most + 1)]
    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429
