"""Figures at the desk: which periods wait to be published, the numbers as they would read, and the approval."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.figures import unclear_of
from webform.cases.publish import awaited_of, counted_now, mark_of, publish, published_of
from webform.documents.procedure import Procedure
from webform.errors import Refusal
from webform.rules.calendar import day_of
from webform.rules.figure_set import Published
from webform.rules.periods import Period
from webform.web.access import access
from webform.web.areas import area_or_404
from webform.web.officer import author, moment, officer
from webform.words import gettext as _

pages = Blueprint("publishing", __name__, url_prefix="/desk/figures")
LONGEST_NOTE = 500


@pages.get("/")
@access("officer", needs="read or publish")
def listing() -> str:
    """What waits to be published, and what is published already."""
    procedure = _own_area()
    published = published_of(procedure.id)
    changed = {one.period for one in published if one.differs(counted_now(procedure, one.period, published))}
    return render_template(
        "desk/figures.html", procedure=procedure, published=published, changed=changed,
        awaited=awaited_of(procedure, published, day_of(moment())), done=request.args.get("done"),
    )  # fmt: skip


@pages.get("/<first>")
@access("officer", needs="read or publish")
def preview(first: str) -> ResponseReturnValue:
    """The numbers of a period, as they were counted and as the public would read them."""
    procedure = _own_area()
    return _preview(procedure, first, published_of(procedure.id))


@pages.post("/<first>")
@access("officer", needs="publish")
def approve(first: str) -> ResponseReturnValue:
    """Publish them."""
    procedure = _own_area()
    published = published_of(procedure.id)
    period = _period(procedure, first, published)
    note, mark = " ".join(request.form.get("note", "").split()), request.form.get("mark", "")
    if len(note) > LONGEST_NOTE:
        wrong = _("Shorten this to %(most)s characters or fewer", most=LONGEST_NOTE)
        return _preview(procedure, first, published, note, {"note": wrong}), 422
    try:
        publish(procedure, period, note, mark, author(), moment())
    except Refusal as refusal:
        return _preview(procedure, first, published, note, notice=refusal.words), 422
    return redirect(url_for(".listing", done=first), 303)


def _preview(
    procedure: Procedure, first: str, published: tuple[Published, ...], note: str = "",
    wrong: dict[str, str] | None = None, notice: str = "",
) -> str:  # fmt: skip
    period = _period(procedure, first, published)
    before = next((one for one in published if one.period == period), None)
    figures = counted_now(procedure, period, published)
    errors = [{"text": words, "href": f"#{name}"} for name, words in (wrong or {}).items()]
    return render_template(
        "desk/figures_preview.html", procedure=procedure, figures=figures, before=before, mark=mark_of(figures),
        unclear=unclear_of(procedure.id, period), note=note or (before.now.note if before else ""), errors=errors,
        wrong=wrong or {}, notice=notice, longest=LONGEST_NOTE,
    )  # fmt: skip


def _own_area() -> Procedure:
    return area_or_404(officer().area)


def _period(procedure: Procedure, first: str, published: tuple[Published, ...]) -> Period:
    """The period that begins on that day, whether it waits or is published."""
    waiting = awaited_of(procedure, published, day_of(moment()))
    found = (one for one in (*waiting, *(one.period for one in published)) if one.first.isoformat() == first)
    return next(found, None) or abort(404)
