"""`flask procedure assess`: whether some answers meet the threshold of a procedure, and why."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from .procedure_cli import YEARS, find_with_forms
from .replay_cli import read_json
from .rules.by_hand import BadAnswers, read_answers
from .rules.finding import ConditionFinding, Finding, RouteFinding
from .rules.threshold import assess as find_out


class Day(click.ParamType[dt.date]):
    """A date, such as 2026-05-11."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            raise click.ClickException(f"--received: {value!r} is not a date. Write it like 2026-05-11.") from None
        if day.year not in YEARS:
            raise click.ClickException(f"--received: {value!r} is too far off. Take {YEARS[0]} to {YEARS[-1]}.")
        return day


@click.command()
@click.argument("area_or_file", metavar="AREA|FILE")
@click.argument("answers_file", metavar="ANSWERS.json")
@click.option("--received", type=Day(), required=True, help="The day the request arrived: 2026-05-11")
@click.option("--json", "as_json", is_flag=True, help="For programs: the finding as one table")
def assess(area_or_file: str, answers_file: str, received: dt.date, as_json: bool) -> None:
    """Whether the answers meet the threshold, with a reason for each condition and each report.

    ANSWERS.json holds one table, keyed by what questions mean or by their ids: {"incident": [{"incident.date":
    "2026-03-07", "report": [{"report.date": "2026-03-08"}]}]}. Answers of later documents are keyed STEP.question.
    """
    procedure, forms = find_with_forms(area_or_file)
    try:
        answers, filed = read_answers(procedure, forms, read_json(answers_file))
    except BadAnswers as bad:
        raise click.ClickException("\n".join(f"{answers_file}: {fault}" for fault in bad.faults)) from None
    finding = find_out(procedure, forms[procedure.area.opens_with], answers, received, filed)
    if as_json:
        click.echo(json.dumps(finding.as_json(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(finding)))


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.result}: {finding.why}"
    for route in (*finding.routes, finding.statutory):
        yield from _route(route)
    if finding.differs:
        yield f"\n{finding.differs}"
    for gate in finding.gates:
        if gate.truth is not False:
            yield f"\n{gate.id} {gate.result} ({gate.effect}): {gate.says} {gate.why} [{gate.source}]"
    for want in finding.unanswered:
        yield f"\nStill open: {want}"


def _route(route: RouteFinding) -> Iterator[str]:
    yield f"\n{route.id} ({route.kind}): {route.result} [{route.source}]"
    yield from _conditions(route.conditions, "  ")


def _conditions(conditions: Iterable[ConditionFinding], indent: str) -> Iterator[str]:
    for condition in conditions:
        yield f"{indent}{condition.result}: {condition.why}"
        for report in condition.reports:
            yield f"{indent}  {report.name} {report.result}: {report.why}"
        yield from _conditions(condition.parts, indent + "  ")
