"""What anybody reads before a form, and sending one."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask
from sqlalchemy import select

from tests.moment import Moment
from tests.victim import victim_in_merton
from tests.watched import WatchedClient
from tests.web.visitor import Visitor
from webform.records.outbox import Message
from webform.records.store import db
from webform.records.tables import Case, Draft
from webform.rules.journey import places

PUBLIC = (
    "/merton/", "/merton/privacy", "/merton/cookies", "/merton/accessibility", "/merton/procedure", "/resume",
    "/erased",
)  # fmt: skip


@pytest.fixture
def visitor(app: Flask, now: Moment) -> Visitor:
    """Somebody with a browser."""
    app.test_client_class = WatchedClient
    return Visitor(app.test_client())


@pytest.fixture
def ready(app: Flask, visitor: Visitor) -> Visitor:
    """Somebody who looks at check-your-answers with every answer given."""
    return at_the_end(app, visitor)


def at_the_end(app: Flask, visitor: Visitor) -> Visitor:
    """Gives every answer at once."""
    visitor.begin("merton")
    with app.app_context():
        form = app.extensions["asb"].shelves.forms["request"]
        draft = db.session.scalars(select(Draft)).one()
        draft.answers = victim_in_merton()
        draft.visited = [str(place) for place in places(form, draft.answers)]
        db.session.commit()
    visitor.get("/form/check")
    return visitor


def cases(app: Flask) -> list[Case]:
    """Every case."""
    with app.app_context():
        return list(db.session.scalars(select(Case)))


def test_an_area_that_is_not_there_is_not_found(visitor: Visitor) -> None:
    """Neither a mistyped one nor the baseline, which nobody can ask."""
    assert visitor.client.get("/merton/").status_code == 200
    assert visitor.client.get("/atlantis/").status_code == 404
    assert visitor.client.get("/standard/").status_code == 404


def test_start_page_tells_real_dates(visitor: Visitor, now: Moment) -> None:
    """The start page says what happens by when for a request made today, from the procedure and over bank holidays."""
    assert "By 13 May 2026" in visitor.get("/merton/").text  # Monday and 2 working days
    now.is_("2026-05-22 10:00")
    assert "By 27 May 2026" in visitor.get("/merton/").text  # the spring bank holiday lies between


def test_start_page_says_what_people_need(visitor: Visitor) -> None:
    """Who can use it, what it is not, the threshold, other ways to ask, emergencies and support."""
    page = visitor.get("/merton/").text
    procedure = visitor.client.application.extensions["asb"].shelves.procedures["merton"]
    told = [route.says for route in procedure.threshold.routes if route.says]
    told += [way.address for way in procedure.ways_in if way.address]
    told += [support.phone for support in procedure.supports if support.kind == "help"]
    for words in (*told, "999", "101", "Who can use this form", "What this form is not for"):
        assert words in page, words


def test_the_start_page_speaks_of_what_its_form_is_for(visitor: Visitor) -> None:
    """A body that hears appeals says who can appeal; a council says who can ask for a review."""
    council = visitor.get("/merton/").text
    assert "You can ask for a review for yourself" in council
    body = visitor.get("/staffordshire-commissioner/").text
    assert "You can appeal for yourself" in body
    assert "ask for a review for yourself" not in body


@pytest.mark.parametrize("address", [*PUBLIC, "/form/right-now", "/nothing/here"])
def test_help_and_exit_are_on_every_page(visitor: Visitor, address: str) -> None:
    """Every public page has the way out, help in danger, a skip link, a language and a neutral title."""
    visitor.begin("merton")
    page = visitor.get(address).text
    assert page.count('href="/exit"') >= 2
    assert "In danger now, or thinking of harming yourself?" in page
    assert "116 123" in page
    assert '<html lang="en' in page
    assert 'href="#main-content" class="govuk-skip-link"' in page
    area = "" if address == "/resume" else " – Merton"  # where people come back, not even the area is told
    assert re.search(rf"<title>[^<]+ – Online form{area}</title>", page)


@pytest.mark.parametrize("address", [*PUBLIC, "/form/right-now", "/nothing/here"])
def test_security_headers(visitor: Visitor, address: str) -> None:
    """No page may run or load anything of others, be framed, leak its address, stay in a cache or need inline code."""
    visitor.begin("merton")
    page = visitor.get(address)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)


def test_notices_are_filled_in(visitor: Visitor) -> None:
    """The notices speak for the area: its name, its times, the one cookie, how to complain."""
    privacy = visitor.get("/merton/privacy").text
    assert "Merton Council" in privacy
    assert "28 days" in privacy
    assert "Information Commissioner" in privacy
    assert ">session<" in visitor.get("/merton/cookies").text
    assert "Equality Advisory" in visitor.get("/merton/accessibility").text


def test_cookie_is_for_the_session_only(visitor: Visitor) -> None:
    """One cookie, out of reach of scripts and other sites, gone with the browser window."""
    visitor.get("/merton/")
    cookies = visitor.page.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    for word in ("HttpOnly", "SameSite=Lax"):
        assert word in cookies[0]
    for word in ("Expires", "Max-Age"):
        assert word not in cookies[0]


def test_sending_makes_a_case(app: Flask, ready: Visitor) -> None:
    """After "Accept and send" the reference and the dates are shown, the letters wait, and the draft is emptied."""
    ready.post({}, "/form/send")
    (case,) = cases(app)
    assert ready.address == "/form/sent"
    assert case.reference in ready.page.text
    assert "13 May 2026" in ready.page.text
    with app.app_context():
        assert {message.recipient for message in db.session.scalars(select(Message))} >= {"ann@people.example"}
        assert db.session.scalars(select(Draft)).one().answers == {}
    assert "Loud music every weekend" in ready.get("/form/copy").text


def test_back_and_again_after_sending(app: Flask, ready: Visitor) -> None:
    """Pressing send again, or going back into the form, shows the same confirmation and makes nothing new."""
    here = ready.page
    ready.post({}, "/form/send")
    ready.page = here
    ready.post({}, "/form/send")
    assert ready.address == "/form/sent"
    ready.get("/form/right-now")
    assert ready.address == "/form/sent"
    assert len(cases(app)) == 1


def test_what_was_sent_is_shown_for_an_hour(app: Flask, ready: Visitor, now: Moment) -> None:
    """Afterwards the browser's history shows nothing of it to whoever sits there then, and says that it was sent."""
    ready.post({}, "/form/send")
    (case,) = cases(app)
    now.passes(minutes=59)
    assert "Loud music every weekend" in ready.client.get("/form/copy").text
    now.passes(minutes=2)
    for address in ("/form/sent", "/form/copy"):
        page = ready.client.get(address)
        assert page.status_code == 403
        assert "This form was sent, and we have it" in page.text
        assert case.reference not in page.text
        assert "Loud music" not in page.text
    assert ready.client.get("/form/right-now").headers["Location"] == "/form/sent"
    ready.begin("merton")
    assert ready.address == "/form/right-now"


@pytest.mark.parametrize("address", ["/form/erase", "/form/save", "/form/saved"])
def test_what_was_sent_cannot_be_left_or_deleted_here(app: Flask, ready: Visitor, address: str) -> None:
    """Nobody is told that a form is deleted, or saved for later, once the council has it."""
    ready.post({}, "/form/send")
    token = re.search(r'name="csrf_token" value="([^"]+)"', ready.client.get("/merton/").text)
    assert token
    assert ready.client.get(address).headers["Location"] == "/form/sent"
    typed = {"csrf_token": token[1], "word": "Marmalade", "email": "ann@people.example", "safe": "yes"}
    answer = ready.client.post(address, data=typed)
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/form/sent")
    with app.app_context():
        assert db.session.scalars(select(Draft)).one().word_hash is None


@pytest.mark.parametrize("database", ["app", "postgres_app"])
def test_fifty_presses_at_once_make_one_case(request: pytest.FixtureRequest, now: Moment, database: str) -> None:
    """Fifty identical POSTs at the same time make one case, and each is led to its confirmation, on both databases."""
    app: Flask = request.getfixturevalue(database)
    ready = at_the_end(app, Visitor(app.test_client()))
    token = re.search(r'name="csrf_token" value="([^"]+)"', ready.page.text)
    cookie = ready.client.get_cookie("session")
    assert token
    assert cookie
    answers: list[tuple[int, str]] = []

    def press() -> None:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        answer = client.post("/form/send", data={"csrf_token": token[1]})
        answers.append((answer.status_code, answer.headers.get("Location", "")))

    threads = [threading.Thread(target=press) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/form/sent")] * 50
    assert len(cases(app)) == 1


def test_trap_flags_and_never_refuses(app: Flask, ready: Visitor) -> None:
    """A program that fills in the hidden field is let through; its request is marked."""
    assert 'name="website-address"' in ready.page.text
    ready.post({"website-address": "https://spam.example"}, "/form/send")
    (case,) = cases(app)
    assert "robot" in [flag["id"] for flag in case.flags]


def test_confirmation_needs_a_case(visitor: Visitor) -> None:
    """Nobody sees a confirmation or a copy before anything was sent."""
    visitor.begin("merton")
    for address in ("/form/sent", "/form/copy"):
        assert visitor.client.get(address).headers["Location"] == "/form/check"


def test_no_page_of_a_form_hides_behind_another_address(app: Flask) -> None:
    """No public form has a page whose address the service uses for something else, such as saving."""
    fixed = {rule.rule.removeprefix("/form/") for rule in app.url_map.iter_rules() if rule.rule.startswith("/form/")}
    taken = (fixed | {"check", "send"}) - {"", "<path:where>"}
    assert {"save", "sent", "erase"} <= taken
    for form in app.extensions["asb"].shelves.forms.values():
        assert taken.isdisjoint(page.id for page in form.pages), form.id
