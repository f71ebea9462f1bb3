"""Figures in a browser: the desk that publishes them, every mistake on it, and what the public reads, with axe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Live
from tests.browser.service import sign_in
from tests.browser.visit import FIGURES, Visit, addresses
from tests.published import approved, stand
from tests.web.desk import join, opened
from webform.cases.area_folder import keep_area_folders
from webform.documents.shelf import read_shelves
from webform.house import EXTENSION
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline
from webform.settings import SHIPPED

STATES = (
    "figures: none yet", "desk: none yet", "desk: published", "desk: has changed", "preview: a correction",
    "preview: has changed meanwhile",
)  # fmt: skip
ERRORS = ("note: too long",)
KIM, UNA = "kim@merton.example", "una@commissioner.example"
YEARS = (2023, 2024, 2025)


def asked_in(live: Live, reference: str, year: int, count: int) -> None:
    """So many requests in the year that began then."""
    with live.app.app_context():
        stand(reference, dt.date(year, 9, 1), count)


@pytest.fixture
def stafford(live: Live) -> Iterator[None]:
    """A council whose cases may go on to a body that hears appeals."""
    house = live.app.extensions[EXTENSION]
    (live.instance / "procedures").mkdir(exist_ok=True)
    area = 'extends = "staffordshire"\n[area]\nname = "Stafford"\nbody = "Stafford Council"\nkind = "council"\n'
    (live.instance / "procedures" / "stafford.toml").write_text(area)
    live.app.extensions[EXTENSION] = replace(house, shelves=read_shelves(SHIPPED, live.instance))
    yield
    live.app.extensions[EXTENSION] = house


@pytest.mark.usefixtures("stafford")
def test_figures_are_published_corrected_and_read(
    live: Live, page: Page, record_property: Callable[[str, object], None]
) -> None:
    """Somebody publishes three years, corrects one, and everybody reads them: at 320 pixels, without a picture, too."""
    visit = Visit(live, page, addresses(live.app, *FIGURES), STATES, ERRORS)
    join(live.app, KIM, "Kim Lee", role="publisher")
    visit.go("/merton/figures", "figures: none yet")
    sign_in(live, visit.hands, KIM)
    reference = opened(live.app)
    for year, count in zip(YEARS, (14, 3, 9), strict=True):
        asked_in(live, reference, year, count)
    with live.app.app_context():
        keep_area_folders(dt.datetime.now(dt.UTC))
    visit.go("/desk/figures/", "desk: none yet")
    visit.hands.follow("1 April 2023 to 31 March 2024")
    visit.see()
    visit.hands.type("note", "x" * 501)
    visit.err("note: too long", "Approve and publish", "note")
    visit.hands.type("note", "Before March 2024 the council did not count requests by phone.")
    asked_in(live, reference, 2023, 1)
    visit.hands.press("Approve and publish")
    visit.see("preview: has changed meanwhile")
    visit.hands.press("Approve and publish")
    visit.see("desk: published")
    with live.app.app_context():
        for _ in YEARS[1:]:
            approved(dt.datetime.now(dt.UTC))
    asked_in(live, reference, 2025, 2)
    visit.go("/desk/figures/", "desk: has changed")
    visit.pages("publishing.listing")
    visit.hands.follow("Correct it")
    visit.see("preview: a correction")
    visit.hands.press("Approve and publish the correction")
    visit.go("/merton/figures")
    expect(page.get_by_text("Corrected. Published on", exact=False).first).to_be_visible()
    lines = page.get_by_role("figure", name="Requests for a case review").get_by_role("listitem")
    expect(lines).to_contain_text(["31 March 2024 15", "31 March 2025 Not shown", "31 March 2026 11"])
    join(live.app, UNA, "Una Upper", "staffordshire-commissioner")
    page.context.clear_cookies()
    sign_in(live, visit.hands, UNA)
    _seen_from_above(visit, live, reference)
    visit.check(record_property)


def _seen_from_above(visit: Visit, live: Live, reference: str) -> None:
    """Its area has published a year and done some of its duties; the numbers stand side by side."""
    with live.app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        case.area, today = "stafford", dt.datetime.now(dt.UTC).date()
        for occurrence in range(2, 9):
            db.session.add(Deadline(case_id=case.id, area=case.area, step="seen", occurrence=occurrence, owner="spoc",
                                    state="done", done_on=today, taken=2, promised=3))  # fmt: skip
        db.session.commit()
        stand(reference, dt.date(2025, 9, 1), 12)
        approved(dt.datetime.now(dt.UTC), "stafford")
    visit.hands.follow("Their published figures, and your own")
    visit.see()
