"""Officers on leave: who is away, who stands in, and what both read of it on their day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.absences import absence_of, absences, end_leave, faults, record_leave, stood_in_for
from webform.cases.day import Filters, cases
from webform.cases.officers import colleagues
from webform.documents.form import Errors, Option, Question
from webform.house import house
from webform.records.officers import Absence, Officer
from webform.rules.calendar import day_of
from webform.rules.powers import may_stand_in
from webform.web.access import access
from webform.web.fields import PageForm
from webform.web.officer import moment, officer
from webform.web.powers import can, not_yours
from webform.web.tokens import STALE, csrf, token_is_good
from webform.words import gettext as _

pages = Blueprint("leave", __name__, url_prefix="/desk/leave")


@dataclass(frozen=True)
class Leave:
    """What somebody reads on their day: their own leave, and for whom they stand in, with how many open cases."""

    own: Absence | None
    others: tuple[tuple[Absence, str], ...]
    today: dt.date


def leave_of(me: Officer) -> Leave:
    """The leave that concerns an officer, today and in the next days."""
    today = day_of(moment())
    others = tuple((one, _open_cases(one.officer)) for one in stood_in_for(me, today))
    return Leave(absence_of(me, today), others, today)


def _open_cases(absent: Officer) -> str:
    found = cases(absent.area, "open", Filters(owner=absent.id), size=0)
    return _("more than %(count)s", count=found.count) if found.more else str(found.count)


def may_end(absence: Absence) -> bool:
    """Whether whoever is signed in may say that it is over: their own, or anybody's if they decide."""
    return can("decide") or absence.officer_id == officer().id


def _who() -> list[Officer]:
    """Those whose leave this officer may put on record."""
    me = officer()
    others = [one for one in colleagues(me.area) if one.id != me.id] if can("decide") else []
    return [me, *others]


def _questions() -> tuple[Question, ...]:
    procedure, who = house().shelves.procedures.get(officer().area), _who()
    helpers = [
        one
        for one in colleagues(officer().area)
        if any(one.id != away.id and may_stand_in(procedure, one.role, away.role) for away in who)
    ]
    whose = Question(
        id="who", type="radios", label=_("Who is on leave?"),
        options=tuple(Option(value=str(one.id), label=one.name) for one in who),
        errors=Errors(missing=_("Select who is on leave")),
    )  # fmt: skip
    rest = (
        Question(
            id="first_on", type="date", label=_("What is the first day?"), hint=_("For example, 27 3 2026"),
            errors=Errors(missing=_("Enter the first day"), invalid=_("Enter a real date, such as 27 3 2026")),
        ),
        Question(
            id="last_on", type="date", label=_("What is the last day?"), hint=_("This day is leave too."),
            errors=Errors(missing=_("Enter the last day"), invalid=_("Enter a real date, such as 27 3 2026")),
        ),
        Question(
            id="stand_in", type="radios", label=_("Who stands in?"),
            options=tuple(Option(value=str(one.id), label=one.name) for one in helpers),
            errors=Errors(missing=_("Select who stands in")),
        ),
    )  # fmt: skip
    return (whose, *rest) if len(who) > 1 else rest


@pages.get("")
@access("officer", needs="work")
def listing() -> ResponseReturnValue:
    """Who is away now or will be, and the form that says so."""
    form = PageForm(_questions(), day_of(moment()))
    return _page(form.fill({"who": str(officer().id)}))


@pages.post("")
@csrf.exempt  # checked below: what was typed stays on the page
@access("officer", needs="work")
def record() -> ResponseReturnValue:
    """Put leave on record."""
    today, form = day_of(moment()), PageForm(_questions(), day_of(moment()))
    form.take(form.keep(request.form))
    if not token_is_good():
        return _page(form, 400, STALE)
    if not form.validate():
        return _page(form, 422)
    said = form.answers()
    people = {str(one.id): one for one in (*_who(), *colleagues(officer().area))}
    away, stand_in = people[str(said.get("who") or officer().id)], people[said["stand_in"]]
    first_on, last_on = (dt.date.fromisoformat(said[name]) for name in ("first_on", "last_on"))
    if wrong := faults(away, stand_in, first_on, last_on, today):
        for name, words in wrong.items():
            form[name].errors = [words]
        return _page(form, 422)
    record_leave(away, stand_in, first_on, last_on, officer(), moment())
    return redirect(url_for(".listing", done="recorded"), 303)


@pages.post("/end")
@access("officer", needs="work")
def end() -> ResponseReturnValue:
    """Somebody is back, or does not go. A second press changes nothing."""
    today = day_of(moment())
    chosen = request.form.get("absence", "")
    found = next((one for one in absences(officer().area, today) if str(one.id) == chosen), None)
    if found is not None and not may_end(found):
        return not_yours()
    if found is not None:
        end_leave(found, today)
    return redirect(url_for(".listing", done="ended"), 303)


def _page(form: PageForm, status: int = 200, notice: str = "") -> ResponseReturnValue:
    today = day_of(moment())
    page = render_template(
        "desk/leave.html", page_form=form, errors=form.error_list(), notice=notice, today=today,
        away=[(one, may_end(one)) for one in absences(officer().area, today)], done=request.args.get("done", ""),
        anybody=len(colleagues(officer().area)) > 1,
    )  # fmt: skip
    return page, status
