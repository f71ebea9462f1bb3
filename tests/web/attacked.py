"""A site that takes whatever is sent to it, by everybody who may."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import Flask

from tests.moment import Moment
from tests.web.door import RAW_TOKEN, Door, Person, everybody
from tests.web.site import AREA, Site, rules
from webform.cases.drafts import find_draft
from webform.documents.shelf import Shelves
from webform.records.store import db

WHO = ("nobody", "a person with a draft", "the applicant at their page", "the spoc who wrote it down")
NAMES = (
    "csrf_token", "do", "subject", "markdown", "posted_on-day", "posted_on-month", "posted_on-year", "identity",
    "passcode", "kept", "next", "code", "word", "where", "known", "email", "safe", "add-another", "for-later",
    "fresh-entry", "send", "setup", "go", "things", "area-id", "website-address", "channel", "received_time",
)  # fmt: skip
WHO_THEY_ARE = ("_user_id", "draft")  # in the session
ENDS_THE_SESSION = re.compile(r"/exit|/sign-out|/form/erase|/sign-in|/resume|/\w+/begin")


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
        held = WHO_THEY_ARE if self._draft_is_there(person) else WHO_THEY_ARE[:1]
        answer = client.open(path, method=method, **body)
        assert answer.status_code < 500 or (answer.status_code == 503 and "PDF" in answer.text), (path, answer.status)
        if not ENDS_THE_SESSION.match(path):
            with client.session_transaction() as session:
                assert all(session.get(name) == person.holds.get(name) for name in held), path
        self.door.put_back()

    def _draft_is_there(self, person: Person) -> bool:
        """On PostgreSQL nothing is put back: whoever was made to erase their draft has none from then on."""
        with self.site.app.app_context():
            code = person.holds.get("draft")
            there = code is not None and find_draft(code, dt.datetime.now(dt.UTC)) is not None
            db.session.rollback()
        return there
