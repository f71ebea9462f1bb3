"""The rows of the desk's list, from columns and deadlines alone: no folder is opened for a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from webform.records.tables import Case, Deadline
from webform.rules.calendar import day_of
from webform.web.referral import named

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
    return [_row(case, day_of(now)) for case in cases]


def _row(case: Case, today: dt.date) -> Row:
    if case.seen_at is None:
        return Row(case, "Open the referral", case.next_on, bool(case.next_on and case.next_on < today))
    waiting = [row for row in case.deadlines if row.state in ACTIONABLE and row.due_on is not None]
    first: Deadline | None = min(waiting, key=lambda row: row.due_on or dt.date.max, default=None)
    if first is None:
        return Row(case, "Nothing is due now", None, False)
    return Row(case, named(first.step), first.due_on, bool(first.due_on and first.due_on < today))
