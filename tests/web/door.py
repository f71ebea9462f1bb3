"""Everybody who may come to the door, how each kind of access turns people away, and what is wrong with an answer.

A new kind of access needs a line in TURNED_AWAY and somebody in `everybody` whom it lets in; the matrix says so.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import make_url
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import TestResponse

from tests.web.site import AREA, OPENING, Site
from webform.cases.officers import add_officer, leave
from webform.records.store import begin_writing, db
from webform.web.limits import limiter

STATUS_TOKEN = "a-long-token-for-the-watcher"
RAW_TOKEN = "0123456789abcdef0123456789abcdef01234567"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
READS = ("GET", "HEAD")
NO_METHOD = (405, 308)  # 308 to the same address with a slash, where it is nobody's
# What names one row of the records, and a name of that shape that no row bears.
NAMES_A_ROW = {"reference": "MMMM-MMMM", "task_id": 999_999, "draft_id": 999_999, "opening": "MMMM-MMMM"}
# Who may be at an address, by where it begins: a view that declares another can be reached by somebody else.
BELONGS = {
    "/desk": "officer",
    "/form": "draft",
    "/mailbox": "local",
    "/status": "guarded",
    "/metrics": "watched",
    "/page": "party",
    "/your-cases": "elected",
}


# Where somebody at the desk is about to change something, although they only look.
WORK = (
    "/form/", "/letter/", "/desk/new", "/desk/post", "/desk/leave", "/page/<", "/email", "/hand-over",
)  # fmt: skip
OWN_SIGN_IN = "/sign-in/app"


def _does_not_decide(address: str, looking: bool) -> bool:
    """The form that the site is asked for is a decision, and so is to publish; they file all but these."""
    publishes = address.startswith("/desk/figures") and not looking
    decides = publishes or address.startswith("/desk/case/<reference>/form/")
    return not decides or address.endswith("/put-away")


def _reads_only(address: str, looking: bool) -> bool:
    """An auditor looks at everything, and searches, but begins nothing."""
    begins = any(part in address for part in WORK)
    return address.startswith((OWN_SIGN_IN, "/desk/search")) or (looking and not begins)


def _sees_no_case(address: str, looking: bool) -> bool:
    """Whoever publishes figures has the duties of the area before them, and no list of cases."""
    return address.startswith((OWN_SIGN_IN, "/desk/area", "/desk/figures"))


def _sees_linked_cases(address: str, looking: bool) -> bool:
    """Whoever works on cases from elsewhere has lists, of these alone."""
    lists = (address == "/desk/" or address.startswith("/desk/list")) and looking
    return lists or address.startswith((OWN_SIGN_IN, "/desk/search", "/desk/area"))


# By role: the area whose every case they may see, if any, and what they may do apart from cases that they can't see.
FEW_POWERS: dict[str, tuple[str, Callable[[str, bool], bool]]] = {
    "auditor": (AREA, _reads_only),
    "publisher": ("", _sees_no_case),
    "reviewer": ("", _sees_linked_cases),
}


@dataclass(frozen=True)
class Person:
    """Somebody at the door: what they hold, which kinds of access that opens, and whose cases are theirs."""

    name: str
    opens: frozenset[str] = frozenset()
    holds: Mapping[str, Any] = field(default_factory=dict)  # in the session
    shows: Mapping[str, str] = field(default_factory=dict)  # in the heads of the request
    area: str = ""
    owns_draft: bool = False  # wrote the unfinished request down that the site holds, or began their own
    raised: bool = False  # the case of a councillor is theirs
    at_desk: Callable[[str, bool], bool] | None = None  # what an officer with few powers may do: address, looking only

    def is_refused(self, rule: Rule, kind: str, method: str) -> bool:
        """Whether an officer may not do that at all, or not with a case that they may see."""
        if kind != "officer" or self.at_desk is None or ("reference" in rule.arguments and self.area != AREA):
            return False
        return not self.at_desk(rule.rule, method in READS)

    def may_see(self, rule: Rule, kind: str) -> bool:
        """Whether the row that the address names is one of theirs. Only for kinds that the person opens."""
        if "draft_id" in rule.arguments:
            return self.owns_draft
        if kind == "elected" and "opening" in rule.arguments:
            return self.raised
        return not rule.arguments & (set(NAMES_A_ROW) - {"opening"}) or self.area == AREA


def everybody(site: Site, other: str) -> list[Person]:
    """One person of every kind; officers of each role, of this area and of another one."""
    desk, seat, now = frozenset({"officer", "guarded"}), frozenset({"elected"}), int(time.time())

    def session(uniquifier: str) -> dict[str, Any]:
        return {"_user_id": uniquifier, "_fresh": True, "fs_cc": "set", "fs_paa": now, "last_seen": now}

    people = [
        Person("nobody"),
        Person("a person with a draft", frozenset({"draft"}), {"draft": site.code, "area": AREA}),
        Person("a person whose draft is gone", holds={"draft": "0000-0000-0000-0000", "area": AREA}),
        Person("the applicant at their page", frozenset({"party"}), {"openings": {OPENING: [site.link_id, now, now]}}),
        Person("a person whose link is gone", holds={"openings": {OPENING: [999_999, now, now]}}),
        Person("a watcher with the token", frozenset({"guarded", "watched"}), shows={"X-Status-Token": STATUS_TOKEN}),
        Person("a watcher with a wrong token", shows={"X-Status-Token": STATUS_TOKEN[:-1] + "x"}),
        Person("the spoc who wrote it down", desk, session(site.officer), area=AREA, owns_draft=True),
        Person("a made-up officer", holds=session("0" * 32)),
        Person("the councillor", seat, session(site.elected[0]), owns_draft=True, raised=True),
        Person("another councillor", seat, session(site.elected[1])),
    ]
    with site.app.app_context():
        begin_writing()
        for area in (AREA, other):
            for role in ("spoc", "deputy", "officer"):
                joined = add_officer(f"{role}@{area}.example", f"{role} of {area}", area, role)
                at_desk = _does_not_decide if role == "officer" else None
                people.append(
                    Person(f"{role} of {area}", desk, session(joined.fs_uniquifier), area=area, at_desk=at_desk)
                )
        for role, (area, may) in FEW_POWERS.items():
            joined = add_officer(f"{role}@{AREA}.example", role, AREA, role)
            people.append(Person(f"the {role}", desk, session(joined.fs_uniquifier), area=area, at_desk=may))
        gone = add_officer("gone@council.example", "Gone", AREA, "spoc")
        people.append(Person("an officer who has left", holds=session(gone.fs_uniquifier)))
        leave(gone)
        db.session.commit()
    return people


# --- How each kind of access says no ----------------------------------------------------------------------------------


def _asked_to_sign_in(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 302 and (answer.location or "").startswith("/sign-in?next=")
    return to_sign_in or (answer.status_code == 401 and _shows(answer, 'name="identity"')) or _not_theirs(answer)


def _not_theirs(answer: TestResponse) -> bool:
    """For somebody who is signed in as somebody else."""
    return answer.status_code == 403 and _shows(answer, "This page is not for you")


def _told_to_begin_again(answer: TestResponse) -> bool:
    return answer.status_code == 400 and _shows(answer, "We cannot find your form in this browser")


def _shows(answer: TestResponse, words: str) -> bool:
    return answer.request.method == "HEAD" or words in answer.text


TURNED_AWAY: dict[str, Callable[[TestResponse], bool]] = {
    "public": lambda _answer: False,
    "draft": _told_to_begin_again,
    "party": lambda answer: answer.status_code == 403 and _shows(answer, "This page is closed"),
    "officer": _asked_to_sign_in,
    "elected": _asked_to_sign_in,
    "guarded": lambda answer: answer.status_code == 404,
    "watched": lambda answer: answer.status_code == 404,
    "local": lambda answer: answer.status_code == 404,
}
OPEN_TO_ALL = frozenset({"public", "local"})  # the site of the tests runs in local mode


class Door:
    """Sends requests as a person, and says what is wrong with the answers."""

    def __init__(self, site: Site):
        self.site, self.app, self.client = site, site.app, site.client
        url = make_url(site.app.config["SQLALCHEMY_DATABASE_URI"])
        self._watch = sqlite3.connect(str(url.database)) if url.get_backend_name() == "sqlite" else None
        self._as_it_was = sqlite3.connect(":memory:")
        if self._watch:
            self._watch.backup(self._as_it_was)
        serializer = URLSafeTimedSerializer(str(self.app.secret_key), salt="wtf-csrf-token")
        self.token = serializer.dumps(RAW_TOKEN)

    def close(self) -> None:
        """Let go of the database."""
        if self._watch:
            self._watch.close()
        self._as_it_was.close()

    def put_back(self) -> None:
        """The records as they were when the door was made; on PostgreSQL they stay as they are."""
        if self._watch:
            self._as_it_was.backup(self._watch)

    def version(self) -> int:
        """A number that grows with whatever anybody else writes."""
        assert self._watch is not None, "the matrix runs on SQLite"
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def filed(self) -> list[int]:
        """How much there is of whatever somebody may file."""
        assert self._watch is not None, "the matrix runs on SQLite"
        tables = ("documents", "drafts", "tasks", "messages", "cases")
        return [int(self._watch.execute(f"SELECT max(id) FROM {one}").fetchone()[0] or 0) for one in tables]  # noqa: S608

    def send(self, person: Person, method: str, path: str) -> TestResponse:
        """One request of that person, with a good token."""
        client: FlaskClient = self.client
        limiter.reset(client.application)  # each of them is the first one today
        client._cookies.clear()
        with client.session_transaction() as session:
            session.update(person.holds, csrf_token=RAW_TOKEN)
        posted = {"data": {"csrf_token": self.token}} if method not in (*READS, "OPTIONS", "TRACE") else {}
        return client.open(path, method=method, headers=dict(person.shows), **posted)

    def faults(self, person: Person, method: str, path: str) -> Iterator[str]:
        """What is wrong with what the person meets there. Nothing is wrong in silence."""
        before, filed = self.version(), self.filed()
        answer = self.send(person, method, path)
        changed = self.version() != before
        told = f"{person.name}: {method} {path}: {answer.status_code}"
        found = self._match(path, method)
        if found is None:
            if answer.status_code not in ((200,) if method == "OPTIONS" else NO_METHOD) or changed:
                yield f"{told}: a method that the address does not have"
            return
        rule, kind = found
        if kind not in TURNED_AWAY:
            yield f"{told}: nobody said in tests/web/door.py how {kind!r} turns people away"
        elif kind not in person.opens | OPEN_TO_ALL or person.is_refused(rule, kind, method):
            by_role = kind in person.opens  # that they tried is kept, like every look at a case
            turned_away = _not_theirs if by_role else TURNED_AWAY[kind]
            if not turned_away(answer) or (self.filed() != filed if by_role else changed):
                yield f"{told}: let in where {kind!r} is needed, or another role"
        elif not person.may_see(rule, kind):
            yield from self._told_apart(person, method, path, rule, answer, changed)
        elif TURNED_AWAY[kind](answer) or answer.status_code >= 500:
            yield f"{told}: not let in"
        if changed:
            self.put_back()

    def _told_apart(
        self, person: Person, method: str, path: str, rule: Rule, answer: TestResponse, changed: bool
    ) -> Iterator[str]:
        """What is no business of theirs has to answer as what does not exist, to the letter."""
        missing = path
        for name in rule.arguments & set(NAMES_A_ROW):
            missing = missing.replace(self._value(name, rule), str(NAMES_A_ROW[name]), 1)
        nothing = self.send(person, method, missing)
        if answer.status_code != 404 or changed:
            yield f"{person.name}: {method} {path}: {answer.status_code}: it is another's"
        elif _as_seen(answer, path, missing) != _as_seen(nothing, path, missing):
            yield f"{person.name}: {method} {path}: told apart from {missing}"

    def _value(self, name: str, rule: Rule) -> str:
        site = self.site
        draft, opening = site.draft_of(rule), site.raised
        named = {"reference": site.reference, "task_id": site.task_id, "draft_id": draft, "opening": opening}
        return str(named[name])

    def _match(self, path: str, method: str) -> tuple[Rule, str] | None:
        """The rule that answers and the kind that has to be asked for there; None for a method that it lacks."""
        adapter = self.app.url_map.bind("localhost")
        try:
            rule = adapter.match(path, method, return_rule=True)[0]
        except (MethodNotAllowed, RequestRedirect):
            return None
        return None if method == "OPTIONS" else (rule, kind_of(self.app, rule, self.site.raised in path))


def kind_of(app: Flask, rule: Rule, by_reference: bool = False) -> str:
    """Who may be at an address: by where it begins, else by what its view declares.

    The page of a party opens by a link, or by the reference of the case that a councillor has raised.
    """
    if by_reference and rule.rule.startswith("/page"):
        return "elected"
    declared = str(getattr(app.view_functions[rule.endpoint], "access", "nobody said whom"))
    return next((kind for start, kind in BELONGS.items() if rule.rule.startswith(start)), declared)


def _as_seen(answer: TestResponse, path: str, missing: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, heads and page without what differs between any two requests."""
    heads = [
        (name, value)
        for name, value in answer.headers
        if name not in ("Date", "Set-Cookie", "Content-Length", "X-Request-ID")
    ]
    page = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
    return answer.status_code, heads, page.replace(path, "PATH").replace(missing, "PATH")
