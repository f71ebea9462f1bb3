"""Whether the service is well, for machines that watch it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.moment import Moment
from tests.web.desk import join, opened, sign_in
from webform.records.outbox import Message, Tick
from webform.records.store import begin_writing, db

TOKEN = "a-long-token-for-the-watcher"


@pytest.fixture
def watched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The heads that a watcher sends, in an installation that has a token."""
    house = app.extensions["asb"]
    monkeypatch.setitem(app.extensions, "asb", replace(house, settings=replace(house.settings, status_token=TOKEN)))
    return {"X-Status-Token": TOKEN}


def test_healthz_says_ok_and_nothing_else(client: FlaskClient) -> None:
    """Anybody may ask whether the service answers; nobody learns more."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize("heads", [{}, {"X-Status-Token": ""}, {"X-Status-Token": "wrong"}, {"X-Status-Token": "é"}])
def test_status_is_not_there_for_strangers(client: FlaskClient, watched: dict[str, str], heads: dict[str, str]) -> None:
    """Without the token the page can't be told from one that doesn't exist."""
    assert client.get("/status", headers=heads).status_code == 404


def test_empty_token_opens_nothing(client: FlaskClient) -> None:
    """An installation without a token can't be asked with an empty one."""
    assert client.get("/status", headers={"X-Status-Token": ""}).status_code == 404


def test_officer_may_look(app: Flask, client: FlaskClient, now: Moment) -> None:
    """Who is signed in needs no token."""
    join(app)
    sign_in(app, client)
    assert client.get("/status").status_code == 200


def test_status_counts(app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]) -> None:
    """Oldest unsent message, last ticks, what is overdue, unseen and waiting, and alarms that did not go yet."""
    opened(app, danger="yes")
    with app.app_context():
        begin_writing()
        db.session.add(Tick(name="sweep", at=now()))
        db.session.commit()
    now.passes(days=5)
    found = client.get("/status", headers=watched).json
    assert found is not None
    five_days = int(dt.timedelta(days=5).total_seconds())
    with app.app_context():
        unsent = db.session.scalar(select(func.count()).select_from(Message))
    assert found["outbox"] == {"unsent": unsent, "retrying": 0, "refused": 0, "oldest_unsent_seconds": five_days}
    assert found["clock"] == {"sweep": five_days}
    assert found["overdue"] == {"merton": 2}
    assert (found["unseen"], found["alarms_pending"]) == (1, 1)


def test_status_holds_nothing_personal(app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]) -> None:
    """Numbers, times and names of areas and jobs only."""
    reference = opened(app)
    page = client.get("/status", headers=watched).text
    for secret in (reference, "Ann", "people.example", "SM4"):
        assert secret not in page
