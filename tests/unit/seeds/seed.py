"""What the tables of the seeds share: the shipped documents, a request that is easy to vary, and a folder that grows.

Each row of a table is one rule that a published document states: its id names the paragraph and says the rule in our
words. Dates were worked out from a calendar on the wall, not with this software.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from tests.unit.rules.small_procedures import Case, at
from tests.victim import incident, report, victim_in_merton
from webform.documents.check import check
from webform.documents.procedure import Gate, Panel, Procedure, Step
from webform.documents.shelf import read_shelves
from webform.documents.threshold import Route
from webform.rules.calendar import WorkingCalendar
from webform.rules.finding import Finding
from webform.rules.folder import Duty, Folder
from webform.rules.schedule import schedule
from webform.rules.threshold import assess
from webform.settings import SHIPPED

SHELVES = read_shelves(SHIPPED)
Papers = Iterable[tuple[str, str, dict[str, Any]]]  # step, when, answers and whatever else a document has


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Rule = TypeVar("Rule", bound=_Named)


def _one(rules: Iterable[Rule], name: str) -> Rule:
    return next(rule for rule in rules if rule.id == name)


def step(procedure: Procedure, name: str) -> Step:
    return _one(procedure.steps, name)


def panel(procedure: Procedure, name: str) -> Panel:
    return _one(procedure.panels, name)


def gate(procedure: Procedure, name: str) -> Gate:
    return _one(procedure.gates, name)


def route(procedure: Procedure, name: str) -> Route:
    return _one(procedure.threshold.routes, name)


def titles(procedure: Procedure) -> dict[str, str]:
    """Who holds each role."""
    return {role.id: role.title for role in procedure.roles}


def ways_in(procedure: Procedure) -> set[str]:
    return {way.kind for way in procedure.ways_in}


def options(form: str, question: str) -> list[str]:
    """What can be chosen in answer to a question of a form."""
    found = SHELVES.forms[form].question(question)
    return [option.value for option in found.options] if found else []


# --- Thresholds ----------------------------------------------------------------------------------------------------


def told(*dates: tuple[str, str], **changes: Any) -> list[dict[str, Any]]:
    """Incidents that happened and were reported on those days; `changes` are made to each."""
    return [incident(number, *pair, **changes) for number, pair in enumerate(dates, 1)]


def reports(*written: tuple[str, str, str], **changes: Any) -> list[dict[str, Any]]:
    """Reports of one incident: the day, whom it was made to and who made it."""
    return [
        report(number, day, report_agency=agency, report_by=by, **changes)
        for number, (day, agency, by) in enumerate(written, 1)
    ]


def assessed(area: str, received: str, filed: dict[str, dict[str, Any]] | None = None, **changes: Any) -> Finding:
    """The finding about a request that reached the area that day, with what officers filed since, by step."""
    procedure = SHELVES.procedures[area]
    form = SHELVES.forms[procedure.area.opens_with]
    later = {name: (SHELVES.forms[str(step(procedure, name).fill)], answers) for name, answers in (filed or {}).items()}
    return assess(procedure, form, victim_in_merton(**changes), dt.date.fromisoformat(received), later)


def result_of(finding: Finding, name: str) -> str:
    """What was found about one route, or about one gate."""
    found = {route.id: route.result for route in finding.routes} | {gate.id: gate.result for gate in finding.gates}
    return found[name]


# --- Dates ---------------------------------------------------------------------------------------------------------


class Shipped(Case):
    """A folder of a shipped procedure, opened by a request of that time."""

    def __init__(self, area: str, received: str, *papers: tuple[str, str, dict[str, Any]], **answers: Any):
        self.procedure = SHELVES.procedures[area]
        self.calendar = WorkingCalendar(rule=self.procedure.calendar)
        self.documents, self.parties = [], []
        self.file(self.procedure.area.opens_with, received, effect="opens-case", role="applicant", **answers)
        for name, when, keys in papers:
            self.file(name, when, **keys)

    def says(self, name: str, now: str) -> tuple[str, str]:
        """The state of a duty and the day that it is due; '' where it has none."""
        duty = self.duty(name, now)
        return duty.state, duty.due_on.isoformat() if duty.due_on else ""


def area_duties(area: str, now: str, *papers: tuple[str, str, dict[str, Any]]) -> tuple[Duty, ...]:
    """The duties of the area's own folder, which no case opens."""
    case = Shipped(area, "2026-01-01", *papers)
    folder = Folder(tuple(case.documents[1:]), scope="area")
    return schedule(case.procedure, folder, case.calendar, at(now))


# --- Checks --------------------------------------------------------------------------------------------------------


def faults(area: str, level: str) -> dict[str, str]:
    """What the check says of an area at that level: the keys, and why."""
    return {fault.key: fault.why for fault in check(SHELVES, area) if fault.level == level}
