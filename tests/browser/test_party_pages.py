"""Every page of somebody who takes part in a case, and every error of it, under axe."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.agency import asked
from tests.browser.checks import fits
from tests.browser.conftest import Live
from tests.browser.person import Person
from tests.browser.visit import PARTY, Record, Visit, addresses
from tests.web.desk import opened
from tests.web.party import WORD, give_word, party_of
from webform.cases.links import mint
from webform.documents.shelf import Shelves
from webform.house import EXTENSION
from webform.records.store import begin_writing, db
from webform.web import opening

PARTY_STATES = (
    "could not open", "by code", "first word", "large print", "closed", "word asked again", "typed and asked again",
    "carry on", "form not needed", "check of a form", "page of a closed case", "page of an agency", "passed on",
    "passed on elsewhere",
)  # fmt: skip

PARTY_ERRORS = ("new: no address", "first word: none", "again: wrong word", "colleague: all missing")


def test_party_pages(live: Live, page: Page, monkeypatch: pytest.MonkeyPatch, record_property: Record) -> None:
    """Every page behind a link, and before it, passes axe and fits the screen, errors included."""
    visit = Visit(live, page, addresses(live.app, *PARTY), PARTY_STATES, PARTY_ERRORS)
    reference = opened(live.app)
    give_word(live.app, reference)
    with live.app.app_context():
        begin_writing()
        link = f"/merton/open/{mint(party_of(reference), dt.datetime.now(dt.UTC))}"
        db.session.commit()
    _before_the_door(visit, link)
    visit.page.goto(link)
    visit.hands.type("word", WORD)
    visit.hands.press("Open")
    visit.see()
    here = urlsplit(page.url).path
    _own_letters(visit, here)
    _own_forms(visit, here, live.app.extensions[EXTENSION].shelves)
    _pause(visit, here, monkeypatch)
    page.context.clear_cookies()  # as the way out does, which leads elsewhere
    visit.go(here, "closed")
    _agency(visit, live)
    visit.check(record_property)


def _agency(visit: Visit, live: Live) -> None:
    """An agency before its page passes on what it is asked for: to its own house, and elsewhere."""
    link, _ = asked(live.app, opened(live.app))
    visit.page.goto(link)
    visit.hands.type("word", WORD)
    visit.hands.press("Open")
    visit.page.get_by_text("Who and what it is about").click()
    visit.see("page of an agency")
    here = visit.page.url
    for email, state in (("bo@police.example", "passed on"), ("bo@elsewhere.example", "passed on elsewhere")):
        visit.page.goto(here)
        visit.hands.follow("Pass it on to a colleague")
        visit.see()
        if state == "passed on":
            visit.err("colleague: all missing", "Pass it on", "your_name", "colleague_name", "colleague_email")
        for name, text in (("your_name", "Al"), ("colleague_name", "Bo"), ("colleague_email", email)):
            visit.hands.type(name, text)
        visit.hands.press("Pass it on")
        visit.see(state)


def _before_the_door(visit: Visit, link: str) -> None:
    visit.go(link)
    visit.hands.press("Open")
    visit.see("could not open")
    visit.page.goto(link)
    visit.hands.press("I have not chosen a word yet")
    visit.see("first word")
    visit.err("first word: none", "Open", "word")
    visit.go("/merton/open", "by code")
    visit.go("/merton/open/new")
    visit.err("new: no address", "Send me a new link", "email")
    visit.hands.type("email", "ann@people.example")
    visit.hands.press("Send me a new link")
    visit.see()


def _own_letters(visit: Visit, here: str) -> None:
    visit.hands.go(visit.page.locator("main a[href*='/letter/']").first)
    visit.see()
    visit.hands.follow("Read it in large print")
    visit.see("large print")
    visit.page.goto(here)


def _own_forms(visit: Visit, here: str, shelves: Shelves) -> None:
    """A form to its end, and another that ends the case."""
    for name in ("tell-more", "withdraw"):
        form = shelves.forms[name]
        visit.page.goto(here)
        visit.hands.follow(form.title)
        form_at = urlsplit(visit.page.url).path
        visit.see()
        Person(visit.hands, form, {"stop_pressed": "own"}, fits).fill_in()
        visit.see("check of a form")
        visit.hands.press(form.send_label)
        visit.see()
    visit.go(form_at, "form not needed")
    visit.go(here, "page of a closed case")


def _pause(visit: Visit, here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour without a press, in the middle of a form."""
    visit.hands.follow("Tell us more")
    visit.hands.type("added_words", "Typed for a long time")
    with monkeypatch.context() as patch:
        patch.setattr(opening, "IDLE", dt.timedelta(0))
        visit.hands.press("Save and continue")
        visit.see("typed and asked again")
        visit.err("again: wrong word", "Carry on", "word")
    visit.hands.type("word", WORD)
    visit.hands.press("Carry on")
    visit.see("carry on")
    visit.hands.press("Carry on where you were")
    assert "added" not in visit.page.url  # the next page has come
    with monkeypatch.context() as patch:
        patch.setattr(opening, "IDLE", dt.timedelta(0))
        visit.go(here, "word asked again")


# --- when things go wrong --------------------------------------------------------------------------------------------
