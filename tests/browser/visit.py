"""Somebody who looks at every page of some rooms, and keeps count of what they have seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page

from tests.browser.checks import Tally, accessible, fits, shows_errors, typed
from tests.browser.conftest import Live
from tests.browser.person import Mouse
from webform.web.public import NOTICES

Record = Callable[[str, object], None]
PUBLIC = ("public", "draft", "form", "procedure", "blank", "eligibility", "feedback")
PARTY = ("link", "party", "party_form", "hand_on")
ELECTED = ("elected",)  # looked at in test_elected.py
CONSENT = ("declaration",)  # looked at in test_consent.py
BUNDLE = ("bundle", "party_papers")  # looked at in test_bundle.py
FIGURES = ("figures", "publishing", "oversight")  # looked at in test_figures.py

# What a GET brings there is no page of ours.
NO_PAGES = {
    "static": "files",
    "public.leave": "leads to an everyday page elsewhere",
    "security.us_verify_link": "is never found; that page is seen among the faults",
    "mailbox.attachment": "a file",
    "blank.paper": "a PDF for paper; the page beside it is the accessible copy",
    "desk.paper": "a PDF for paper; the page of the case is the accessible copy",
    "mail.post": "a PDF for paper; the page of the document is the accessible copy",
    "post.paper": "a PDF for paper; the pages of the letters are the accessible copies",
    "party.paper": "a PDF for paper; the page of the letter is the accessible copy",
    "mail.text": "plain text to keep; the page of the document is the accessible copy",
    "party.text": "plain text to keep; the page of the letter is the accessible copy",
    "figures.as_csv": "a file for a spreadsheet; the page of the figures has the same in tables",
    "figures.as_json": "data for a machine",
    "status.healthz": "a word for a machine",
    "status.numbers": "data for a machine",
}

LATE = dt.timedelta(days=2)


class Visit:
    """Somebody who looks at pages, and keeps count."""

    def __init__(self, live: Live, page: Page, addresses: Iterable[str], states: Iterable[str], errors: Iterable[str]):
        self.page, self.hands, self._map = page, Mouse(page), live.app.url_map.bind("127.0.0.1")
        self.pages = Tally("pages", {*addresses, *states})
        self.errors = Tally("error states", errors)

    def see(self, *states: str, page: Page | None = None) -> None:
        """The page before them is sound. It counts for its address, or as a special state of it."""
        shown = page or self.page
        accessible(shown)
        fits(shown)
        self.pages(*(states or [self._endpoint(shown)]))

    def _endpoint(self, page: Page) -> str:
        endpoint, found = self._map.match(urlsplit(page.url).path)
        return f"{endpoint} {found['name']}" if endpoint == "public.notice" else str(endpoint)

    def go(self, address: str, *states: str) -> None:
        """Go there and look."""
        self.page.goto(address)
        self.see(*states)

    def err(self, name: str, button: str, *targets: str) -> None:
        """Press a button; the page that comes says what is wrong and leads to these inputs."""
        before = typed(self.page)
        self.hands.press(button)
        shows_errors(self.page, dict.fromkeys(targets, ""), before)
        fits(self.page)
        self.errors(name)

    def check(self, record: Record) -> None:
        """Nothing was left out."""
        self.pages.check(record)
        if self.errors.expected:
            self.errors.check(record)


def addresses(app: Flask, *rooms: str) -> Iterator[str]:
    """The names of all addresses of the pages in these rooms, or of the officers' pages."""
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.split(".")[0]
        wanted = room in rooms if rooms else room not in (*PUBLIC, *PARTY, *ELECTED, *CONSENT, *BUNDLE, *FIGURES)
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES or not wanted:
            continue
        if rule.endpoint == "public.notice":
            yield from (f"public.notice {name}" for name in NOTICES)
        else:
            yield rule.endpoint
