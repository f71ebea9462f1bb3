"""What those outside owe in a case, as the desk sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from webform.cases.colleagues import colleagues_of
from webform.cases.folder import Which
from webform.cases.pinned import rules_of
from webform.cases.remind import OWED, by_link, last_reminded
from webform.records.tables import Case, Colleague
from webform.rules.folder import Duty
from webform.sending.reach import called
from webform.web.arrival import is_from_outside

STILL_POSSIBLE = (*OWED, "lapsed", "done", "done late")  # a choice may be taken again, and after its date


@dataclass(frozen=True)
class Asked:
    """One of these duties: who owes it, whether an officer may fill it in for them, when they were last reminded, if
    that is less than a day ago, and to whom they have passed it on."""

    duty: Duty
    title: str
    whom: str
    by_desk: bool
    reminded: dt.datetime | None
    colleagues: tuple[Colleague, ...] = ()

    @property
    def which(self) -> Which:
        """How addresses name it."""
        return Which.of(self.duty)


def asked_outside(case: Case, duties: Iterable[Duty], now: dt.datetime) -> tuple[Asked, ...]:
    """What those who work by a link owe now, the earliest date first."""
    found = [one for duty in duties if duty.state in OWED and (one := _asked(case, duty, now))]
    return tuple(sorted(found, key=lambda one: one.duty.due_on or dt.date.max))


def _asked(case: Case, duty: Duty, now: dt.datetime) -> Asked | None:
    procedure, forms = rules_of(case)
    step, outside = procedure.step(duty.step), by_link(procedure, duty.owner)
    if step is None or step.strength == "choice" or not outside:
        return None
    titles = {role.id: role.title for role in procedure.roles}
    party = next((one for one in case.parties if str(one.id) == duty.party), None)
    whom = called(party) if party else " or ".join(titles[role] for role in outside)
    form = forms.get(step.fill or "")
    row = next((one for one in case.deadlines if (one.step, str(one.party_id or ""), one.occurrence) == duty.key), None)
    by_desk = form is not None and form.audience != "public"
    return Asked(duty, procedure.named(step.id), whom, by_desk, last_reminded(row, now), colleagues_of(case, duty))


@dataclass(frozen=True)
class MayCome:
    """Something that nobody is asked for and that may still come, by letter or otherwise, and from whom."""

    duty: Duty
    title: str
    whom: str
    passed: bool  # whether its last day has gone by

    @property
    def which(self) -> Which:
        """How addresses name it."""
        return Which.of(self.duty)


def may_come_in(case: Case, duties: Iterable[Duty], now: dt.datetime) -> tuple[MayCome, ...]:
    """What those outside may still send on their own account, and an officer may write down for them."""
    procedure, forms = rules_of(case)
    titles = {role.id: role.title for role in procedure.roles}
    found = []
    for duty in duties:
        step = procedure.step(duty.step)
        form = forms.get(step.fill or "") if step else None
        if step is None or form is None or step.strength != "choice" or duty.state not in STILL_POSSIBLE:
            continue
        if is_from_outside(procedure, duty.owner, form):
            party = next((one for one in case.parties if str(one.id) == duty.party), None)
            whom = called(party) if party else " or ".join(titles.get(role, role) for role in duty.owner)
            found.append(MayCome(duty, procedure.named(step.id), whom, bool(duty.due and duty.due < now)))
    return tuple(found)
