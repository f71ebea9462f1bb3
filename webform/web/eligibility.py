"""A quick check before the form: a few questions, an answer with reasons, and the way to the form whatever it says.

Nothing is kept, not even in a cookie: each page carries what was typed on the one before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webform.documents.form import Errors, Form, Option, Question
from webform.documents.procedure import Procedure
from webform.house import house
from webform.rules.calendar import day_of
from webform.rules.eligibility import Questions, look, questions_of
from webform.rules.finding import ConditionFinding, Finding, Result, RouteFinding
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from . import drafts
from .access import access
from .areas import area_or_404
from .fields import PageForm
from .limits import SAVES, limiter
from .tokens import csrf

pages = Blueprint("eligibility", __name__)
HEADING = N_("Check if you can ask")
THINGS = "things"
LOOKS: dict[Result, str] = {
    "met mandatory": N_("It looks as if there must be a review"),
    "met local": N_("It looks as if you can have a review"),
    "met at discretion": N_("It looks as if you can have a review"),
    "not met": N_("It does not look as if there has to be a review yet"),
    "needs judgement": N_("A person has to look at this"),
    "not suitable": N_("Somebody else may be able to help you better"),
}


@dataclass(frozen=True)
class Reason:
    """One way to a review, whether it looks met, and why."""

    says: str
    looks: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Quick:
    """What is asked, and what was typed so far."""

    procedure: Procedure
    form: Form
    asks: Questions
    today: dt.date

    def first(self) -> PageForm:
        """How many things, and everything that is asked once."""
        return PageForm((_how_many(self.asks.things), *self.asks.about_reports, *self.asks.in_all), self.today)

    def dates(self, things: int) -> list[PageForm]:
        """When each thing happened and was reported."""
        numbers = range(1, things + 1)
        return [PageForm((_numbered(one, number) for one in self.asks.dates), self.today) for number in numbers]

    def finding(self, first: PageForm, dates: Iterable[PageForm]) -> tuple[Finding, bool]:
        """The finding, and whether it holds however the answers are matched up."""
        given = first.answers()
        things = [dict(zip((one.id for one in self.asks.dates), one.answers().values(), strict=True)) for one in dates]
        about = {one.id: given[one.id] for one in self.asks.about_reports}
        in_all = {one.id: given[one.id] for one in self.asks.in_all if one.id in given}
        return look(self.procedure, self.form, things, about, in_all, self.today)


def _how_many(most: int) -> Question:
    options = (
        Option(value="0", label=_("None")),
        *(Option(value=str(number), label=str(number)) for number in range(1, most)),
        Option(value=str(most), label=_("%(most)s or more", most=most)),
    )
    return Question(
        id=THINGS, type="radios", label=_("How many separate things happened that you or someone else reported?"),
        hint=_("It counts if the council, the police, a landlord or somebody else was told."), options=options,
        errors=Errors(missing=_("Select how many separate things happened that were reported")),
    )  # fmt: skip


def _numbered(question: Question, number: int) -> Question:
    return question.model_copy(update={"id": f"{question.id}_{number}", "required": True, "show_when": None})


def _quick(area_id: str) -> Quick:
    procedure = area_or_404(area_id)
    form = house().shelves.forms[procedure.area.opens_with]
    return Quick(procedure, form, questions_of(procedure, form), day_of(drafts.utc_now()))


@pages.get("/<area_id>/check")
@access("public")
def page(area_id: str) -> ResponseReturnValue:
    """The first questions; where the procedure has no threshold, only the way on."""
    quick = _quick(area_id)
    if not quick.procedure.threshold.routes:
        return _draw(quick, "answer", looks=_("You can ask"), reasons=(), finding=None, certain=True)
    return _draw(quick, "first", first=quick.first())


@pages.post("/<area_id>/check")
@csrf.exempt  # it changes nothing and keeps nothing, and a token would need a cookie
@limiter.limit(SAVES)
@access("public")
def check(area_id: str) -> ResponseReturnValue:
    """The dates, then the answer."""
    quick = _quick(area_id)
    first = quick.first()
    first.take(first.keep(request.form))
    if request.form.get("go") == "back":
        return _draw(quick, "first", first=first)
    if not first.validate():
        return _draw(quick, "first", 422, first=first, errors=first.error_list())
    dates = quick.dates(int(first.answers()[THINGS]))
    if not dates or request.form.get("go") == "answer":
        return _answer(quick, first, dates)
    return _draw(quick, "dates", first=first, dates=dates)


def _answer(quick: Quick, first: PageForm, dates: list[PageForm]) -> ResponseReturnValue:
    good = [one.take(one.keep(request.form)).validate() for one in dates]
    if not all(good):
        errors = [error for one in dates for error in one.error_list()]
        return _draw(quick, "dates", 422, first=first, dates=dates, errors=errors)
    finding, certain = quick.finding(first, dates)
    looks = _(LOOKS[finding.result if certain else "needs judgement"])
    return _draw(quick, "answer", first=first, dates=dates, finding=finding, certain=certain, looks=looks,
                 reasons=tuple(_reasons(finding)))  # fmt: skip


def _draw(quick: Quick, name: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """A page of the check. What it does not ask itself it carries along, unseen."""
    asked = [facts["first"]] if name == "first" else facts.get("dates", []) if name == "dates" else []
    shown = {"go", *(part for one in asked for field in one.questions for part in field.input_names())}
    carried = [(key, value) for key, value in request.form.items(multi=True) if key not in shown]
    page = render_template(
        f"eligibility/{name}.html", heading=_(HEADING), area=quick.procedure, carried=carried, **facts
    )
    return page, status


# --- Why --------------------------------------------------------------------------------------------------------------


def _reasons(finding: Finding) -> Iterator[Reason]:
    """Every way to a review with what was found. The law's own test stands first, once."""
    own = [route for route in finding.routes if route.kind != "discretionary"]
    act = [] if any(route.kind == "statutory" for route in own) else [finding.statutory]
    for route in (*act, *own):
        yield Reason(route.says, _looks(route), tuple(dict.fromkeys(_whys(route.conditions))))


def _looks(route: RouteFinding) -> str:
    return {"met": _("This looks met."), "not met": _("This does not look met.")}.get(
        route.result, _("We cannot tell yet.")
    )


def _whys(conditions: Iterable[ConditionFinding]) -> Iterator[str]:
    """The reasons of the single conditions and reports, without the joints between them."""
    for condition in conditions:
        if condition.kind in ("count", "given"):
            yield condition.why
        for report in condition.reports:
            if report.result != "counts":
                yield f"{report.name}: {report.why}"
        yield from _whys(condition.parts)
