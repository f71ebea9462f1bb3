"""The files of a case at the desk: who may have them, how they are handed out, and when they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.evidence import PDF, picture
from tests.moment import Moment
from tests.web.desk import join, open_referral, opened, opened_with_files, press, sign_in
from webform.records.attachments import CLEAN, QUARANTINED, Attachment
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Access

NAME = "<b>Übles</b> \u202eFoto.pdf"


@pytest.fixture
def sent(app: Flask, now: Moment) -> tuple[str, str]:
    """A case whose request brought a PDF with an odd name and a picture; its reference, and the PDF's key."""
    reference, keys = opened_with_files(app, (PDF, NAME), (picture(), "photo.jpg"))
    return reference, keys[0]


@pytest.fixture
def place(desk: FlaskClient, sent: tuple[str, str]) -> str:
    """The address of the PDF, in a case that was opened."""
    reference, key = sent
    open_referral(desk, reference)
    return f"/desk/case/{reference}/file/{key}/"


def state(app: Flask, to: str) -> None:
    with app.app_context():
        begin_writing()
        for row in db.session.scalars(select(Attachment)):
            row.state = to
        db.session.commit()


def scanning(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation has clamd."""
    house_of = app.extensions["asb"]
    settings = replace(house_of.settings, clamd="/run/clamd.sock")
    monkeypatch.setitem(app.extensions, "asb", replace(house_of, settings=settings))


def test_the_referral_leads_to_the_files(desk: FlaskClient, place: str, sent: tuple[str, str]) -> None:
    """By the name that their sender gave them, as text, with what they are."""
    page = desk.get(f"/desk/case/{sent[0]}").text
    assert f'href="{place}"' in page
    assert "&lt;b&gt;Übles&lt;/b&gt; \u202eFoto.pdf (PDF, 1 KB)" in page
    assert "photo.jpg (JPEG picture, 1 KB)" in page
    assert f'href="{place}"' in desk.get(f"/desk/case/{sent[0]}/document/1").text


def test_the_page_of_a_file_warns(desk: FlaskClient, place: str) -> None:
    """Before anybody downloads what was not checked for viruses; nothing of the content is on the page."""
    page = desk.get(place).text
    assert "This file was not checked for viruses" in page
    assert "Download" in page
    assert "<img" not in page
    assert "<iframe" not in page


def test_a_file_is_handed_out_to_be_kept(desk: FlaskClient, place: str, sent: tuple[str, str]) -> None:
    """Whole, under a name of ours, as a download that a browser neither shows nor runs nor keeps."""
    answer = press(desk, f"{place}download", page=place)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    headers = answer.headers
    assert headers["Content-Disposition"].startswith(f"attachment; filename={sent[0]}-1-")
    assert "Foto" not in headers["Content-Disposition"]
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert headers["Content-Length"] == str(len(PDF))


def test_who_took_a_file_is_noted(desk: FlaskClient, place: str, app: Flask) -> None:
    """Looking at its page, and having it, are two notes."""
    press(desk, f"{place}download", page=place)
    with app.app_context():
        notes = [one.what for one in db.session.scalars(select(Access).order_by(Access.id))]
    assert notes[-2:] == ["file", f"file {place.split('/')[-2][:8]}"]


def test_another_area_has_no_such_file(app: Flask, client: FlaskClient, sent: tuple[str, str], now: Moment) -> None:
    """Neither the page nor the file, nor by way of a case of one's own."""
    join(app, "bea@bromley.example", "Bea", "bromley")
    sign_in(app, client, "bea@bromley.example")
    reference, key = sent
    assert client.get(f"/desk/case/{reference}/file/{key}/").status_code == 404
    assert press(client, f"/desk/case/{reference}/file/{key}/download", page="/desk/").status_code == 404


def test_a_file_of_another_case_is_no_file_here(
    desk: FlaskClient, place: str, app: Flask, sent: tuple[str, str]
) -> None:
    """The key alone opens nothing."""
    other = opened(app)
    open_referral(desk, other)
    assert desk.get(f"/desk/case/{other}/file/{sent[1]}/").status_code == 404


def test_before_the_referral_is_opened_there_is_no_file(desk: FlaskClient, sent: tuple[str, str]) -> None:
    """Somebody has to be on record as having seen the case first."""
    reference, key = sent
    assert desk.get(f"/desk/case/{reference}/file/{key}/").status_code == 302
    answer = press(desk, f"/desk/case/{reference}/file/{key}/download", page=f"/desk/case/{reference}")
    assert answer.status_code == 422


def test_where_files_are_scanned_none_goes_out_before(
    desk: FlaskClient, place: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits; found clean it can be had without a warning."""
    token_page = f"/desk/case/{place.split('/')[3]}"
    scanning(app, monkeypatch)
    assert "has not been checked for viruses yet" in desk.get(place).text
    assert "Download" not in desk.get(place).text
    assert press(desk, f"{place}download", page=token_page).status_code == 422
    state(app, CLEAN)
    assert "Yes, none was found" in desk.get(place).text
    assert press(desk, f"{place}download", page=place).data == PDF


def test_a_file_with_a_virus_is_never_handed_out(desk: FlaskClient, place: str, app: Flask) -> None:
    """Not even where the scanner has been taken away since; the rest of the case can be read."""
    state(app, QUARANTINED)
    token_page = f"/desk/case/{place.split('/')[3]}"
    assert "This file has a virus" in desk.get(place).text
    assert press(desk, f"{place}download", page=token_page).status_code == 422
    assert desk.get(token_page).status_code == 200


def test_a_file_that_is_gone_is_told(desk: FlaskClient, place: str, app: Flask) -> None:
    """And not handed out as an empty one."""
    for path in (app.extensions["asb"].settings.instance / "attachments").iterdir():
        path.unlink()
    answer = press(desk, f"{place}download", page=place)
    assert answer.status_code == 422
    assert "missing or damaged" in answer.text


def test_no_email_carries_a_file_or_its_name(app: Flask, sent: tuple[str, str]) -> None:
    """Neither the notice to the officer nor the receipt."""
    with app.app_context():
        mails = db.session.scalars(select(Message)).all()
        assert mails
        for mail in mails:
            for told in (NAME, "photo.jpg", "Foto"):
                assert told not in f"{mail.subject} {mail.text} {mail.html}"
            assert not mail.attach_pdf
