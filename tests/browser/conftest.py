"""A real Chromium, and the service at an address of its own for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.installation import Installation, installed
from webform.documents.shelf import Shelves
from webform.settings import SHIPPED

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that turns to another page drops a style sheet half-way, and the test server drops the file with it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed file .*webform/web/static:ResourceWarning"))


class Live:
    """The running service: `url` for the browser, `app` to look behind the pages."""

    def __init__(self, installation: Installation, url: str):
        self.url = url
        self.app: Flask = installation.app
        self.instance: Path = installation.settings.instance
        self.renew = installation.renew


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, shelves: Shelves) -> Iterator[Live]:
    """One server for all browser tests of this process, on SQLite. Tests use `live`, which makes it new."""
    built = SHIPPED / "web" / "static" / "built" / "govuk.css"
    assert built.exists(), "The front end is not built. Run the browser tests by `make test`."
    folder = tmp_path_factory.mktemp("browser")
    listening = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    url = f"http://127.0.0.1:{listening.server_port}"
    with installed(folder, shelves, base_url=url) as installation:
        listening.app = installation.app
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield Live(installation, url)
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.fixture
def live(server: Live) -> Live:
    """The service, new: no case, no draft, no mail."""
    server.renew()
    return server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once a test process."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, live: Live) -> Iterator[BrowserContext]:
    """A browser without any past, at the address of the service; `context.new_page()` opens a tab."""
    fresh = browser.new_context(base_url=live.url, locale="en-GB", timezone_id="Europe/London")
    fresh.set_default_timeout(10_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One tab with JavaScript."""
    return context.new_page()


@pytest.fixture
def plain_page(browser: Browser, live: Live) -> Iterator[Page]:
    """One tab without JavaScript."""
    fresh = browser.new_context(base_url=live.url, java_script_enabled=False, locale="en-GB")
    fresh.set_default_timeout(10_000)
    yield fresh.new_page()
    fresh.close()
