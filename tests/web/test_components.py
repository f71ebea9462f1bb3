"""Components that are drawn once and kept: they never hold what somebody told us."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.web.visitor import Visitor
from webform.web import components


def test_nothing_that_was_typed_is_kept(app: Flask, client: FlaskClient) -> None:
    """Names are shown again on their page, after a mistake and after saving, and stay out of the memory of others."""
    visitor = Visitor(client)
    visitor.begin("merton")
    while 'name="name"' not in visitor.page.text:
        visitor.post({"danger": "no", "self_harm": "no", "capacity": "me"})
    page = visitor.address
    for typed in ("Žofie " * 200, "Žofie Nováková"):  # too long, so shown again at once; then good
        visitor.post({"name": typed})
        visitor.get(page)
        assert "Žofie" in visitor.page.text
    kept = components._kept[app.jinja_env]
    assert kept
    assert not any("Žofie" in part for item in kept.items() for part in item)


def test_what_looks_the_same_is_drawn_once(app: Flask, client: FlaskClient) -> None:
    """A second visitor's first page draws no component anew."""
    pages = []
    for _ in range(2):
        visitor = Visitor(client)
        visitor.begin("merton")
        pages.append((visitor.page.text.count("govuk-radios__item"), dict(components._kept[app.jinja_env])))
    assert pages[0] == pages[1]
    assert pages[0][0] > 0


def test_files_of_the_layout_are_asked_for_once_an_hour(client: FlaskClient) -> None:
    """Pages are never kept by a browser; the style sheet that they share is, so that a page is one request."""
    with client.get("/static/service.css") as file:
        assert file.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/merton/").headers["Cache-Control"] == "no-store"
