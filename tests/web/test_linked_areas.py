"""What officers see of a case that went to another body, and of the area's own duties."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.linked_areas import use_linked_areas
from tests.moment import Moment
from tests.published import approved, stand
from tests.web.desk import join, open_referral, opened, press, sign_in
from webform.cases.area_folder import area_folder, keep_area_folders
from webform.house import EXTENSION
from webform.records.store import db
from webform.records.tables import Case, Document

UMA = "uma@upper.example"


@pytest.fixture
def linked(app: Flask, tmp_path: Path, now: Moment) -> Iterator[None]:
    """The two areas, each with a folder of its own duties where it has any."""
    before = app.extensions[EXTENSION]
    use_linked_areas(app, tmp_path)
    with app.app_context():
        keep_area_folders(dt.datetime.now(dt.UTC))
    yield
    app.extensions[EXTENSION] = before


def hand_over(app: Flask, desk: FlaskClient) -> tuple[str, str]:
    """Sam opens a referral and files the appeal; returns the references of both cases."""
    reference = opened(app)
    open_referral(desk, reference)
    form = f"/desk/case/{reference}/form/further"
    press(desk, f"{form}/why", page=f"{form}/why", why="The noise went on.")
    press(desk, f"{form}/who", page=f"{form}/who", who="")
    assert press(desk, f"{form}/send", page=f"{form}/check").status_code == 303
    with app.app_context():
        return reference, db.session.scalars(select(Case.reference).where(Case.area == "upper")).one()


@pytest.mark.usefixtures("linked")
def test_neither_body_sees_the_others_folder(app: Flask, desk: FlaskClient) -> None:
    """Each page of the other case is not there, for either of them; that it is linked and open is said."""
    mine, theirs = hand_over(app, desk)
    join(app, UMA, "Uma", "upper")
    page = desk.get(f"/desk/case/{mine}").text
    assert f"It is their case {theirs}: it is still open" in page
    paths = ("", "/document/1", "/document/2", "/paper", "/form/seen/", "/letter/acknowledgement")
    assert {desk.get(f"/desk/case/{theirs}{path}").status_code for path in paths} == {404}
    uma = app.test_client()
    sign_in(app, uma, UMA)
    open_referral(uma, theirs)
    assert {uma.get(f"/desk/case/{mine}{path}").status_code for path in paths} == {404}
    assert f"It is their case {mine}: it is still open" in uma.get(f"/desk/case/{theirs}").text


@pytest.mark.usefixtures("linked")
def test_a_document_that_came_along_can_be_read(app: Flask, desk: FlaskClient) -> None:
    """Under its own title, with where it came from and every answer, by the other body."""
    mine, theirs = hand_over(app, desk)
    join(app, UMA, "Uma", "upper")
    uma = app.test_client()
    sign_in(app, uma, UMA)
    open_referral(uma, theirs)
    assert f"(from Merton Council, case {mine})" in uma.get(f"/desk/case/{theirs}").text
    with app.app_context():
        copied = select(Document.number).where(Document.origin.is_not(None)).order_by(Document.id)
        number = db.session.scalars(copied).first()
    page = uma.get(f"/desk/case/{theirs}/document/{number}").text
    assert f"It came from Merton Council, case {mine}." in page
    assert "Music until four in the morning." in page


@pytest.mark.usefixtures("linked")
def test_the_areas_own_duties_stand_apart_and_can_be_done(app: Flask, desk: FlaskClient) -> None:
    """The list leads there; the form is filled in and filed; the case pages lead back to it."""
    with app.app_context():
        folder = area_folder("merton")
        assert folder is not None
        reference = folder.reference
    listing = desk.get("/desk/").text
    assert "There is nothing to do." in listing
    assert "/desk/area" in listing
    page = desk.get("/desk/area").text
    assert "Publish the figures" in page
    assert "By 1 June 2026" in page
    assert desk.get(f"/desk/case/{reference}").headers["Location"] == "/desk/area"
    assert desk.get(f"/desk/case/{reference}/paper").status_code == 302
    form = f"/desk/case/{reference}/form/own-figures"
    press(desk, f"{form}/note", page=f"{form}/note", note="Few.")
    assert press(desk, f"{form}/send", page=f"{form}/check").status_code == 303
    page = desk.get("/desk/area?done=own-figures").text
    assert "Done and on record: Publish the figures." in page
    assert "1. Publish the figures" in page
    assert "Few." in desk.get(f"/desk/case/{reference}/document/1").text


@pytest.mark.usefixtures("linked")
def test_an_area_without_own_duties_has_no_such_page(app: Flask, client: FlaskClient) -> None:
    """Nothing is offered and nothing is there."""
    join(app, UMA, "Uma", "upper")
    sign_in(app, client, UMA)
    assert client.get("/desk/area").status_code == 404
    assert "/desk/area" not in client.get("/desk/").text


@pytest.mark.usefixtures("linked")
def test_the_own_folder_takes_no_action_of_a_case(app: Flask, desk: FlaskClient) -> None:
    """It can't be linked, and a form of a case is refused."""
    with app.app_context():
        folder = area_folder("merton")
        assert folder is not None
        reference = folder.reference
    other = opened(app)
    assert press(desk, f"/desk/case/{reference}/link/{other}", page="/desk/new/").status_code == 404
    assert desk.get(f"/desk/case/{reference}/form/link/").status_code == 422


@pytest.mark.usefixtures("linked")
def test_who_reads_only_what_came_from_elsewhere_does_not_look_over_the_areas(app: Flask) -> None:
    """Whoever may not read every case of the upper body is shown no way to its figures, and has no page of them."""
    join(app, "rae@upper.example", "Rae Reviewer", "upper", "reviewer")
    rae = app.test_client()
    sign_in(app, rae, "rae@upper.example")
    assert "/desk/oversight/" not in rae.get("/desk/").text
    assert rae.get("/desk/oversight/").status_code == 403


@pytest.mark.usefixtures("linked")
def test_the_upper_body_sees_what_its_areas_have_published(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """Only what is public of the lower area, how long its duties took in its last whole period, and every number of its
    own; the lower area has no such page."""
    reference = opened(app, received_at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
    with app.app_context():
        stand(reference, dt.date(2026, 3, 1), 6)
        stand(reference, dt.date(2026, 3, 1), 2, "reviews")
        approved(now())
    opened(app, "upper")
    assert desk.get("/desk/oversight/").status_code == 404
    join(app, "una@upper.example", "Una Upper", "upper")
    una = app.test_client()
    sign_in(app, una, "una@upper.example")
    assert "/desk/oversight/" in una.get("/desk/").text
    page = una.get("/desk/oversight/").text
    told = re.sub(r"<[^>]*>|\s+", " ", page)
    assert "1 April 2025 to 31 March 2026" in told
    assert re.search(r"Merton +Requests for a case review +7 ", told)
    assert re.search(r"Case reviews carried out +Not shown", told)
    assert "Merton, 1 April 2025 to 31 March 2026: nothing that had a date was done." in told
    assert re.search(r"Requests for a case review +1 April 2026 to 31 March 2027 +1 ", told)
