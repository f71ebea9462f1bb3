"""The client of these tests notices what a request must not do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.installation import Installation
from tests.watched import WatchedClient
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.settings import CHECKOUT
from webform.wiring import build, get_ready

TICK = "INSERT INTO ticks (name, at) VALUES ('x', '2026-01-01')"


def forget_to_commit() -> str:
    """A view that writes and goes."""
    db.session.execute(text(TICK))
    return "done"


def commit() -> str:
    """A view that writes and commits, whatever the method."""
    db.session.execute(text(TICK))
    db.session.commit()
    return "done"


@pytest.fixture
def careless(sqlite_installation: Installation, shelves: Shelves) -> Callable[..., FlaskClient]:
    """A client of an app with one such view more."""
    sqlite_installation.renew()

    def with_view(view: Callable[[], str]) -> FlaskClient:
        app = build(*get_ready(sqlite_installation.settings, shelves))
        app.config["WTF_CSRF_ENABLED"] = False
        app.add_url_rule("/careless", "careless", view, methods=["GET", "POST"])
        app.test_client_class = WatchedClient
        return app.test_client()

    return with_view


def test_work_left_uncommitted_fails(careless: Callable[..., FlaskClient]) -> None:
    """What a request wrote and nobody committed would be lost on a real server."""
    with pytest.raises(AssertionError, match="left uncommitted"):
        careless(forget_to_commit).post("/careless")


def test_a_get_that_writes_fails(careless: Callable[..., FlaskClient]) -> None:
    """Even when it commits, and even past the session."""
    with pytest.raises(AssertionError, match="a GET changed something"):
        careless(commit).get("/careless")


def test_a_post_that_commits_passes(careless: Callable[..., FlaskClient]) -> None:
    """The client finds no fault with what is right."""
    assert careless(commit).post("/careless").text == "done"


@pytest.mark.parametrize("folder", ["instance", ".keys"])
def test_no_test_opens_somebodys_own_installation(folder: str) -> None:
    """The checkout may hold a running service with real cases."""
    with pytest.raises(PermissionError, match="a test tried to open"):
        (CHECKOUT / folder / "anything").open()
