"""Somebody who answers for an organisation passes on what it is asked for to a colleague, on its own page."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.colleagues import is_theirs, may_pass_on, pass_on
from webform.cases.links import area_of
from webform.cases.pinned import rules_of
from webform.cases.standing import Asked, forms_for
from webform.documents.form import Errors, Question
from webform.errors import Refusal
from webform.rules.calendar import day_of
from webform.words import gettext as _

from .access import access
from .drafts import utc_now
from .fields import PageForm
from .limits import SAVES, limiter
from .tokens import STALE, csrf, token_is_good

pages = Blueprint("hand_on", __name__, url_prefix="/page/<opening>/colleague/<int:number>")
BY, NAME, EMAIL = "your_name", "colleague_name", "colleague_email"
LONGEST = 200


@pages.get("")
@access("party")
def page(opening: str, number: int) -> ResponseReturnValue:
    """Asks who passes it on, and to whom."""
    asked = _asked(number)
    if "done" in request.args:
        return render_template(
            "party/handed_on.html", heading=_("Passed on"), waits="waits" in request.args, **_around()
        )
    form = _form()
    return _show(asked, form.fill({BY: g.colleague.name}) if g.colleague else form)


@pages.post("")
@csrf.exempt  # checked below, so that an old token costs nobody what they typed
@limiter.limit(SAVES)
@access("party")
def give(opening: str, number: int) -> ResponseReturnValue:
    """Give the colleague a link, or ask an officer whether they may have one."""
    asked, form = _asked(number), _form()
    form.take(form.keep(request.form))
    if not token_is_good():
        return _show(asked, form, 400, STALE)
    if not form.validate():
        return _show(asked, form, 422)
    typed = form.answers()
    try:
        colleague = pass_on(g.party, asked.duty, typed[BY], typed[NAME], typed[EMAIL], utc_now())
    except Refusal as refusal:
        form[EMAIL].errors = [refusal.words]
        return _show(asked, form, 422)
    waits = None if colleague.joined_at else "yes"
    return redirect(url_for(".page", opening=opening, number=number, done="yes", waits=waits), 303)


def _asked(number: int) -> Asked:
    """What they are asked for under that number, and may pass on."""
    if not may_pass_on(rules_of(g.case)[0], g.party):
        abort(404)
    asked = (one for one in forms_for(g.case, g.party, utc_now()) if is_theirs(one.step, g.colleague))
    theirs = (one for one in asked if not (one.is_choice or one.is_personal))
    return next((one for one in theirs if one.number == number), None) or abort(404)


def _form() -> PageForm:
    questions = (
        Question(
            id=BY, type="text", label=_("Your name"), longest=LONGEST,
            errors=Errors(missing=_("Enter your name"), too_long=_("Shorten this to 200 characters or fewer")),
        ),
        Question(
            id=NAME, type="text", label=_("Name of your colleague"), longest=LONGEST,
            errors=Errors(
                missing=_("Enter the name of your colleague"), too_long=_("Shorten this to 200 characters or fewer")
            ),
        ),
        Question(
            id=EMAIL, type="email", label=_("Work email address of your colleague"), longest=254,
            hint=_("If it does not end like the address that we wrote to, we check with you first"),
            errors=Errors(
                missing=_("Enter the work email address of your colleague"),
                invalid=_("Enter an email address in the correct format, like name@example.com"),
            ),
        ),
    )  # fmt: skip
    return PageForm(questions, day_of(utc_now()))


def _around() -> dict[str, object]:
    return {"back": url_for("party.page", opening=g.opening), "area": area_of(g.case)}


def _show(asked: Asked, form: PageForm, status: int = 200, notice: str = "") -> ResponseReturnValue:
    page = render_template(
        "party/hand_on.html", heading=_("Pass it on to a colleague"), asked=asked, page_form=form, notice=notice,
        errors=form.error_list() if status == 422 else [], **_around(),
    )  # fmt: skip
    return page, status
