"""Every page for when something went wrong, under axe; and that axe would notice what is wrong with a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from tests.browser.checks import accessible, fits
from tests.browser.conftest import Live
from tests.browser.service import sign_in
from tests.browser.visit import Record, Visit
from tests.web.desk import SAM, join, opened
from webform.documents.shelf import Shelves
from webform.records.attempts import Attempt
from webform.records.store import begin_writing, db
from webform.web.faults import FAULTS


@contextmanager
def failing(app: Flask, endpoint: str, error: Exception) -> Iterator[None]:
    """An address whose view fails."""
    view = app.view_functions[endpoint]

    def fail(**_: Any) -> None:
        raise error

    app.view_functions[endpoint] = fail
    app.config["SHOW_FAULTS"] = True
    yield
    app.config["SHOW_FAULTS"] = False
    app.view_functions[endpoint] = view


def test_fault_pages(live: Live, page: Page, browser: Browser, shelves: Shelves, record_property: Record) -> None:
    """The page for each thing that can go wrong passes axe, fits the screen, and keeps what was typed."""
    visit = Visit(live, page, (), [*map(str, FAULTS), "429 at sign-in"], ())
    form = shelves.forms[shelves.procedures["merton"].area.opens_with]
    visit.go("/nowhere", "404")
    visit.go("/merton/begin", "405")
    _forbidden(visit, browser, live)
    page.goto("/merton/")
    visit.hands.press("Start now")
    headline = next(question for one in form.pages for question in one.questions if question.means == "case.headline")
    where = form.page_of(headline.id)
    assert where
    for code, error in (("500", RuntimeError()), ("503", OperationalError("", {}, Exception("locked")))):
        page.goto(f"/form/{where.id}")
        visit.hands.type(headline.id, "Drums all night")
        with failing(live.app, "form.page", error):
            visit.hands.press("Save and continue")
        expect(page.locator("main")).to_contain_text("Drums all night")
        visit.see(code)
    visit.hands.press("Try again")
    assert form.pages  # nothing is lost: the same answers went through
    page.goto(f"/form/{where.id}")
    expect(page.locator(f'[name="{headline.id}"]')).to_have_value("Drums all night")
    page.locator(f'[name="{headline.id}"]').evaluate("box => { box.value = 'x'.repeat(3000000) }")
    visit.hands.press("Save and continue")
    visit.see("413")
    _too_often(visit, live)
    _refused(visit, live)
    visit.check(record_property)


def _forbidden(visit: Visit, browser: Browser, live: Live) -> None:
    """Somebody who comes to a local service through a proxy; and a stale page without a session."""
    far = browser.new_context(base_url=live.url)
    stranger = far.new_page()
    through_proxy = {"X-Forwarded-For": "192.0.2.1"}
    stranger.route("**/merton/", lambda route: route.continue_(headers={**route.request.headers, **through_proxy}))
    stranger.goto("/merton/")
    visit.see("403", page=stranger)
    far.close()
    visit.page.goto("/sign-in")
    visit.page.context.clear_cookies()
    visit.hands.type("identity", SAM)
    visit.hands.press("Email me a code")
    visit.see("400")


def _too_often(visit: Visit, live: Live) -> None:
    """More tries than anybody needs."""
    for _ in range(40):
        visit.page.goto("/resume/7KQ2-M4XD-90AB-C3EF")
        visit.hands.press("Open the form")
        if visit.page.locator("h1", has_text="too often").count():
            break
    visit.see("429")
    for _ in range(10):
        visit.page.goto("/sign-in")
        visit.hands.type("identity", SAM)
        visit.hands.press("Email me a code")
        if visit.page.locator("h1", has_text="Too many tries").count():
            break
    visit.see("429 at sign-in")
    with live.app.app_context():
        begin_writing()
        db.session.execute(delete(Attempt))
        db.session.commit()


def _refused(visit: Visit, live: Live) -> None:
    """A letter that a colleague has sent already."""
    join(live.app)
    reference = opened(live.app)
    sign_in(live, visit.hands, SAM)
    visit.page.goto(f"/desk/case/{reference}")
    visit.hands.press("Open this referral")
    visit.hands.press("Send the letter now")
    visit.go(f"/desk/case/{reference}/letter/acknowledgement", "422")


def test_axe_would_notice(page: Page, live: Live) -> None:
    """The checks themselves work: a picture without words, a target too small and a page too wide are found."""
    page.goto("/merton/")
    wrongs = {
        "image-alt": ("main", "<img>", ""),
        "target-size": ("main", "<button>a</button><button>b</button>", "all: unset; width: 5px; font-size: 5px"),
        "region": ("body", "<p>Outside of everything</p>", ""),
    }
    add = """(one, [html, style]) => {
      one.insertAdjacentHTML('beforeend', html)
      for (const child of [...one.children].slice(-2)) if (style) child.style.cssText = style
    }"""
    for rule, (place, html, style) in wrongs.items():
        page.reload()
        page.locator(place).evaluate(add, [html, style])
        with pytest.raises(AssertionError, match=re.escape(rule)):
            accessible(page)
    page.locator("main").evaluate("one => { one.style.width = '3000px' }")
    with pytest.raises(AssertionError, match="wide"):
        fits(page)
