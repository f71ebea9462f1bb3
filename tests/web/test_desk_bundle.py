"""The evidence bundle at the desk: one press, how far it is, what was left out, and who may take it along."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.bundles import HIDDEN, OPEN, SAM, case_with_secrets, unzipped
from tests.cases.test_corrections import correct
from tests.moment import Moment
from tests.web.desk import join, open_referral, opened, press, sign_in
from webform.cases.bundles import make_bundles
from webform.house import house
from webform.records.bundles import Bundle
from webform.records.officers import Access
from webform.records.store import db
from webform.records.tables import Case

MAKE = re.compile(r'action="(/desk/case/[^"]+/bundle/)"')


@pytest.fixture
def reference(app: Flask, now: Moment) -> str:
    """A case with something to hide."""
    with app.app_context():
        return case_with_secrets(app, now())[0].reference


def make(app: Flask, at: dt.datetime) -> int:
    """The clock does its work."""
    with app.app_context():
        return make_bundles(at)


def take(client: FlaskClient, reference: str, ending: str) -> TestResponse:
    """Press the first button that downloads such a file."""
    here = f"/desk/case/{reference}/bundle/"
    found = re.search(rf'action="([^"]+/{ending})"', client.get(here).text)
    assert found, f"no {ending} to take"
    return press(client, found[1], page=here)


def test_one_press_on_the_case_makes_it(app: Flask, desk: FlaskClient, reference: str, now: Moment) -> None:
    """It is on its way, then it is there: a ZIP and a PDF under names that say nothing, kept by no browser; what was
    left out is on the page, and nothing of it in either file; who asked and who took it is noted."""
    case = f"/desk/case/{reference}"
    found = MAKE.search(desk.get(case).text)
    assert found
    answer = press(desk, found[1], page=case)
    assert (answer.status_code, answer.location) == (303, found[1])
    assert "It is being made" in desk.get(found[1]).text
    assert make(app, now()) == 1
    page = desk.get(found[1]).text
    for words in ("Kevin Badger (2 times)", "only officers of the case may read it", "objects to sharing", "kev.pdf"):
        assert words in page
    zipped, printed = take(desk, reference, "zip"), take(desk, reference, "pdf")
    for file, kind in ((zipped, "zip"), (printed, "pdf")):
        assert (file.status_code, file.mimetype) == (200, f"application/{kind}")
        assert file.headers["Content-Disposition"] == f"attachment; filename={reference}.{kind}"
        assert file.headers["Cache-Control"] == "no-store"
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed.data)).pages)
    plain = " ".join(text.split())
    assert unzipped(zipped.data).page
    assert [phrase for phrase in HIDDEN if phrase.casefold() in plain.casefold()] == []
    assert [phrase for phrase in OPEN if phrase not in plain] == []
    with app.app_context():
        looks = set(db.session.scalars(select(Access.what)))
    assert {"bundled", "bundle 1 zip", "bundle 1 pdf"} <= looks


def test_what_was_typed_is_kept_and_used(app: Flask, desk: FlaskClient, reference: str, now: Moment) -> None:
    """More names and files left out, as the page says them; too much of it is told and nothing of it dropped."""
    here = f"/desk/case/{reference}/bundle/"
    press(desk, here, page=here)
    make(app, now())
    key = re.search(r'name="without" value="([^"]+)"', desk.get(here).text)
    assert key
    refused = press(desk, here, page=here, names="Kit\n" * 600, without=key[1])
    assert refused.status_code == 422
    assert 'href="#names"' in refused.text
    assert refused.text.count("Kit") >= 600
    press(desk, here, page=here, names=" Music \n\nMill  Lane", without=[key[1], "nobodys"])
    with app.app_context():
        wanted = db.session.scalars(select(Bundle.wanted).order_by(Bundle.id.desc())).first()
    assert wanted == {"names": ["Music", "Mill Lane"], "without": [key[1]]}
    again = desk.get(here).text
    assert "Music\nMill Lane</textarea>" in again
    assert re.search(rf'value="{key[1]}" checked', again)


def test_a_bundle_is_of_its_case_and_its_desk(app: Flask, desk: FlaskClient, reference: str, now: Moment) -> None:
    """By way of another case there is none; an auditor reads what was made and takes nothing along; a stranger sees
    nothing at all; and it is gone when its time is over."""
    here = f"/desk/case/{reference}/bundle/"
    press(desk, here, page=here)
    make(app, now())
    with app.app_context():
        number = db.session.scalars(select(Bundle.id)).one()
    other = opened(app)
    open_referral(desk, other)
    assert press(desk, f"/desk/case/{other}/bundle/{number}/zip", page=here).status_code == 404
    join(app, "al@merton.example", "Al", role="auditor")
    auditor = app.test_client()
    sign_in(app, auditor, "al@merton.example")
    page = auditor.get(here)
    assert page.status_code == 200
    assert "Make the evidence bundle" not in page.text
    assert press(auditor, f"{here}{number}/zip", page="/desk/").status_code == 403
    join(app, "bea@bromley.example", "Bea", "bromley")
    stranger = app.test_client()
    sign_in(app, stranger, "bea@bromley.example")
    assert stranger.get(here).status_code == 404
    assert press(stranger, f"{here}{number}/zip", page="/desk/").status_code == 404
    now.passes(days=8)
    late = app.test_client()
    sign_in(app, late)
    assert press(late, f"{here}{number}/zip", page=here).status_code == 404


def test_before_the_referral_is_opened_there_is_none(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """Somebody has to be on record as having seen the case first."""
    here = f"/desk/case/{opened(app)}/bundle/"
    assert desk.get(here).status_code == 302
    assert press(desk, here, page="/desk/").status_code == 422


def test_a_person_gets_what_is_held_about_them(app: Flask, desk: FlaskClient, reference: str, now: Moment) -> None:
    """One press for each person of the case, no organisation among them; the page says whom the copy is for."""
    here = f"/desk/case/{reference}/bundle/"
    page = desk.get(here).text
    assert "Make a copy for Ann Žďárská" in page
    assert page.count("Make a copy for") == 1
    found = re.search(rf'action="({here}person/\d+)"', page)
    assert found
    assert press(desk, found[1], page=here).location == here
    assert make(app, now()) == 1
    assert "This is what we hold about Ann Žďárská" in desk.get(here).text
    assert press(desk, f"{here}person/999", page=here).status_code == 404
    parts = unzipped(take(desk, reference, "zip").data)
    assert "files/data.json" in parts.parts


def test_nobody_takes_a_copy_that_an_organisation_objects_to(
    app: Flask, desk: FlaskClient, reference: str, now: Moment
) -> None:
    """One that was made before they said so has no button any more, and whoever still has its page is told why; the
    next one can be had."""
    here = f"/desk/case/{reference}/bundle/"
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        case_id, number = case.id, case.chain_count
        correct(case, now, house().shelves, number, SAM, objects="no")
    press(desk, here, page=here)
    assert make(app, now()) == 1
    page = desk.get(here).text
    assert f'action="{here}1/zip"' in page
    with app.app_context():
        correct(db.session.get_one(Case, case_id), now, house().shelves, number + 1, SAM, objects="yes")
    after = desk.get(here).text
    assert ("objected since then" in after, f'action="{here}1/zip"' in after) == (True, False)
    assert "has objected since" in press(desk, f"{here}1/zip", page=here).text
    press(desk, here, page=here)
    assert make(app, now()) == 1
    assert take(desk, reference, "zip").status_code == 200
