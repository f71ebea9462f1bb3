"""The lists of the desk: my day, each of its lists in full, all cases, and what a search finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webform.cases.absences import stood_in_for
from webform.cases.area_folder import area_folder
from webform.cases.day import Cases, Duties, Filters, Found, cases, duties, tasks
from webform.cases.desk import search
from webform.house import house
from webform.records.officers import ELECTED, Officer
from webform.records.store import db
from webform.records.tables import Case, Task
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.areas import served_by
from webform.web.desk_leave import leave_of
from webform.web.desk_rows import case_rows, duty_rows
from webform.web.field_base import clean
from webform.web.officer import moment, officer
from webform.web.powers import can, may_see
from webform.words import gettext as _
from webform.words import gettext_noop as N_

pages = Blueprint("lists", __name__, url_prefix="/desk")

PAGE, FEW = 25, 8
NOBODY = "nobody"
DUTIES: tuple[Duties, ...] = get_args(Duties)
CASES: tuple[Cases, ...] = get_args(Cases)
TASKS = "tasks"
# What each list is called, and what stands where it is empty.
TITLES = {
    TASKS: N_("To put right"),
    "new": N_("New requests"),
    "overdue": N_("Overdue"),
    "today": N_("Due today"),
    "week": N_("Due in the next 7 days"),
    "later": N_("Later, or without a date"),
    "waiting": N_("Waiting for others"),
    "open": N_("Open cases"),
    "closed": N_("Closed cases"),
}
EMPTY = {
    TASKS: N_("Nothing needs a person."),
    "new": N_("Every request has been opened."),
    "overdue": N_("Nothing is overdue."),
    "today": N_("Nothing is due today."),
    "week": N_("Nothing is due in the next 7 days."),
    "later": N_("Nothing is waiting to be done."),
    "waiting": N_("You are waiting for nobody."),
    "open": N_("There is no open case."),
    "closed": N_("There is no closed case."),
}
# By what a search found a case.
BY = {
    "email": N_("email"), "surname": N_("surname"), "postcode": N_("postcode"), "phone": N_("phone"),
    "reference": N_("reference"), "elsewhere": N_("reference in another system"),
}  # fmt: skip
MY_DAY = ("new", TASKS, "overdue", "today", "week", "waiting", "later")


@dataclass(frozen=True)
class Listed:
    """One list as a page shows it: so many rows of how many."""

    name: str
    rows: list[Any]
    found: Found[Any]

    @property
    def title(self) -> str:
        return _(TITLES[self.name])

    @property
    def empty(self) -> str:
        return _(EMPTY[self.name])

    @property
    def kind(self) -> str:
        """What its rows are."""
        return "duties" if self.name in DUTIES else "tasks" if self.name == TASKS else "cases"

    @property
    def count(self) -> str:
        """How many there are, in words."""
        count = f"{self.found.count:,}"
        return _("more than %(count)s", count=count) if self.found.more else count

    @property
    def pages(self) -> int:
        return -(-self.found.count // PAGE)


def listed(name: str, filters: Filters, start: int = 0, size: int = FEW) -> Listed:
    """A part of the list of that name."""
    area, now = officer().area, moment()
    if name in DUTIES:
        due = duties(area, name, day_of(now), filters, start, size)
        return Listed(name, duty_rows(due.rows, now), due)
    if name == TASKS:
        waiting = tasks(area, start, size, filters.linked)
        return Listed(name, _with_cases(waiting.rows), waiting)
    if name not in CASES:
        abort(404)
    of_cases = cases(area, name, filters, start, size)
    return Listed(name, case_rows(of_cases.rows, now), of_cases)


def _with_cases(rows: tuple[Task, ...]) -> list[tuple[Task, Case | None]]:
    """Each task with the case, or the area's own folder, that it is about."""
    about = db.session.scalars(select(Case).where(Case.id.in_({task.case_id for task in rows})))
    cases = {case.id: case for case in about}
    return [(task, cases.get(task.case_id or 0)) for task in rows]


@pages.get("/")
@access("officer")
def day() -> str:
    """What is new, what has to be done first and who is waited for."""
    filters, own = _filters(), area_folder(officer().area)
    return render_template(
        "desk/day.html", lists=[listed(name, filters) for name in MY_DAY], own=own if own and may_see(own) else None,
        chased=request.args.get("chased", ""), leave=leave_of(officer()),
        oversees=can("read") and served_by(officer().area), **_choices(filters),
    )  # fmt: skip


@pages.get("/list/<name>")
@access("officer")
def one(name: str) -> str:
    """One list in full, a page at a time."""
    filters = _filters()
    number = max(1, request.args.get("page", 1, int))
    shown = listed(name, filters, min((number - 1) * PAGE, 10**6), PAGE)
    return render_template(
        "desk/list.html", shown=shown, number=number, chased=request.args.get("chased", ""), **_choices(filters)
    )


@pages.post("/search")
@access("officer", needs="read")
def find() -> ResponseReturnValue:
    """The cases in which what was typed stands. It is personal, so that no address of a page holds it."""
    typed = clean(request.form.get("q", ""))
    hits, more = search(officer().area, typed, linked=not can("read"))
    if len(hits) == 1 and {"reference", "elsewhere"}.intersection(hits[0].by):
        return redirect(url_for("desk.case", reference=hits[0].case.reference), 303)
    rows = case_rows([hit.case for hit in hits], moment())
    by = {hit.case.id: [_(BY[kind]) for kind in hit.by] for hit in hits}
    return render_template("desk/found.html", typed=typed, rows=rows, by=by, more=more)


def _filters() -> Filters:
    """What the lists are narrowed to, as the address says. What is no choice narrows nothing."""
    choices = _choices(Filters())
    stage, flag, owner = (request.args.get(name, "") for name in ("stage", "flag", "owner"))
    known = {str(one.id): one.id for one in choices["officers"]} | {NOBODY: 0}
    return Filters(
        stage if stage in choices["stages"] else "", known.get(owner), flag if flag in choices["flags"] else "",
        linked=not can("read"), also=_also(owner, choices["officers"]),
    )  # fmt: skip


def _also(owner: str, officers: Iterable[Officer]) -> tuple[int, ...]:
    """For whom the officer whose cases are chosen stands in now: their cases are among them."""
    today, chosen = day_of(moment()), next((one for one in officers if str(one.id) == owner), None)
    return tuple(one.officer_id for one in stood_in_for(chosen, today) if one.first_on <= today) if chosen else ()


def _choices(filters: Filters) -> dict[str, Any]:
    """What the lists may be narrowed to, and what they are; and the same as an address has it."""
    shelves, area = house().shelves, officer().area
    procedure = shelves.procedures.get(area)
    forms = shelves.forms_of(procedure).values() if procedure else ()
    colleagues = select(Officer).where(Officer.area == area, Officer.active, Officer.role != ELECTED)
    owner = "" if filters.owner is None else filters.owner or NOBODY
    return {
        "stages": {stage.id: stage.title for stage in procedure.stages} if procedure else {},
        "flags": {flag.id: flag.label for form in forms for flag in form.flags},
        "officers": db.session.scalars(colleagues.order_by(Officer.name)).all(), "filters": filters,
        "owner": str(owner),
        "query": {name: value for name, value in (
            ("stage", filters.stage), ("owner", str(owner)), ("flag", filters.flag)) if value},
    }  # fmt: skip
