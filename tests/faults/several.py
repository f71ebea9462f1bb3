"""Several web workers and clocks on one installation, and several people who press at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from tests.faults.person import Browser, Page
from tests.faults.postgres import postgres_server
from tests.faults.stage import BOOTED, Stage, running
from tests.said import Said
from webform.documents.shelf import Shelves
from webform.settings import CHECKOUT

BIN = CHECKOUT / ".venv" / "bin"
WORKERS = 3
Press = Callable[[], Page]


@contextmanager
def stage_on(database: str, folder: Path, shelves: Shelves) -> Iterator[Stage]:
    """An installation on SQLite, or on a PostgreSQL server of its own."""
    with ExitStack() as everything:
        server = everything.enter_context(postgres_server()).url if database == "PostgreSQL" else ""
        yield everything.enter_context(Stage(folder, shelves, server))


@contextmanager
def web_workers(stage: Stage) -> Iterator[None]:
    """gunicorn with several workers; it is gone at the end."""
    command = [str(BIN / "gunicorn"), "--bind", f"127.0.0.1:{stage.port}", "--workers", str(WORKERS)]
    with running(command, stage.environment) as process:
        said = Said(process)
        for _ in range(WORKERS):
            said.until(BOOTED.pattern)
        yield


@contextmanager
def clock_process(stage: Stage) -> Iterator[tuple[Any, Said]]:
    """`flask clock`, and what it says."""
    with running([str(BIN / "flask"), "clock"], stage.environment) as process:
        yield process, Said(process)


def browser_of(stage: Stage, client: FlaskClient) -> Browser:
    """The same session over real HTTP."""
    cookies = {name: client.get_cookie(name) for name in ("session",)}
    return Browser(stage.port, {name: cookie.value for name, cookie in cookies.items() if cookie})


def all_at_once(*presses: Press) -> list[Page]:
    """Everybody presses at the same instant; their answers, in the order of the presses."""
    ready = threading.Barrier(len(presses))

    def act(press: Press) -> Page:
        ready.wait(30)
        return press()

    with ThreadPoolExecutor(len(presses)) as people:
        return list(people.map(act, presses))


def press(browser: Browser, path: str, data: Mapping[str, Any]) -> Press:
    """A press that is still to come, in a browser of its own with the same cookies."""
    return lambda: Browser(browser.port, browser.cookies).post(path, data)
