"""When something goes wrong: every fault has a page of the service's own that keeps what was typed."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.moment import Moment
from tests.watched import WatchedClient
from tests.web.visitor import Visitor
from webform.web import form_pages, public_form
from webform.web.faults import FAULTS
from webform.web.transaction import WroteWhileReading

TYPED = "Noise all night, <every> night"


@pytest.fixture
def visitor(app: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Somebody in the middle of the form, on an app that shows faults as a real one does."""
    app.test_client_class = WatchedClient
    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)
    person = Visitor(app.test_client())
    person.begin("merton")
    person.get("/form/in-short")
    return person


def breaks(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Every POST of a form page raises this from now on."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(form_pages, "_save", fail)


def full() -> OperationalError:
    """What SQLAlchemy raises when the disk is full."""
    return OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.mark.parametrize(("error", "code"), [(full(), 503), (RuntimeError("a mistake"), 500)])
def test_typed_answers_survive_a_fault(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    """A full disk or a mistake of ours keeps the answers on the page, gives the phone, and one press tries again."""
    with monkeypatch.context() as broken:
        breaks(broken, error)
        page = visitor.post({"headline": TYPED})
    assert page.status_code == code
    assert "Noise all night, &lt;every&gt; night" in page.text
    assert "020 8274 4907" in page.text
    assert "press “Try again”" in page.text
    assert "a mistake" not in page.text
    visitor.post({}, "/form/in-short")
    assert visitor.address != "/form/in-short"
    visitor.get("/form/in-short")
    assert visitor.value("headline") == TYPED


def test_fault_page_needs_no_database(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database can't even be locked, the page is shown all the same."""

    def locked() -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr("webform.web.transaction.begin_writing", locked)
    page = visitor.post({"headline": TYPED})
    assert page.status_code == 503
    assert "Noise all night" in page.text


def test_nothing_is_half_saved(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that raises leaves nothing behind, whatever it changed before."""

    def change_and_fail(filling: form_pages.Filling, *_: Any) -> None:
        filling.draft.answers = {"headline": "half"}
        raise RuntimeError("afterwards")

    monkeypatch.setattr(form_pages, "_save", change_and_fail)
    visitor.post({"headline": TYPED})
    monkeypatch.undo()
    visitor.get("/form/in-short")
    assert visitor.value("headline") == ""


def test_a_page_that_only_fails_to_show_names_no_button(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing was sent there is nothing to send again: it says to load the page once more."""

    def fail(*_: Any) -> str:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(public_form, "respond", fail)
    page = visitor.client.get("/form/in-short")
    assert (page.status_code, "then load this page again" in page.text) == (500, True)
    assert "Try again" not in page.text


def test_a_get_that_writes_is_a_fault(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that changes records on a GET is stopped before it can."""
    app.config["SHOW_FAULTS"] = False

    def write(filling: form_pages.Filling, *_: Any) -> str:
        filling.draft.answers = {"headline": "by looking"}
        return "written"

    monkeypatch.setattr(public_form, "respond", write)
    with pytest.raises(WroteWhileReading):
        visitor.client.get("/form/in-short")


def test_too_many_requests_keep_the_answers(visitor: Visitor) -> None:
    """Whoever shares an address with many others meets a limit, keeps the page, and can press again."""
    visitor.get("/resume")
    token = visitor.page
    for _ in range(30):
        visitor.page = token
        visitor.post({"code": "x", "word": "y"}, "/resume")
    visitor.page = token
    page = visitor.post({"code": "x", "word": "y"}, "/resume")
    assert page.status_code == 429
    assert "Try again" in page.text


def test_too_much_at_once(visitor: Visitor) -> None:
    """A body that is too big is refused with a page, not a dropped connection."""
    page = visitor.post({"headline": "x" * (3 * 1024 * 1024)})
    assert page.status_code == 413
    assert visitor.heading == FAULTS[413].heading


@pytest.mark.parametrize(
    ("method", "address", "code"),
    [
        ("get", "/nothing/here", 404),
        ("put", "/form/in-short", 405),
        ("get", "/merton/begin", 405),
    ],
)
def test_faults_look_like_the_service(visitor: Visitor, method: str, address: str, code: int) -> None:
    """Wrong addresses and methods get a page in the service's style with the phone number and the way back."""
    page = visitor.client.open(address, method=method.upper())
    assert page.status_code == code
    assert "Merton Council" in page.text
    assert "020 8274 4907" in page.text
    if code == 405:
        assert page.headers["Allow"]


@pytest.mark.parametrize(
    "address", ["/merton/begin", "/resume", "/form/save", "/form/erase", "/form/in-short", "/form/send"]
)
def test_post_without_token_does_nothing(visitor: Visitor, address: str) -> None:
    """No POST works without a token; the person is told to press again, and nothing else happens."""
    page = visitor.client.post(address, data={"headline": TYPED})
    assert page.status_code == 400
    assert "press the button again" in page.text
    visitor.get("/form/in-short")
    assert visitor.value("headline") == ""


def test_every_named_fault_has_words() -> None:
    """Each fault that the service promises a page for has one."""
    assert set(FAULTS) == {400, 403, 404, 405, 413, 422, 429, 500, 503}
