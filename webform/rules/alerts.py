"""When the clock has to speak of a duty: before its due date, and right after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from webform.documents.duration import Duration
from webform.documents.procedure import SERVICE, Clock, Step

from .calendar import ONE_DAY, WorkingCalendar, at_time
from .folder import Duty

TO_BE_DONE = ("waiting", "open", "late")


class Alerts(NamedTuple):
    """Instants in UTC; None where there is nothing to say. That each is said once is the sweep's business."""

    remind_at: datetime | None = None
    overdue_at: datetime | None = None


def alerts(duty: Duty, step: Step, clock: Clock, calendar: WorkingCalendar) -> Alerts:
    """What the clock owes to a duty. Forecasts move, so nobody is reminded of one; a choice is never overdue."""
    if duty.state not in TO_BE_DONE or duty.due is None or duty.forecast or SERVICE in step.roles("by"):
        return Alerts()
    before = step.remind.before if step.remind and step.remind.before else None
    if step.strength == "choice":
        return Alerts(_remind_at(duty, before, calendar))
    return Alerts(_remind_at(duty, before or clock.remind, calendar), duty.due + timedelta(microseconds=1))


def _remind_at(duty: Duty, before: Duration | None, calendar: WorkingCalendar) -> datetime | None:
    """The start of the working day that lies so long before the due date; never before the duty opens."""
    if before is None or duty.due is None or duty.due_on is None:
        return None
    if before.unit == "hours":
        at = duty.due - timedelta(hours=before.amount)
    else:
        day = calendar.back(duty.due_on, before).date
        while not calendar.is_working_day(day):
            day -= ONE_DAY
        at = at_time(day, calendar.rule.day_starts)
    return at if duty.opens_at is not None and duty.opens_at <= at else None
