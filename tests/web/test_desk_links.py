"""Cases that belong together, and cases that belong elsewhere."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import case_number, effects, open_referral, opened, press, sign_in
from webform.documents.bodies import Council
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import CaseLink


def test_likely_duplicate_is_linked_by_a_press(app: Flask, desk: FlaskClient) -> None:
    """A case with the same contact details is shown, and one press puts the two beside each other on the record."""
    first, second = opened(app), opened(app)
    open_referral(desk, second)
    page = desk.get(f"/desk/case/{second}").text
    assert f"/desk/case/{second}/link/{first}" in page
    assert press(desk, f"/desk/case/{second}/link/{first}", page="/desk/new/").status_code == 303
    assert "links" in effects(app, second)
    with app.app_context():
        link = db.session.scalars(select(CaseLink)).one()
        assert (link.case_id, link.other_id) == (case_number(second), case_number(first))
    page = desk.get(f"/desk/case/{second}").text
    assert "Linked with this one" in page
    assert f"/link/{first}" not in page


def test_an_earlier_request_is_linked_with_how_long_ago_it_was(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """One press begins the form with the reference, months and number; the case then shows what became of the other."""
    first = opened(app)
    now.passes(days=100)
    second = opened(app)
    sign_in(app, desk)
    open_referral(desk, second)
    begin = f"/desk/case/{second}/form/link/begin/linked.to/{first}"
    assert begin in desk.get(f"/desk/case/{second}").text
    open_referral(desk, first)
    assert begin not in desk.get(f"/desk/case/{first}").text
    form = press(desk, begin, page="/desk/new/").location
    assert first in desk.get(form, follow_redirects=True).text
    press(desk, f"{form}linked-to", page=f"{form}linked-to", linked_to=first, linked_why="earlier")
    months = desk.get(f"{form}linked-months").text
    assert ('value="3"' in months, 'value="1"' in months) == (True, True)
    press(desk, f"{form}linked-months", page=f"{form}linked-months", linked_months="3", linked_count="1")
    press(desk, f"{form}send", page=f"{form}check")
    page = desk.get(f"/desk/case/{second}").text
    assert "3 months before this one" in page
    assert "Linked with this one" in page


def test_every_duplicate_can_be_linked(app: Flask, desk: FlaskClient) -> None:
    """Linking one case does not use the possibility up."""
    first, second, third = opened(app), opened(app), opened(app)
    open_referral(desk, third)
    for other in (first, second):
        assert press(desk, f"/desk/case/{third}/link/{other}", page="/desk/new/").status_code == 303
    assert effects(app, third).count("links") == 2


def test_only_a_case_of_the_area_can_be_linked(app: Flask, desk: FlaskClient) -> None:
    """A reference that isn't this area's is not found."""
    reference = opened(app)
    open_referral(desk, reference)
    assert press(desk, f"/desk/case/{reference}/link/ABCD-EFGH", page="/desk/new/").status_code == 404


def test_request_from_here_is_not_sent_away(app: Flask, desk: FlaskClient) -> None:
    """One postcode of the area is enough for nothing to be said of other areas."""
    reference = opened(app, address={"line1": "1 High Street", "town": "Leeds", "postcode": "LS1 1AA"})
    open_referral(desk, reference)
    assert "None of the postcodes" not in desk.get(f"/desk/case/{reference}").text


def test_other_area_is_offered_and_passed_on(app: Flask, desk: FlaskClient) -> None:
    """Postcodes of another area bring up a button; the form that it begins is filed, and the case is passed on."""
    away = {"line1": "1 High Street", "town": "Leeds", "postcode": "LS1 1AA"}
    reference = opened(app, address=away, in_area="no", incidents=[])
    open_referral(desk, reference)
    page = desk.get(f"/desk/case/{reference}").text
    assert "None of the postcodes in this request is one of this area." in page
    press(desk, f"/desk/case/{reference}/form/pass-on/begin/passed.to/Leeds", page="/desk/new/")
    form = f"/desk/case/{reference}/form/pass-on"
    assert "Leeds" in desk.get(f"{form}/passed-to").text
    press(desk, f"{form}/passed-to", page=f"{form}/passed-to", passed_to="Leeds", passed_why="They live there.")
    assert press(desk, f"{form}/send", page=f"{form}/check").status_code == 303
    assert "passes-on" in effects(app, reference)


def test_the_postcodes_of_each_council_of_a_joint_procedure_count(shelves: Shelves) -> None:
    """What one of the councils covers is in the area, as what the area itself lists is."""
    merton = shelves.procedures["merton"]
    south = Council(id="south", name="South", postcodes=("ZN1",))
    joint = merton.model_copy(update={"councils": (south,)})
    assert joint.outward_codes() == {*merton.area.postcodes, "ZN1"}
