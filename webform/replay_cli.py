"""`flask procedure replay`: what was due, from whom and by when, in a folder that is written down by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from .cases.calendars import CalendarFile, working_calendar
from .documents.procedure import Procedure
from .documents.source import Unreadable, read_text
from .procedure_cli import LondonTime, as_table, calendar_of, date_in_words, find_with_forms
from .rules.calendar import WorkingCalendar, long_instant
from .rules.folder import Duty
from .rules.folder_file import BadFolder, read_folder
from .rules.reckoning import CircularProcedure
from .rules.schedule import schedule


@click.command()
@click.argument("area_or_file", metavar="AREA|FILE")
@click.argument("folder_file", metavar="FOLDER.json")
@click.option("--now", type=LondonTime(), required=True, help="The moment to look at the case: 2026-11-20T12:00")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of duties")
@click.option("--explain", "explained", is_flag=True, help="Say how each date comes about, day by day")
def replay(area_or_file: str, folder_file: str, now: dt.datetime, as_json: bool, explained: bool) -> None:
    """Every duty of a case as it stood at that moment: step, party, occurrence, owner, start, due, state and why.

    FOLDER.json holds documents and parties: {"documents": [{"step": "request", "filed_at":
    "2026-11-02T10:00:00+00:00", "answers": {}}], "parties": [{"id": "police", "role": "agency", "joined_at":
    "2026-11-03T09:00:00+00:00"}]}. `flask procedure reference` tells every key.
    """
    procedure, forms = find_with_forms(area_or_file)
    try:
        folder, calendar = read_folder(procedure, forms, read_json(folder_file))
        duties = schedule(procedure, folder, _calendar(procedure, calendar), now)
    except BadFolder as bad:
        raise click.ClickException("\n".join(f"{folder_file}: {fault}" for fault in bad.faults)) from None
    except (CircularProcedure, RecursionError) as circle:
        raise click.ClickException(str(circle) or "The steps wait for one another in a circle.") from None
    if as_json:
        click.echo(json.dumps([as_table(duty) for duty in duties], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(procedure, now, duties, explained)))


def read_json(file: str) -> Any:
    """What a JSON file holds. Raises ClickException with the file's name and what is wrong."""
    try:
        found = json.loads(read_text(Path(file), file))
        json.dumps(found, ensure_ascii=False).encode()  # half a character can be written as JSON and never be shown
        return found
    except Unreadable as error:
        raise click.ClickException(error.fault.line()) from None
    except RecursionError:
        raise click.ClickException(f"{file}: The tables are nested too deep. Write flatter ones.") from None
    except UnicodeEncodeError:
        raise click.ClickException(f"{file}: It holds half a character, such as \\ud800. Take it out.") from None
    except ValueError as error:
        raise click.ClickException(f"{file}: This is not JSON: {error}. Mend that place.") from None


def _calendar(procedure: Procedure, written: dict[str, Any]) -> WorkingCalendar:
    """The council's own calendar, or the one that the file gives in its place."""
    if not written:
        return calendar_of(procedure)
    try:
        return working_calendar(procedure.id, procedure.calendar, CalendarFile.model_validate(written))
    except ValidationError as error:
        faults = [f"calendar.{'.'.join(map(str, one['loc']))}: {one['msg']}." for one in error.errors()]
        raise BadFolder(faults) from None


def _lines(procedure: Procedure, now: dt.datetime, duties: Iterable[Duty], explained: bool) -> Iterator[str]:
    yield f"{procedure.area.name}, on {long_instant(now)}"
    for duty in duties:
        party = f", {duty.party}" if duty.party else ""
        turn = f", {duty.occurrence}" if duty.occurrence > 1 else ""
        yield f"\n{duty.step}{party}{turn}: {date_in_words(duty)}"
        for line in (*duty.explanation, *duty.warnings) if explained else duty.warnings:
            yield f"    {line}"
