"""What comes in after its last day is taken in all the same, and whoever reads the case is told so first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from webform.records.tables import Case, Document
from webform.rules.calendar import long_date
from webform.rules.folder import Duty
from webform.words import gettext as _

from .folder import duties_of
from .pinned import rules_of

OPENING = "opens-case"


def last_day_missed(duties: Iterable[Duty], document: Document) -> dt.date | None:
    """The last day for a document that came after it, be it the first of its step or another; None for any other."""
    own = (one for one in duties if one.step == document.step and one.party in (None, str(document.party_id)))
    return next((one.due_on for one in own if one.state == "done late" or _is_after(one, document)), None)


def _is_after(duty: Duty, document: Document) -> bool:
    return duty.due is not None and not duty.forecast and document.effective_at > duty.due


def flag_late(case: Case, document: Document, now: dt.datetime) -> None:
    """Put on the case that what nobody had to send, such as an appeal, came after its last day; once for a step.

    A correction of the day may take it off again.
    """
    procedure = rules_of(case)[0]
    step = procedure.step(document.step or "")
    if step is None or not (step.strength == "choice" or document.effect == OPENING):
        return
    last = last_day_missed(duties_of(case, now), document)
    name = f"late-{step.id}"
    if document.replaces:
        case.flags = [flag for flag in case.flags if flag["id"] != name]
    if last is None or name in [flag["id"] for flag in case.flags]:
        return
    words = {"step": procedure.named(step.id), "day": long_date(last)}
    label = _("%(step)s: it came after %(day)s, the last day for it. It is taken in all the same.", **words)
    case.flags = [*case.flags, {"id": name, "label": label, "alarm": False}]
