"""Those who take part, at the desk: their duties one by one, and forms that are filed for one of them."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.moment import LONDON
from tests.victim import incident, report
from tests.web.desk import documents, join, open_referral, opened, press, sign_in
from webform.records.store import db
from webform.records.tables import Case, Party

SAL = "sal.spoc@shropshire.example"


@pytest.fixture
def spoc(app: Flask, client: FlaskClient) -> FlaskClient:
    """The point of contact of an area that asks each agency."""
    join(app, SAL, "Sal Spoc", area="shropshire")
    sign_in(app, client, SAL)
    return client


@pytest.fixture
def case(app: Flask, spoc: FlaskClient) -> str:
    """A case that names the police and the council, opened by its officer."""
    reports = [report(1, "2026-05-03", report_agency="police"), report(2, "2026-05-03", report_agency="council")]
    incidents = [incident(1, "2026-05-02", "2026-05-03", reports=reports)]
    reference = opened(app, "shropshire", incidents=incidents)
    open_referral(spoc, reference)
    return reference


def party(app: Flask, case: str, key: str) -> int:
    """The id of a party."""
    with app.app_context():
        found = db.session.query(Case).filter_by(reference=case).one()
        return next(one.id for one in found.parties if one.key == key)


def send_to(spoc: FlaskClient, case: str, who: int) -> None:
    """Send one agency its letter with one press."""
    answer = press(spoc, f"/desk/case/{case}/letter/agency-request.{who}", page=f"/desk/case/{case}", do="send")
    assert answer.status_code == 303


def test_each_party_has_its_own_letter(app: Flask, spoc: FlaskClient, case: str) -> None:
    """The page lists a duty for each by name; sending one leaves the other open, on a record of its own."""
    page = spoc.get(f"/desk/case/{case}").text
    assert "Send the form for agencies: The police" in page
    assert "Send the form for agencies: The council" in page
    police, council = party(app, case, "police"), party(app, case, "council")
    assert "police.mailbox@shropshire.example" in spoc.get(f"/desk/case/{case}/letter/agency-request.{police}").text
    send_to(spoc, case, police)
    assert [one.party_id for one in documents(app, case, "agency-request")] == [police]
    assert f"/letter/agency-request.{council}" in spoc.get(f"/desk/case/{case}").text
    assert f"/letter/agency-request.{police}" not in spoc.get(f"/desk/case/{case}").text
    again = press(spoc, f"/desk/case/{case}/letter/agency-request.{police}", page=f"/desk/case/{case}", do="send")
    assert again.location.startswith(f"/desk/case/{case}?")
    assert [one.party_id for one in documents(app, case, "agency-request")] == [police]


def test_a_form_for_one_of_several_asks_for_whom(app: Flask, spoc: FlaskClient, case: str) -> None:
    """Without a party a page lists those who owe it; each has a draft of its own, and the document is theirs."""
    police, council = party(app, case, "police"), party(app, case, "council")
    for who in (police, council):
        send_to(spoc, case, who)
    form = f"/desk/case/{case}/form/agency-return"
    whom = spoc.get(f"{form}/").text
    assert f"{form}.{police}/" in whom
    assert f"{form}.{council}/" in whom
    today = dt.datetime.now(LONDON).date()
    came = {f"came_on-{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
    pages = [
        ("how-it-came", came),
        ("organisation", {"body_name": "Police", "body_person": "PC Smith"}), ("known", {"known": "Parties"}),
        ("done", {"done": "no"}), ("not-done", {"done_not": "New to us"}), ("holds", {"holds": "no"}),
        ("status", {"how_it_stands": "open"}), ("powers", {"powers": "mediation"}), ("risk", {"risk_seen": "low"}),
        ("more", {}), ("objects", {"objects": "no"}), ("added-files", {"go": "on"}),
    ]  # fmt: skip
    for name, answers in pages:
        press(spoc, f"{form}.{police}/{name}", page=f"{form}.{police}/{name}", **answers)
    assert "PC Smith" not in spoc.get(f"{form}.{council}/organisation").text
    sent = press(spoc, f"{form}.{police}/send", page=f"{form}.{police}/check")
    assert sent.status_code == 303
    assert [one.party_id for one in documents(app, case, "agency-return")] == [police]


def test_an_address_is_given_for_somebody_who_is_known(app: Flask, spoc: FlaskClient, case: str) -> None:
    """The form knows already who they are; what it adds is shown on the case."""
    police = party(app, case, "police")
    form = f"/desk/case/{case}/form/who-takes-part.{police}"
    assert 'value="The police"' in spoc.get(f"{form}/details").text
    pages = [("part", {"part_role": "agency"}), ("details", {"part_organisation": "The police"})]
    for name, answers in [*pages, ("reach", {"part_email": "asb@police.example"})]:
        press(spoc, f"{form}/{name}", page=f"{form}/{name}", **answers)
    assert press(spoc, f"{form}/send", page=f"{form}/check").status_code == 303
    assert "asb@police.example" in spoc.get(f"/desk/case/{case}").text
    with app.app_context():
        assert db.session.query(Party).filter_by(role="agency").count() == 2


def test_taking_somebody_off_the_case_asks_whom(app: Flask, spoc: FlaskClient, case: str) -> None:
    """Those who take part are listed; who has left is listed no more."""
    council = party(app, case, "council")
    form = f"/desk/case/{case}/form/off-the-case"
    assert f"{form}.{council}/" in spoc.get(f"{form}/").text
    press(spoc, f"{form}.{council}/left", page=f"{form}.{council}/left", left_why="Not theirs")
    assert press(spoc, f"{form}.{council}/send", page=f"{form}.{council}/check").status_code == 303
    assert f"{form}.{council}/" not in spoc.get(f"{form}/").text


@pytest.mark.parametrize("step", ["agency-return.999999", "off-the-case.999999"])
def test_nobody_files_for_a_party_that_is_not_on_the_case(spoc: FlaskClient, case: str, step: str) -> None:
    """A made-up party is refused before anything is asked."""
    answer = spoc.get(f"/desk/case/{case}/form/{step}/")
    assert answer.status_code in (409, 422) or "Who is it for" in answer.text


def test_what_is_no_party_at_all_is_no_address(spoc: FlaskClient, case: str) -> None:
    """Only what we would have written ourselves leads to a form; the rest is not found."""
    assert spoc.get(f"/desk/case/{case}/form/agency-return.x/").status_code == 404
