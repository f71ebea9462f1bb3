"""A party fills in a form on their own page: it is filed under their name, and those whom it is for are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from webform.contacts import POINT_OF_CONTACT
from webform.documents.procedure import Procedure, Step
from webform.records.tables import Case, Document, Party

from .facts import duty_facts
from .file_document import file_document
from .letters import notify
from .links import area_of
from .people import Author
from .pinned import rules_of
from .standing import Asked


def file_as_party(case: Case, party: Party, asked: Asked, answers: Mapping[str, Any], now: dt.datetime) -> Document:
    """File the form as the party's own document. Raises AlreadyDone and Refusal like any filing."""
    author = Author("", party.role, party.id)
    document = file_document(case, asked.step.id, asked.form, answers, author=author, now=now)
    letter = area_of(case).notices.filed
    procedure, _ = rules_of(case)
    for role in _readers(procedure, asked.step) if letter else ():
        notify(case, str(letter), role, duty_facts(case, asked.duty), now)
    return document


def _readers(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """The council's own roles that the form is for; the point of contact where it names none."""
    local = {role.id for role in procedure.roles if role.local and not role.external}
    named = tuple(role for role in step.roles("to") if role in local)
    return named if POINT_OF_CONTACT in named else (*named, POINT_OF_CONTACT)
