"""What a body that hears appeals sees across the areas that it serves. No case of theirs is here."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from webform.cases.figures import numbers_of
from webform.cases.publish import published_of
from webform.cases.times import times_of
from webform.documents.procedure import Procedure
from webform.rules.calendar import ONE_DAY, day_of
from webform.rules.periods import Period, period_at
from webform.rules.side_by_side import side_by_side
from webform.web.access import access
from webform.web.areas import area_or_404, served_by
from webform.web.officer import moment, officer
from webform.web.powers import can, not_yours

pages = Blueprint("oversight", __name__, url_prefix="/desk/oversight")


@pages.get("/")
@access("officer", needs="read")
def page() -> ResponseReturnValue:
    """The published figures of the areas side by side, and the body's own figures of the running period.

    The body's own are whole: not for whoever may read only cases that came from elsewhere.
    """
    if not can("read"):
        return not_yours()
    procedure = area_or_404(officer().area)
    areas = served_by(procedure.id)
    if not areas:
        abort(404)
    published = {area.area.name: published_of(area.id) for area in areas}
    return render_template(
        "desk/oversight.html", procedure=procedure, comparisons=side_by_side(published), own=_own(procedure),
        silent=[name for name, sets in published.items() if not sets],
        times=[(area.area.name, period, times_of(area, period)) for area in areas if (period := _last_period(area))],
    )  # fmt: skip


def _last_period(area: Procedure) -> Period | None:
    """The last period of an area that is over. Of one that went on each day, each day would tell what was added."""
    if area.publication is None:
        return None
    return period_at(area.publication, period_at(area.publication, day_of(moment())).first - ONE_DAY)


def _own(procedure: Procedure) -> list[tuple[Period, dict[str, int]]]:
    """The body's own cases in the running period and the one before, by every figure that it counts."""
    if procedure.publication is None:
        return []
    now = period_at(procedure.publication, day_of(moment()))
    before = period_at(procedure.publication, now.first - ONE_DAY)
    return [(period, numbers_of(procedure.id, period)) for period in (now, before)]
