"""Everything behind the counter: sign-in, desk, local mailbox, status."""

from __future__ import annotations

from flask import Flask

from webform.web import desk, desk_forms, desk_letters, desk_new, mailbox, signin, status


def install(app: Flask) -> None:
    """Register the officers' pages. The frame of the pages has to be installed before."""
    signin.install(app)
    mailbox.install(app)
    for room in (desk, desk_letters, desk_forms, desk_new, status):
        app.register_blueprint(room.pages)
