"""Leave at the desk: who puts it on record, and what both of them see of it."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient

from tests.moment import Moment
from tests.web.desk import SAM, join, open_referral, opened, press, sign_in
from webform.cases.officers import find_officer
from webform.records.officers import Absence
from webform.records.store import db

DEE, OLI, FAR = "dee@merton.example", "oli@merton.example", "far@bromley.example"
LEAVE = "/desk/leave"


def number(app: Flask, email: str) -> str:
    """What the form calls an officer."""
    with app.app_context():
        found = find_officer(email)
        assert found
        return str(found.id)


def days(now: Moment, first: int, last: int) -> dict[str, str]:
    """The dates of leave as they are typed."""
    typed = {}
    for name, offset in (("first_on", first), ("last_on", last)):
        day = now().date() + dt.timedelta(days=offset)
        typed |= {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
    return typed


def test_both_see_it_on_their_day(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """Whoever is away and whoever stands in read it on their day, on the list of cases, and on the case itself."""
    join(app, DEE, "Dee Deputy", role="deputy")
    reference = opened(app)
    open_referral(desk, reference)
    assert press(desk, LEAVE, page=LEAVE).text.count("Select who") == 4  # two answers, each said twice
    typed = {"who": number(app, SAM), "stand_in": number(app, DEE), **days(now, 0, 3)}
    wrong = press(desk, LEAVE, page=LEAVE, **{**typed, "stand_in": number(app, SAM)})
    assert (wrong.status_code, "Select somebody else to stand in" in wrong.text) == (422, True)
    assert press(desk, LEAVE, page=LEAVE, **typed).location == f"{LEAVE}?done=recorded"
    assert "Dee Deputy stands in for you" in desk.get("/desk/").text
    dee = app.test_client()
    sign_in(app, dee, DEE)
    day = dee.get("/desk/").text
    assert "You stand in for Sam Spoc" in day
    assert "Open cases of Sam Spoc: 1" in day
    assert reference in dee.get(f"/desk/list/open?owner={number(app, DEE)}").text
    assert "They are on leave: <strong>Dee Deputy</strong> stands in" in dee.get(f"/desk/case/{reference}").text
    hand_over = f"/desk/case/{reference}/hand-over"
    press(dee, hand_over, page=hand_over, to=number(app, DEE))
    assert "On leave from" in dee.get(hand_over).text
    press(dee, hand_over, page=hand_over, to=number(app, SAM))
    now.passes(days=4)
    sign_in(app, dee, DEE)
    assert "You stand in" not in dee.get("/desk/").text
    assert reference not in dee.get(f"/desk/list/open?owner={number(app, DEE)}").text


def test_whose_leave_somebody_may_put_on_record(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """An officer their own, whoever decides that of their colleagues; nobody that of another area."""
    for email, name, area, role in ((DEE, "Dee", "merton", "deputy"), (OLI, "Oli", "merton", "officer")):
        join(app, email, name, area, role)
    join(app, FAR, "Far", "bromley")
    oli, far = app.test_client(), app.test_client()
    sign_in(app, oli, OLI)
    sign_in(app, far, FAR)
    assert "Who is on leave?" not in oli.get(LEAVE).text
    press(oli, LEAVE, page=LEAVE, who=number(app, SAM), stand_in=number(app, DEE), **days(now, 0, 1))
    press(desk, LEAVE, page=LEAVE, who=number(app, DEE), stand_in=number(app, SAM), **days(now, 5, 6))
    with app.app_context():
        kept = {one.officer.name: one.id for one in db.session.query(Absence)}
    assert set(kept) == {"Oli", "Dee"}
    assert press(oli, f"{LEAVE}/end", page=LEAVE, absence=kept["Dee"]).status_code == 403
    assert "Dee" not in far.get(LEAVE).text
    press(far, f"{LEAVE}/end", page=LEAVE, absence=kept["Dee"])
    press(oli, f"{LEAVE}/end", page=LEAVE, absence=kept["Oli"])
    with app.app_context():
        left = [one.officer.name for one in db.session.query(Absence) if one.first_on <= one.last_on]
    assert left == ["Dee"]
