"""Councillors and MPs in a real browser: signing in, what they raised, asking for somebody, and the end of a seat."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person
from tests.browser.service import sign_in
from tests.browser.visit import ELECTED, Visit, addresses
from tests.councillor import JO, finish_draft, for_somebody, says, write_roster
from tests.evidence import PDF
from tests.web.desk import documents, opened
from webform.documents.shelf import Shelves

Record = Callable[[str, object], None]
NARROW = {"width": 320, "height": 640}
STATES = ("nothing raised", "begun and deleted", "check", "not for them", "their case", "their form", "seat ended")


def test_pages_of_the_elected(live: Live, page: Page, record_property: Record) -> None:
    """Every page that councillors and MPs see passes axe and fits the screen."""
    visit = Visit(live, page, addresses(live.app, *ELECTED), STATES, ())
    write_roster(live.instance, {"ward": "Mill", "until": "2099-05-06"})
    sign_in(live, visit.hands, JO)
    visit.see("nothing raised")
    visit.hands.press("Start a request in Merton")
    visit.see()
    visit.page.goto("/your-cases/")
    visit.hands.press("Delete")
    visit.see("begun and deleted")
    visit.hands.press("Start a request in Merton")
    draft = finish_draft(live.app, "Kim Lee")
    visit.go(f"/your-cases/new/{draft}/check", "check")
    visit.hands.press("Accept and send")
    visit.see()
    visit.go("/your-cases/")
    visit.hands.go(page.locator("th a").first)
    visit.see("their case")
    visit.hands.follow("Tell us more")
    visit.see("their form")
    visit.go("/desk/new/", "not for them")
    write_roster(live.instance)
    visit.go("/your-cases/", "seat ended")
    visit.check(record_property)


@pytest.fixture(params=["with script", "without script"])
def hands(request: pytest.FixtureRequest) -> Mouse:
    """Somebody at a narrow screen, with JavaScript and without."""
    page: Page = request.getfixturevalue("page" if request.param == "with script" else "plain_page")
    page.set_viewport_size(NARROW)
    return Mouse(page)


def test_two_constituents(live: Live, hands: Mouse, shelves: Shelves) -> None:
    """One allows all, the other nothing; what is added, with a file, is of the one case; with the seat all shuts."""
    write_roster(live.instance, {})
    sam, kim = opened(live.app, **for_somebody("Sam Jones")), opened(live.app, **for_somebody("Kim Lee"))
    says(live.app, sam, "yes")
    says(live.app, kim, "no")
    sign_in(live, hands, JO)
    fits(hands.page)
    for reference, name in ((sam, "Sam Jones"), (kim, "Kim Lee")):
        expect(hands.page.get_by_role("row", name=reference)).to_contain_text(name)
    expect(hands.page.get_by_role("row", name=kim)).to_contain_text("Not shared with you")
    hands.follow(kim)
    expect(hands.page.locator("main")).to_contain_text("You asked for Kim Lee")
    expect(hands.page.locator("main")).to_contain_text("has not agreed that we tell you more")
    expect(hands.page.locator("main")).not_to_contain_text("What is next")
    expect(hands.page.get_by_role("link", name=kim)).to_be_visible()  # the receipt, which they had before
    hands.follow("Your cases")
    hands.follow(sam)
    expect(hands.page.locator("main")).to_contain_text("What is next")
    expect(hands.page.locator("main")).to_contain_text("You asked for Sam Jones")
    hands.follow("Tell us more")
    form = shelves.forms["tell-more"]
    notes = {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": PDF}
    Person(hands, form, {"added_words": "They called me again.", "added_files": [notes]}, fits).fill_in()
    hands.press(form.send_label)
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("We have it")
    told = [documents(live.app, one, "tell-more") for one in (sam, kim)]
    assert [[kept["name"] for one in all_of_it for kept in one.answers["added_files"]] for all_of_it in told] == [
        ["notes.pdf"], [],
    ]  # fmt: skip
    hands.follow("Your cases")
    write_roster(live.instance)
    hands.page.goto(f"/page/{sam}/")
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("Sign in")
