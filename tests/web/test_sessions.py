"""An officer's session: how it begins, and everything that ends it."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.moment import Moment
from tests.web.desk import SAM, ask_for_code, press, sent_codes, sign_in, token_of, type_code
from webform.cases.officers import find_officer, leave
from webform.records.store import begin_writing, db


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/desk/").status_code == 200


def test_session_is_fresh_after_sign_in(app: Flask, client: FlaskClient, sam: str) -> None:
    """Nothing that was in the browser before the sign-in is in the session after it, its token included."""
    ask_for_code(client)
    before = token_of(client.get("/sign-in"))
    with client.session_transaction() as session:
        session["planted"] = "yes"
    type_code(client, sent_codes(app)[-1])
    with client.session_transaction() as session:
        assert "planted" not in session
        assert "codes_asked" not in session
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_pause_ends_the_session(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """After an hour without a sign of life the officer signs in again."""
    sign_in(app, client)
    now.passes(minutes=59)
    assert is_signed_in(client)
    now.passes(minutes=59)
    assert is_signed_in(client)
    now.passes(minutes=61)
    assert client.get("/desk/?a=b").location == "/sign-in?next=/desk/?a%3Db"


def test_no_session_outlives_the_day(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """However busy the officer is, after twelve hours they sign in again."""
    sign_in(app, client)
    for _ in range(24):
        assert is_signed_in(client)
        now.passes(minutes=30)
    now.passes(seconds=1)
    assert not is_signed_in(client)


def test_leaving_ends_every_session(app: Flask, client: FlaskClient, sam: str) -> None:
    """Who has left is out at once and gets no code any more."""
    sign_in(app, client)
    with app.app_context():
        begin_writing()
        officer = find_officer(SAM)
        assert officer is not None
        leave(officer)
        db.session.commit()
    assert not is_signed_in(client)
    count = len(sent_codes(app))
    ask_for_code(client)
    assert len(sent_codes(app)) == count


def test_signing_out_kills_copied_cookies(app: Flask, client: FlaskClient, sam: str) -> None:
    """A cookie that somebody copied is worth nothing after the officer has signed out."""
    sign_in(app, client)
    copied = client.get_cookie("session")
    assert copied is not None
    press(client, "/sign-out", page="/desk/")
    thief = app.test_client()
    thief.set_cookie("session", copied.value)
    assert not is_signed_in(thief)


def test_sign_out_needs_a_press(app: Flask, client: FlaskClient, sam: str) -> None:
    """A link on another page can't sign an officer out."""
    sign_in(app, client)
    assert client.get("/sign-out", follow_redirects=True).status_code == 404
    assert client.post("/sign-out").status_code == 400
    assert is_signed_in(client)


def test_sign_in_leads_back_but_never_away(app: Flask, client: FlaskClient, sam: str) -> None:
    """After signing in the officer is where the link of the mail led, and never on somebody else's site."""
    ask_for_code(client)
    assert type_code(client, sent_codes(app)[-1], next="/desk/case/ABCD-EFGH").location == "/desk/case/ABCD-EFGH"
    press(client, "/sign-out", page="/desk/")
    ask_for_code(client)
    away = type_code(client, sent_codes(app)[-1], next="https://evil.example/")
    assert "evil.example" not in (away.location or "")


def test_what_was_typed_survives_the_end_of_the_session(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """A POST after the session ran out is given back after signing in, whole."""
    sign_in(app, client)
    token = token_of(client.get("/desk/new/"))
    now.passes(hours=2)
    typed = {"csrf_token": token, "channel": "phone", "received_on-day": "11", "received_time": "a long story"}
    asked = client.post("/desk/new/", data=typed)
    assert asked.status_code == 401
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)
    assert kept
    assert "a long story" not in asked.text
    token = token_of(asked)
    page = client.post("/sign-in/code", data={"csrf_token": token, "identity": SAM, "kept": kept[1]})
    assert kept[1] in page.text
    back = client.post(
        "/sign-in", data={"csrf_token": token, "identity": SAM, "passcode": sent_codes(app)[-1], "kept": kept[1]}
    )
    assert 'action="/desk/new/"' in back.text
    assert 'value="a long story"' in back.text


def test_nothing_foreign_is_given_back(app: Flask, client: FlaskClient, sam: str) -> None:
    """A page to carry on from is only made of what we sealed ourselves."""
    ask_for_code(client)
    answer = type_code(client, sent_codes(app)[-1], kept="bm90IG91cnM=")
    assert answer.location == "/desk/"
