"""A page on which anybody tells a council what they think of the service. It needs no case, and leaves none behind."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.facts import area_facts
from webform.cases.feedback import feedback_step, take_feedback
from webform.documents.form import Form, Question
from webform.documents.letter import Letter, render
from webform.documents.procedure import Procedure
from webform.rules.calendar import day_of

from .access import access
from .areas import area_or_404
from .drafts import utc_now
from .fields import PageForm
from .limits import MAILS, limiter
from .tokens import STALE, csrf, token_is_good

pages = Blueprint("feedback", __name__)


@pages.get("/<area_id>/feedback")
@access("public")
def ask(area_id: str) -> ResponseReturnValue:
    """The questions, on one page."""
    procedure, form = _asked(area_id)
    return _page(procedure, form, _fields(form))


@pages.post("/<area_id>/feedback")
@csrf.exempt
@limiter.limit(MAILS)
@access("public")
def tell(area_id: str) -> ResponseReturnValue:
    """Takes it in. What was typed stays on the page until it is right."""
    procedure, form = _asked(area_id)
    fields = _fields(form)
    fields.take(fields.keep(request.form))
    if not token_is_good():
        return _page(procedure, form, fields, STALE), 400
    if not fields.validate():
        return _page(procedure, form, fields), 422
    take_feedback(procedure, fields.answers(), utc_now())
    return redirect(url_for(".told", area_id=area_id), 303)


@pages.get("/<area_id>/feedback/sent")
@access("public")
def told(area_id: str) -> ResponseReturnValue:
    """It is here, and what happens now."""
    procedure, form = _asked(area_id)
    done = render(
        Letter(subject=form.title, purpose="to-applicant", body=form.done or form.title), area_facts(procedure)
    )
    return render_template("public/feedback_sent.html", heading=form.title, area=procedure, done=done.markdown)


def _asked(area_id: str) -> tuple[Procedure, Form]:
    procedure = area_or_404(area_id)
    found = feedback_step(procedure)
    return (procedure, found[1]) if found else abort(404)


def _fields(form: Form) -> PageForm:
    questions: list[Question] = [question for page in form.pages for question in page.questions]
    return PageForm(questions, day_of(utc_now()))


def _page(procedure: Procedure, form: Form, fields: PageForm, notice: str = "") -> str:
    return render_template(
        "public/feedback.html", heading=form.title, area=procedure, form=form, page_form=fields, notice=notice,
        errors=fields.error_list(),
    )  # fmt: skip
