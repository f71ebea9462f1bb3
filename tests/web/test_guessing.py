"""Somebody guesses codes: they are stopped, the officer is not, and nothing tells them whether the name exists."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.installation import Installation
from tests.moment import Moment
from tests.statements import statements
from tests.web.desk import SAM, ask_for_code, join, press, sent_codes, set_up_app, sign_in, token_of, type_code
from webform.records.attempts import Attempt
from webform.records.store import db
from webform.wiring import build, get_ready

HERE, ELSEWHERE = "127.0.0.1", "::1"
STRANGER = "nobody@merton.example"


def at(app: Flask, address: str) -> FlaskClient:
    """A new browser at that address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/desk/").status_code == 200


def test_the_officer_gets_in_elsewhere_while_somebody_guesses(app: Flask, client: FlaskClient, sam: str) -> None:
    """A guesser uses up their own allowance of codes and tries; the officer, on a browser never seen, signs in."""
    guesser = at(app, ELSEWHERE)
    assert [ask_for_code(guesser).status_code for _ in range(8)] == [200] * 6 + [429] * 2
    assert [type_code(guesser, "00000000").status_code for _ in range(12)] == [200] * 10 + [429] * 2
    officer = at(app, HERE)
    ask_for_code(officer)
    type_code(officer, sent_codes(app)[-1])
    assert is_signed_in(officer)
    assert not is_signed_in(guesser)


def test_guessing_one_name_from_many_places_ends_for_the_day(real_app: Flask, sam: str) -> None:
    """However many addresses somebody has, a name stands 60 wrong codes a day; a computer that is known still works."""
    app = real_app
    client = at(app, "192.0.2.1")
    sign_in(app, client)
    press(client, "/sign-out", page="/desk/")
    told = [type_code(at(app, f"198.51.100.{n}"), "00000000").status_code for n in range(60)]
    assert told == [200] * 59 + [429]  # signing in used one
    ask_for_code(client)
    type_code(client, sent_codes(app)[-1])
    assert is_signed_in(client)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_workers_count_together(request: pytest.FixtureRequest, database: str) -> None:
    """Two workers that share nothing but the database let ten tries through between them, at the same time too."""
    name = "sqlite_installation" if database == "sqlite" else "postgres_installation"
    installation: Installation = request.getfixturevalue(name)
    installation.renew()
    other = build(*get_ready(installation.settings, installation.shelves))
    join(installation.app)
    workers = [installation.app, other]
    try:
        clients = [worker.test_client() for worker in workers for _ in range(2)]
        with ThreadPoolExecutor(4) as together:
            asked = [together.submit(type_code, clients[n % 4], "00000000") for n in range(24)]
            told = sorted(answer.result().status_code for answer in asked)
        assert told == [200] * 10 + [429] * 14
    finally:
        with other.app_context():
            db.engine.dispose()


def test_a_known_and_an_unknown_name_ask_the_same_of_the_database(app: Flask, client: FlaskClient, sam: str) -> None:
    """Statement by statement, asking for a code and typing a wrong one is the same work for a name that nobody has."""
    sign_in(app, client)  # the first code of an officer makes their secret
    press(client, "/sign-out", page="/desk/")
    work = {}
    for name in (SAM, STRANGER):
        browser = app.test_client()
        browser.get("/sign-in")
        with app.app_context(), statements(db.engine) as done:
            ask_for_code(browser, name)
            type_code(browser, "00000000", name)
        work[name] = [one for one in done if "SAVEPOINT" not in one]
    assert work[SAM] == work[STRANGER]
    assert len(work[SAM]) > 10


def test_what_is_counted_names_nobody(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """The counts hold no name and no address, and are gone when no allowance looks back to them."""
    type_code(client, "00000000")
    with app.app_context():
        kept = db.session.scalars(select(Attempt.counter)).all()
        assert kept
        assert all(len(one) == 64 and set(one) <= set("0123456789abcdef") for one in kept)
    now.passes(days=1, minutes=1)
    type_code(client, "00000000", STRANGER)
    with app.app_context():
        assert db.session.scalar(select(func.min(Attempt.at))) == now()


def test_changing_how_to_sign_in_ends_the_other_sessions(app: Flask, client: FlaskClient, sam: str) -> None:
    """Whoever holds a copied cookie is out when the officer sets up an app, and the officer goes on."""
    sign_in(app, client)
    copied = client.get_cookie("session")
    assert copied is not None
    thief = app.test_client()
    thief.set_cookie("session", copied.value)
    assert is_signed_in(thief)
    set_up_app(client)
    assert not is_signed_in(thief)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "spelled", ["{}", " {} ", "SAM.Spoc@MERTON.example", "sam.spoc@ｍｅｒｔｏｎ.example", "sam.spoc@merton。example"]
)
def test_another_spelling_is_no_new_allowance(client: FlaskClient, sam: str, spelled: str) -> None:
    """However a name is spelled that leads to the same officer, its tries are counted together."""
    for _ in range(10):
        type_code(client, "00000000")
    assert type_code(client, "00000000", spelled.format(SAM)).status_code == 429


def test_no_other_way_of_sending_a_code_goes_uncounted(app: Flask, client: FlaskClient, sam: str) -> None:
    """A code that comes as JSON or in the address is not even looked at."""
    ask_for_code(client)
    typed = {"identity": SAM, "passcode": sent_codes(app)[-1]}
    heads = {"X-CSRFToken": token_of(client.get("/sign-in"))}
    assert client.post("/sign-in", json=typed, headers=heads).status_code == 415
    assert client.post("/sign-in", query_string=typed, headers=heads).status_code == 200
    assert client.post("/sign-in/code", json=typed, headers=heads).status_code == 415
    assert not is_signed_in(client)
    assert len(sent_codes(app)) == 1
