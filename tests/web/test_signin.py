"""Officers sign in by code, and nobody else does."""

from __future__ import annotations

import json
import re
import time

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import SAM, ask_for_code, join, press, sent_codes, sign_in, token_of, type_code
from webform.cases.officers import find_officer, leave
from webform.records.outbox import Message
from webform.records.store import begin_writing, db

STRANGER = "nobody@merton.example"


@pytest.fixture
def sam(app: Flask, now: Moment) -> str:
    """Sam has joined."""
    join(app)
    return SAM


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/desk/").status_code == 200


def stripped(page: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'value="[^"]*"', "", page).replace(STRANGER, "NAME").replace(SAM, "NAME")


def test_code_by_email_signs_in(app: Flask, client: FlaskClient, sam: str) -> None:
    """A mailed code lets the officer in, and the mail came through our outbox as the area's own letter."""
    assert sign_in(app, client).location == "/desk/"
    assert is_signed_in(client)
    with app.app_context():
        mail = db.session.scalars(select(Message)).one()
        assert (mail.area, mail.purpose, mail.letter) == ("merton", "sign-in", "sign-in-code")


def test_code_works_once(app: Flask, client: FlaskClient, sam: str) -> None:
    """A code that signed somebody in is worth nothing afterwards, in the same browser too."""
    sign_in(app, client)
    code = sent_codes(app)[-1]
    with client.session_transaction() as session:
        asked = int(time.time())
    press(client, "/sign-out", page="/desk/")
    with client.session_transaction() as session:
        session["codes_asked"] = [asked]
    type_code(client, code)
    assert not is_signed_in(client)


def test_code_works_only_where_it_was_asked_for(app: Flask, client: FlaskClient, sam: str) -> None:
    """A code read over a shoulder or from a stolen mailbox is useless in another browser."""
    ask_for_code(client)
    other = app.test_client()
    type_code(other, sent_codes(app)[-1])
    assert not is_signed_in(other)
    type_code(client, sent_codes(app)[-1])
    assert is_signed_in(client)


def test_code_runs_out(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """After a quarter of an hour a mailed code is old."""
    ask_for_code(client)
    now.passes(minutes=15, seconds=1)
    type_code(client, sent_codes(app)[-1])
    assert not is_signed_in(client)


def test_second_mail_does_not_spoil_the_first(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """Somebody impatient who asks twice may use either code."""
    ask_for_code(client)
    now.passes(minutes=1)
    ask_for_code(client)
    type_code(client, sent_codes(app)[0])
    assert is_signed_in(client)


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/code"])
def test_answers_do_not_say_who_exists(client: FlaskClient, sam: str, address: str) -> None:
    """A known and an unknown name get the same page, status, heads and cookies."""
    fields = {"passcode": "000000"} if address == "/sign-in" else {}
    press(client, address, identity=STRANGER, **fields)  # the session's first answer sets its cookie
    known = press(client, address, identity=SAM, **fields)
    unknown = press(client, address, identity=STRANGER, **fields)
    assert known.status_code == unknown.status_code
    assert stripped(known.text) == stripped(unknown.text)
    assert list(known.headers.keys()) == list(unknown.headers.keys())


def test_unknown_name_costs_the_same_work(app: Flask, client: FlaskClient, sam: str) -> None:
    """The best of several answers to a known name takes as long as the best to an unknown one, give or take."""
    best = {}
    for name in (SAM, STRANGER):
        token, took = token_of(client.get("/sign-in")), []
        for _ in range(5):
            began = time.perf_counter()
            client.post("/sign-in/code", data={"csrf_token": token, "identity": name})
            took.append(time.perf_counter() - began)
        best[name] = min(took)
    assert 0.5 < best[SAM] / best[STRANGER] < 2


def test_unknown_name_gets_no_mail(app: Flask, client: FlaskClient, sam: str) -> None:
    """Asking for a code under a name that nobody has leaves nothing in the outbox."""
    ask_for_code(client, STRANGER)
    with app.app_context():
        assert db.session.scalars(select(Message)).all() == []


def test_link_that_signs_in_is_not_there(app: Flask, client: FlaskClient, sam: str) -> None:
    """A mail scanner that opens every address of a mail signs nobody in."""
    ask_for_code(client)
    with app.app_context():
        officer = find_officer(SAM)
        assert officer is not None
        address = f"/us-verify-link?id={officer.fs_uniquifier}&code={sent_codes(app)[-1]}"
    assert client.get(address).status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "address", ["/login", "/register", "/reset", "/change", "/us-signin", "/us-setup", "/wan-signin"]
)
def test_other_ways_in_are_off(client: FlaskClient, sam: str, address: str) -> None:
    """No password, registration, recovery or passkey page exists."""
    assert client.get(address, follow_redirects=True).status_code == 404


def test_get_never_signs_in(app: Flask, client: FlaskClient, sam: str) -> None:
    """A code in an address does nothing."""
    ask_for_code(client)
    client.get(f"/sign-in?identity={SAM}&passcode={sent_codes(app)[-1]}")
    assert not is_signed_in(client)


def test_json_gives_no_token(app: Flask, client: FlaskClient, sam: str) -> None:
    """Asking for JSON gives the same page and no token that outlives the session."""
    sign_in(app, client)
    answer = client.get("/sign-in?include_auth_token", headers={"Accept": "application/json"})
    assert "authentication_token" not in answer.text
    assert not answer.is_json


def test_stranger_cannot_lock_the_officer_out(app: Flask, client: FlaskClient, sam: str) -> None:
    """Whoever guesses from elsewhere is stopped; on the officer's own computer the code still works."""
    sign_in(app, client)
    press(client, "/sign-out", page="/desk/")
    stranger = app.test_client()
    answers = [type_code(stranger, "000000").status_code for _ in range(12)]
    assert answers[-1] == 429
    assert {ask_for_code(stranger).status_code for _ in range(8)} == {200, 429}
    ask_for_code(client)
    type_code(client, sent_codes(app)[-1])
    assert is_signed_in(client)


def test_limits_say_nothing_about_names(client: FlaskClient, sam: str) -> None:
    """An unknown name runs into the same limit after as many tries."""
    for name in (SAM, STRANGER):
        answers = [type_code(client, "000000", name) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]


def test_limit_ends(client: FlaskClient, app: Flask, sam: str, now: Moment) -> None:
    """After an hour the person may try again."""
    for _ in range(11):
        type_code(client, "000000")
    now.passes(hours=1, minutes=1)
    sign_in(app, client)
    assert is_signed_in(client)


def test_guessing_from_many_names_stops_at_the_address(client: FlaskClient, sam: str) -> None:
    """One address that tries name after name is stopped too."""
    answers = [type_code(client, "000000", f"n{number}@merton.example").status_code for number in range(61)]
    assert answers == [200] * 60 + [429]


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


def set_up_app(client: FlaskClient) -> pyotp.TOTP:
    """Set up an authenticator app, and return it."""
    page = press(client, "/sign-in/app/", page="/sign-in/app/")
    key = re.search(r'desk-key">([^<]+)<', page.text)
    setup = re.search(r'name="setup" value="([^"]+)"', page.text)
    assert key
    assert setup
    authenticator = pyotp.TOTP(key[1].replace("-", "").replace(" ", ""))
    done = client.post(
        "/sign-in/app/confirm",
        data={"csrf_token": token_of(page), "setup": setup[1], "passcode": authenticator.now()},
    )
    assert done.status_code == 302
    return authenticator


def test_authenticator_app_signs_in(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """Once it is set up, a code of the app is enough; each code works once."""
    sign_in(app, client)
    authenticator = set_up_app(client)
    press(client, "/sign-out", page="/desk/")
    other = app.test_client()
    type_code(other, authenticator.now())
    assert not is_signed_in(other), "the code that set the app up was used already"
    now.passes(seconds=30)
    type_code(other, authenticator.now())
    assert is_signed_in(other)


def test_wrong_code_sets_no_app_up(app: Flask, client: FlaskClient, sam: str) -> None:
    """An app counts only after a right code, and a wrong one shows the same picture again."""
    sign_in(app, client)
    page = press(client, "/sign-in/app/", page="/sign-in/app/")
    assert "<svg" in page.text
    setup = re.search(r'name="setup" value="([^"]+)"', page.text)
    assert setup
    again = client.post(
        "/sign-in/app/confirm", data={"csrf_token": token_of(page), "setup": setup[1], "passcode": "000000"}
    )
    assert again.status_code == 422
    picture = re.search(r'<path fill="#000" d="[^"]+"', page.text)
    assert picture
    assert picture[0] in again.text
    with app.app_context():
        officer = find_officer(SAM)
        assert officer is not None
        assert "authenticator" not in json.loads(officer.us_totp_secrets or "{}")


def test_app_can_be_removed(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """Afterwards only the code by email works."""
    sign_in(app, client)
    authenticator = set_up_app(client)
    press(client, "/sign-in/app/remove", page="/sign-in/app/")
    other = app.test_client()
    now.passes(seconds=30)
    type_code(other, authenticator.now())
    assert not is_signed_in(other)
    sign_in(app, other)
    assert is_signed_in(other)


def test_changing_the_app_needs_a_recent_sign_in(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """A desk left unlocked for half an hour can't be used to set up somebody else's phone."""
    sign_in(app, client)
    now.passes(minutes=31)
    assert client.get("/sign-in/app/").location == "/sign-in?next=/sign-in/app/"
