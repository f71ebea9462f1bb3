"""What anybody may read before a form is begun: areas, start page, notices, and the quick way out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from webform.documents.procedure import Procedure
from webform.house import house
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from . import drafts
from .access import access
from .areas import area_or_404, search
from .limits import BEGINS, limiter
from .promises import promises
from .tokens import STALE, csrf, token_is_good

pages = Blueprint("public", __name__)
ELSEWHERE = "https://www.bbc.co.uk/weather"  # where the exit leads: a page that anybody might have been reading
NOTICES = {
    "privacy": N_("How we use your information"),
    "cookies": N_("Cookies"),
    "accessibility": N_("Accessibility statement"),
}


@pages.get("/")
@access("public")
def areas() -> ResponseReturnValue:
    """The areas that use this service, those that match a search first of all; straight to the only one."""
    every = house().shelves.areas()
    if len(every) == 1:
        return redirect(url_for("public.start", area_id=every[0].id))
    sought, found = search(request.args.get("q", ""))
    listed = found or every  # whoever mistyped is not turned away
    return render_template(
        "public/areas.html", heading=_("Choose your area"), sought=sought, missed=not found,
        councils=[area for area in listed if area.area.kind != "appeal-body"],
        appeals=[area for area in listed if area.area.kind == "appeal-body"],
    )  # fmt: skip


@pages.get("/<area_id>/")
@access("public")
def start(area_id: str) -> ResponseReturnValue:
    """Who can use it, what it is not, what happens and by when, other ways to ask, and the button."""
    return _start_page(area_or_404(area_id))


def _start_page(procedure: Procedure, notice: str = "", status: int = 200) -> ResponseReturnValue:
    form = house().shelves.forms[procedure.area.opens_with]
    page = render_template(
        "public/start.html", heading=form.title, form=form, area=procedure, notice=notice,
        promises=promises(procedure, drafts.utc_now()), last_day=procedure.retention.drafts,
        comes_from=house().shelves.that_go_on_to(procedure),
    )  # fmt: skip
    return page, status


@pages.post("/<area_id>/begin")
@csrf.exempt
@limiter.limit(BEGINS)
@access("public")
def begin(area_id: str) -> ResponseReturnValue:
    """Begins a form."""
    procedure = area_or_404(area_id)
    if not token_is_good():
        return _start_page(procedure, STALE, 400)
    draft = drafts.begin(procedure)
    return redirect(url_for("form.page", where=drafts.carry_over(draft)), 303)


@pages.get("/<area_id>/<any(privacy, cookies, accessibility):name>")
@access("public")
def notice(area_id: str, name: str) -> ResponseReturnValue:
    """A notice, filled in from the settings and the area's own document."""
    procedure = area_or_404(area_id)
    return render_template(
        f"public/{name}.html", heading=_(NOTICES[name]), area=procedure, settings=house().settings,
        cookie=request.environ.get("SESSION_COOKIE_NAME", "session"),
        back=url_for("form.page", where="") if drafts.CODE in session else url_for("public.start", area_id=area_id),
    )  # fmt: skip


@pages.get("/exit")
@access("public")
def leave() -> ResponseReturnValue:
    """Leaves at once: the session is forgotten here and the browser lands on an everyday page."""
    response = drafts.wiped(redirect(ELSEWHERE))
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'  # wiping the cache takes seconds; it holds nothing
    return response
