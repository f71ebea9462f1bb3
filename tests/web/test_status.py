"""Whether the service is well, for machines that watch it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from tests.evidence import PDF
from tests.moment import Moment
from tests.web.desk import join, opened, opened_with_files, sign_in
from webform.house import house
from webform.records.outbox import Message, Tick
from webform.records.store import MIGRATIONS, begin_writing, db
from webform.sending.alarm import SILENCE, raise_alarm

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


def _ticks(app: Flask, now: Moment) -> None:
    with app.app_context():
        begin_writing()
        for job in SILENCE:
            db.session.merge(Tick(name=job, at=now()))
        db.session.commit()


def test_officers_see_their_own_area(app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]) -> None:
    """A page in plain words; what waits, is late or was begun elsewhere is no business of theirs."""
    join(app, "bob@bromley.example", area="bromley")
    join(app)
    opened_with_files(app, (PDF, "letter.pdf"))
    now.passes(days=5)
    assert client.get("/status", headers=watched).json["overdue"] == {"merton": 2}  # type: ignore[index]
    sign_in(app, client, "bob@bromley.example")
    elsewhere, theirs = _figures(client), _figures(_signed_in(app, app.test_client()))
    own = {name: theirs[name] for name in elsewhere if theirs[name] != elsewhere[name]}
    assert elsewhere.pop("Emails that wait") == "1, the oldest for 0 minutes"  # the code that Bob signed in with
    assert set(elsewhere.values()) == {"0"}
    assert own == {
        "Requests received": "1", "Requests that nobody has opened": "1", "Duties that are late": "2",
        "Emails that wait": "3, the oldest for 5 days",
        "Forms begun and not sent": "1", "Files that were not scanned": "1",
    }  # fmt: skip


def _signed_in(app: Flask, client: FlaskClient) -> FlaskClient:
    sign_in(app, client)
    return client


def _figures(client: FlaskClient) -> dict[str, str]:
    rows = r'summary-list__key">([^<]+)</dt><dd class="govuk-summary-list__value">([^<]*)<'
    return dict(re.findall(rows, client.get("/status").text))


def test_officers_read_what_to_do(app: Flask, client: FlaskClient, now: Moment) -> None:
    """The page says whether anything is wrong, the worst first, and what somebody does first."""
    join(app)
    sign_in(app, client)
    page = client.get("/status")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "Something has to be put right now." in page.text
    assert "systemctl restart asb-clock" in page.text
    _ticks(app, now)
    page = client.get("/status")
    assert "Something has to be put right now." not in page.text
    assert page.text.index("Soon</strong>") < page.text.index("OK</strong>")


def test_a_monitor_learns_from_the_status_alone(
    app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]
) -> None:
    """503 when a person has to do something now, and what; 200 again when it is done."""

    def now_wrong() -> tuple[int, set[str]]:
        answer = client.get("/status", headers=watched)
        assert answer.json is not None
        assert all(bool(one["do"]) == (one["level"] != "ok") for one in answer.json["checks"])
        return answer.status_code, {one["name"] for one in answer.json["checks"] if one["level"] == "now"}

    assert now_wrong() == (503, {"clock"})
    _ticks(app, now)
    assert now_wrong() == (200, set())
    opened(app, danger="yes")
    now.passes(hours=1)
    _ticks(app, now)
    assert now_wrong() == (503, {"email", "alarms"})
    keys = app.extensions["asb"].settings.keys_file
    keys.rename(keys.with_suffix(".away"))
    assert now_wrong() == (503, {"email", "alarms", "keys"})
    keys.with_suffix(".away").rename(keys)


def test_a_database_that_is_gone_is_told(app: Flask, client: FlaskClient, watched: dict[str, str]) -> None:
    """Whoever watches gets an answer even when there is nothing to read it from."""
    with app.app_context():
        db.session.execute(text("ALTER TABLE ticks RENAME TO away"))
        db.session.commit()
    answer = client.get("/status", headers=watched)
    assert answer.json is not None
    assert (answer.status_code, answer.json["checks"][0]["name"]) == (503, "database")
    assert "outbox" not in answer.json


@pytest.mark.parametrize("which", ["app", "postgres_app"])
def test_figures_for_prometheus(
    request: pytest.FixtureRequest, which: str, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the token, in either head, a scrape has requests, times, outbox, duties and ticks; without, no such page."""
    app: Flask = request.getfixturevalue(which)
    house = app.extensions["asb"]
    monkeypatch.setitem(app.extensions, "asb", replace(house, settings=replace(house.settings, status_token=TOKEN)))
    reference = opened(app)
    now.passes(days=5)
    _ticks(app, now)
    client = app.test_client()
    client.get("/merton/")
    assert client.get("/metrics").status_code == 404
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert client.get("/metrics", headers={"X-Status-Token": TOKEN}).status_code == 200
    for line in (
        'asb_requests_total{rule="/<area_id>/",status="2xx"}', "asb_request_seconds_bucket{", "asb_submissions 1.0",
        "asb_outbox_oldest_seconds 432000.0", 'asb_deadlines_late{area="merton"} 2.0',
        'asb_clock_tick_age_seconds{job="deliver"} 0.0', 'asb_files{state="quarantined"} 0.0', "asb_alarms_waiting",
    ):  # fmt: skip
        assert line in page, line
    assert all(secret not in page for secret in (reference, "Ann", "people.example"))


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
    outbox = {name: found["outbox"][name] for name in ("unsent", "retrying", "refused", "oldest_unsent_seconds")}
    assert outbox == {"unsent": unsent, "retrying": 0, "refused": 0, "oldest_unsent_seconds": five_days}
    assert found["clock"] == {"sweep": five_days}
    assert found["last_tick"] is None
    assert found["overdue"] == {"merton": 2}
    assert (found["unseen"], found["alarms_pending"]) == (1, 1)


def test_status_holds_nothing_personal(app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]) -> None:
    """Numbers, times and names of areas and jobs only."""
    reference = opened(app)
    page = client.get("/status", headers=watched).text
    for secret in (reference, "Ann", "people.example", "SM4"):
        assert secret not in page


def test_a_watcher_learns_what_runs(app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]) -> None:
    """Program, database and rules by their versions, the last tick, and which alarms were raised and taken."""
    opened(app, danger="yes")
    _ticks(app, now)
    found = client.get("/status", headers=watched).json
    assert found is not None
    assert re.fullmatch("[0-9a-f]{12}", found["program"])
    assert found["last_tick"] == now().isoformat()
    with app.app_context():
        shelves = house().shelves
        assert found["procedures"] == {area.id: shelves.version(area) for area in shelves.areas()}
        assert found["revision"] == ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert found["alarms"] == [{"kind": "flag", "at": now().isoformat(), "taken_at": None}]


def test_a_clock_that_was_moved_is_news_for_a_day(
    app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]
) -> None:
    """Which way and by how much, for a day, whether the time was put right meanwhile or not."""

    def time_check() -> tuple[str, str]:
        found = client.get("/status", headers=watched).json
        assert found is not None
        return next((one["level"], one["says"]) for one in found["checks"] if one["name"] == "time")

    assert time_check()[0] == "ok"
    with app.app_context():
        begin_writing()
        raise_alarm("time-jump 1", "time-jump", "The machine's clock jumped back by about 2 hours.", now())
        db.session.commit()
    now.passes(hours=-3)
    assert time_check() == ("look", "The machine's clock jumped back by about 2 hours.")
    now.passes(hours=28)
    assert time_check()[0] == "ok"


def test_a_tick_to_come_is_no_sign_of_life(
    app: Flask, client: FlaskClient, now: Moment, watched: dict[str, str]
) -> None:
    """A clock that stopped before the machine's time was set back is not taken for one that runs."""
    _ticks(app, now)
    now.passes(hours=-2)
    answer = client.get("/status", headers=watched)
    assert answer.json is not None
    assert answer.status_code == 503
    assert answer.json["clock"] == {}
