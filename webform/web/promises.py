"""What happens after a request, and by when: the procedure's own timetable, worked out for a request made now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from webform.cases.calendars import calendar_in_use
from webform.documents.procedure import Procedure
from webform.house import house
from webform.rules.schedule import forecast


@dataclass(frozen=True)
class Promise:
    """One thing that will happen, in the public's words, and its last day. A `forecast` may still move."""

    says: str
    due_on: dt.date
    forecast: bool


def promises(procedure: Procedure, now: dt.datetime) -> tuple[Promise, ...]:
    """The dated steps of a request that arrives now, earliest first; what is a choice is no promise."""
    found = []
    for duty in forecast(procedure, now, calendar_in_use(procedure, house().settings.instance)):
        rule = procedure.step(duty.step)
        if rule and rule.says and rule.strength != "choice" and duty.due_on and duty.state in ("open", "waiting"):
            found.append(Promise(rule.says, duty.due_on, duty.forecast))
    return tuple(sorted(dict.fromkeys(found), key=lambda promise: promise.due_on))
