"""Officers sign in by code, and nobody else does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import SAM, ask_for_code, join, press, sent_codes, sign_in, type_code
from webform.cases.officers import find_officer
from webform.records.outbox import Alarm, Message
from webform.records.store import db
from webform.web import codes

STRANGER = "nobody@merton.example"


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
    """After ten minutes a mailed code is old."""
    ask_for_code(client)
    now.passes(minutes=10, seconds=1)
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


def test_unknown_name_costs_the_same_work(
    app: Flask, client: FlaskClient, sam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not the name exists, a code is made and posted, and a typed one is tested twice."""
    ask_for_code(client, SAM)  # the first code of an officer makes their secret too
    done: list[str] = []
    costly: list[tuple[Any, str]] = [(codes.Codes, "generate_totp_password"), (codes.Codes, "_match")]
    costly += [(codes, "render"), (codes, "compose"), (codes, "post")]
    for place, name in costly:
        monkeypatch.setattr(place, name, noted(done, name, getattr(place, name)))
    work = {}
    for name in (SAM, STRANGER):
        done.clear()
        ask_for_code(client, name)
        with client.session_transaction() as session:
            session["codes_asked"] = session["codes_asked"][-1:]
        type_code(client, "000000", name)
        work[name] = list(done)
    assert work[SAM] == ["generate_totp_password", "render", "compose", "post", "_match", "_match"]
    assert work[STRANGER] == work[SAM]


def noted(done: list[str], name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """The same call, written down."""

    def also(*args: Any, **kwargs: Any) -> Any:
        done.append(name)
        return call(*args, **kwargs)

    return also


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


def test_other_officers_browser_is_a_strangers(app: Flask, client: FlaskClient, sam: str) -> None:
    """Having signed in as oneself gives nobody more tries under another name."""
    join(app, "kit@merton.example", "Kit", role="deputy")
    kit = app.test_client()
    sign_in(app, kit, "kit@merton.example")
    press(kit, "/sign-out", page="/desk/")
    for _ in range(10):
        type_code(app.test_client(), "000000")
    assert type_code(kit, "000000").status_code == 429
    assert type_code(kit, "000000", "kit@merton.example").status_code == 200


def test_guessing_tells_a_person(app: Flask, client: FlaskClient, sam: str) -> None:
    """Running into a limit raises one alarm a day, under whatever name, and the alarm names nobody."""
    for name in (SAM, STRANGER):
        for _ in range(12):
            type_code(client, "000000", name)
    with app.app_context():
        alarm = db.session.scalars(select(Alarm)).one()
        assert alarm.kind == "sign-in"
        assert "merton" not in alarm.says


def test_failing_to_send_is_not_silent(
    app: Flask, client: FlaskClient, sam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no code can be posted that is a fault like any other, and nobody waits for a mail that never comes."""

    def fail(*_: object, **__: object) -> None:
        raise OSError("no outbox")

    monkeypatch.setattr("webform.web.codes.post", fail)
    with pytest.raises(OSError, match="no outbox"):
        ask_for_code(client)


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
