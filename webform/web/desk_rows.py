"""The rows of the desk's lists, from columns alone: no folder is opened for a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webform.cases.folder import AREA, Which
from webform.cases.pinned import rules_of
from webform.cases.remind import last_reminded
from webform.documents.procedure import SERVICE
from webform.records.store import db
from webform.records.tables import Case, Deadline
from webform.rules.calendar import day_of
from webform.sending.reach import called
from webform.words import gettext as _


def flags_of(case: Case) -> list[Any]:
    """The flags of a case, alarms first."""
    return sorted(case.flags, key=lambda flag: not flag["alarm"])


def stage_of(case: Case) -> str:
    """How far a case is, in words."""
    return next((stage.title for stage in rules_of(case)[0].stages if stage.id == case.stage), "")


@dataclass(frozen=True)
class DutyRow:
    """One duty of some case."""

    deadline: Deadline
    now: dt.datetime

    @property
    def case(self) -> Case:
        return self.deadline.case

    @property
    def flags(self) -> list[Any]:
        return flags_of(self.case)

    @property
    def is_own(self) -> bool:
        """Whether it is the area's own, apart from any case."""
        return self.case.scope == AREA

    @property
    def title(self) -> str:
        return rules_of(self.case)[0].named(self.deadline.step)

    @property
    def is_letter(self) -> bool:
        """Whether a letter is due, and not a form."""
        step = rules_of(self.case)[0].step(self.deadline.step)
        return step is not None and step.send is not None

    @property
    def whom(self) -> str:
        """The party that it is about, where each of several has one; else which of several it is."""
        if self.deadline.party:
            return called(self.deadline.party)
        step = rules_of(self.case)[0].step(self.deadline.step)
        several = step is not None and step.each is not None and self.deadline.occurrence > 1
        return _("number %(number)s", number=self.deadline.occurrence) if several else ""

    @property
    def owners(self) -> str:
        """Who owes it."""
        titles = {role.id: role.title for role in rules_of(self.case)[0].roles} | {SERVICE: _("the service")}
        return _(" or ").join(titles.get(owner, owner) for owner in self.deadline.owner.split())

    @property
    def due_on(self) -> dt.date | None:
        return self.deadline.due_on

    @property
    def late(self) -> bool:
        return self.due_on is not None and self.due_on < day_of(self.now)

    @property
    def which(self) -> Which:
        """How addresses name it."""
        return Which(self.deadline.step, self.deadline.party_id, self.deadline.occurrence)

    @property
    def reminded_at(self) -> dt.datetime | None:
        """When those who owe it were reminded, if that is less than a day ago."""
        return last_reminded(self.deadline, self.now)


@dataclass(frozen=True)
class CaseRow:
    """One case."""

    case: Case
    next: str
    due_on: dt.date | None
    late: bool

    @property
    def flags(self) -> list[Any]:
        """Labels of the flags, alarms first."""
        return flags_of(self.case)

    @property
    def stage(self) -> str:
        return stage_of(self.case)


def duty_rows(deadlines: Iterable[Deadline], now: dt.datetime) -> list[DutyRow]:
    """A row for each duty, in the order given."""
    return [DutyRow(one, now) for one in deadlines]


def case_rows(cases: Iterable[Case], now: dt.datetime) -> list[CaseRow]:
    """A row for each case, in the order given."""
    listed = list(cases)
    first = _first_deadlines([case.id for case in listed])
    return [_row(case, first.get(case.id), day_of(now)) for case in listed]


def _first_deadlines(cases: list[int]) -> dict[int, Deadline]:
    """The earliest duty of each case that is to be done and has a date."""
    dated = (Deadline.case_id.in_(cases), Deadline.listed.is_not(None), Deadline.due_on.is_not(None))
    latest_first = select(Deadline).where(*dated).order_by(Deadline.due_on.desc(), Deadline.id.desc())
    return {row.case_id: row for row in db.session.scalars(latest_first)}


def _row(case: Case, first: Deadline | None, today: dt.date) -> CaseRow:
    if case.seen_at is None:
        return CaseRow(case, _("Open the referral"), case.next_on, bool(case.next_on and case.next_on < today))
    if first is None or first.due_on is None:
        return CaseRow(case, _("Nothing is due now"), None, False)
    return CaseRow(case, rules_of(case)[0].named(first.step), first.due_on, first.due_on < today)
