"""What people type stays what they typed: in pages, mail heads, letters, on paper, in addresses and in the log."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.moment import Moment
from tests.sending.watched_press import touched
from tests.victim import victim_in_merton
from tests.web.desk import ask_for_code, press, sent_codes, sign_in, type_code
from tests.web.heard import listening
from tests.web.poison import EVIL, POISONS, poisoned
from tests.web.visitor import Visitor
from webform.house import house
from webform.records.outbox import Message
from webform.records.store import db
from webform.sending import smtp

HEADS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Reply-To", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Note", "X-Request-ID", "Content-Transfer-Encoding",
}  # fmt: skip
PARTS = ["text/plain", "text/html"]
KNOWN_TAGS = {"x-evil", "pdf:font"}


class Read(HTMLParser):
    """What a browser makes of a page: its tags, its addresses, and the handlers of events."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "formaction", "background", "poster", "data"):
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)
            self.scripts += tag == "script" and name == "src"


def harmless(page: str, is_mail: bool = False) -> None:
    """The page was made by us alone, whatever stands in it."""
    read = Read(page)
    assert not read.tags & KNOWN_TAGS
    assert not [one for one in read.addresses if EVIL in one or "127.0.0.1" in one or one.startswith("javascript")]
    assert is_mail or not [one for one in read.handlers if one != "style"]
    assert "{{7*7}}" in page or "49" not in re.findall(r">49\{|x 49", page)


@pytest.fixture
def case(app: Flask, request: pytest.FixtureRequest, now: Moment) -> str:
    """A case in which everything typed is poisoned; its reference."""
    with app.app_context():
        shelves = house().shelves
        form = shelves.forms[shelves.procedures["merton"].area.opens_with]
        made = asked_for(shelves, poisoned(form, victim_in_merton(), POISONS[request.param]), now())
        made.seen_at = now()
        db.session.commit()
        return made.reference


every_poison = pytest.mark.parametrize("case", list(POISONS), indirect=True)


@every_poison
def test_no_mail_carries_what_was_typed_as_more_than_words(app: Flask, case: str) -> None:
    """Every mail of a case has the heads that we give it and one recipient, and its HTML only tags of ours."""
    with app.app_context():
        rows = db.session.scalars(select(Message)).all()
        assert len(rows) >= 2
        for row in rows:
            assert "\n" not in row.subject
            harmless(row.html or "", is_mail=True)
            mail = message_from_bytes(smtp.build(row, house().settings).as_bytes(), policy=policy.default)
            assert set(mail.keys()) <= HEADS
            assert EVIL not in str(mail["To"])
            assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == PARTS


@every_poison
def test_a_greeting_holds_no_address(app: Flask, case: str) -> None:
    """Nobody can have the council mail a link of theirs to somebody else: a name is broken where a link would be."""
    with app.app_context():
        for row in db.session.scalars(select(Message).where(Message.purpose == "to-applicant")):
            assert EVIL not in row.text + (row.html or "")
            assert "https://127" not in row.text


@every_poison
def test_the_desk_shows_words_as_words(app: Flask, client: FlaskClient, sam: str, case: str) -> None:
    """The case, its document, its letters and its forms are pages of ours, whatever was typed."""
    sign_in(app, client)
    steps = [one.partition(f"/{case}/")[2] for one in re.findall(rf'href="([^"]*/{case}/[^"?#]*)', _case(client, case))]
    for path in dict.fromkeys(("", "document/1", "letter/acknowledgement", *steps)):
        answer = client.get(f"/desk/case/{case}/{path}".rstrip("/"), follow_redirects=True)
        if answer.mimetype == "text/html":
            harmless(answer.text)
    harmless(client.get("/desk/").text)


def _case(client: FlaskClient, reference: str) -> str:
    page = client.get(f"/desk/case/{reference}")
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize("case", ["html", "attribute", "paper", "controls"], indirect=True)
def test_paper_opens_nothing(
    app: Flask, client: FlaskClient, sam: str, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To print a referral or a letter no socket and no file but the fonts is opened, as the printing process tells."""
    printed: list[str] = []
    from webform.sending.paper import pdf

    monkeypatch.setattr("webform.web.desk.pdf", lambda html: printed.append(html) or pdf(html))
    sign_in(app, client)
    client.get(f"/desk/case/{case}/paper")
    letter = f"/desk/case/{case}/letter/acknowledgement"
    text = POISONS["paper"] + " word"
    press(client, letter, page=letter, do="print", subject=POISONS["mail heads"], markdown=text)
    assert len(printed) == 2
    for html in printed:
        assert touched(html) == []


@pytest.mark.parametrize("poison", list(POISONS.values()), ids=list(POISONS))
def test_an_officers_letter_has_one_subject_and_no_heads(
    app: Flask, client: FlaskClient, sam: str, now: Moment, poison: str
) -> None:
    """Whatever an officer types into subject and letter, the mail has our heads and no tag of theirs."""
    from tests.web.desk import open_referral, opened

    sign_in(app, client)
    reference = opened(app)
    open_referral(client, reference)
    letter = f"/desk/case/{reference}/letter/acknowledgement"
    press(client, letter, page=letter, do="send", subject=f"Word {poison}"[:190], markdown=f"Word {poison}")
    with app.app_context():
        rows = db.session.scalars(select(Message).where(Message.subject.is_not(None)).order_by(Message.id.desc())).all()
        mail = message_from_bytes(smtp.build(rows[0], house().settings).as_bytes(), policy=policy.default)
        assert set(mail.keys()) <= HEADS
        read = Read(rows[0].html or "")
        assert not read.tags & {"script", "img", "style", "link", *KNOWN_TAGS} - {"style"}
        assert all(one.startswith(("https://", "http://localhost", "mailto:", "tel:")) for one in read.addresses)


@pytest.mark.parametrize("poison", list(POISONS.values()), ids=list(POISONS))
def test_public_pages_give_back_words(client: FlaskClient, poison: str) -> None:
    """A search, a code, a name, a page that keeps what was typed: all of them show it as words."""
    harmless(client.get("/", query_string={"q": poison}).text)
    visitor = Visitor(client)
    visitor.begin("merton")
    visitor.post({"danger": poison})
    harmless(visitor.page.text)
    harmless(client.post("/form/save", data={"word": poison, "email": poison}).text)
    harmless(client.post("/resume", data={"code": poison, "word": poison}).text)
    harmless(client.post("/sign-in", data={"identity": poison, "passcode": poison}).text)
    harmless(client.post("/desk/new/", data={"channel": poison, poison: poison}).text)
    harmless(client.get(f"/resume/{quote(poison, safe='')}").text)
    harmless(client.get(f"/{quote(poison, safe='')}/").text)


OURS = r"(?![/\\\s]{2}|[a-z]+:)[^\r\n\t\\]*"  # a path, whether it leads somewhere or not
AWAY = (
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example", "http:/evil.example", "javascript:alert(1)", "data:text/html,x", "/%5cevil.example",
    "/%09/evil.example", "\x00//evil.example", " //evil.example", "https://localhost@evil.example/",
    "/desk/\r\nX-Evil: 1",
    "https://localhost.evil.example/", "//localhost:80@evil.example", "/\u2028/evil.example", "%2f%2fevil.example",
)  # fmt: skip


@pytest.mark.parametrize("away", AWAY)
def test_signing_in_leads_nowhere_else(app: Flask, client: FlaskClient, sam: str, away: str) -> None:
    """However an address elsewhere is written, signing in ends on a page of ours, with heads of ours."""
    page = client.get("/sign-in", query_string={"next": away})
    assert not [one for one in Read(page.text).addresses if EVIL in one]
    ask_for_code(client)
    answer = type_code(client, sent_codes(app)[-1], next=away)
    assert re.fullmatch(OURS, answer.location or "/"), answer.location
    assert "X-Evil" not in answer.headers
    again = client.get("/sign-in", query_string={"next": away})
    assert re.fullmatch(OURS, again.location or "/"), again.location


@pytest.mark.parametrize("heads", [
    {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"Forwarded": "host=evil.example"},
    {"X-Forwarded-Proto": "http", "X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-Prefix": "//evil.example"},
    {"X-Original-URL": "/desk/"}, {"X-Rewrite-URL": "/desk/"}, {"X-HTTP-Method-Override": "POST"},
])  # fmt: skip
def test_heads_of_a_visitor_change_nothing(real_app: Flask, heads: dict[str, str]) -> None:
    """Without a proxy of our own no head says where a visitor is, which page is meant, or what we are called."""
    browser = real_app.test_client()
    plain, told = browser.get("/merton/"), browser.get("/merton/", headers=heads)
    assert EVIL not in told.text + str(told.headers)
    if "Host" in heads:
        assert told.status_code == 400
    else:
        without = [re.sub(r'name="csrf_token" value="[^"]*"', "", page.text) for page in (plain, told)]
        assert (plain.status_code, without[0]) == (told.status_code, without[1])


def test_a_visitor_cannot_choose_the_address_that_is_counted(real_app: Flask, sam: str) -> None:
    """A guesser who names another address with each try is stopped like one who does not."""
    told = [
        type_code_from(real_app, f"198.51.100.{number}") for number in range(11)
    ]  # fmt: skip
    assert told == [200] * 10 + [429]


def type_code_from(app: Flask, said: str) -> int:
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = said
    client.environ_base["HTTP_X_REAL_IP"] = said
    return type_code(client, "00000000").status_code


@pytest.mark.parametrize("path", [
    "/static/../frame.py", "/static/%2e%2e/frame.py", "/static/..%2fframe.py", "/static/..%5cframe.py",
    "/static//etc/passwd",
    "/static/%00", "/static/built/../../../settings.py", "/mailbox/..%2fapp.sqlite3", "/mailbox/%2e%2e%2fapp.sqlite3",
    "/mailbox/../app.sqlite3", "/../etc/passwd", "/..%2f/", "/merton%2f..%2fbaseline/", "/standard/", "/standard/blank",
    "/merton/blank/..%2f..%2fsign-in-code", "/.git/config", "/merton/../instance/contacts.toml", "/static/",
    "/static/built/",
])  # fmt: skip
def test_no_path_leads_out(client: FlaskClient, path: str) -> None:
    """No address leads to a file that is not meant to be served, to a folder's list, or to the baseline."""
    with client.get(path, follow_redirects=True) as answer:
        assert answer.status_code == 404, path


@pytest.mark.parametrize("poison", ["%", "_", "%%", "M_rton", "%rto%", "' OR '1'='1", "*", ".*", "[a-z]+", "("])
def test_a_search_means_its_letters(client: FlaskClient, poison: str) -> None:
    """Signs that match anything in a database or a pattern match themselves: nothing is found."""
    page = client.get("/", query_string={"q": poison})
    assert page.status_code == 200
    assert "No area" in page.text or "could not find" in page.text or "not find" in page.text


def test_a_reference_means_its_signs(app: Flask, client: FlaskClient, sam: str) -> None:
    """No sign stands for others in a reference, and a part of it finds nothing."""
    from tests.web.desk import opened

    sign_in(app, client)
    reference = opened(app)
    for other in ("%", "____-____", reference[:4], f"%{reference[1:]}", f"' OR '{reference}", reference[:-1] + "_"):
        assert client.get(f"/desk/case/{quote(other, safe='')}").status_code == 404, other


def test_the_log_has_a_line_an_event_and_none_of_it_is_typed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an address nor a field can write a line of its own, and a mistake is told without what was typed."""

    def stumble() -> None:
        raise ValueError("typed\r\nevil event=forged")

    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)
    monkeypatch.setitem(app.view_functions, "public.areas", stumble)
    with listening() as heard:
        typed = {"User-Agent": "evil", "X-Request-ID": "evil\tx=1"}
        answer = client.get("/?q=%0d%0aevil+event%3dforged", headers=typed)
    assert answer.status_code == 500
    assert "evil" not in heard.text + answer.text
    assert "typed" not in heard.text
    assert len(heard.lines("unexpected")) == 1  # and each line could be read as JSON


def test_no_document_is_ever_run(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code in a document of the council's own stays text."""
    from dataclasses import replace

    shelves = app.extensions["asb"].shelves
    form = shelves.forms["request"]
    bad = "{{ config }}{% import os %}<script>alert(1)</script>"
    forms = {**shelves.forms, "request": form.model_copy(update={"title": f"A form {bad}"})}
    monkeypatch.setitem(app.extensions, "asb", replace(app.extensions["asb"], shelves=replace(shelves, forms=forms)))
    page = client.get("/merton/").text
    assert "{{ config }}" in page
    assert "<script>alert" not in page
