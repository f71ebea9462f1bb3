"""Officers sign in: a code by email or of an authenticator app, through Flask-Security's unified sign-in.

Only the views that are wanted are registered. There are no passwords, no registration and no recovery, and the link
that would sign in on a GET answers 404.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from flask import Blueprint, Flask, abort, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import Security, SQLAlchemyUserDatastore, current_user, logout_user, user_authenticated
from flask_security.unified_signin import us_signin, us_signin_send_code

from webform.house import house
from webform.records.officers import ELECTED, Officer, OfficerRole
from webform.records.sealed import keyed_hash
from webform.records.store import db
from webform.rules.powers import powers_of
from webform.sending.alarm import raise_alarm
from webform.web import attempts, authenticator, kept
from webform.web.access import Access, access, guard
from webform.web.codes import (
    APP_WINDOW_SECONDS,
    EMAIL_CODE_DIGITS,
    EMAIL_CODE_SECONDS,
    CodeMail,
    Codes,
    SignInForm,
    note_asked,
    raise_send_fault,
)
from webform.web.faults import DESK
from webform.web.powers import home, may_be_here, not_yours

log = structlog.get_logger()
LONGEST_SESSION = dt.timedelta(hours=12)
LONGEST_PAUSE = dt.timedelta(hours=1)
SEEN, SIGNED_IN = "last_seen", "signed_in"
AFTER = "/desk/"  # where a sign-in leads that nobody came to from elsewhere

View = Callable[..., ResponseReturnValue]


class Officers(SQLAlchemyUserDatastore):
    """The officers' table for Flask-Security. It never commits: the wrapper round the view does, once."""

    def commit(self) -> None:
        db.session.flush()


def install(app: Flask) -> None:
    """Give the app its sign-in."""
    with app.app_context():
        app.config.update(_config())
    security = Security(
        app,
        Officers(db, Officer, OfficerRole),
        register_blueprint=False,
        mail_util_cls=CodeMail,
        totp_cls=Codes,
        us_signin_form=SignInForm,
    )
    security.want_json(lambda _request: False)
    security.unauthn_handler(lambda *_: make_response(ask_to_sign_in()))
    security.reauthn_handler(lambda *_: make_response(_ask_again()))
    security.login_manager.request_loader(lambda _request: None)  # sessions only, no tokens
    security.us_signin_context_processor(_sign_in_facts)
    app.register_blueprint(_pages())
    app.register_blueprint(authenticator.pages)
    app.before_request(_end_old_session)
    user_authenticated.connect(_begin_session, app)


def _config() -> dict[str, Any]:
    return {
        "SECURITY_UNIFIED_SIGNIN": True,
        "SECURITY_US_ENABLED_METHODS": ["email", "authenticator"],
        "SECURITY_US_MFA_REQUIRED": [],
        "SECURITY_US_TOKEN_VALIDITY": APP_WINDOW_SECONDS,
        "SECURITY_PASSWORD_REQUIRED": False,
        "SECURITY_PASSWORD_SALT": keyed_hash("password-salt", "unused"),  # asked for, though there are no passwords
        "SECURITY_TOTP_SECRETS": {"1": keyed_hash("authenticator", "1")},
        "SECURITY_TOTP_ISSUER": "ASB Case Review",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_EMAIL_PLAINTEXT": False,
        "SECURITY_EMAIL_HTML": False,  # the letter comes from our own shelf
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_POST_LOGIN_VIEW": AFTER,
        "SECURITY_US_SIGNIN_TEMPLATE": "security/sign_in.html",
    }


def _pages() -> Blueprint:
    pages = Blueprint("security", __name__)

    def route(url: str, endpoint: str, view: View, who: Access, *methods: str) -> None:
        pages.add_url_rule(url, endpoint, access(who)(view), methods=list(methods))

    route("/sign-in", "us_signin", _limited("try", us_signin), "public", "GET", "POST")
    route("/sign-in/code", "us_signin_send_code", _limited("send", us_signin_send_code), "public", "POST")
    route("/us-verify-link", "us_verify_link", _never, "public", "GET")
    route("/sign-out", "logout", sign_out, "public", "POST")
    return pages


def _never() -> ResponseReturnValue:
    """A link in a mail must not sign in: scanners open every link."""
    abort(404)


def _limited(kind: attempts.Kind, view: View) -> View:
    """The view, unless the allowance for this name or address is used up. Only a name sent or a code typed counts."""

    @wraps(view)
    def limited() -> ResponseReturnValue:
        if request.is_json:  # Flask-Security would read it, and nobody would count
            abort(415)
        name = request.form.get("identity", "")
        if name.strip() and (kind == "send" or request.form.get("passcode")):
            if not attempts.allowed(kind, name):
                log.warning("sign-in throttled", what=kind)
                _tell_of_guessing()
                return render_template("security/too_many.html"), 429
            if kind == "send":
                note_asked()
        answer = make_response(view())
        raise_send_fault()
        if current_user.is_authenticated and answer.location == AFTER:
            answer.location = home()
        return _welcome(answer, name)

    return limited


def sign_out() -> ResponseReturnValue:
    """End every session of this officer, so that a copied cookie is worth nothing afterwards."""
    if current_user.is_authenticated:
        log.info("signed out", officer=current_user.id)
        current_user.fs_uniquifier = uuid.uuid4().hex
        logout_user()
    session.clear()
    response = redirect(url_for("security.us_signin"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _tell_of_guessing() -> None:
    """Somebody of flesh and blood has to know, at most once a day: limits slow a guesser down and stop nobody."""
    now = dt.datetime.now(dt.UTC)
    says = "Too many tries to sign in. If no officer mistyped their code, somebody is guessing."
    raise_alarm(f"sign-in:{now:%Y-%m-%d}", "sign-in", says, now)


def _welcome(response: ResponseReturnValue, name: str) -> ResponseReturnValue:
    """After a sign-in: know this browser, and give back what was typed before the session ran out."""
    if not g.get(SIGNED_IN):
        if request.form.get("passcode"):
            log.warning("sign-in refused")
        return response
    had_typed = kept.unseal(kept.carried())
    if had_typed:
        response = render_template("security/carry_on.html", had_typed=had_typed)
    answer = make_response(response)
    attempts.remember(answer, name)
    return answer


@guard("officer")
def _officers_only() -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if current_user.role == ELECTED:
        return not_yours()
    g.at_desk = powers_of(house().shelves.procedures.get(current_user.area), current_user.role)
    return None if may_be_here() else not_yours()


def ask_to_sign_in() -> ResponseReturnValue:
    """Send somebody without a session to the sign-in page and back afterwards, with whatever they had typed."""
    if request.method != "POST":
        return redirect(url_for("security.us_signin", next=request.full_path.rstrip("?")))
    form = SignInForm(formdata=None)
    return render_template("security/sign_in.html", us_signin_form=form, **_sign_in_facts()), 401


def _sign_in_facts() -> dict[str, Any]:
    """What the sign-in page needs beside the form."""
    at_sign_in = request.blueprint == "security"
    back_to = request.values.get("next", "") if at_sign_in else ""
    typed = kept.carried() if at_sign_in else kept.keep()
    return {
        "local": house().settings.local,
        "back_to": back_to,
        "had_typed": typed,
        "code_digits": EMAIL_CODE_DIGITS,
        "code_minutes": EMAIL_CODE_SECONDS // 60,
    }


def _ask_again() -> ResponseReturnValue:
    """For what needs a recent sign-in."""
    logout_user()
    return ask_to_sign_in()


def _begin_session(_app: Flask, user: Officer, **_: Any) -> None:
    """A fresh session: nothing that was in the browser before the sign-in is trusted after it."""
    for key in [key for key in session if not key.startswith(("_", "fs_"))]:
        del session[key]
    g.pop("csrf_token", None)
    session[SEEN], session[DESK] = int(time.time()), user.area
    session["id"] = secrets.token_urlsafe(16)
    setattr(g, SIGNED_IN, True)
    log.info("signed in", officer=user.id)


def _end_old_session() -> None:
    """Sign out whoever signed in too long ago or has paused too long."""
    if "_user_id" not in session:
        return
    now = time.time()
    pause, age = now - session.get(SEEN, 0), now - session.get("fs_paa", 0)
    if pause > LONGEST_PAUSE.total_seconds() or age > LONGEST_SESSION.total_seconds():
        logout_user()
        session.pop(SEEN, None)
    elif pause > 60:
        session[SEEN] = int(now)
