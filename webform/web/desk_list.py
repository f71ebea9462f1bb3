"""The rows of the desk's list, from columns and deadlines alone: no folder is opened for a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webform.cases.pinned import rules_of
from webform.records.store import db
from webform.records.tables import Case, Deadline
from webform.rules.calendar import day_of
from webform.words import gettext as _

ACTIONABLE = ("late", "open")


@dataclass(frozen=True)
class Row:
    """One case of the list."""

    case: Case
    next: str
    due_on: dt.date | None
    late: bool

    @property
    def flags(self) -> list[Any]:
        """Labels of the flags, alarms first. Not shown before somebody has opened the case."""
        return sorted(self.case.flags, key=lambda flag: not flag["alarm"])


def rows_of(cases: list[Case], now: dt.datetime) -> list[Row]:
    """A row for each case, in the order given."""
    first = _first_deadlines([case.id for case in cases])
    return [_row(case, first.get(case.id), day_of(now)) for case in cases]


def _first_deadlines(cases: list[int]) -> dict[int, Deadline]:
    """The earliest duty of each case that can be done now and has a date."""
    waiting = select(Deadline).where(
        Deadline.case_id.in_(cases), Deadline.state.in_(ACTIONABLE), Deadline.due_on.is_not(None)
    )
    latest_first = db.session.scalars(waiting.order_by(Deadline.due_on.desc(), Deadline.id.desc()))
    return {row.case_id: row for row in latest_first}


def _row(case: Case, first: Deadline | None, today: dt.date) -> Row:
    if case.seen_at is None:
        return Row(case, _("Open the referral"), case.next_on, bool(case.next_on and case.next_on < today))
    if first is None or first.due_on is None:
        return Row(case, _("Nothing is due now"), None, False)
    return Row(case, rules_of(case)[0].named(first.step), first.due_on, first.due_on < today)
