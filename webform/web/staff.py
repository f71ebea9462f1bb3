"""Everything behind the counter: sign-in, desk, local mailbox, status."""

from __future__ import annotations

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from webform.errors import Refusal
from webform.web import (
    desk,
    desk_asked,
    desk_bundle,
    desk_declaration,
    desk_figures,
    desk_files,
    desk_forms,
    desk_hand_over,
    desk_leave,
    desk_letters,
    desk_links,
    desk_lists,
    desk_mail,
    desk_new,
    desk_oversight,
    desk_post,
    elected,
    mailbox,
    signin,
    status,
)
from webform.web.faults import typed_answers
from webform.web.powers import can, may_fill_in, may_work
from webform.words import gettext as _
from webform.words import gettext_noop as N_

MISSING = N_("There is no such case or document at this desk. Check the reference.")


def install(app: Flask) -> None:
    """Register the officers' pages. The frame of the pages has to be installed before."""
    signin.install(app)
    app.jinja_env.globals.update(can=can, may_fill_in=may_fill_in, may_work=may_work)
    mailbox.install(app)
    for room in DESK:
        app.register_blueprint(room.pages)
    app.register_blueprint(elected.pages)
    app.register_blueprint(status.pages)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    """Nothing was done; the officer reads why, and keeps what they had typed."""
    return _page(_("That cannot be done"), refusal.words, 422)


def _missing(_error: NotFound) -> ResponseReturnValue:
    return _page(_("Not found"), _(MISSING), 404)


def _page(heading: str, words: str, status: int) -> ResponseReturnValue:
    reference = (request.view_args or {}).get("reference")
    listing = url_for("lists.day")
    back_to = url_for("desk.case", reference=reference) if reference and status != 404 else listing
    page = render_template(
        "desk/refused.html", heading=heading, words=words, back_to=back_to, typed=typed_answers(), area=None
    )
    return page, status


DESK = (
    desk, desk_lists, desk_asked, desk_declaration, desk_letters, desk_forms, desk_figures, desk_files, desk_links,
    desk_mail, desk_post, desk_hand_over, desk_leave, desk_new, desk_bundle, desk_oversight,
)  # fmt: skip
for _room in DESK:
    _room.pages.register_error_handler(Refusal, _refused)
    _room.pages.register_error_handler(NotFound, _missing)
