"""How long the duties of an area took, from columns that are kept with each deadline: no case is opened for it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import case, func, select

from webform.documents.procedure import Procedure
from webform.records.store import db
from webform.records.tables import Deadline
from webform.rules.figure_set import SMALLEST_LIMIT
from webform.rules.periods import Period
from webform.rules.times import Kept, StageTime, stage_times


def times_of(procedure: Procedure, period: Period) -> tuple[StageTime, ...]:
    """How long each stage took, of what was done in the period.

    Its steps are named, so that the index gives them one after the other: nothing is sorted, and no other period read.
    """
    steps = [step.id for step in procedure.steps if step.stage]
    late = func.sum(case((Deadline.state == "done late", 1), else_=0))
    wanted = (
        select(Deadline.step, func.count(), late, func.sum(Deadline.taken), func.sum(Deadline.promised))
        .where(Deadline.area == procedure.id, Deadline.step.in_(steps))
        .where(Deadline.done_on.between(period.first, period.last))
        .group_by(Deadline.step)
    )
    kept = [Kept(step, *map(int, numbers)) for step, *numbers in db.session.execute(wanted)]
    return stage_times(procedure, kept, procedure.publication.fewest if procedure.publication else SMALLEST_LIMIT)


def keep_times(row: Deadline, state: str, starts: dt.date | None, done_on: dt.date | None) -> None:
    """Note how long a duty took, once it is done by a date that it had."""
    if state not in ("done", "done late") or starts is None or done_on is None or row.due_on is None:
        row.done_on = row.taken = row.promised = None
        return
    row.done_on, row.taken, row.promised = done_on, (done_on - starts).days, (row.due_on - starts).days
