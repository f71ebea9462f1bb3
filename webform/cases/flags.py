"""What a reader must know before anything else: put on the case, and told at once where it can't wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from webform.contacts import NEEDED
from webform.documents.form import Flag, Form
from webform.records.lookup import index_flag
from webform.records.tables import Case
from webform.rules.journey import flags
from webform.sending.alarm import raise_alarm

from .letters import notify
from .pinned import rules_of


def raise_flags(case: Case, form: Form, answers: Mapping[str, Any], day: dt.date, now: dt.datetime) -> None:
    """Every flag that these answers raise and the case does not bear yet. Ages are taken on that day."""
    known = {flag["id"] for flag in case.flags}
    raised = [flag for flag in flags(form, answers, day) if flag.id not in known]
    new = ({"id": flag.id, "label": flag.label, "alarm": flag.alarm} for flag in raised)
    case.flags = [*case.flags, *new]
    for flag in raised:
        index_flag(case, flag.id)
    _raise_alarms(case, (flag for flag in raised if flag.alarm), now)


def _raise_alarms(case: Case, urgent: Iterable[Flag], now: dt.datetime) -> None:
    """Call the webhook, which depends on no mailbox, and write to those who have to act."""
    procedure, _ = rules_of(case)
    for flag in urgent:
        says = f"Case {case.reference} needs somebody to look at it now: {flag.label}."
        raise_alarm(f"flag:{flag.id}:{case.reference}", "flag", says, now)
        for role in NEEDED:
            notify(case, procedure.notices.alarm, role, {"alarm.says": f"{flag.label}."}, now)
