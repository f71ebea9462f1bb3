"""Every token: changed by one sign, used for something else, too old or taken back, it opens nothing."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import ask_for_code, press, sent_codes, sign_in, token_of, type_code
from tests.web.door import RAW_TOKEN
from tests.web.site import AREA, Site, contents
from tests.web.visitor import Visitor
from webform.cases.drafts import ALPHABET, find_draft
from webform.records.attempts import Attempt
from webform.records.store import begin_writing, db
from webform.records.tables import Draft
from webform.web.limits import limiter

WORD = "marmalade"
URL_SAFE = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def one_sign_changed(token: str, alphabet: str = URL_SAFE) -> Iterator[str]:
    """The token with each sign of it changed in turn, to one half an alphabet away: no encoding calls these alike."""
    for at, sign in enumerate(token):
        if sign in alphabet:
            other = alphabet[(alphabet.index(sign) + len(alphabet) // 2) % len(alphabet)]
            yield token[:at] + other + token[at + 1 :]
    yield token[:-1]
    yield token + token[0]


def with_session(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", value)
    return client


def cookie(client: FlaskClient, name: str = "session", path: str = "/") -> str:
    found = client.get_cookie(name, path=path)
    assert found is not None
    return str(found.value)


def free(app: Flask) -> None:
    """Forget what was tried, so that a limit does not stand in for the check that a test is about."""
    with app.app_context():
        begin_writing()
        db.session.query(Attempt).delete()
        db.session.commit()


def left_draft(app: Flask) -> str:
    """The code of a draft that somebody has left with a word."""
    visitor = Visitor(app.test_client())
    visitor.begin(AREA)
    visitor.get("/form/save")
    visitor.post({"word": WORD})
    with visitor.client.session_transaction() as session:
        return str(session["draft"])


def test_a_session_with_one_sign_changed_is_nobodys(app: Flask, client: FlaskClient, sam: str) -> None:
    """Whichever sign of the cookie is changed, nobody is signed in."""
    sign_in(app, client)
    value = cookie(client)
    assert with_session(app, value).get("/desk/").status_code == 200
    changed = list(one_sign_changed(value))
    assert len(changed) > 100
    for other in changed:
        assert with_session(app, other).get("/desk/").status_code == 302, other


def test_a_form_token_with_one_sign_changed_is_refused(app: Flask, client: FlaskClient, sam: str) -> None:
    """Whichever sign of the token in a page is changed, the press is refused."""
    sign_in(app, client)
    token = token_of(client.get("/desk/"))
    for other in one_sign_changed(token):
        assert client.post("/sign-out", data={"csrf_token": other}).status_code == 400, other
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 302


def test_a_token_of_another_session_is_refused(app: Flask, client: FlaskClient, sam: str) -> None:
    """What a page gave one visitor works for nobody else."""
    sign_in(app, client)
    strangers = token_of(app.test_client().get("/sign-in"))
    assert client.post("/sign-out", data={"csrf_token": strangers}).status_code == 400


def test_a_draft_code_with_one_sign_changed_opens_nothing(
    app: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever sign of the code is changed, the right word does not help, and the answer is that of any wrong code."""
    monkeypatch.setattr(limiter, "enabled", False)
    code = left_draft(app)
    told = set()
    for other in one_sign_changed(code, ALPHABET):
        visitor = Visitor(app.test_client())
        visitor.get("/resume")
        visitor.post({"code": other, "word": WORD}, "/resume")
        told.add((visitor.page.status_code, str(visitor.errors)))
    assert len(told) == 1
    assert told.pop()[0] == 422


def test_an_email_code_with_one_digit_changed_signs_nobody_in(
    app: Flask, client: FlaskClient, sam: str, now: Moment
) -> None:
    """Each digit counts, and a wrong code does not spend the right one."""
    ask_for_code(client)
    code = sent_codes(app)[-1]
    for other in one_sign_changed(code, string.digits):
        type_code(client, other)
        free(app)
        assert client.get("/desk/").status_code == 302, other
    type_code(client, code)
    assert client.get("/desk/").status_code == 200


def test_a_known_browsers_mark_with_one_sign_changed_is_a_strangers(
    app: Flask, client: FlaskClient, sam: str, now: Moment
) -> None:
    """A forged mark gives no allowance of its own."""
    sign_in(app, client)
    mark = cookie(client, "known")
    forged = list(one_sign_changed(mark))[::10]
    for _ in range(9):
        type_code(app.test_client(), "00000000")
    for other in forged:
        thief = app.test_client()
        thief.set_cookie("known", other)
        assert type_code(thief, "00000000").status_code == 429
    own = app.test_client()
    own.set_cookie("known", mark)
    assert type_code(own, "00000000").status_code == 200


def test_what_was_kept_with_one_sign_changed_is_not_given_back(app: Flask, client: FlaskClient, sam: str) -> None:
    """What travels sealed through the sign-in pages is ours to the last sign, or nothing."""
    asked = client.post("/desk/new/", data={"csrf_token": token_of(client.get("/sign-in")), "channel": "phone"})
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)
    assert kept
    from webform.web.kept import unseal

    with app.app_context():
        assert unseal(kept[1])
        for other in one_sign_changed(kept[1].rstrip("=")):
            assert unseal(other + "=" * (-len(other) % 4)) is None, other


def test_no_token_does_anothers_work(site: Site, app: Flask, now: Moment) -> None:
    """A session, a mark, a form token, a code, an officer's secret and what was kept: none opens another's door."""
    site.sign_in()
    client = site.client
    asked = app.test_client().post("/desk/new/", data={"csrf_token": "x"})
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)
    setup = re.search(r'name="setup" value="([^"]+)"', press(client, "/sign-in/app/", page="/sign-in/app/").text)
    assert kept
    assert setup
    tokens = {
        "session": cookie(client), "form": token_of(client.get("/desk/")), "raw form": RAW_TOKEN, "draft": site.code,
        "officer": site.officer, "kept": kept[1], "setup": setup[1], "reference": site.reference,
    }  # fmt: skip
    for name, token in tokens.items():
        stranger = with_session(app, token)
        if name != "session":
            assert stranger.get("/desk/").status_code == 302, name
            assert stranger.get("/form/check").status_code == 400, name
        assert app.test_client().get("/desk/", headers={"Authorization": f"Bearer {token}"}).status_code == 302
        assert app.test_client().get(f"/desk/?auth_token={token}").status_code == 302
        assert app.test_client().get("/status", headers={"X-Status-Token": token}).status_code == 404
        if name != "form":
            assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400, name
        if name != "setup":
            assert client.post(
                "/sign-in/app/confirm", data={"csrf_token": tokens["form"], "setup": token, "passcode": "000000"}
            ).location == "/sign-in/app/", name  # fmt: skip
        with app.app_context():
            assert name == "draft" or find_draft(token, now()) is None, name


def test_tokens_end(site: Site, app: Flask, now: Moment) -> None:
    """A draft that has run out and one that was deleted are as if they had never been; so is an old set-up."""
    site.sign_in()
    setup = re.search(r'name="setup" value="([^"]+)"', press(site.client, "/sign-in/app/", page="/sign-in/app/").text)
    assert setup
    now.passes(minutes=31)
    site.sign_in()
    answer = press(site.client, "/sign-in/app/confirm", page="/desk/", setup=setup[1], passcode="000000")
    assert answer.location == "/sign-in/app/"
    with app.app_context():
        ends = db.session.scalars(select(Draft.expires_at).where(Draft.officer_id.is_(None))).one()
    now.passes(seconds=(ends - now()).total_seconds() + 1)
    site.sign_in()
    assert site.client.get("/form/check").status_code == 400


def test_an_old_mark_of_a_browser_is_forgotten(app: Flask, client: FlaskClient, sam: str, now: Moment) -> None:
    """After half a year a browser is a stranger's again."""
    sign_in(app, client)
    now.passes(days=181)
    for _ in range(10):
        type_code(app.test_client(), "00000000")
    assert type_code(client, "00000000").status_code == 429


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_scanner_spends_nothing(site: Site, app: Flask, now: Moment, method: str) -> None:
    """Whoever opens the addresses of our mails, as often as they like, changes no row and gets no session."""
    code = left_draft(app)
    with app.app_context():
        before = contents()
    scanner = app.test_client()
    for path in (f"/resume/{code}", f"/resume/{code.lower()}", f"/desk/case/{site.reference}", "/sign-in", "/resume"):
        for _ in range(3):
            assert scanner.open(path, method=method).status_code < 400
    with scanner.session_transaction() as session:
        assert not {"draft", "_user_id", "area"} & set(session)
    with app.app_context():
        assert contents() == before
    visitor = Visitor(app.test_client())
    visitor.get(f"/resume/{code}")
    assert visitor.post({"word": WORD}, "/resume").status_code == 200
    assert visitor.address.startswith("/form/")


def test_an_id_is_never_guessed(app: Flask, site: Site) -> None:
    """References are random and say nothing of how many there are or when they came."""
    with app.app_context():
        from webform.records.reference import unused_reference

        made = {unused_reference() for _ in range(300)}
    assert len(made) == 300
    assert len({one[0] for one in made}) > 10
