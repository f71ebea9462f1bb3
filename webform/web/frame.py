"""What every page shares: templates, security headers, tokens, limits, and the pages for faults."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup

from webform.cases.feedback import feedback_step
from webform.documents.answers import written_date
from webform.documents.files import shown_file
from webform.house import house
from webform.rules.calendar import LONDON
from webform.sending.compose import page as as_page
from webform.words import capital, clock_time
from webform.words import gettext as _
from webform.words import install as give_words

from . import (
    blank,
    case_link,
    drafts,
    eligibility,
    faults,
    feedback,
    figures,
    hand_on,
    party_forms,
    party_page,
    party_papers,
    procedure_page,
    public,
    public_form,
)
from .addresses import fixed_url
from .components import kept
from .field_base import COMPONENTS, AnswerField, Titling
from .fields import draw
from .limits import limiter
from .tokens import csrf

HERE = Path(__file__).parent
# No inline script or style anywhere; nothing from elsewhere; in nobody's frame.
POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'none'", "form-action 'self'", "frame-src 'self'", "frame-ancestors 'none'",
    "base-uri 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install(app: Flask) -> None:
    """Gives the app its frame and the public's pages. The desk and sign-in bring their own."""
    # Pages send no referrer, so that no address travels; Flask-WTF's check of the referrer has to be off then.
    # Without an age a browser asks again for each file of the layout with each page.
    app.config.update(WTF_CSRF_SSL_STRICT=False, SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.static_folder = str(HERE / "static")
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(HERE / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    give_words(app.jinja_env)
    app.jinja_env.globals.update(draw=_draw, fixed=_fixed, fixed_url=fixed_url, posted_values=_posted_values)
    app.jinja_env.globals["takes_feedback"] = feedback_step
    app.jinja_env.filters.update(prose=prose, guidance=guidance, day=written_date, moment=moment)
    app.jinja_env.filters.update(period=figures.period_words, file_name=shown_file, capital=capital)
    app.context_processor(_shared)
    app.after_request(_secure)
    csrf.init_app(app)
    limiter.init_app(app)
    faults.install(app)
    for room in (
        public,
        procedure_page,
        figures,
        eligibility,
        feedback,
        blank,
        drafts,
        public_form,
        case_link,
        party_page,
        party_forms,
        party_papers,
        hand_on,
    ):
        app.register_blueprint(room.pages)


def prose(markdown: str) -> Markup:
    """Guidance of a form as a piece of a page. Its top headings stand right below the heading of the page."""
    top = re.search(r"^# ", markdown, re.MULTILINE)
    return as_page(markdown if top else re.sub(r"^#(#+ )", r"\1", markdown, flags=re.MULTILINE))


@lru_cache(maxsize=1000)
def guidance(markdown: str) -> Markup:
    """The same for what stands in a form as it is, and is the same for everybody."""
    return prose(markdown)


def moment(at: dt.datetime) -> str:
    """A moment as pages write it: 3 May 2026 at 2:05pm, in London."""
    local = at.astimezone(LONDON)
    return _("%(day)s at %(time)s", day=written_date(local.date()), time=clock_time(local.time()))


def _draw(field: AnswerField, place: Titling) -> Markup:
    return draw(field, current_app.jinja_env, place)


def _fixed(name: str, macro: str, params: dict[str, Any]) -> Markup:
    """A component that looks the same for everybody. Its parameters hold nothing that anybody has told us."""
    return kept(current_app.jinja_env, f"{COMPONENTS}/{name}/macro.html", macro, params)


def _posted_values() -> list[tuple[str, str]]:
    """Everything that was posted, for a page that offers to post it again."""
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _shared() -> dict[str, Any]:
    return {"area": faults.area_in_view(), "local": house().settings.local}


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        if name not in response.headers:
            response.headers.add(name, value)
    if house().settings.https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
