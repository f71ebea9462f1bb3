"""A correction at the desk: begun from a document, filled in where something is wrong, and read with its history."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.web.desk import documents, join, open_referral, opened, press, sign_in, token_of
from webform.web.form_pages import RETURN

OLI, ADA = "oli@merton.example", "ada@merton.example"
WHY = {"correction_kind": "more", "correction_why": "She <b>rang</b> today."}


def begin(client: FlaskClient, where: str) -> str:
    """The reasons are given; what comes next is check-your-answers."""
    first = client.get(f"{where}/", follow_redirects=True)
    assert "Why is it corrected?" in first.text
    page = first.request.path
    assert press(client, page, page=page).status_code == 422
    return str(press(client, page, page=page, **WHY).location)


def colleague(app: Flask) -> FlaskClient:
    """Oli, another officer of the area, who is signed in."""
    join(app, OLI, "Oli", role="officer")
    oli = app.test_client()
    sign_in(app, oli, OLI)
    return oli


def test_a_fact_is_corrected_and_shows_what_it_was(app: Flask, desk: FlaskClient) -> None:
    """Only what is wrong is asked for again; the case shows what holds, since when, and what stood there before."""
    reference = opened(app)
    open_referral(desk, reference)
    case, where = f"/desk/case/{reference}", f"/desk/case/{reference}/form/correction"
    assert 'form/correction/">Correct or add to it' in desk.get(f"{case}/document/1").text
    assert begin(desk, where).startswith(f"{where}/check")
    check = desk.get(f"{where}/check").text
    link = re.search(rf'href="({where}/in-short[^"]*)"', check)
    assert link
    page = link[1].replace("&amp;", "&")
    assert RETURN in page
    assert press(desk, page, page=page, headline="Drums <i>at</i> night").location.endswith("/check")
    done = press(desk, f"{where}/send", page=f"{where}/check")
    assert done.location.startswith(f"{case}?done=")
    shown = desk.get(case).text
    assert "Drums &lt;i&gt;at&lt;/i&gt; night</h1>" in shown
    assert "Before: Loud music every weekend" in shown
    assert shown.count("(corrects document 1)") == 1
    number = re.search(r"/document/(\d+)\">Corrected", shown)
    assert number
    first, second = desk.get(f"{case}/document/1").text, desk.get(f"{case}/document/{number[1]}").text
    assert "This was corrected." in first
    assert "Correct or add to it" not in first
    for words in ("It corrects", "She &lt;b&gt;rang&lt;/b&gt; today.", "Somebody has told us more", "What was changed"):
        assert words in second
    assert desk.get(f"{where}/").location == f"{where}.0.{number[1]}/"


def test_who_presses_twice_reads_that_it_is_on_record(app: Flask, desk: FlaskClient) -> None:
    """A second press, the way back and another window: one effect, nobody is blamed, and nothing typed is lost."""
    reference = opened(app)
    open_referral(desk, reference)
    where = f"/desk/case/{reference}/form/correction"
    begin(desk, where)
    press(desk, f"{where}/in-short", page=f"{where}/in-short", headline="Drums")
    token = token_of(desk.get(f"{where}/check"))
    answers = [desk.post(f"{where}/send", data={"csrf_token": token}) for _ in range(2)]
    answers.append(desk.get(f"{where}/check"))
    assert {answer.location for answer in answers} == {f"/desk/case/{reference}?done=correction"}
    assert len(documents(app, reference, "request")) == 2
    other = desk.post(f"{where}/in-short", data={"csrf_token": token, "headline": "Trumpets"})
    assert other.status_code == 422
    assert "already done by" not in other.text
    for words in ("You have put this on record yourself", "Trumpets"):
        assert words in other.text


def test_who_had_only_begun_reads_whose_it_was(app: Flask, desk: FlaskClient) -> None:
    """Oli types the reason while Sam files: Oli is told of Sam and keeps the words, and has put nothing on record."""
    reference = opened(app)
    open_referral(desk, reference)
    oli = colleague(app)
    where = f"/desk/case/{reference}/form/correction"
    token = token_of(oli.get(f"{where}/correction"))
    begin(desk, where)
    press(desk, f"{where}/in-short", page=f"{where}/in-short", headline="Drums")
    press(desk, f"{where}/send", page=f"{where}/check")
    late = oli.post(f"{where}/correction", data={"csrf_token": token, **WHY, "correction_why": "A letter says so"})
    assert late.status_code == 422
    assert "This was already done by Sam Spoc" in late.text
    assert "A letter says so" in late.text


def test_who_comes_second_keeps_what_they_wrote(app: Flask, desk: FlaskClient) -> None:
    """Two officers correct the same request: the second is told by whom it was done, and loses nothing."""
    reference = opened(app)
    open_referral(desk, reference)
    oli = colleague(app)
    where = f"/desk/case/{reference}/form/correction"
    for client, words in ((desk, "Drums"), (oli, "Trumpets")):
        begin(client, where)
        press(client, f"{where}/in-short", page=f"{where}/in-short", headline=words)
    press(desk, f"{where}/send", page=f"{where}/check")
    late = oli.get(f"{where}/check")
    assert late.status_code == 422
    for words in ("This was already done by Sam Spoc", "Trumpets", "Delete what I filled in"):
        assert words in late.text
    press(oli, f"{where}/put-away", page=f"{where}/check")
    assert oli.get(f"{where}/").status_code == 302


def test_whoever_only_reads_corrects_nothing(app: Flask, desk: FlaskClient) -> None:
    """An auditor reads both documents and finds no way to another; for another area there is no such case."""
    reference = opened(app)
    open_referral(desk, reference)
    join(app, ADA, "Ada", role="auditor")
    ada = app.test_client()
    sign_in(app, ada, ADA)
    assert "Correct or add to it" not in ada.get(f"/desk/case/{reference}/document/1").text
    assert ada.get(f"/desk/case/{reference}/form/correction/").status_code == 403
    assert desk.get(f"/desk/case/{reference}/form/correction.0.99/").status_code == 404
    join(app, "mo@maidstone.example", "Mo", area="maidstone")
    mo = app.test_client()
    sign_in(app, mo, "mo@maidstone.example")
    assert mo.get(f"/desk/case/{reference}/form/correction/").status_code == 404
    token = token_of(mo.get("/desk/"))
    assert mo.post(f"/desk/case/{reference}/form/correction/send", data={"csrf_token": token}).status_code == 404
