"""An officer sets up an authenticator app, or stops using it. The code by email always stays possible."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user
from flask_security.proxies import _datastore, _security
from itsdangerous import BadSignature
from markupsafe import Markup

from webform.web.access import access
from webform.web.officer import end_other_sessions

METHOD = "authenticator"
FRESH_MINUTES = 30  # how recent a sign-in has to be to change how one signs in
SETUP_SECONDS = 30 * 60
QUIET_ZONE = 4  # light squares round the picture, which readers need

pages = Blueprint("authenticator", __name__, url_prefix="/sign-in/app")
_fresh = auth_required("session", within=FRESH_MINUTES, grace=0)


@pages.get("/")
@access("officer", needs="any")
@_fresh
def state() -> str:
    """Whether an app is set up."""
    return render_template("security/app.html", in_use=METHOD in _datastore.us_get_totp_secrets(current_user))


@pages.post("/")
@access("officer", needs="any")
@_fresh
def begin() -> str:
    """Show a new secret as a picture and in letters. It counts only once a code of it was typed."""
    return _setup_page(_security.totp_factory.generate_totp_secret())


@pages.post("/confirm")
@access("officer", needs="any")
@_fresh
def confirm() -> ResponseReturnValue:
    """Take the app into use if its code is right; else show the same picture again."""
    try:
        secret = _security.us_setup_serializer.loads(request.form.get("setup", ""), max_age=SETUP_SECONDS)
    except BadSignature:
        return redirect(url_for(".state"))
    if not _security.totp_factory.verify_totp(request.form.get("passcode", ""), secret, current_user):
        return _setup_page(secret, wrong=True), 422
    _datastore.us_set(current_user, METHOD, secret)
    end_other_sessions()
    return redirect(url_for(".state"))


@pages.post("/remove")
@access("officer", needs="any")
@_fresh
def remove() -> ResponseReturnValue:
    """Stop using the app."""
    if METHOD in _datastore.us_get_totp_secrets(current_user):
        _datastore.us_reset(current_user, METHOD)
        end_other_sessions()
    return redirect(url_for(".state"))


def _setup_page(secret: str, wrong: bool = False) -> str:
    codes = _security.totp_factory
    return render_template(
        "security/app_setup.html",
        picture=_picture(codes.get_totp_uri(current_user.email, secret)),
        key=codes.get_totp_pretty_key(secret),
        setup=_security.us_setup_serializer.dumps(secret),
        wrong=wrong,
    )


def _picture(address: str) -> Markup:
    """A QR code as an SVG inside the page: nothing to load, so no hole in the content security policy."""
    import qrcode  # brings a drawing library along, which a start can do without

    code = qrcode.QRCode(border=QUIET_ZONE)
    code.add_data(address)
    rows = code.get_matrix()
    squares = "".join(f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="240" height="240" role="img"'
        ' aria-label="Picture for the camera of your authenticator app"><rect width="{0}" height="{0}" fill="#fff"/>'
        '<path fill="#000" d="{1}"/></svg>'
    ).format(len(rows), squares)
