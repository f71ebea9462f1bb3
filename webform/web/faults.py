"""The pages for when something went wrong: in the service's own style, with a phone number, and with what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import structlog
from flask import Flask, Response, current_app, g, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from werkzeug.exceptions import HTTPException

from webform.documents.procedure import Procedure
from webform.errors import Refusal
from webform.house import house
from webform.logs import places_of, request_id
from webform.words import gettext as _
from webform.words import gettext_noop as N_

log = structlog.get_logger()
OWN = (
    "csrf_token",
    "fresh-entry",
    "for-later",
    "where",
    "area-id",
    "website-address",
    "code",
    "word",
    "known",
    "seen",
    "base",
    "drawn",
)  # nothing of the form
LONGEST_SHOWN = 20_000
DESK = "desk"  # in the session of an officer: their area, for when no record can be read


@dataclass(frozen=True)
class Words:
    """What a fault page says. `again` offers to send the same answers once more."""

    heading: str
    says: str
    again: bool = False


BUSY = N_("Your answers are still on this page. Wait a minute, then press “Try again”.")
LOAD_AGAIN = N_("Wait a minute, then load this page again.")  # where nothing was sent, nothing can be sent again
FAULTS = {
    400: Words(
        N_("Something was missing from what your browser sent"), N_("Go back to the page before and try again.")
    ),
    403: Words(N_("You cannot open this page"), N_("If you think that you should be able to, phone or email us.")),
    404: Words(
        N_("Page not found"), N_("If you typed the address, check that it is right. If you copied it, copy all of it.")
    ),
    405: Words(N_("That did not work"), N_("Go back to the page before and use its button.")),
    413: Words(
        N_("That was too much at once"), N_("Your browser still has it. Go back, make it shorter and save again.")
    ),
    422: Words(N_("We could not use what was sent"), N_("Check what you typed and send it again.")),
    429: Words(
        N_("That was too often"),
        N_(
            "A lot of requests came from where you are. "
            "Your answers are still on this page. Wait a minute, then press “Try again”."
        ),
        again=True,
    ),
    500: Words(N_("Sorry, there is a problem with this service"), BUSY, again=True),
    503: Words(N_("Sorry, this service cannot save anything just now"), BUSY, again=True),
}
STALE = Words(
    N_("Your page was open for a long time"),
    N_("To be safe, press “Try again”. Nothing you typed is lost."),
    again=True,
)


@dataclass(frozen=True)
class TypedAnswer:
    """One thing that was typed, for a page that shows it again."""

    name: str
    label: str
    value: str


def install(app: Flask) -> None:
    """Registers the pages."""
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refusal, _refused)
    for trouble in (OperationalError, InternalError, InterfaceError):  # InternalError: a server that takes no changes
        app.register_error_handler(trouble, _database)
    app.register_error_handler(Exception, _unexpected)


def area_in_view() -> Procedure | None:
    """The area that a page belongs to: of its address, of the open form; else the only one there is."""
    shelves = house().shelves
    # Where people come back to a form, nothing may tell that one was begun in this browser: not even in which area.
    held = session.get("area") if request.endpoint != "draft.resume" else None
    named = [(request.view_args or {}).get("area_id"), g.get("area_id"), held, _posted("area-id")]
    areas = {procedure.id: procedure for procedure in shelves.areas()}
    found = next((areas[name] for name in named if name in areas), None)
    return found or (next(iter(areas.values())) if len(areas) == 1 else None)


def _area_to_phone() -> Procedure | None:
    """Whose number a fault page gives: an officer's own area where the page belongs to none."""
    return area_in_view() or next((one for one in house().shelves.areas() if one.id == session.get(DESK)), None)


def _posted(name: str) -> str:
    """One posted value; '' if the body can't be read, for example because it was too big."""
    try:
        return request.form.get(name, "")
    except HTTPException:
        return ""


def typed_answers() -> tuple[TypedAnswer, ...]:
    """What the person typed, with the question where it is known, so that a fault costs nobody their words."""
    if request.method != "POST":
        return ()
    try:
        pairs = [(name, value[:LONGEST_SHOWN]) for name, value in request.form.items(multi=True) if name not in OWN]
    except HTTPException:
        return ()
    return tuple(TypedAnswer(name, _label(name), value) for name, value in pairs if value.strip())


def _label(name: str) -> str:
    question_id, _dash, part = name.partition("-")
    for form in house().shelves.forms.values():
        if question := form.question(question_id):
            return f"{question.label}{f' ({part})' if part else ''}"
    return ""


def fault(code: int, words: Words) -> tuple[str, int]:
    """A fault page. It reads no record, so it can be shown when the database is the trouble."""
    g._login_user = None  # else Flask-Login looks up who this is, for every template
    repeat = words.again and request.method == "POST"
    says = words.says if repeat or not words.again else LOAD_AGAIN
    page = render_template(
        "faults/fault.html", heading=_(words.heading), says=_(says), typed=typed_answers(), area=_area_to_phone(),
        repeat=request.full_path.rstrip("?") if repeat else "", number=request_id()[:8] if code >= 500 else "",
    )  # fmt: skip
    return page, code


def _stale(error: CSRFError) -> ResponseReturnValue:
    """A token that is old or missing. Officers' actions are not repeated from here: another page may have sent them."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "access", "") in ("public", "draft"):
        return fault(400, STALE)
    return fault(
        400, Words(STALE.heading, _("Nothing was done. Go back to the page before, load it again and repeat."))
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return cast(Response, error.get_response())
    code = status if status in FAULTS else 400 if status < 500 else 500
    page, _code = fault(code, FAULTS[code])
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return page, status, kept


def _refused(error: Refusal) -> ResponseReturnValue:
    return fault(422, Words(_("That cannot be done"), error.words))


def _database(error: DBAPIError) -> ResponseReturnValue:
    """Locked, full or gone: nothing was saved, so the answers are kept on the page."""
    kind = getattr(error.orig, "sqlite_errorname", None) or type(error.orig).__name__
    log.error("database", fault=kind, at=places_of(error), endpoint=request.endpoint)
    return fault(503, FAULTS[503])


def _unexpected(error: Exception) -> ResponseReturnValue:
    """A mistake in the program. The log says where, without personal data; tests see the mistake itself."""
    if current_app.testing and not current_app.config.get("SHOW_FAULTS"):
        raise error
    log.error("unexpected", fault=type(error).__name__, at=places_of(error), endpoint=request.endpoint)
    return fault(500, FAULTS[500])
