"""An officer's authenticator app."""

from __future__ import annotations

import json
import re

from flask import Flask
from flask.testing import FlaskClient

from tests.moment import Moment
from tests.web.desk import SAM, press, set_up_app, sign_in, token_of, type_code
from webform.cases.officers import find_officer


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/desk/").status_code == 200


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
