"""Anything, sent anywhere, by everybody who may: the service never stumbles and nobody is thrown out.

A short run belongs to `make test`; `make fuzz` sends for as long as somebody has patience.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from tests.moment import Moment
from tests.web import nasty
from tests.web.door import RAW_TOKEN, Door, Person, everybody
from tests.web.site import AREA, Site, rules
from webform.documents.shelf import Shelves
from webform.web.limits import limiter

WHO = ("nobody", "a person with a draft", "the applicant at their page", "the spoc who wrote it down")
NAMES = (
    "csrf_token", "do", "subject", "markdown", "posted_on-day", "posted_on-month", "posted_on-year", "identity",
    "passcode", "kept", "next", "code", "word", "where", "known", "email", "safe", "add-another", "for-later",
    "fresh-entry", "send", "setup", "go", "things", "area-id", "website-address", "channel", "received_time",
)  # fmt: skip
WHO_THEY_ARE = ("_user_id", "draft")  # in the session
ENDS_THE_SESSION = re.compile(r"/exit|/sign-out|/form/erase|/sign-in|/resume|/\w+/begin")
# Sixty times each, unless a longer run was asked for.
QUIET = settings(suppress_health_check=list(HealthCheck), max_examples=settings().max_examples * 3 // 5)


class Attacked:
    """A site that is put back after whatever was done to it, as far as its database can be."""

    def __init__(self, app: Flask, shelves: Shelves, now: Moment):
        self.site = Site(app, shelves, app.test_client(), now)
        self.people = {person.name: person for person in everybody(self.site, "bromley") if person.name in WHO}
        self.door = Door(self.site)
        self.posts = [path for rule in rules(app) if "POST" in (rule.methods or ()) for path in self.site.paths(rule)]
        self.patterns = [rule.rule for rule in rules(app)]
        self.own = {"area_id": AREA, "reference": self.site.reference, "draft_id": str(self.site.draft_id)}
        self._names: dict[str, list[str]] = {}

    def names(self, path: str, person: Person) -> list[str]:
        """What the page of that address asks for, beside what any page may."""
        if path not in self._names:
            page = self.door.send(person, "GET", path)
            found = re.findall(r'name="([^"]+)"', page.text) if page.mimetype == "text/html" else []
            self._names[path] = [*dict.fromkeys((*NAMES, *found))]
        return self._names[path]

    def send(self, person: Person, method: str, path: str, **body: Any) -> None:
        """The request, and what must be true of every answer."""
        client = self.site.client
        client._cookies.clear()
        with client.session_transaction() as session:
            session.update(person.holds, csrf_token=RAW_TOKEN)
        answer = client.open(path, method=method, **body)
        assert answer.status_code < 500 or (answer.status_code == 503 and "PDF" in answer.text), (path, answer.status)
        if not ENDS_THE_SESSION.match(path):
            with client.session_transaction() as session:
                assert all(session.get(name) == person.holds.get(name) for name in WHO_THEY_ARE), path
        self.door.put_back()


@pytest.fixture(params=["sqlite", "postgresql"])
def attacked(
    request: pytest.FixtureRequest, shelves: Shelves, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Attacked]:
    """The site, without limits of pages, which would hide what is behind them."""
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)  # a mistake is a 500, as on a real server
    with app.app_context():
        made = Attacked(app, shelves, now)
    yield made
    made.door.close()


@pytest.mark.parametrize("who", WHO)
@QUIET
@given(data=st.data())
def test_any_form_is_answered(attacked: Attacked, who: str, data: st.DataObject) -> None:
    """Whatever stands in the fields of a form, with files or without, is taken or refused with words."""
    person = attacked.people[who]
    path = data.draw(st.sampled_from(attacked.posts))
    pairs = data.draw(nasty.fields(attacked.names(path, person)))
    if data.draw(st.booleans() | st.just(True)):
        pairs = [("csrf_token", attacked.door.token.encode()), *pairs]
    if data.draw(st.booleans()):
        body, kind = nasty.urlencoded(pairs), "application/x-www-form-urlencoded"
    else:
        body = nasty.multipart(pairs, data.draw(nasty.part_heads))
        kind = "multipart/form-data; boundary=x"
    attacked.send(person, "POST", path, data=body, content_type=kind)


@pytest.mark.parametrize("who", WHO)
@QUIET
@given(data=st.data())
def test_any_body_is_answered(attacked: Attacked, who: str, data: st.DataObject) -> None:
    """A body of any kind, deep, broken or of another kind than it says, is taken or refused with words."""
    path = data.draw(st.sampled_from(attacked.posts))
    kind, body = data.draw(nasty.bodies | nasty.json_bodies)
    heads = Headers([("Content-Type", kind)]) if kind.isascii() else Headers()
    if data.draw(st.booleans()):
        heads.add("X-CSRFToken", attacked.door.token)
    attacked.send(attacked.people[who], "POST", path, data=body, headers=heads)


@pytest.mark.parametrize("who", WHO)
@QUIET
@given(data=st.data())
def test_any_address_is_answered(attacked: Attacked, who: str, data: st.DataObject) -> None:
    """Whatever stands in an address, in its query, in heads and in cookies leads to a page or to none."""
    path = data.draw(st.sampled_from(attacked.patterns))
    for name in re.findall(r"<[^>]+>", path):
        own = attacked.own.get(name.partition(":")[2].rstrip(">") or name.strip("<>"), "x")
        path = path.replace(name, data.draw(st.just(own) | nasty.part), 1)
    path += "?" + data.draw(nasty.query)
    heads = {name: data.draw(nasty.head) for name in data.draw(st.lists(st.sampled_from(nasty.HEADS), max_size=3))}
    method = data.draw(st.sampled_from(("GET", "POST", "HEAD")))
    attacked.send(attacked.people[who], method, path, headers=heads)
