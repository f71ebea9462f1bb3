"""The evidence bundle in a browser: one press, the look over, and the page that whoever gets it reads."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from tests.browser.checks import accessible, fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse
from tests.browser.service import sign_in
from tests.browser.test_panel import comes_back
from tests.bundles import SAM as SPOC
from tests.bundles import case_with_secrets
from tests.web.desk import SAM, join
from tests.web.party import party_of
from tests.web.test_panel_page import MEETING
from webform.cases.bundles import make_bundles
from webform.cases.file_document import file_document
from webform.cases.folder import Which
from webform.cases.people import Author
from webform.house import house
from webform.records.bundles import Bundle
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.sending import bundle as sent

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


def sound(page: Page) -> None:
    """On a narrow screen and on a wide one."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        accessible(page)
        fits(page)


def test_from_the_press_to_the_page(page: Page, live: Live, tmp_path: Path) -> None:
    """Asked for, on its way, looked over, downloaded; what is unpacked opens from a folder, leads to its documents and
    files, and loads nothing."""
    hands = Mouse(page)
    now = dt.datetime.now(dt.UTC)
    join(live.app)
    with live.app.app_context():
        reference = case_with_secrets(live.app, now)[0].reference
    sign_in(live, Mouse(page), SAM)
    page.goto(f"/desk/case/{reference}")
    hands.press("Make the evidence bundle")
    expect(page.locator("main")).to_contain_text("It is being made")
    sound(page)
    with live.app.app_context():
        assert make_bundles(now) == 1
    page.get_by_role("link", name="See how far it is").click()
    for part in page.locator("summary").all():
        part.click()
    expect(page.locator("main")).to_contain_text("Kevin Badger")
    sound(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the bundle").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / reference / sent.PAGE).as_uri())
    sound(page)
    assert len(asked) == 1
    page.get_by_role("link", name="Document 1: Request").click()
    expect(page.locator("#document-1")).to_be_in_viewport()
    files = page.locator('a[href^="files/"]')
    assert files.count() == 2
    assert all((tmp_path / reference / str(one.get_attribute("href"))).is_file() for one in files.all())


def files(live: Live, case_id: int, which: Which, form: str, answers: dict[str, Any], author: Author) -> None:
    """Somebody files a form."""
    with live.app.app_context():
        begin_writing()
        case, now = db.session.get_one(Case, case_id), dt.datetime.now(dt.UTC)
        file_document(case, which, house().shelves.forms[form], answers, author=author, now=now)
        db.session.commit()


def test_what_else_can_be_seen_of_a_bundle(page: Page, live: Live) -> None:
    """None yet, half made, given up, too much typed, and one without a PDF that documents have come in since."""
    now = dt.datetime.now(dt.UTC)
    join(live.app)
    with live.app.app_context():
        case = case_with_secrets(live.app, now)[0]
        here, case_id = f"/desk/case/{case.reference}/bundle/", case.id
    sign_in(live, Mouse(page), SAM)
    page.goto(here)
    expect(page.locator("main")).to_contain_text("There is none of this case now.")
    sound(page)
    Mouse(page).press("Make the evidence bundle")
    seen = (
        ({"done": 3, "total": 9}, "3 of 9 parts"), ({"state": "failed"}, "could not be made"),
        ({"state": "ready", "told": {}}, "There is no PDF"), ({"request": 1}, "Nothing was taken out of this copy"),
    )  # fmt: skip
    for values, words in seen:
        with live.app.app_context():
            begin_writing()
            db.session.execute(update(Bundle).where(Bundle.case_id == case_id).values(**values))
            db.session.commit()
        page.goto(here)
        expect(page.locator("main")).to_contain_text(words)
        sound(page)
    page.locator("#names").evaluate("box => box.value = 'Kit\\n'.repeat(600)")
    Mouse(page).press("Make the evidence bundle")
    expect(page.locator(".govuk-error-summary")).to_contain_text("2000 characters")
    sound(page)


def test_a_member_of_the_panel_reads_it(page: Page, context: BrowserContext, live: Live) -> None:
    """Shared with one press; a member is told that they first say whether they have an interest, then reads it at 320
    pixels and finds the way back; the desk sees who can read it, and takes it back."""
    now = dt.datetime.now(dt.UTC)
    join(live.app)
    with live.app.app_context():
        case = case_with_secrets(live.app, now)[0]
        reference, case_id = case.reference, case.id
    files(live, case_id, Which("panel-meeting"), "panel-date", MEETING, SPOC)
    sign_in(live, Mouse(page), SAM)
    here = f"/desk/case/{reference}/bundle/"
    page.goto(here)
    Mouse(page).press("Make the evidence bundle")
    with live.app.app_context():
        assert make_bundles(now) == 1
    page.goto(here)
    page.get_by_role("link", name="Read it here").click()
    sound(page)
    page.get_by_role("link", name="Go back").click()
    Mouse(page).press("Share it with the panel")
    expect(page.locator("main")).to_contain_text("Shared with the panel")
    sound(page)
    police = comes_back(live, context, reference, "police").page
    expect(police.locator("main")).to_contain_text("once you have said that you have no interest")
    sound(police)
    with live.app.app_context():
        member = party_of(reference, "police").id
    said = {"interest": "no", "declared_by": "Pat"}
    files(live, case_id, Which("interest", member), "interest", said, Author("", "police", member))
    police.reload()
    sound(police)
    police.get_by_role("link", name="Read the papers").click()
    sound(police)
    police.get_by_role("link", name="Document 1: Request").click()
    expect(police.locator("#document-1")).to_be_in_viewport()
    police.get_by_role("link", name="Go back").click()
    expect(police.get_by_role("heading", name="Papers for the meeting")).to_be_visible()
    page.goto(here)
    expect(page.locator("main")).to_contain_text(": can read it")
    Mouse(page).follow("Take the papers back from the panel")
    sound(page)
