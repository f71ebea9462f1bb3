"""What comes in after its last day is taken in all the same, and whoever reads the case is told so first."""

from __future__ import annotations

import datetime as dt

from webform.documents.form import Form
from webform.records.tables import Case, Document
from webform.rules.calendar import long_date
from webform.words import gettext as _

from .folder import duties_of
from .pinned import rules_of

OPENING = "opens-case"


def flag_late(case: Case, form: Form, document: Document, now: dt.datetime) -> None:
    """Put on the case that what nobody had to send, such as an appeal, came after its last day; once for a step."""
    procedure = rules_of(case)[0]
    step = procedure.step(document.step or "")
    if step is None or not (step.strength == "choice" or form.effect == OPENING):
        return
    late = (one for one in duties_of(case, now) if one.step == step.id and one.state == "done late" and one.due_on)
    last = next((one.due_on for one in late), None)
    name = f"late-{step.id}"
    if last is None or name in [flag["id"] for flag in case.flags]:
        return
    words = {"step": procedure.named(step.id), "day": long_date(last)}
    label = _("%(step)s: it came after %(day)s, the last day for it. It is taken in all the same.", **words)
    case.flags = [*case.flags, {"id": name, "label": label, "alarm": False}]
