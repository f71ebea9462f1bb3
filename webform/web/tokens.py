"""The token that every POST bears. Pages that hold typed answers check it themselves, so that none is lost."""

from __future__ import annotations

from flask import current_app, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

STALE = "This page was open for too long, so we could not be sure it was you. Nothing is lost: press the button again."


def token_is_good() -> bool:
    """Whether the POST bears the token of this session."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
