"""Every address of the app, whichever there are: who may use it, and what it must not do."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.installation import Installation
from tests.web.door import BELONGS
from tests.web.site import Site, contents, rules, unchanged
from webform.cases.officers import add_officer
from webform.records.officers import Officer
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.web.access import Access

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
# What a POST without a token may move: that the draft was in use, since losing an open form helps nobody.
IN_USE = {"touched_at", "expires_at", "warned_at"}
# What the buttons of the pages press, and what each needs to be pressed for good.
PRESSED: tuple[dict[str, str], ...] = (
    {"send": "1", "identity": "ann@council.example", "email": "ann@elsewhere.example"},
    *({"do": name, "subject": "S", "markdown": "W", "posted_on-day": "11", "posted_on-month": "5",
       "posted_on-year": "2026"} for name in ("send", "print", "posted")),
    {"do": "open", "word": "marmalade", "way": "paper", "email": "ann@people.example"},
)  # fmt: skip
GOOD = (*PRESSED[:2], PRESSED[-1])


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
    for endpoint in (
        "letters.act",
        "forms.form",
        "desk.done",
        "desk_new.erase",
        "form.page",
        "public.begin",
        "party_form.page",
        "desk_links.give",
    ):
        posts = [rule for rule in rules(app) if rule.endpoint == endpoint and "POST" in (rule.methods or ())]
        with app.app_context():
            before = contents(IN_USE)
        for path, pressed in product([path for rule in posts for path in site.paths(rule)], GOOD):
            site.client.post(path, data={**pressed, "csrf_token": site.token()})
        with app.app_context():
            assert not unchanged(before, contents(IN_USE)), f"{endpoint} does nothing"


@pytest.mark.parametrize("is_seen", [True, False], ids=["opened", "not yet opened"])
def test_no_get_changes_anything(site: Site, app: Flask, is_seen: bool) -> None:
    """Scanners, previews and prefetching open every link; all they may leave behind is the note of who looked."""
    if not is_seen:
        with app.app_context():
            begin_writing()
            db.session.scalars(select(Case).where(Case.reference == site.reference)).one().seen_at = None
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
            refused = 403 if rule.endpoint.startswith("elected.") else 404  # an officer is nobody there
            assert answer.status_code == refused, f"{path} answered {answer.status}"


def test_every_address_belongs_to_those_it_is_for(app: Flask) -> None:
    """The desk is for officers, the form for whoever holds its draft: no view there declares anything else."""
    for rule in rules(app):
        whose = next((kind for start, kind in BELONGS.items() if rule.rule.startswith(start)), None)
        declared = getattr(app.view_functions[rule.endpoint], "access", "")
        assert declared == whose if whose else declared != "officer" or rule.rule.startswith("/sign"), rule.rule


def test_every_page_of_a_form_takes_files(app: Flask) -> None:
    """Wherever the form engine answers, a question for files works; nowhere else is a large body read."""
    for rule in rules(app):
        takes = getattr(app.view_functions[rule.endpoint], "files", False)
        assert takes == ("where" in rule.arguments), (
            f"{rule.rule}: declare it with @access(..., files=True), or take that off"
        )


def test_without_a_draft_there_is_no_form(site: Site, app: Flask) -> None:
    """The pages of a form open only in the browser that holds its draft."""
    for rule in rules(app):
        if getattr(app.view_functions[rule.endpoint], "access", "") == "draft":
            assert _ask(site, rule).status_code in (302, 400, 404), rule.rule


def test_without_its_opening_there_is_no_page(site: Site, app: Flask) -> None:
    """The pages of a party open only in the browser where its link and word were given, and say nothing elsewhere."""
    theirs = [rule for rule in rules(app) if getattr(app.view_functions[rule.endpoint], "access", "") == "party"]
    assert len(theirs) > 5
    for rule in theirs:
        answer = _ask(site, rule)
        assert (answer.status_code, site.reference in answer.text) == (403, False), rule.rule
    site.sign_in()
    for rule in theirs:
        assert _ask(site, rule).status_code in (200, 302, 303, 404), rule.rule


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
        assert set(db.session.scalars(select(Case.reference))) == {site.reference, site.raised}
