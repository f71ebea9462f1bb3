"""Adding pictures and documents in a browser: with our script and without, on a narrow screen, with every mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import accessible, fits
from tests.browser.conftest import Live
from tests.browser.errors import BAD_FILES
from tests.browser.person import Mouse
from tests.evidence import PDF, picture
from webform.records.attachments import Attachment
from webform.records.store import db

INPUT = '[name="added_files"]'
NARROW = {"width": 320, "height": 640}
LETTER = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": PDF}
PHOTO = {"name": "a long name of a photo of the stairs in our house.jpg", "mimeType": "image/jpeg", "buffer": picture()}


def begin(page: Page) -> Mouse:
    """At the page for files, on a narrow screen."""
    page.set_viewport_size(NARROW)
    hands = Mouse(page)
    page.goto("/merton/")
    hands.press("Start now")
    page.goto("/form/things-kept")
    hands.tick("evidence", ["pictures"])
    hands.press("Save and continue")
    assert page.url.endswith("/form/added-files")
    return hands


def listed(page: Page) -> list[str]:
    """The files that the page lists."""
    return [one.partition(" (")[0] for one in page.locator(".service-files__name").all_inner_texts()]


def kept(live: Live) -> int:
    with live.app.app_context():
        return db.session.query(Attachment).count()


def test_without_script(plain_page: Page, live: Live) -> None:
    """Several files at once, one refused at its field, one taken away again, and on to the next page."""
    page, hands = plain_page, begin(plain_page)
    page.locator(INPUT).set_input_files([LETTER, PHOTO, BAD_FILES["type"]])
    hands.press("Add files")
    assert "“program.jpg” is not a picture" in page.locator(".govuk-error-summary").inner_text()
    assert listed(page) == ["letter.pdf", PHOTO["name"]]
    hands.press("Remove letter.pdf")
    assert listed(page) == [PHOTO["name"]]
    page.locator(INPUT).set_input_files(LETTER)
    hands.press("Save and continue")
    assert page.url.endswith("/form/sharing")
    assert kept(live) == 2


def test_too_large_without_script(plain_page: Page, live: Live, tmp_path: Path) -> None:
    """200 MB: the page comes back with the error at its field, and nothing of the file is kept."""
    page, hands = plain_page, begin(plain_page)
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.write(PDF)
        file.truncate(200_000_000)
    page.locator(INPUT).set_input_files(huge)
    hands.press("Save and continue")
    assert "“huge.pdf” is larger than 25 MB" in page.locator(".govuk-error-message").inner_text()
    assert (kept(live), list((live.instance / "attachments").iterdir())) == (0, [])


def slow_down(page: Page) -> Callable[[], None]:
    """The line up takes its time; returns what ends that."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    line = {"offline": False, "latency": 0, "downloadThroughput": -1}
    session.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": 300_000})
    return lambda: session.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": -1})


def test_with_script_progress_is_shown(page: Page, live: Live) -> None:
    """A bar and words say how far it is; nobody can press twice; then the file is listed, and the page is sound."""
    begin(page)
    as_fast_as_ever = slow_down(page)
    page.locator(INPUT).set_input_files({**LETTER, "buffer": PDF + bytes(1_500_000)})
    page.get_by_role("button", name="Add files").click()
    expect(page.get_by_role("progressbar", name="Upload")).to_be_visible()
    expect(page.locator("#upload-says")).to_contain_text("Uploading")
    expect(page.get_by_role("button", name="Save and continue")).to_be_disabled()
    accessible(page)
    fits(page)
    as_fast_as_ever()
    expect(page.locator(".service-files__name")).to_contain_text("letter.pdf (PDF, 1.5 MB)")
    accessible(page)
    fits(page)
    assert kept(live) == 1


def test_with_script_the_way_goes_on(page: Page, live: Live) -> None:
    """Save and continue leads to the next page, and Remove takes a file away."""
    hands = begin(page)
    page.locator(INPUT).set_input_files([LETTER, PHOTO])
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/form/sharing")
    page.goto("/form/added-files")
    accessible(page)
    fits(page)
    hands.press(f"Remove {PHOTO['name']}")
    assert listed(page) == ["letter.pdf"]
    assert kept(live) == 1


@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_with_script_a_bad_file_is_told(page: Page, name: str) -> None:
    """The summary has the focus and leads to the input, as on any page; another try works."""
    begin(page)
    page.locator(INPUT).set_input_files(BAD_FILES[name])
    page.get_by_role("button", name="Add files").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    accessible(page)
    fits(page)
    summary.get_by_role("link").click()
    expect(page.locator(INPUT)).to_be_focused()
    page.locator(INPUT).set_input_files(LETTER)
    page.get_by_role("button", name="Add files").click()
    expect(page.locator(".service-files__name")).to_contain_text("letter.pdf")
    expect(summary).to_have_count(0)


def test_with_script_a_file_that_is_too_large_is_not_sent(page: Page, tmp_path: Path) -> None:
    """It is told at once, in words that are read out, and the input has the focus."""
    begin(page)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method) if request.method == "POST" else None)
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(26_000_000)
    page.locator(INPUT).set_input_files(large)
    page.get_by_role("button", name="Add files").click()
    expect(page.locator("#upload-says")).to_contain_text("“large.pdf” is larger than 25 MB")
    expect(page.locator(INPUT)).to_be_focused()
    accessible(page)
    assert posts == []


def test_with_script_a_broken_line_is_told(page: Page) -> None:
    """The buttons work again, and nothing is lost."""
    begin(page)
    page.route(
        "**/form/added-files", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.locator(INPUT).set_input_files(LETTER)
    page.get_by_role("button", name="Add files").click()
    expect(page.locator("#upload-says")).to_contain_text("Check your connection and try again")
    page.unroute("**/form/added-files")
    page.get_by_role("button", name="Add files").click()
    expect(page.locator(".service-files__name")).to_contain_text("letter.pdf")
