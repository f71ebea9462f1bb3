"""Councillors and MPs sign in, see what they raised and nothing else, and ask for somebody."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.councillor import JO, JO_NAME, finish_draft, for_somebody, says, write_roster
from tests.moment import Moment
from tests.web.desk import opened, press, sent_codes, sign_in, token_of
from tests.web.party import mails, party_of
from tests.web.visitor import Visitor
from webform.cases.seats import keep_seats
from webform.records.officers import Access
from webform.records.store import db
from webform.records.tables import Case

HOME = "/your-cases/"


@pytest.fixture
def roster(app: Flask, instance: Path, now: Moment) -> Path:
    """Jo is a councillor of Merton."""
    write_roster(instance, {"ward": "Mill"})
    return instance


@pytest.fixture
def jo(app: Flask, client: FlaskClient, roster: Path) -> FlaskClient:
    """The browser in which Jo is signed in."""
    assert sign_in(app, client, JO).location == HOME
    return client


def test_a_code_lets_them_in_and_the_roster_keeps_them(
    app: Flask, jo: FlaskClient, roster: Path, now: Moment
) -> None:  # fmt: skip
    """They sign in like officers; with the entry the session ends at the next page, and no code is sent any more."""
    assert "You have not raised a case yet" in jo.get(HOME).text
    write_roster(roster)
    assert jo.get(HOME).location == f"/sign-in?next={HOME}"
    write_roster(roster, {})
    assert jo.get(HOME).status_code == 302  # the session ended for good
    write_roster(roster)
    before = len(sent_codes(app, JO))
    press(jo, "/sign-in/code", identity=JO)
    assert len(sent_codes(app, JO)) == before


def test_the_last_day_ends_the_session(jo: FlaskClient, roster: Path, now: Moment) -> None:
    """After `until` nothing opens, and what was typed at that moment stays in sight."""
    write_roster(roster, {"until": "2026-05-11"})
    page = jo.get(HOME)
    assert "Your access ends on 11 May 2026" in page.text
    now.is_("2026-05-12 00:01")
    with jo.session_transaction() as session:
        session.update(last_seen=int(now().timestamp()), fs_paa=int(now().timestamp()))
    answer = jo.post(f"{HOME}begin/merton", data={"csrf_token": token_of(page)})
    assert answer.status_code == 401


def test_their_cases_and_nobody_elses(app: Flask, jo: FlaskClient) -> None:
    """The list and the pages are of the cases that they raised; another case answers as one that is not there."""
    mine, others = opened(app, **for_somebody("Sam Jones")), opened(app)
    page = jo.get(HOME).text
    assert (mine in page, "Sam Jones" in page, others in page) == (True, True, False)
    case = jo.get(f"/page/{mine}/")
    assert (case.status_code, "You asked for Sam Jones" in case.text) == (200, True)
    not_theirs, no_case = jo.get(f"/page/{others}/"), jo.get("/page/MMMM-MMMM/")
    assert (not_theirs.status_code, no_case.status_code) == (404, 404)
    assert not_theirs.text.replace(others, "REF") == no_case.text.replace("MMMM-MMMM", "REF")


def test_who_looked_is_kept(app: Flask, jo: FlaskClient) -> None:
    """The desk can see that a councillor has opened the case."""
    mine = opened(app, **for_somebody())
    jo.get(f"/page/{mine}/")
    with app.app_context():
        case = db.session.scalars(select(Case.id).where(Case.reference == mine)).one()
        assert db.session.scalars(select(Access.what).where(Access.case_id == case)).all() == ["page"]


def test_the_desk_is_shut_to_them_and_their_pages_to_officers(
    app: Flask, jo: FlaskClient, sam: str
) -> None:  # fmt: skip
    """Each is told that the page is not theirs, and where theirs is."""
    shut = jo.get("/desk/")
    assert (shut.status_code, HOME in shut.text) == (403, True)
    assert jo.get("/sign-in").location == HOME
    press(jo, "/sign-out", page=HOME)
    sign_in(app, jo, sam)
    assert jo.get(HOME).status_code == 403
    assert jo.get(f"/page/{opened(app, **for_somebody())}/").status_code == 403


def test_a_page_of_theirs_asks_to_sign_in_first(app: Flask, client: FlaskClient, roster: Path) -> None:
    """A bookmark leads through the sign-in, and says the same of a case that is not there."""
    mine = opened(app, **for_somebody())
    for reference in (mine, "MMMM-MMMM"):
        assert client.get(f"/page/{reference}/").location == f"/sign-in?next=/page/{reference}/"


def test_they_ask_for_somebody_with_their_details_filled_in(app: Flask, jo: FlaskClient) -> None:
    """Who they are stands there; the draft waits in their list; what is sent appears there, with a receipt by mail."""
    visitor = Visitor(jo)
    visitor.get(HOME)
    visitor.post({}, f"{HOME}begin/merton")
    assert visitor.address.endswith("/right-now")
    visitor.get(visitor.address.replace("right-now", "name"))
    assert visitor.value("name") == JO_NAME
    draft = finish_draft(app, "Kim Lee")
    assert "Carry on with your request in Merton" in jo.get(HOME).text
    visitor.get(f"{HOME}new/{draft}/check")
    visitor.post({}, f"{HOME}new/{draft}/send")
    assert visitor.heading == "We have your form"
    assert visitor.get(f"{HOME}new/{draft}/").status_code == 200
    assert visitor.heading == "We have your form"  # a second click makes no second case
    with app.app_context():
        reference = db.session.scalars(select(Case.reference)).one()
    page = jo.get(HOME).text
    assert (reference in page, "Kim Lee" in page, "Carry on" in page) == (True, True, False)
    assert reference in mails(app, JO)[-1].text


def test_what_they_began_is_theirs_to_delete(app: Flask, jo: FlaskClient) -> None:
    """One press, and it is gone."""
    visitor = Visitor(jo)
    visitor.get(HOME)
    visitor.post({}, f"{HOME}begin/merton")
    draft = visitor.address.split("/")[3]
    visitor.get(HOME)
    visitor.post({}, f"{HOME}new/{draft}/erase")
    assert "What you had begun is deleted" in visitor.page.text
    assert visitor.get(f"{HOME}new/{draft}/").status_code == 404


def test_they_begin_only_where_they_hold_a_seat(jo: FlaskClient) -> None:
    """No request is begun in another area's name."""
    assert press(jo, f"{HOME}begin/bromley", page=HOME).status_code == 404


def test_when_the_seat_ends_their_page_is_shut(app: Flask, jo: FlaskClient, roster: Path, now: Moment) -> None:
    """The case goes on without them, and the desk says who has to be asked."""
    mine = opened(app, **for_somebody())
    assert jo.get(f"/page/{mine}/").status_code == 200
    write_roster(roster)
    assert jo.get(f"/page/{mine}/").status_code == 302
    with app.app_context():
        keep_seats(now())
        assert party_of(mine).left_at is None
    write_roster(roster, {"name": "Lee Moor"})
    assert sign_in(app, jo, JO).location == HOME
    assert mine not in jo.get(HOME).text


def test_whoever_comes_after_them_in_one_mailbox_finds_nothing_that_they_began(
    app: Flask, jo: FlaskClient, roster: Path, now: Moment
) -> None:
    """The next councillor signs in under the same address: no draft of the one before, and no page of what was sent."""
    jo.post(f"{HOME}begin/merton", data={"csrf_token": token_of(jo.get(HOME))})
    begun = finish_draft(app, "Maud Hill")
    assert f"/new/{begun}/" in jo.get(HOME).text
    write_roster(roster, {"name": "Kim Vale"})
    now.passes(minutes=5)
    successor = app.test_client()
    assert sign_in(app, successor, JO).location == HOME
    page = successor.get(HOME).text
    assert ("Kim Vale" in page, f"/new/{begun}/" in page) == (True, False)
    assert successor.get(f"{HOME}new/{begun}/check").status_code == 404
    write_roster(roster, {})
    now.passes(minutes=5)
    again = app.test_client()
    sign_in(app, again, JO)
    assert f"/new/{begun}/" in again.get(HOME).text  # it was only hidden


def test_what_was_promised_once_is_not_told_anew_after_a_refusal(app: Flask, jo: FlaskClient) -> None:
    """The page after sending says the dates as they are: it is shut once the person allows no more."""
    jo.post(f"{HOME}begin/merton", data={"csrf_token": token_of(jo.get(HOME))})
    begun = finish_draft(app, "Maud Hill")
    press(jo, f"{HOME}new/{begun}/send", page=f"{HOME}new/{begun}/check")
    sent = jo.get(f"{HOME}new/{begun}/sent")
    assert sent.status_code == 200
    with app.app_context():
        reference = db.session.scalars(select(Case.reference)).one()
    says(app, reference, "no")
    assert jo.get(f"{HOME}new/{begun}/sent").location == f"/page/{reference}/"
