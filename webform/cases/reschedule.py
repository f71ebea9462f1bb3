"""The calendar changed: closed days, worked holidays or meetings. Open deadlines move, and each case says why."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.documents.procedure import SERVICE
from webform.records.chain import seal_document
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Case, Deadline
from webform.rules.calendar import long_date
from webform.rules.folder import Duty
from webform.words import gettext as _

from .folder import AREA, duties_of
from .pinned import rules_of
from .up_to_date import OPEN, bring_up_to_date

KIND = "dates-moved"
Key = tuple[str, str, int]


def reschedule(now: dt.datetime) -> tuple[int, int]:
    """Bring every open case up to date, each in its own transaction. Returns how many were looked at, and moved.

    The folders of areas' own duties move as well, and are not counted.
    """
    order = select(Case.id, Case.scope).where(Case.closed_at.is_(None)).order_by(Case.id)
    folders = list(db.session.execute(order))
    db.session.rollback()
    moved = [(scope, _one(case_id, now)) for case_id, scope in folders]
    cases = [changed for scope, changed in moved if scope != AREA]
    return len(cases), sum(cases)


def _one(case_id: int, now: dt.datetime) -> bool:
    begin_writing()
    try:
        lock_case(case_id)
        case = db.session.get_one(Case, case_id, populate_existing=True)
        moved = move_dates(case, now)
        if not moved:
            bring_up_to_date(case, now)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return moved


def move_dates(case: Case, now: dt.datetime) -> bool:
    """Move the dates that the calendar has moved since they were last reckoned, and file why.

    Whoever is about to file something calls this first: a date that moves afterwards moves because of what was filed.
    """
    before = {_key(row): row.due_on for row in case.deadlines if row.state in OPEN and not row.forecast}
    moved = [
        (duty, old)
        for duty in duties_of(case, now)
        if (old := before.get(duty.key)) and duty.due_on and old != duty.due_on and not duty.forecast
    ]
    if moved:
        _file(case, moved, now)
        bring_up_to_date(case, now)
    return bool(moved)


def _key(row: Deadline) -> Key:
    return row.step, str(row.party_id or ""), row.occurrence


def _file(case: Case, moved: list[tuple[Duty, dt.date]], now: dt.datetime) -> None:
    """What moved, from when to when, and how each new date comes about."""
    procedure = rules_of(case)[0]
    parts = [_("The calendar of working days or meetings was changed, and these dates with it.")]
    for duty, old in moved:
        step = procedure.step(duty.step)
        title = step.title if step and step.title else duty.step
        new = f"{title}: from {long_date(old)} to {long_date(duty.due_on)}." if duty.due_on else title
        parts.append("\n".join([new, *(f"- {line}" for line in duty.explanation)]))
    seal_document(
        case, kind=KIND, effect="records", author=_("The service"), author_role=SERVICE, filed_at=now,
        body="\n\n".join(parts),
    )  # fmt: skip
