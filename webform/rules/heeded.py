"""The gates that somebody's answers so far speak to: help at the right moment, and never a stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from webform.documents.answers import Answers
from webform.documents.condition import named_in
from webform.documents.form import Form
from webform.documents.procedure import Gate, Procedure

from .told import Told


def heeded(
    procedure: Procedure, form: Form, answers: Answers, today: dt.date, just_asked: Collection[str] | None = None
) -> tuple[Gate, ...]:
    """The gates that are known to apply and have words for the public; with `just_asked`, those that read one of these
    questions."""
    told = Told(procedure, form, answers, today, {})
    return tuple(
        gate
        for gate in procedure.gates
        if gate.says and _reads(told, gate, just_asked) and told.truth(gate.when.condition) is True
    )


def _reads(told: Told, gate: Gate, just_asked: Collection[str] | None) -> bool:
    if just_asked is None:
        return True
    found = (told.find(test.name) for test in named_in(gate.when.condition))
    return any(question.id in just_asked for asked, question in filter(None, found) if asked is told.opening)
