"""The figures that an area has published: a page with pictures and tables, a file for a spreadsheet, and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, url_for

from webform.cases.publish import published_of
from webform.documents.answers import written_date
from webform.documents.procedure import Procedure
from webform.rules.figure_chart import charts, titles_of
from webform.rules.figure_set import Published
from webform.rules.periods import Period
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .access import access
from .areas import area_or_404

pages = Blueprint("figures", __name__)
HEADING = N_("Figures")
SHOWN, HIDDEN = "shown", "hidden"
# What each column of the file, and each key of the JSON, means.
DICTIONARY = {
    "area": N_("The area that the figures are about"),
    "first": N_("The first day of the period, as year-month-day"),
    "last": N_("The last day of the period"),
    "figure": N_("A short name of the figure, which stays the same"),
    "title": N_("What the figure counts, in words"),
    "number": N_("How many cases. Empty (null in JSON) where the number is hidden"),
    "status": N_("“shown”, or “hidden” where a number could tell who somebody is"),
    "published": N_("The day on which the number was published, or last corrected"),
    "corrected": N_("How often the number was changed after it was first published"),
    "note": N_("What the council says about the period"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of one
COLUMNS = tuple(DICTIONARY)


@pages.get("/<area_id>/figures")
@access("public")
def page(area_id: str) -> str:
    """Every period that was published, the latest first."""
    procedure = area_or_404(area_id)
    published = published_of(procedure.id)
    return render_template(
        "figures/page.html", heading=_(HEADING), area=procedure, published=published, charts=charts(published),
        says=_says(procedure), dictionary=_dictionary(), back=url_for("public.start", area_id=area_id),
    )  # fmt: skip


def _dictionary() -> dict[str, str]:
    return {key: _(says) for key, says in DICTIONARY.items()}


def _says(procedure: Procedure) -> dict[str, str]:
    """What the procedure says about its figures."""
    return {figure.id: figure.says for figure in procedure.figures if figure.says}


@pages.get("/<area_id>/figures.csv")
@access("public")
def as_csv(area_id: str) -> Response:
    """A line for each figure of each period, for a spreadsheet."""
    procedure = area_or_404(area_id)
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    rows = _rows(procedure, published_of(procedure.id))
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    response = Response("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="figures.csv")
    return response


@pages.get("/<area_id>/figures.json")
@access("public")
def as_json(area_id: str) -> Response:
    """The same for programs, with what each key means, and what was corrected."""
    procedure = area_or_404(area_id)
    published = published_of(procedure.id)
    history = {(one.period, name): one.corrections(name) for one in published for name in titles_of(published)}
    found = [
        {**row, "corrections": [
            {"published": day.isoformat() if day else None, "number": number} for day, number in history[period, name]
        ]}
        for period, name, row in _named_rows(procedure, published)
    ]  # fmt: skip
    return jsonify(dictionary=_dictionary(), figures=found)


def _harmless(value: object) -> object:
    """What a spreadsheet would take for a formula begins with a sign that it does not count."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _rows(procedure: Procedure, published: tuple[Published, ...]) -> Iterator[dict[str, Any]]:
    return (row for _period, _name, row in _named_rows(procedure, published))


def _named_rows(procedure: Procedure, published: tuple[Published, ...]) -> Iterator[tuple[Period, str, dict[str, Any]]]:
    area = procedure.publication.scope if procedure.publication else ""
    for one in published:
        for line in one.now.lines:
            yield one.period, line.figure, {
                "area": area or procedure.area.name,
                "first": one.period.first.isoformat(), "last": one.period.last.isoformat(),
                "figure": line.figure, "title": line.title,
                "number": line.shown, "status": HIDDEN if line.hidden else SHOWN,
                "published": one.now.published_on.isoformat() if one.now.published_on else None,
                "corrected": len(one.corrections(line.figure)), "note": one.now.note,
            }  # fmt: skip


def period_words(period: Period) -> str:
    """A period as people read it."""
    return _("%(first)s to %(last)s", first=written_date(period.first), last=written_date(period.last))
