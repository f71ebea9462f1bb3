"""Screenshots of the main pages, narrow and wide, to look at by eye. Run by hand: it is no test and is not collected.

.venv/bin/pytest tests/browser/screens.py -q
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person
from tests.browser.service import beat, sign_in
from tests.victim import victim_in_merton
from tests.web.desk import SAM, join
from webform.documents.shelf import Shelves

FOLDER = Path(__file__).parent / "screenshots"
WIDTHS = (320, 1280)


class Camera:
    """Takes the page before it at every width."""

    def __init__(self, page: Page):
        self.page, self.number = page, 0

    def take(self, name: str) -> None:
        """One picture a width, named in the order of the journey."""
        self.number += 1
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.screenshot(path=FOLDER / f"{width}-{self.number:02}-{name}.png", full_page=True)


@pytest.fixture
def camera(browser: Browser, live: Live) -> Camera:
    """An empty folder, and a tab to take pictures of."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    return Camera(browser.new_context(base_url=live.url, locale="en-GB").new_page())


def test_take_pictures(camera: Camera, live: Live, shelves: Shelves) -> None:
    """A picture of each kind of page."""
    page, hands = camera.page, Mouse(camera.page)
    page.goto("/merton/")
    camera.take("start")
    hands.press("Start now")
    camera.take("first-question")
    hands.press("Save and continue")
    camera.take("error")
    form = shelves.forms[shelves.procedures["merton"].area.opens_with]
    seen: set[str] = set()

    def look(_page: Page) -> None:
        place = victim.place
        kinds = {question.type for one in form.pages if place and one.id == place.page for question in one.questions}
        for kind in sorted(kinds - seen):
            camera.take(f"question-{kind}")
        seen.update(kinds)

    victim = Person(hands, form, victim_in_merton(danger="yes", incident_hate="yes"), look)
    victim.fill_in()
    camera.take("check")
    hands.press(form.send_label)
    camera.take("sent")
    for name in ("/form/copy", "/merton/procedure", "/merton/privacy", "/form/nowhere"):
        page.goto(name)
        camera.take(name.rsplit("/", 1)[1])
    beat(live)
    _desk(camera, hands, live)


def _desk(camera: Camera, hands: Mouse, live: Live) -> None:
    join(live.app)
    sign_in(live, hands, SAM)
    camera.take("desk")
    hands.go(camera.page.locator("tbody").get_by_role("link").first)
    camera.take("case-not-opened")
    hands.press("Open this referral")
    camera.take("case")
    hands.follow("Read or change it first")
    camera.take("letter")
    camera.page.goto("/desk/new/")
    camera.take("new-request")
    beat(live)
    camera.page.goto("/mailbox/")
    camera.take("mailbox")
    hands.go(camera.page.locator("tbody").get_by_role("link").first)
    camera.take("mail")
    fits(camera.page)
