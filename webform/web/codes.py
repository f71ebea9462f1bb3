"""The codes that officers sign in with: how they are made, sent and tested. Nothing here says whether somebody exists.

A code by email works in the browser that asked for it, for ten minutes, once. A code of an authenticator app
works for its half minute and the ones beside it, once.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any, NamedTuple, cast

from flask import current_app, g, session
from flask_security import MailUtil, Totp, UnifiedSigninForm, UserMixin, lookup_identity
from flask_security.forms import Form
from flask_security.proxies import _datastore, _security
from passlib.exc import TokenError

from webform.cases.seats import holder_of, may_sign_in
from webform.documents.letter import render
from webform.house import house
from webform.records.officers import Officer
from webform.records.store import db
from webform.sending.compose import Composed, compose
from webform.sending.outbox import post

EMAIL_CODE_SECONDS = 10 * 60
EMAIL_CODE_DIGITS = 8  # more than an app shows, since a stranger may ask for codes and guess from many places
APP_WINDOW_SECONDS = 30
ASKED = "codes_asked"
DECOYS = "asb-decoys"
_LAST_COUNTER = "authenticator_last"
_ASKED_KEPT = 3  # somebody who asks again may still get the first mail first


def note_asked() -> None:
    """Remember in this browser that a code was asked for now. The same for a name that nobody has."""
    session[ASKED] = [*session.get(ASKED, []), int(time.time())][-_ASKED_KEPT:]


class Codes(Totp):
    """Flask-Security's codes, each good for one use."""

    def new_email_secret(self) -> str:
        """A secret for codes by email."""
        return str(self._totp.new(digits=EMAIL_CODE_DIGITS).to_json(encrypt=True))

    def generate_totp_password(self, totp_secret: str) -> str:
        """The code of the moment that this browser remembers as the one when it asked."""
        made = self._totp.from_source(totp_secret).generate(time=session[ASKED][-1])
        return str(made.token)

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Whether it is a code of the officer's authenticator app that was not used before."""
        secrets = _datastore.us_get_totp_secrets(user)
        last = int(secrets.get(_LAST_COUNTER, 0))
        counter = self._match(token, totp_secret, window=APP_WINDOW_SECONDS, last_counter=last)
        if counter is None:
            return False
        user.us_totp_secrets = json.dumps({**secrets, _LAST_COUNTER: str(counter)})
        return True

    def was_sent(self, token: str, totp_secret: str) -> bool:
        """Whether it is one of the codes that this browser asked for within the last ten minutes."""
        asked = [at for at in session.get(ASKED, []) if 0 <= time.time() - at <= EMAIL_CODE_SECONDS]
        found = [self._match(token, totp_secret, time=at, window=0) for at in asked]
        return any(counter is not None for counter in found)

    def _match(self, token: str, totp_secret: str, **how: Any) -> int | None:
        try:
            return int(self._totp.verify(token, totp_secret, **how).counter)
        except TokenError:
            return None


class SignInForm(UnifiedSigninForm):
    """Name, then code. Every failure looks the same and takes the same work."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        del self.remember  # a session that outlives the browser is not for case files

    def validate(self, **kwargs: Any) -> bool:
        """Whether a code may be sent, or whether the code is right."""
        self.chosen_method.data = "email"
        if not Form.validate(self, **kwargs):
            return False
        now, name = dt.datetime.now(dt.UTC), self.identity.data or ""
        found = holder_of(name, now) or cast(Officer | None, lookup_identity(name))
        officer = found if found and may_sign_in(found, now) else None
        self.user = officer or _nobody()
        return self._can_send(officer) if self.submit_send_code.data else self._is_right(officer)

    def _can_send(self, officer: Officer | None) -> bool:
        if officer is None:
            _pretend_to_send()
            return False
        if "email" not in _datastore.us_get_totp_secrets(officer):  # the first time
            _datastore.us_set(officer, "email", _codes().new_email_secret())
        return True

    def _is_right(self, officer: Officer | None) -> bool:
        """Both kinds are always tested, so that the time tells nothing."""
        codes = _codes()
        secrets = _datastore.us_get_totp_secrets(self.user)
        decoy = _decoys()
        typed = str(self.passcode.data or "").replace(" ", "")
        by_email = codes.was_sent(typed, secrets.get("email", decoy.email))
        by_app = codes.verify_totp(typed, secrets.get("authenticator", decoy.app), self.user)
        if officer is None or not (by_email or by_app):
            return False
        self.authn_via = "email" if by_email else "authenticator"
        # The secret behind a code that came by email is made anew, so that no code of it works twice.
        _datastore.us_set(officer, "email", codes.new_email_secret())
        return True


class CodeMail(MailUtil):
    """Flask-Security's mail, posted through our outbox as the letter that the area's procedure names."""

    def send_mail(self, *_: Any, **context: Any) -> None:
        """Post the code. The template, subject and texts of Flask-Security are not used."""
        officer: Officer = context["user"]
        try:
            _post(officer.area, officer.email, context["login_token"])
        except Exception as fault:
            g.send_fault = fault
            raise


def raise_send_fault() -> None:
    """Flask-Security swallows every fault of sending; then nobody would know that no code is coming."""
    if fault := g.get("send_fault"):
        raise fault


def _post(area: str, recipient: str, code: str) -> None:
    letter, composed = _letter(area, code)
    now = dt.datetime.now(dt.UTC)
    useless_after = now + dt.timedelta(seconds=EMAIL_CODE_SECONDS)
    post(
        recipient, composed, letter=letter, purpose="sign-in", area=area, now=now, useless_after=useless_after
    )  # fmt: skip


def _letter(area: str, code: str) -> tuple[str, Composed]:
    shelves = house().shelves
    letter = shelves.letters[shelves.procedures[area].notices.sign_in]
    facts = {"code": code, "minutes": str(EMAIL_CODE_SECONDS // 60)}
    return letter.id, compose(render(letter, facts))


def _pretend_to_send() -> None:
    """The work of a real mail, undone: an answer for an unknown name takes as long as for a known one."""
    code = _security.totp_factory.generate_totp_password(_decoys().email)
    attempt = db.session.begin_nested()
    _post(house().shelves.areas()[0].id, "nobody@localhost.example", code)
    db.session.flush()
    attempt.rollback()


def _nobody() -> Officer:
    return Officer(email="", name="", area="", role="", active=False, us_totp_secrets=json.dumps({}))


def _codes() -> Codes:
    return cast(Codes, _security.totp_factory)


class _Decoys(NamedTuple):
    """Secrets that belong to nobody; made once, since making one is slow and a test of it is not."""

    email: str
    app: str


def _decoys() -> _Decoys:
    held: _Decoys | None = current_app.extensions.get(DECOYS)
    if held is None:
        held = _Decoys(_codes().new_email_secret(), _codes().generate_totp_secret())
        current_app.extensions[DECOYS] = held
    return held
