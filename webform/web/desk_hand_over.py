"""A case goes from one officer to another: with a note, on record, and as a task that waits for whoever takes over."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.absences import absences, in_words
from webform.cases.officers import TAKEN_OVER, colleagues, hand_case_to
from webform.documents.form import Errors, Option, Question
from webform.records.officers import Officer
from webform.records.tables import Case
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.fields import PageForm
from webform.web.officer import author, case_at_desk, moment
from webform.web.tokens import STALE, csrf, token_is_good
from webform.words import gettext as _

pages = Blueprint("hand_over", __name__, url_prefix="/desk/case/<reference>/hand-over")
LONGEST_NOTE = 2000


def _others(case: Case) -> list[Officer]:
    return [one for one in colleagues(case.area) if one.id != case.owner_officer_id]


def _options(case: Case) -> tuple[Option, ...]:
    """Those who can take it, and who of them is on leave today."""
    today = day_of(moment())
    away = {one.officer_id: _("On leave %(when)s", when=in_words(one)) for one in absences(case.area, today, today)}
    return tuple(Option(value=str(one.id), label=one.name, hint=away.get(one.id, "")) for one in _others(case))


def _questions(case: Case) -> tuple[Question, ...]:
    return (
        Question(
            id="to", type="radios", label=_("Who takes the case over?"),
            options=_options(case),
            errors=Errors(missing=_("Select who takes the case over")),
        ),
        Question(
            id="note", type="textarea", label=_("What should they know?"), required=False, longest=LONGEST_NOTE,
            hint=_("For example what you have promised, and what cannot wait. The person who asked does not see it."),
            errors=Errors(too_long=_("Shorten the note to 2,000 characters or fewer")),
        ),
    )  # fmt: skip


@pages.get("")
@access("officer", needs="work")
def choose(reference: str) -> ResponseReturnValue:
    """To whom, and what they should know."""
    case = case_at_desk(reference, "hand-over")
    return _page(case, PageForm(_questions(case), day_of(moment())))


@pages.post("")
@csrf.exempt  # checked below: what was typed stays on the page
@access("officer", needs="work")
def give(reference: str) -> ResponseReturnValue:
    """Give it to the colleague."""
    case = case_at_desk(reference, "hand-over")
    form = PageForm(_questions(case), day_of(moment()))
    form.take(form.keep(request.form))
    if not token_is_good():
        return _page(case, form, 400, STALE)
    if not form.validate():
        return _page(case, form, 422)
    said = form.answers()
    to = next(one for one in _others(case) if str(one.id) == said["to"])
    hand_case_to(case, to, str(said.get("note") or ""), author(), moment())
    return redirect(url_for("desk.case", reference=case.reference, done=TAKEN_OVER), 303)


def _page(case: Case, form: PageForm, status: int = 200, notice: str = "") -> ResponseReturnValue:
    page = render_template(
        "desk/hand_over.html", case=case, page_form=form, errors=form.error_list(), notice=notice,
        anybody=bool(_others(case)),
    )  # fmt: skip
    return page, status
