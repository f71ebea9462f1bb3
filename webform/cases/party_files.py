"""A party fills in a form on their own page: it is filed under their name, and those whom it is for are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from webform.contacts import POINT_OF_CONTACT
from webform.documents.procedure import Procedure, Step
from webform.records.tables import Case, Document, Party
from webform.rules.folder import Duty

from .facts import duty_facts
from .file_document import file_document
from .folder import Which, duties_of, meant
from .letters import notify
from .links import area_of
from .people import Author
from .pinned import rules_of
from .standing import Asked


def file_as_party(case: Case, party: Party, asked: Asked, answers: Mapping[str, Any], now: dt.datetime) -> Document:
    """File the form as the party's own document. Raises AlreadyDone and Refusal like any filing."""
    author = Author("", party.role, party.id)
    document = file_document(case, asked.step.id, asked.form, answers, author=author, now=now)
    named = _readers(rules_of(case)[0], asked.step)
    _tell(case, named if POINT_OF_CONTACT in named else (*named, POINT_OF_CONTACT), asked.duty, now)
    return document


def tell_whom_it_is_for(case: Case, which: Which, author: Author, now: dt.datetime) -> None:
    """An officer has filed a form, for themselves or for somebody outside: whoever else at the desk it is for is told.

    The point of contact looks after the case and reads it there.
    """
    procedure = rules_of(case)[0]
    step = procedure.step(which.step)
    duty = next(iter(meant(duties_of(case, now), which)), None)
    if step and duty:
        known = (POINT_OF_CONTACT, author.role)
        _tell(case, tuple(role for role in _readers(procedure, step) if role not in known), duty, now)


def _tell(case: Case, roles: tuple[str, ...], duty: Duty, now: dt.datetime) -> None:
    letter = area_of(case).notices.filed
    for role in roles if letter else ():
        notify(case, str(letter), role, duty_facts(case, duty), now)


def _readers(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """The council's own roles that the form is for."""
    local = {role.id for role in procedure.roles if role.local and not role.external}
    return tuple(role for role in step.roles("to") if role in local)
