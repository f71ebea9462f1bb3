"""Every page for the public that is no page of a form, and every error of it, under axe.

What there is to see is read from the addresses of the app; pages of forms are in test_error_states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from tests.browser.checks import fits
from tests.browser.conftest import Live
from tests.browser.person import Person
from tests.browser.visit import PUBLIC, Record, Visit, addresses
from tests.victim import victim_in_merton
from webform.cases.pinned import versions_of
from webform.documents.form import Form
from webform.documents.shelf import Shelves, read_shelves
from webform.house import EXTENSION
from webform.settings import SHIPPED
from webform.web.public import NOTICES


@pytest.fixture
def two_areas(live: Live) -> Iterator[None]:
    """A second area, so that there is something to choose."""
    house = live.app.extensions[EXTENSION]
    folder = live.instance / "procedures"
    folder.mkdir(exist_ok=True)
    area = 'extends = "merton"\n[area]\nname = "Elsewhere"\nbody = "Elsewhere Council"\n'
    (folder / "elsewhere.toml").write_text(area)
    live.app.extensions[EXTENSION] = replace(house, shelves=read_shelves(SHIPPED, live.instance))
    yield
    live.app.extensions[EXTENSION] = house


PUBLIC_STATES = (
    "check with gaps", "advice after an alarm", "resume by link", "no form here", "no form here, and typed",
    "erased", "double start", "area found", "area not found", "quick check: dates", "quick check: answer",
    "blank form of an appeal", "word chosen",
)  # fmt: skip

CHECKED = ("things", "report_agency", "incident_problem", "report_named", "one_problem", "action_taken")

PUBLIC_ERRORS = (
    "save: all wrong", "resume: wrong code", "resume: wrong word", "quick check: empty", "quick check: no dates",
    "confirmation: no word", "feedback: all wrong",
)  # fmt: skip


@pytest.mark.usefixtures("two_areas")
def test_public_pages(live: Live, page: Page, shelves: Shelves, record_property: Record) -> None:
    """Every page for the public, and every error on it, passes axe and fits the screen."""
    visit = Visit(live, page, addresses(live.app, *PUBLIC), PUBLIC_STATES, PUBLIC_ERRORS)
    form = shelves.forms[shelves.procedures["merton"].area.opens_with]
    _find_out(visit)
    visit.go("/merton/")
    for name in NOTICES:
        visit.go(f"/merton/{name}")
    _say_what_one_thinks(visit, shelves.forms["feedback"])
    visit.go("/form/check", "no form here")
    page.goto("/merton/")
    visit.hands.press("Start now")
    victim = Person(visit.hands, form, victim_in_merton(danger="yes", incidents=[]), fits)
    victim.answer_page()
    visit.see("advice after an alarm")
    visit.go("/form/check", "check with gaps")
    _save(visit)
    code = page.locator(".service-code").inner_text()
    _resume(visit, code)
    victim.fill_in()
    visit.see()
    _lose_session(visit, form.pages[0].id)
    _send_and_erase(visit, code, form.send_label)
    with live.app.app_context():
        version, _ = versions_of("merton")[0]
    visit.go(f"/merton/procedure/{version}")
    visit.check(record_property)


def _say_what_one_thinks(visit: Visit, form: Form) -> None:
    """Feedback, with every mistake first."""
    visit.go("/merton/feedback")
    visit.hands.type("think_email", "ann at home")
    visit.err("feedback: all wrong", form.send_label, "think_kind", "think_words", "think_email")
    visit.hands.type("think_email", "ann@people.example")
    visit.hands.choose("think_kind", "idea")
    visit.hands.type("think_words", "Ring back sooner.")
    visit.hands.press(form.send_label)
    visit.see()


def _find_out(visit: Visit) -> None:
    """Which area, how it works, the form to print, and whether there may be a review."""
    visit.go("/")
    visit.go("/?q=Mert", "area found")
    visit.go("/?q=Atlantis", "area not found")
    visit.go("/merton/procedure")
    visit.go("/merton/blank")
    visit.hands.go(visit.page.locator("main a[href*='/blank/']:not([href$='.pdf'])").first)
    visit.see("blank form of an appeal")
    visit.go("/merton/check")
    visit.err("quick check: empty", "Continue", *CHECKED)
    visit.hands.choose("things", "1")
    visit.hands.tick("report_agency", ["council"])
    visit.hands.tick("incident_problem", ["noise"])
    visit.hands.tick("report_named", ["yes"])
    visit.hands.choose("one_problem", "yes")
    visit.hands.choose("action_taken", "none")
    visit.hands.press("Continue")
    visit.see("quick check: dates")
    visit.err("quick check: no dates", "See the answer", "incident_date_1-day", "report_date_1-day")
    for question in ("incident_date_1", "report_date_1"):
        for part, value in (("day", "1"), ("month", "2"), ("year", "2026")):
            visit.hands.type(f"{question}-{part}", value)
    visit.hands.press("See the answer")
    visit.see("quick check: answer")


def _save(visit: Visit) -> None:
    """Save for later, with every mistake first."""
    visit.go("/form/save")
    visit.hands.type("word", "abc")
    visit.hands.type("email", "ann at home")
    visit.err("save: all wrong", "Save and show the code", "word", "email", "safe")
    visit.hands.type("word", "Marmalade")
    visit.hands.type("email", "")
    visit.hands.press("Save and show the code")
    visit.see()


def _resume(visit: Visit, code: str) -> None:
    """Come back by code, and by link, with every mistake first. A word is not shown again once typed."""
    visit.go("/resume")
    visit.hands.type("code", "7KQ2-M4XD-90AB-C3EF")
    visit.err("resume: wrong code", "Open the form", "code")
    visit.go(f"/resume/{code}", "resume by link")
    visit.err("resume: wrong word", "Open the form", "word")
    visit.hands.type("word", "Marmalade")
    visit.hands.press("Open the form")


def _lose_session(visit: Visit, first: str) -> None:
    """The browser forgets who it is while an answer is being typed."""
    visit.page.goto(f"/form/{first}")
    kept = visit.page.context.cookies()
    visit.page.context.clear_cookies()
    visit.hands.press("Save and continue")
    visit.see("no form here, and typed")
    visit.page.context.add_cookies(kept)


def _send_and_erase(visit: Visit, code: str, button: str) -> None:
    visit.page.goto("/form/check")
    visit.hands.press(button)
    visit.see()
    visit.err("confirmation: no word", "Save my word", "word")
    visit.hands.type("word", "Marmalade")
    visit.hands.press("Save my word")
    visit.see("word chosen")
    visit.go("/form/copy")
    visit.page.goto("/merton/")
    visit.hands.press("Start now")
    visit.see("double start")
    visit.go("/form/erase")
    visit.hands.press("Delete what I wrote")
    visit.see()
    visit.pages("erased")
