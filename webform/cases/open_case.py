"""A request becomes a case: documents, parties, deadlines and messages, all in the caller's one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from webform.documents.answers import first
from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.records.chain import seal_document
from webform.records.reference import unused_reference
from webform.records.register import enter
from webform.records.store import db
from webform.records.tables import Case, Party
from webform.rules.calendar import day_of
from webform.rules.summary import prune

from .consent import flag_consent
from .evidence import give_files
from .flags import raise_flags
from .late import flag_late
from .parties import bring_parties_up_to_date
from .people import PEOPLE, Author, Known, details_of, rules_of_request, stricter
from .pinned import keep_version
from .same_person import flag_same_person
from .up_to_date import bring_up_to_date


def open_case(
    shelves: Shelves, procedure: Procedure, form: Form, answers: Mapping[str, Any], *, received_at: dt.datetime,
    channel: str, now: dt.datetime, author: Author, draft_key: str | None = None,
    known: Mapping[str, Known] | None = None, brings: Callable[[Case], None] | None = None,
) -> Case:  # fmt: skip
    """Open a case from a complete form. A second one for the same draft breaks the unique `draft_key`.

    `received_at` is when the request reached the council, for one taken down from a letter or a call; the clock counts
    from it. `known` is what another case says of the people by now, by role: it holds before what the form says.
    `brings` files what comes along from there, before any letter goes.
    Nothing is committed here.
    """
    kept = prune(form, answers)
    case = Case(
        reference=unused_reference(), area=procedure.id, version=keep_version(shelves, procedure, now),
        stage=procedure.stages[0].id if procedure.stages else "", channel=channel, received_at=received_at,
        opened_at=now, draft_key=draft_key, headline=headline(form, kept), flags=[],
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    _add_people(case, form, kept, received_at, known or {})
    document = seal_document(
        case, kind=form.id, step=opening_step(procedure, form), effect=form.effect, author=author.name,
        author_role=author.role, party_id=author.party_id, filed_at=now, effective_at=received_at, answers=kept,
        body=None,
    )  # fmt: skip
    give_files(case, document, now)
    bring_parties_up_to_date(case, now)
    if brings:
        brings(case)
    raise_flags(case, form, kept, day_of(received_at), now)
    flag_same_person(case)
    flag_consent(case, now)
    flag_late(case, document, now)
    bring_up_to_date(case, now)
    enter(case)
    return case


def opening_step(procedure: Procedure, form: Form) -> str:
    """The step that the opening form fulfils."""
    return next(step.id for step in procedure.steps if step.fill == form.id)


def headline(form: Form, answers: Mapping[str, Any]) -> str | None:
    """What the list of cases calls it: what the form says is the headline, else the applicant's name."""
    found = first(form, answers, "case.headline") or first(form, answers, "applicant.name")
    return str(found) if found else None


def _add_people(
    case: Case, form: Form, answers: Mapping[str, Any], joined_at: dt.datetime, known: Mapping[str, Known]
) -> None:
    for role in PEOPLE:
        before = known.get(role, Known({}, {}))
        details = {**details_of(role, form, answers), **before.person}
        if not details:
            continue
        contact = stricter(before.contact, rules_of_request(role, form, answers))
        party = Party(case_id=case.id, role=role, person=details, contact=contact, joined_at=joined_at)
        db.session.add(party)
