"""The token that every POST bears. Pages that hold typed answers check it themselves, so that none is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect, validate_csrf
from wtforms import ValidationError

from webform.words import gettext_noop as N_

View = TypeVar("View", bound=Callable[..., Any])


class Tokens:
    """Guards every POST but those of views that ask `token_is_good` themselves."""

    def __init__(self) -> None:
        self._protect = CSRFProtect()

    def init_app(self, app: Flask) -> None:
        self._protect.init_app(app)

    def exempt(self, view: View) -> View:
        """Leaves the check to the view."""
        self._protect.exempt(view)
        return view


csrf = Tokens()
STALE = N_(
    "This page was open for too long, so we could not be sure it was you. Nothing is lost: press the button again."
)


def token_is_good() -> bool:
    """Whether the POST bears the token of this session."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
