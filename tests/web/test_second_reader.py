"""A letter with a second reader at the desk: what the writer, the reader and others can press."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.second_reader import STEP, use_second_reader
from tests.web.desk import documents, join, open_referral, opened, press, sign_in
from webform.house import EXTENSION

TEXT = {"subject": "About it", "markdown": "Dear Ann\n\nWe have it."}
ASK, YES, SEND = "Ask somebody else to read it", "I have read it: it can go", "Send by email"


@pytest.fixture
def letter(app: Flask, desk: FlaskClient) -> Iterator[str]:
    """The address of a letter that the deputy has to read."""
    before = use_second_reader(app, "deputy")
    reference = opened(app)
    open_referral(desk, reference)
    yield f"/desk/case/{reference}/letter/{STEP}"
    app.extensions[EXTENSION] = before


@pytest.fixture
def dee(app: Flask) -> FlaskClient:
    """The browser of the deputy."""
    join(app, "dee@merton.example", "Dee Puty", "merton", "deputy")
    browser = app.test_client()
    sign_in(app, browser, "dee@merton.example")
    return browser


def sent(app: Flask, letter: str) -> list[str]:
    with app.app_context():
        return [str(one.body) for one in documents(app, letter.split("/")[3], STEP)]


def test_one_writes_and_another_reads(app: Flask, desk: FlaskClient, dee: FlaskClient, letter: str) -> None:
    """Nothing sends it before it was read; it stands on the day of the reader; then just these words go."""
    case = letter.split("/letter/")[0]
    assert "Send the letter now" not in desk.get(case).text
    page = desk.get(letter).text
    assert (ASK in page, SEND in page, "It is posted" in page) == (True, False, False)
    for do in ("send", "posted", "aside"):
        refused = press(desk, letter, page=letter, do=do, **TEXT)
        assert (refused.status_code, "somebody else has to read it" in refused.text) == (422, True)
        assert "We have it." in refused.text
    asked = press(desk, letter, page=letter, do="ask", **TEXT)
    assert "waits until somebody else has read it" in desk.get(asked.location).text
    mine = desk.get(letter).text
    assert ("It waits to be read" in mine, YES in mine, SEND in mine) == (True, False, False)
    assert "asks somebody else to read a letter" in dee.get("/desk/").text
    theirs = dee.get(letter).text
    assert ("asks you to read this letter" in theirs, YES in theirs, "We have it." in theirs) == (True, True, True)
    answer = press(dee, letter, page=letter, do="yes", **TEXT)
    assert "It can go now" in dee.get(answer.location).text
    page = desk.get(letter).text
    assert ("Dee Puty has read it" in page, SEND in page, "It is posted" in page) == (True, True, True)
    changed = press(desk, letter, page=letter, do="preview", subject="About it", markdown="Other words").text
    assert (ASK in changed, SEND in changed) == (True, False)
    assert press(desk, letter, page=letter, do="send", **TEXT).status_code == 303
    assert sent(app, letter) == [TEXT["markdown"]]


def test_it_comes_back_with_words(app: Flask, desk: FlaskClient, dee: FlaskClient, letter: str) -> None:
    """The reader has to say what should be changed; the writer reads it beside the letter, and nothing went."""
    press(desk, letter, page=letter, do="ask", **TEXT)
    empty = press(dee, letter, page=letter, do="back", why=" ", **TEXT)
    assert (empty.status_code, "Enter what should be changed" in empty.text) == (422, True)
    assert press(dee, letter, page=letter, do="back", why="Say <b>when</b>.", **TEXT).status_code == 303
    page = desk.get(letter).text
    assert "Say &lt;b&gt;when&lt;/b&gt;." in page
    assert (ASK in page, SEND in page) == (True, False)
    assert sent(app, letter) == []
    refused = press(desk, letter, page=letter, do="yes", **TEXT)
    assert (refused.status_code, "does not wait to be read" in refused.text) == (422, True)
