"""Figures on the web: nothing is public before somebody has approved it, and then it reads alike in every form."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.moment import Moment
from tests.web.desk import join, opened, press, sign_in, token_of
from webform.cases.area_folder import area_folder, keep_area_folders

PAGE, DESK, YEAR = "/merton/figures", "/desk/figures/", "/desk/figures/2026-04-01"
KIM = "kim@merton.example"


@pytest.fixture
def year(app: Flask, now: Moment) -> None:
    """Six requests in a year that is over, with somebody who publishes."""
    with app.app_context():
        keep_area_folders(now())
    for _ in range(6):
        opened(app)
    now.is_("2027-04-20 10:00")
    join(app, KIM, "Kim Lee", role="publisher")


@pytest.fixture
def kim(app: Flask, client: FlaskClient, year: None) -> FlaskClient:
    """The browser in which the publisher is signed in."""
    sign_in(app, client, KIM)
    return client


def approve(browser: FlaskClient, **fields: str) -> int:
    """Read the numbers, and press the button."""
    page = browser.get(YEAR)
    mark = page.text.split('name="mark" value="')[1].split('"')[0]
    return browser.post(YEAR, data={"csrf_token": token_of(page), "mark": mark, **fields}).status_code


def rows(browser: FlaskClient) -> list[dict[str, str]]:
    """The lines of the file for spreadsheets."""
    return list(csv.DictReader(io.StringIO(browser.get(f"{PAGE}.csv").text.removeprefix("\ufeff"))))


def test_nothing_is_public_before_it_is_approved(kim: FlaskClient) -> None:
    """The publisher sees the period wait and its numbers, the public nothing; then both read the same."""
    assert "No figures have been published here yet" in kim.get(PAGE).text
    assert rows(kim) == kim.get(f"{PAGE}.json").json["figures"] == []
    assert "1 April 2026 to 31 March 2027" in kim.get(DESK).text
    assert approve(kim, note="The first year.") == 303
    page = kim.get(PAGE).text
    assert "1 April 2026 to 31 March 2027" in page
    assert "The first year." in page
    assert {row["figure"]: (row["number"], row["status"]) for row in rows(kim)}["applications"] == ("6", "shown")
    told = kim.get(f"{PAGE}.json").json
    assert set(told["dictionary"]) | {"corrections"} == set(told["figures"][0])
    assert [row["number"] for row in told["figures"]] == [6, 0, 0, 0, 0]


def test_a_note_is_no_formula(kim: FlaskClient) -> None:
    """Whatever begins a note, a spreadsheet shows it and reckons nothing."""
    assert approve(kim, note="=1+1") == 303
    assert {row["note"] for row in rows(kim)} == {"'=1+1"}
    assert kim.get(f"{PAGE}.json").json["figures"][0]["note"] == "=1+1"


def test_a_correction_shows_what_was_there_before(app: Flask, kim: FlaskClient) -> None:
    """One more request by post: the desk says that the count has changed, and the public page what it was."""
    approve(kim)
    assert "Has changed" not in kim.get(DESK).text
    opened(app, received_at=dt.datetime(2027, 3, 30, 12, tzinfo=dt.UTC))
    assert "Has changed" in kim.get(DESK).text
    assert approve(kim) == 303
    assert "Corrected. Published on 20 April 2027 as: 6" in kim.get(PAGE).text
    (first, *_) = kim.get(f"{PAGE}.json").json["figures"]
    assert (first["number"], first["corrected"]) == (7, 1)
    assert first["corrections"] == [{"published": "2027-04-20", "number": 6}]


def test_what_was_not_seen_is_not_published(app: Flask, kim: FlaskClient) -> None:
    """The numbers change between reading and pressing: nothing goes out, and what was typed stays."""
    page = kim.get(YEAR)
    mark = page.text.split('name="mark" value="')[1].split('"')[0]
    opened(app, received_at=dt.datetime(2027, 3, 30, 12, tzinfo=dt.UTC))
    answer = kim.post(YEAR, data={"csrf_token": token_of(page), "mark": mark, "note": "Keep me"})
    assert answer.status_code == 422
    assert "The numbers have changed since you saw them" in answer.text
    assert "Keep me" in answer.text
    long = kim.post(YEAR, data={"csrf_token": token_of(page), "mark": mark, "note": "x" * 501})
    assert (long.status_code, "Shorten this" in long.text) == (422, True)
    assert "No figures have been published here yet" in kim.get(PAGE).text


def test_small_numbers_stay_at_the_desk(app: Flask, kim: FlaskClient) -> None:
    """Two requests of another area: its desk counts them, and neither page, file nor JSON has a 2."""
    for _ in range(2):
        opened(app, "bromley", received_at=dt.datetime(2026, 5, 5, 12, tzinfo=dt.UTC))
    join(app, "lee@bromley.example", "Lee Moor", "bromley", "spoc")
    lee = app.test_client()
    sign_in(app, lee, "lee@bromley.example")
    assert approve(lee) == 303
    assert "Not shown" in lee.get("/bromley/figures").text
    (first, *_) = lee.get("/bromley/figures.json").json["figures"]
    assert (first["number"], first["status"]) == (None, "hidden")


def test_the_form_is_filled_in_by_the_page_with_the_numbers_alone(app: Flask, kim: FlaskClient) -> None:
    """The duty of the area leads to that page; whoever goes to the form itself publishes nothing."""
    own = kim.get("/desk/area").text
    assert f'href="{DESK}">See the numbers and publish them' in own
    with app.app_context():
        folder = area_folder("merton")
        form = f"/desk/case/{folder.reference if folder else ''}/form/publish-figures"
    assert press(kim, f"{form}/send", page=DESK).status_code == 422
    assert rows(kim) == []
    assert press(kim, "/desk/figures/2020-04-01", page=YEAR).status_code == 404


def test_who_reads_every_case_reads_what_is_counted(app: Flask, kim: FlaskClient) -> None:
    """An auditor sees what waits, the numbers as counted and what the public reads of them, and publishes nothing."""
    assert "Approve and publish" in kim.get(YEAR).text
    join(app, "ada@merton.example", "Ada Audit", "merton", "auditor")
    ada = app.test_client()
    sign_in(app, ada, "ada@merton.example")
    assert DESK in ada.get("/desk/area").text
    assert YEAR in ada.get(DESK).text
    page = ada.get(YEAR)
    assert "The public reads" in page.text
    assert "Approve and publish" not in page.text
    assert ada.post(YEAR, data={"csrf_token": token_of(page), "mark": "x", "note": ""}).status_code == 403
    assert "No figures have been published here yet" in kim.get(PAGE).text
