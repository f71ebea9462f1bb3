"""The procedure as the public reads it, from the document that the software follows; and its earlier versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from webform.cases.calendars import calendar_for
from webform.cases.pinned import rules_of_version, versions_of
from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.house import house
from webform.rules.calendar import day_of
from webform.rules.folder import Duty
from webform.rules.published import published
from webform.rules.schedule import forecast
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from . import drafts
from .access import access
from .areas import area_or_404

pages = Blueprint("procedure", __name__)
HEADING = N_("How it works")  # neutral: titles stay in the history of the browser


@dataclass(frozen=True)
class Earlier:
    """A version that was kept, and the day it was first used."""

    version: str
    first_used: dt.date


@pages.get("/<area_id>/procedure")
@access("public")
def page(area_id: str) -> ResponseReturnValue:
    """The procedure in force, with the dates of a request made now."""
    procedure = area_or_404(area_id)
    shelves = house().shelves
    now = drafts.utc_now()
    duties = forecast(procedure, now, calendar_for(procedure, house().settings.instance))
    return _page(procedure, procedure, shelves.forms_of(procedure), shelves.version(procedure), duties)


@pages.get("/<area_id>/procedure/<version>")
@access("public")
def earlier(area_id: str, version: str) -> ResponseReturnValue:
    """A version as it was kept with the cases that were made under it."""
    procedure = area_or_404(area_id)
    if all(kept.version != version for kept in _earlier(area_id)):
        abort(404)
    was, forms = rules_of_version(version)
    return _page(procedure, was, forms, version, ())


def _page(
    area: Procedure, procedure: Procedure, forms: Mapping[str, Form], version: str, duties: tuple[Duty, ...]
) -> ResponseReturnValue:
    current = house().shelves.version(area)
    return render_template(
        "procedure/page.html", heading=_(HEADING), area=area, procedure=procedure, version=version, current=current,
        sections=published(procedure, forms, duties), versions=_earlier(area.id), today=day_of(drafts.utc_now()),
    )  # fmt: skip


def _earlier(area_id: str) -> tuple[Earlier, ...]:
    return tuple(Earlier(version, day_of(first_used_at)) for version, first_used_at in versions_of(area_id))
