"""Every address of the app, whichever there are: who may use it, and what it must not do."""

from __future__ import annotations

import time
from collections.abc import Collection
from itertools import product
from typing import Any, get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.installation import Installation
from tests.moment import Moment
from tests.victim import victim_in_merton
from tests.web.desk import token_of
from webform.cases.drafts import start_draft
from webform.cases.officers import add_officer
from webform.cases.open_case import open_case
from webform.cases.people import Author
from webform.documents.shelf import Shelves
from webform.records.officers import Officer
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Task
from webform.web.access import Access

AREA = "merton"
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
LOOKED = "accesses"  # who looked at what: the one thing that looking leaves behind
# What a POST without a token may move: that the draft was in use, since losing an open form helps nobody.
IN_USE = {"touched_at", "expires_at", "warned_at"}
# Who may be at an address, by where it begins: a view that declares another can be reached by somebody else.
BELONGS = {"/desk": "officer", "/form": "draft", "/mailbox": "local", "/status": "guarded"}
# What the buttons of the pages press, and what each needs to be pressed for good.
PRESSED: tuple[dict[str, str], ...] = (
    {"send": "1", "identity": "ann@council.example"},
    *({"do": name, "subject": "S", "markdown": "W", "posted_on-day": "11", "posted_on-month": "5",
       "posted_on-year": "2026"} for name in ("send", "print", "posted")),
)  # fmt: skip


class Site:
    """The app with one case, one officer and one draft, and a client for each kind of visitor."""

    def __init__(self, app: Flask, shelves: Shelves, client: FlaskClient, at: Moment):
        self.app, self.shelves, self.client = app, shelves, client
        procedure = shelves.procedures[AREA]
        begin_writing()
        case = open_case(
            shelves, procedure, shelves.forms[procedure.area.opens_with], victim_in_merton(),
            received_at=at(), channel="online", now=at(), author=Author("", "applicant"), draft_key=None,
        )  # fmt: skip
        case.seen_at, self.reference, self.version = at(), case.reference, case.version
        officer = add_officer("ann@council.example", "Ann Bee", AREA, "spoc")
        self.officer = officer.fs_uniquifier
        _, self.code = start_draft(procedure, shelves.forms[procedure.area.opens_with], at())
        taken_down, _ = start_draft(procedure, shelves.forms[procedure.area.opens_with], at())
        taken_down.officer_id, taken_down.received_at, taken_down.channel = officer.id, at(), "phone"
        task = Task(area=AREA, kind="test", says="Look at it", created_at=at())
        db.session.add(task)
        db.session.flush()
        self.draft_id, self.task_id = taken_down.id, task.id
        db.session.commit()
        self.steps = {
            "letters": next(step.id for step in procedure.steps if step.send and "spoc" in step.roles("by")),
            "forms": next(step.id for step in procedure.steps if step.fill and self._is_officers(step.fill)),
        }

    def _is_officers(self, name: str) -> bool:
        form = self.shelves.forms[name]
        return form.audience == "officer" and bool(form.pages)

    def paths(self, rule: Rule) -> list[str]:
        """Addresses of the rule that lead to something where they can: of a form, a page and what sends it."""
        if "where" not in rule.arguments:
            return [self.path(rule)]
        procedure = self.shelves.procedures[AREA]
        step = procedure.step(self.steps["forms"])
        name = step.fill if step and "step" in rule.arguments else procedure.area.opens_with
        return [self.path(rule, where) for where in (self.shelves.forms[name or ""].pages[0].id, "send")]

    def path(self, rule: Rule, where: str = "check") -> str:
        """One address of the rule."""
        blueprint = rule.endpoint.partition(".")[0]
        values: dict[str, Any] = {
            "area_id": AREA, "reference": self.reference, "step": self.steps.get(blueprint, "x"), "number": 1,
            "other": self.reference, "draft_id": self.draft_id, "task_id": self.task_id, "where": where, "code": "x",
            "name": "privacy", "meaning": "x", "value": "x", "filename": "service.css",
            "version": self.version, "form_id": self.shelves.procedures[AREA].area.opens_with,
        }  # fmt: skip
        unknown = rule.arguments - set(values)
        assert not unknown, f"{rule.rule}: say in this test what {unknown} stands for"
        adapter = self.app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method=self.method(rule))

    def method(self, rule: Rule) -> str:
        return "GET" if "GET" in (rule.methods or ()) else "POST"

    def token(self) -> str:
        """A good token of this session."""
        return token_of(self.client.get(f"/{AREA}/"))

    def sign_in(self) -> None:
        """As an officer of the area, and with a draft of the public form open."""
        now = int(time.time())
        with self.client.session_transaction() as session:
            session.update(_user_id=self.officer, _fresh=True, fs_cc="set", fs_paa=now, last_seen=now)
            session.update(draft=self.code, area=AREA)


@pytest.fixture
def site(app: Flask, client: FlaskClient, shelves: Shelves, now: Moment) -> Site:
    """The app with something in it."""
    with app.app_context():
        return Site(app, shelves, client, now)


def rules(app: Flask) -> list[Rule]:
    """Every address but that of the static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def contents(but_for: Collection[str] = ()) -> dict[str, list[str]]:
    """Every row of every table; of columns all but those."""
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in but_for]
        found[table.name] = [repr(row) for row in db.session.execute(select(*columns)).all()]
    return found


def unchanged(before: dict[str, list[str]], after: dict[str, list[str]]) -> bool:
    """Whether nothing changed, but for a note of who looked that may have been added."""
    looked = before[LOOKED]
    return {**after, LOOKED: after[LOOKED][: len(looked)]} == before


def test_every_address_says_who_may_use_it(app: Flask) -> None:
    """A view that nobody thought about can't be reached: it fails this test first."""
    undeclared = [
        rule.rule
        for rule in rules(app)
        if getattr(app.view_functions[rule.endpoint], "access", None) not in get_args(Access)
    ]
    assert not undeclared
    assert len(rules(app)) > 40


def test_no_post_works_without_its_token(site: Site, app: Flask) -> None:
    """Another site can make a browser post anything anywhere, and nothing comes of it."""
    posts = [rule for rule in rules(app) if CHANGING & (rule.methods or set())]
    assert len(posts) > 15
    for path in [path for rule in posts for path in site.paths(rule)]:
        for pressed in PRESSED:
            with app.app_context():
                before = contents(IN_USE)
            site.sign_in()
            answer = site.client.post(path, data=pressed)
            with app.app_context():
                assert unchanged(before, contents(IN_USE)), f"{path} changed something without a token"
            assert 400 <= answer.status_code < 500, f"{path} answered {answer.status}"


def test_the_same_posts_do_something_with_a_token(site: Site, app: Flask) -> None:
    """What is refused without a token is work that would have been done."""
    site.sign_in()
    for endpoint in ("letters.act", "forms.form", "desk.done", "desk_new.erase", "form.page", "public.begin"):
        posts = [rule for rule in rules(app) if rule.endpoint == endpoint and "POST" in (rule.methods or ())]
        with app.app_context():
            before = contents(IN_USE)
        for path, pressed in product([path for rule in posts for path in site.paths(rule)], PRESSED[:2]):
            site.client.post(path, data={**pressed, "csrf_token": site.token()})
        with app.app_context():
            assert not unchanged(before, contents(IN_USE)), f"{endpoint} does nothing"


@pytest.mark.parametrize("is_seen", [True, False], ids=["opened", "not yet opened"])
def test_no_get_changes_anything(site: Site, app: Flask, is_seen: bool) -> None:
    """Scanners, previews and prefetching open every link; all they may leave behind is the note of who looked."""
    if not is_seen:
        with app.app_context():
            begin_writing()
            db.session.scalars(select(Case)).one().seen_at = None
            db.session.commit()
    readable = [rule for rule in rules(app) if "GET" in (rule.methods or ())]
    for path in [path for rule in readable for path in (*site.paths(rule), site.path(rule))]:
        with app.app_context():
            before = contents()
        site.sign_in()  # anew each time: one of the addresses leaves the session
        answer = site.client.get(path)
        with app.app_context():
            assert unchanged(before, contents()), f"{path} changed something"
        assert answer.status_code < 500, f"{path} answered {answer.status}"


def test_strangers_see_no_case(site: Site, app: Flask) -> None:
    """Without a sign-in every officer's address leads to the sign-in page, and says nothing of the case."""
    for rule in rules(app):
        if getattr(app.view_functions[rule.endpoint], "access", "") != "officer":
            continue
        answer = _ask(site, rule)
        assert answer.status_code in (302, 400, 401), f"{rule.rule} answered {answer.status}"
        assert site.reference not in answer.text or answer.status_code == 302, f"{rule.rule} names the case"


def test_an_officer_of_another_area_sees_no_case(site: Site, app: Flask) -> None:
    """A case of one area does not exist for the officers of another."""
    with app.app_context():
        begin_writing()
        officer = db.session.scalars(select(Officer).where(Officer.fs_uniquifier == site.officer)).one()
        officer.area = "elsewhere"
        db.session.commit()
    for rule in rules(app):
        if "reference" in rule.arguments and "GET" in (rule.methods or ()):
            site.sign_in()
            assert site.client.get(site.path(rule)).status_code == 404, rule.rule


def test_an_officer_of_another_area_changes_no_case(site: Site, app: Flask) -> None:
    """Nothing can be filed, sent, done or deleted from outside, even with a good token."""
    with app.app_context():
        begin_writing()
        stranger = add_officer("bob@council.example", "Bob Dee", "elsewhere", "spoc")
        site.officer = stranger.fs_uniquifier
        db.session.commit()
    for rule in (rule for rule in rules(app) if CHANGING & (rule.methods or set())):
        if not rule.arguments & {"reference", "task_id", "draft_id"}:
            continue
        for path, pressed in product(site.paths(rule), PRESSED):
            with app.app_context():
                before = contents()
            site.sign_in()
            answer = site.client.post(path, data={**pressed, "csrf_token": site.token()})
            with app.app_context():
                assert unchanged(before, contents()), f"{path} let a stranger in"
            assert answer.status_code == 404, f"{path} answered {answer.status}"


def test_every_address_belongs_to_those_it_is_for(app: Flask) -> None:
    """The desk is for officers, the form for whoever holds its draft: no view there declares anything else."""
    for rule in rules(app):
        whose = next((kind for start, kind in BELONGS.items() if rule.rule.startswith(start)), None)
        declared = getattr(app.view_functions[rule.endpoint], "access", "")
        assert declared == whose if whose else declared != "officer" or rule.rule.startswith("/sign"), rule.rule


def test_without_a_draft_there_is_no_form(site: Site, app: Flask) -> None:
    """The pages of a form open only in the browser that holds its draft."""
    for rule in rules(app):
        if getattr(app.view_functions[rule.endpoint], "access", "") == "draft":
            assert _ask(site, rule).status_code in (302, 400, 404), rule.rule


def test_a_real_installation_hides_its_status(site: Site, app: Flask) -> None:
    """Who holds no token learns not even that the page is there."""
    guarded = [rule for rule in rules(app) if getattr(app.view_functions[rule.endpoint], "access", "") == "guarded"]
    assert guarded
    for rule in guarded:
        assert site.client.get(site.path(rule)).status_code == 404


def test_every_answer_carries_the_safe_headers(site: Site, app: Flask) -> None:
    """No page runs inline script, is framed elsewhere, tells where a visitor came from, or stays in a cache."""
    for rule in rules(app):
        site.sign_in()
        answer = _ask(site, rule)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy.partition("style-src")[0], rule.rule
        assert "script-src 'self'" in policy or "default-src 'none'" in policy, rule.rule
        assert answer.headers["Referrer-Policy"] == "no-referrer", rule.rule
        assert answer.headers["X-Content-Type-Options"] == "nosniff", rule.rule
        assert "no-store" in answer.headers["Cache-Control"], rule.rule


def _ask(site: Site, rule: Rule) -> TestResponse:
    return site.client.open(site.path(rule), method=site.method(rule))


def test_the_site_of_these_tests_has_a_case(site: Site, app: Flask, sqlite_installation: Installation) -> None:
    """The tests above look at addresses that lead somewhere: a signed-in officer can read the case."""
    site.sign_in()
    assert site.client.get(f"/desk/case/{site.reference}").status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Case)).one().reference == site.reference
