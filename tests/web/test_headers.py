"""What every answer of a real installation tells the browser, faults included."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import REAL_URL
from tests.web.desk import SAM, ask_for_code, sent_codes, sign_in, type_code

STATIC = "/static/service.css"
FAULTS = ("/nothing-here", "/static/nothing.css", "/desk/case/ABCD-EFGH", "/form/check", "/status", "/us-verify-link")
PAGES = ("/", "/merton/", "/merton/check", "/merton/procedure", "/resume", "/sign-in", "/exit", "/healthz", STATIC)


@pytest.fixture
def browser(real_app: Flask) -> FlaskClient:
    return real_app.test_client()


def answers(browser: FlaskClient) -> Iterator[TestResponse]:
    """Pages, faults, and answers that are given before any view is asked."""
    for path in (*PAGES, *FAULTS):
        with browser.get(path) as answer:
            yield answer
    yield browser.post("/merton/")  # 405
    yield browser.post("/merton/begin", data={"x": "y" * 3_000_000})  # 413
    yield browser.get("/", base_url="https://evil.example")  # 400, without any page
    yield browser.options("/desk/")


def test_every_answer_is_fenced_in(browser: FlaskClient) -> None:
    """Nothing inline, nothing from elsewhere, in nobody's frame, no guess of types, no referrer, https only."""
    for answer in answers(browser):
        heads, told = answer.headers, f"{answer.request.path} {answer.status}"
        policy = dict(part.strip().partition(" ")[::2] for part in heads["Content-Security-Policy"].split(";"))
        assert "unsafe" not in str(policy), told
        assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'",) * 3, told
        assert policy["form-action"] == "'self'", told
        assert heads["X-Content-Type-Options"] == "nosniff", told
        assert heads["Referrer-Policy"] == "no-referrer", told
        assert heads["Cross-Origin-Opener-Policy"] == heads["Cross-Origin-Resource-Policy"] == "same-origin", told
        assert "geolocation=()" in heads["Permissions-Policy"], told
        assert heads["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", told
        assert "Access-Control-Allow-Origin" not in heads, told
        assert re.search(r"charset=utf-8|^application/", heads.get("Content-Type", "charset=utf-8")), told
        if answer.request.path != STATIC:
            assert heads["Cache-Control"] == "no-store", told


def test_no_page_has_inline_script_or_style(app: Flask, browser: FlaskClient, sam: str) -> None:
    """What the policy forbids is not there: no script, style, handler or style attribute in any page."""
    for path in PAGES[:-2]:
        page = browser.get(path).text
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|\sstyle\s*=|javascript:", page), path


def test_cookies_are_for_this_host_and_https_alone(real_app: Flask, sam: str) -> None:
    """Every cookie is Secure, HttpOnly, SameSite, without a domain, and named so that no other host can set it."""
    browser = real_app.test_client()
    ask_for_code(browser)
    answer = type_code(browser, sent_codes(real_app)[-1])
    cookies = [*answer.headers.getlist("Set-Cookie"), *browser.get("/merton/").headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-session", "__Host-known"}
    for cookie in cookies:
        parts = [part.strip().lower() for part in cookie.split(";")[1:]]
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(parts), cookie
        assert not [part for part in parts if part.startswith("domain")], cookie
    assert browser.get("/desk/").status_code == 200


def test_leaving_takes_everything_along(real_app: Flask, sam: str) -> None:
    """The exit and deleting a form clear cookies and storage of the browser; signing out clears its cache."""
    browser = real_app.test_client()
    assert browser.get("/exit").headers["Clear-Site-Data"] == '"cookies", "storage"'
    sign_in(real_app, browser)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/desk/").text)
    assert token
    assert browser.post("/sign-out", data={"csrf_token": token[1]}).headers["Clear-Site-Data"] == '"cache"'
    assert SAM not in str(browser.get_cookie("__Host-session"))


def test_nothing_of_the_case_lies_in_a_cookie(real_app: Flask, sam: str) -> None:
    """The session holds who is here and nothing that they typed."""
    browser = real_app.test_client()
    sign_in(real_app, browser)
    with browser.session_transaction(base_url=REAL_URL) as session:
        assert set(session) <= {
            "_fresh", "_id", "_user_id", "csrf_token", "desk", "fs_cc", "fs_paa", "fs_gexp", "id", "last_seen",
            "identity_method", "tf_primary_method",
        }  # fmt: skip
