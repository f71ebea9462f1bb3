"""The first page: the areas, and a search for whoever knows only a name or a postcode."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webform.documents.shelf import Shelves
from webform.house import EXTENSION
from webform.web.areas import matches, outward


def listed(page: str) -> list[str]:
    """The areas on the page, in order."""
    return re.findall(r'<a class="govuk-link" href="/([a-z-]+)/"', page)


@pytest.fixture
def several(app: Flask, monkeypatch: pytest.MonkeyPatch, shelves: Shelves) -> Shelves:
    """Two councils, one of them under two names, and an appeal body."""
    merton = shelves.procedures["merton"]

    def area(name: str, **keys: object) -> object:
        return merton.model_copy(
            update={"id": name.lower(), "area": merton.area.model_copy(update={"name": name, **keys})}
        )  # fmt: skip

    made = [
        area("Northam", body="North Ham Borough", postcodes=("ZN1", "ZN19")), area("Southam", body="Southam & Co"),
        area("Overseer", body="The Overseer", kind="appeal-body", postcodes=()),
    ]  # fmt: skip
    only = Shelves({one.id: one for one in made}, shelves.forms, shelves.letters)  # type: ignore[attr-defined]
    monkeypatch.setitem(app.extensions, EXTENSION, replace(app.extensions[EXTENSION], shelves=only))
    return only


def test_every_area_is_listed_once(client: FlaskClient, several: Shelves) -> None:
    """Without a search, all councils first and the appeal bodies apart, each a link to its start page."""
    page = client.get("/").text
    assert listed(page) == ["northam", "southam", "overseer"]
    councils, _, appeals = page.partition("Ask for a review to be looked at again")
    assert listed(councils) == ["northam", "southam"]
    assert listed(appeals) == ["overseer"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("north", ["northam"]), ("HAM", ["northam", "southam"]), ("ham borough", ["northam"]),
        ("ZN19 4AB", ["northam"]), ("zn194ab", ["northam"]), ("zn1", ["northam"]), ("ZN1 9AB", ["northam"]),
        ("  South  am & ", []), ("southam & co", ["southam"]), ("the overseer", ["overseer"]),
    ],
)  # fmt: skip
def test_search_finds_by_name_body_and_postcode(
    client: FlaskClient, several: Shelves, typed: str, found: list[str]
) -> None:
    """Part of a name or of the council's name, in any case; half a postcode or all of it."""
    page = client.get("/", query_string={"q": typed}).text
    assert listed(page) == (found or ["northam", "southam", "overseer"])


def test_who_finds_nothing_is_not_turned_away(client: FlaskClient, several: Shelves) -> None:
    """A mistyped name, or a postcode of elsewhere, is said so, with every area below; nothing typed becomes HTML."""
    page = client.get("/", query_string={"q": "<b>XY9 9XY</b>"}).text
    assert "We did not find “&lt;b&gt;XY9 9XY&lt;/b&gt;”" in page
    assert len(listed(page)) == 3


def test_search_needs_no_script_and_keeps_what_was_typed(client: FlaskClient, several: Shelves) -> None:
    """It is an ordinary form, its one field has a label, and it shows what was searched for."""
    page = client.get("/?q=north").text
    assert '<form method="get"' in page
    assert re.search(r'<label[^>]*for="q"', page)
    assert 'value="north"' in page


def test_only_area_is_opened_at_once(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, shelves: Shelves
) -> None:
    """With one area there is nothing to choose."""
    one = Shelves({"merton": shelves.procedures["merton"]}, shelves.forms, shelves.letters)
    monkeypatch.setitem(app.extensions, EXTENSION, replace(app.extensions[EXTENSION], shelves=one))
    assert client.get("/").headers["Location"] == "/merton/"


def test_shipped_areas_are_found(client: FlaskClient, shelves: Shelves) -> None:
    """Each shipped area is found by its name and by each postcode that it covers."""
    for area in shelves.areas():
        assert area.id in listed(client.get("/", query_string={"q": area.area.name}).text)
        for code in area.area.postcodes:
            assert matches(area, f"{code} 1AA"), code


@pytest.mark.parametrize(
    ("typed", "half"),
    [("SW19 4JS", "SW19"), ("sw19", "SW19"), ("W1A 0AX", "W1A"), ("m1 1ae", "M1"), ("Merton", ""), ("", ""), ("1", "")],
)  # fmt: skip
def test_half_a_postcode(typed: str, half: str) -> None:
    """Only the first half is looked at; a name is no postcode."""
    assert outward(typed) == half
