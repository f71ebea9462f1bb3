"""`flask procedure ...`: what can be asked of the shelves alone, without database, keys or a shelf in order."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from .cases.calendars import calendar_for
from .documents.check import LEVELS, check
from .documents.checks.statute import LAW
from .documents.faults import BrokenDocuments, Fault
from .documents.form import Form
from .documents.procedure import Procedure
from .documents.shelf import Shelves, read_shelves
from .rules.calendar import LONDON, WorkingCalendar, long_date
from .rules.folder import Duty
from .rules.reckoning import CircularProcedure
from .rules.schedule import forecast
from .settings import SHIPPED, Settings, SettingsError
from .words import clock_time

YEARS = range(2000, 2061)  # further off, no calendar on a wall could confirm the dates


@click.group()
def procedure() -> None:
    """Check and try out procedures. Needs no database and no keys."""


@procedure.command("check")
@click.argument("area_or_file", metavar="[AREA|FILE]", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of faults")
@click.option("--notes", is_flag=True, help="Also list where a source is silent or in doubt")
def check_documents(area_or_file: str | None, as_json: bool, notes: bool) -> None:
    """What is wrong with the documents, and before the law. Fails if anything is an error.

    AREA is the name of a procedure on the shelf, FILE one that lies anywhere; without either, everything is checked.
    """
    faults = _faults(area_or_file)
    if as_json:
        click.echo(json.dumps([fault.as_json() for fault in faults], indent=2, ensure_ascii=False))
    else:
        listed = [fault for fault in faults if notes or fault.level != "note"]
        counts = ", ".join(_counted(level, sum(fault.level == level for fault in faults)) for level in LEVELS)
        click.echo("\n".join([*(fault.line() for fault in listed), f"{counts}."]))
    if any(fault.level == "error" for fault in faults):
        raise SystemExit(1)


def _faults(area_or_file: str | None) -> tuple[Fault, ...]:
    try:
        if area_or_file is None:
            return check(read_shelves(SHIPPED, _settings().instance))
        return check(*_shelves_with(area_or_file))
    except BrokenDocuments as broken:
        return broken.faults
    except click.ClickException as missing:
        return (Fault("error", "readable", str(area_or_file), "", missing.message, ""),)


def _stops(fault: Fault) -> bool:
    return fault.level == "error" and fault.rule not in LAW


def _counted(level: str, count: int) -> str:
    return f"{count or 'no'} {level}{'' if count == 1 else 's'}"


class LondonTime(click.ParamType[dt.datetime]):
    """A date with a time in London, or with an offset of its own; a bare date stands for nine in the morning."""

    name = "datetime"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        try:
            at = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date and time. Write 2026-12-23T16:00, or 2026-12-23 for 9am.", param, ctx)
        if at.year not in YEARS:
            self.fail(f"{value!r} is too far off. Take a year from {YEARS[0]} to {YEARS[-1]}.", param, ctx)
        if "T" not in value.upper() and " " not in value:
            at = at.replace(hour=9)
        return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(dt.UTC)


@procedure.command()
@click.argument("area_or_file", metavar="AREA|FILE")
@click.option("--received", type=LondonTime(), required=True, help="When the request arrives: 2026-12-23T16:00")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of duties")
@click.option("--explain", "explained", is_flag=True, help="Say how each date comes about, day by day")
def timetable(area_or_file: str, received: dt.datetime, as_json: bool, explained: bool) -> None:
    """What a request received at that time would set going: every step, with its date and why.

    AREA is the name of a procedure on the shelf, FILE one that lies anywhere.
    """
    chosen = find_procedure(area_or_file)
    try:
        duties = forecast(chosen, received, calendar_of(chosen))
    except CircularProcedure as circle:
        raise click.ClickException(str(circle)) from None
    if as_json:
        click.echo(json.dumps([as_table(duty) for duty in duties], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(chosen, received, duties, explained)))


def find_procedure(area_or_file: str) -> Procedure:
    """The procedure of that name, or the one in that file. Raises ClickException with everything that is wrong."""
    return find_with_forms(area_or_file)[0]


def find_with_forms(area_or_file: str) -> tuple[Procedure, dict[str, Form]]:
    """The procedure with the forms that belong to it. Raises ClickException with everything that is wrong.

    What breaks the law can still be tried out; what contradicts itself, or names what isn't there, can't.
    """
    try:
        shelves, name = _shelves_with(area_or_file)
        if broken := tuple(fault for fault in check(shelves, name) if _stops(fault)):
            raise BrokenDocuments(broken)
    except BrokenDocuments as found:
        raise click.ClickException("\n".join(fault.line() for fault in found.faults)) from None
    procedure = shelves.procedures[name]
    return procedure, shelves.forms_of(procedure)


def _shelves_with(area_or_file: str) -> tuple[Shelves, str]:
    """The shelves, with that file among them, and the name of the procedure. Forms may lie in a folder beside it.

    Raises BrokenDocuments, or ClickException where there is no such procedure.
    """
    path = Path(area_or_file)
    is_file = path.suffix == ".toml" or path.parent != Path() or path.is_file()
    if is_file and not path.is_file():
        raise click.ClickException(f"There is no file {area_or_file}.")
    home = path.resolve().parent.parent
    beside = is_file and path.resolve().parent.name == "procedures" and home != SHIPPED
    shelves = read_shelves(SHIPPED, home if beside else _settings().instance, [path] if is_file else [])
    name = path.stem if is_file else area_or_file
    if name not in shelves.procedures:
        known = ", ".join(sorted(shelves.procedures))
        raise click.ClickException(f"There is no procedure {area_or_file!r}. There are: {known}. A file ends in .toml.")
    return shelves, name


def calendar_of(chosen: Procedure) -> WorkingCalendar:
    """The working days of the procedure, with the council's own closures where there are any."""
    try:
        return calendar_for(chosen, _settings().instance)
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None


def _settings() -> Settings:
    """The settings as far as they can be read: a procedure can be tried out before the service can start."""
    try:
        return Settings.read(os.environ)
    except SettingsError as wrong:
        return wrong.settings


def as_table(duty: Duty) -> dict[str, Any]:
    """A duty as the JSON of `timetable` shows it. Instants are in London time, with their offset."""
    return {
        "step": duty.step,
        "party": duty.party,
        "occurrence": duty.occurrence,
        "owner": list(duty.owner),
        "to": list(duty.to),
        "start": _local(duty.starts),
        "due": _local(duty.due),
        "state": duty.state,
        "forecast": duty.forecast,
        "opened": _local(duty.opens_at),
        "done": _local(duty.done_at),
        "original": duty.original_due_on.isoformat() if duty.original_due_on else None,
        "warnings": list(duty.warnings),
        "explanation": list(duty.explanation),
    }


def _local(instant: dt.datetime | None) -> str | None:
    return instant.astimezone(LONDON).isoformat() if instant else None


def _lines(chosen: Procedure, received: dt.datetime, duties: Iterable[Duty], explained: bool) -> Iterable[str]:
    local = received.astimezone(LONDON)
    yield f"{chosen.area.name}: a request received on {long_date(local.date())} at {clock_time(local.time())}"
    for duty in duties:
        yield f"\n{duty.step}: {date_in_words(duty)}{_reader(duty)}"
        for line in duty.explanation if explained else duty.explanation[:1]:
            yield f"    {line}"


def date_in_words(duty: Duty) -> str:
    """When it is due, and how it stands."""
    if duty.due_on is None or duty.due is None:
        return duty.state if duty.state in ("done", "not needed") else f"no date ({duty.state})"
    local = duty.due.astimezone(LONDON)
    at = "" if (local.hour, local.minute) == (23, 59) else f" at {clock_time(local.time())}"
    return f"{long_date(duty.due_on)}{at} ({'forecast' if duty.forecast else duty.state})"


def _reader(duty: Duty) -> str:
    return f", to {duty.to[0]}" if duty.occurrence > 1 or len(duty.to) == 1 else ""
