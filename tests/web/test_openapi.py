"""What machines may ask is written down in docs/openapi.json, and the service answers as it says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.moment import Moment
from tests.published import approved
from tests.web.desk import opened
from tests.web.site import rules
from webform.records.outbox import Tick
from webform.records.store import begin_writing, db
from webform.settings import CHECKOUT

TOKEN = "a-long-token-for-the-watcher"
DOCUMENT: dict[str, Any] = json.loads((CHECKOUT / "docs" / "openapi.json").read_text("utf-8"))


@pytest.fixture
def api(app: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The document, with the service behind it that it describes, at work on a case."""
    house = app.extensions["asb"]
    monkeypatch.setitem(app.extensions, "asb", replace(house, settings=replace(house.settings, status_token=TOKEN)))
    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)
    opened(app, received_at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
    with app.app_context():
        period = approved(now())
        opened(app, received_at=dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC))
        approved(now(), period=period, note="One more by post.")
        begin_writing()
        for job in ("clock", "deliver", "sweep"):
            db.session.merge(Tick(name=job, at=now()))
        db.session.commit()
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = lambda environ, start: app({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)
    return schema


@pytest.mark.parametrize("path", list(DOCUMENT["paths"]))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_machines_are_answered_as_it_is_written(api: Any, path: str, data: st.DataObject) -> None:
    """Whatever a machine sends, the answer has a status, type and shape of the document, and is never a fault."""
    case = data.draw(api[path]["GET"].as_strategy())
    case.call_and_validate(
        headers={"X-Status-Token": TOKEN}, base_url="http://localhost",
        excluded_checks=[schemathesis.checks.ignored_auth],  # it wants 401: here the page is not there, see below
    )  # fmt: skip


@pytest.mark.parametrize("head", [{}, {"X-Status-Token": "x" * 28}])
def test_who_may_not_ask_is_answered_as_it_is_written(app: Flask, api: Any, head: dict[str, str]) -> None:
    """Without the token the answer is the one that the document names, and holds nothing of the status."""
    for path in DOCUMENT["paths"]:
        answer = app.test_client().get(path.format(area_id="merton"), headers=head)
        named = DOCUMENT["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
        assert answer.mimetype in named
        assert (answer.status_code == 200) == (not DOCUMENT["paths"][path]["get"]["security"])


def test_every_page_for_machines_is_written_down(app: Flask) -> None:
    """A new address that no person reads has to be in the document."""
    written = {path: {method.upper() for method in methods} for path, methods in DOCUMENT["paths"].items()}
    there = {
        rule.rule.replace("<area_id>", "{area_id}"): (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for rule in rules(app)
        if rule.endpoint.startswith("status.") or rule.endpoint in ("figures.as_json", "figures.as_csv")
    }
    assert there == written
