"""`flask procedure figures`: what an area would publish, counted from folders that are written down by hand."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import click

from .documents.procedure import Procedure
from .procedure_cli import LondonTime, calendar_of, find_with_forms
from .replay_cli import read_json
from .rules.calendar import ONE_DAY, WorkingCalendar, long_date
from .rules.figures import Counted, count
from .rules.folder import Folder
from .rules.folder_file import BadFolder, read_folder
from .rules.periods import Period
from .rules.reckoning import CircularProcedure

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("area_or_file", metavar="AREA|FILE")
@click.argument("folders_file", metavar="FOLDERS.json")
@click.option("--from", "first", type=DAY, required=True, help="The first day of the period: 2026-04-01")
@click.option("--to", "last", type=DAY, help="Its last day; the period of [publication] where it is left out")
@click.option("--now", type=LondonTime(), help="The moment to look at the folders; now, where it is left out")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of figures")
def figures(
    area_or_file: str, folders_file: str, first: dt.datetime, last: dt.datetime | None, now: dt.datetime | None,
    as_json: bool,
) -> None:  # fmt: skip
    """How many cases each figure of the procedure counts in a period; a case once, by its first matching document.

    FOLDERS.json is a list of folders as `flask procedure replay` reads them. Nothing is rounded or hidden: small
    numbers may show who somebody is, so this is for those who check, not for publishing.
    """
    procedure, forms = find_with_forms(area_or_file)
    period = _period(procedure, first.date(), last.date() if last else None)
    try:
        folders = [read_folder(procedure, forms, one)[0] for one in _list(folders_file)]
        found = _count(procedure, folders, period, now or dt.datetime.now(dt.UTC))
    except BadFolder as bad:
        raise click.ClickException("\n".join(f"{folders_file}: {fault}" for fault in bad.faults)) from None
    if as_json:
        click.echo(json.dumps([_as_table(one, period) for one in found], indent=2, ensure_ascii=False))
    else:
        click.echo(f"{procedure.area.name}, {long_date(period.first)} to {long_date(period.last)}")
        click.echo("\n".join(_line(one) for one in found))


def _period(procedure: Procedure, first: dt.date, last: dt.date | None) -> Period:
    """Raises ClickException for a period that ends before it begins, or has no end."""
    if last is None:
        if procedure.publication is None:
            raise click.ClickException("The procedure has no [publication] that says how long a period is. Add --to.")
        last = WorkingCalendar().add(first, procedure.publication.every).date - ONE_DAY
    if last < first:
        raise click.ClickException("The period ends before it begins. Give --to a day after that of --from.")
    return Period(first, last)


def _list(file: str) -> list[Any]:
    written = read_json(file)
    if not isinstance(written, list):
        raise click.ClickException(f"{file}: This is not a list. Put the folders into [ and ].")
    return written


def _count(procedure: Procedure, folders: list[Folder], period: Period, now: dt.datetime) -> tuple[Counted, ...]:
    try:
        return count(procedure, folders, calendar_of(procedure), period, now)
    except (CircularProcedure, RecursionError) as circle:
        raise click.ClickException(str(circle) or "The steps wait for one another in a circle.") from None


def _as_table(one: Counted, period: Period) -> dict[str, Any]:
    return {
        "figure": one.figure, "title": one.title, "from": period.first.isoformat(), "to": period.last.isoformat(),
        "number": one.number, "cases": list(one.cases), "unclear": list(one.unclear),
    }  # fmt: skip


def _line(one: Counted) -> str:
    """The figure, and which cases it leaves out because nobody has said enough."""
    doubt = f" (not clear: {', '.join(map(str, one.unclear))})" if one.unclear else ""
    return f"{one.title}: {one.number}{doubt}"
