"""What people say of the service itself: kept in the area's own folder, told to a person, and acknowledged.

It belongs to no case, and nobody who works on cases has to find it in one. It goes when its own time is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from webform.documents.answers import first
from webform.documents.form import Form
from webform.documents.letter import render
from webform.documents.procedure import Procedure, Step
from webform.house import house
from webform.records.chain import forget
from webform.records.erasures import note
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Case, Document
from webform.sending.compose import compose
from webform.sending.outbox import post

from .area_folder import area_folder, folder_of_area
from .facts import area_facts
from .file_document import file_document
from .folder import AREA
from .people import Author
from .retention import areas, last_of

EFFECT = "feedback"
AUTHOR_ROLE = "applicant"
SAME_PRESS = dt.timedelta(minutes=10)


def feedback_step(procedure: Procedure) -> tuple[Step, Form] | None:
    """The step, and its form, by which an area takes feedback; None where it takes none here."""
    forms = house().shelves.forms
    found = ((step, forms[step.fill]) for step in procedure.steps if step.scope == AREA and step.fill)
    return next(((step, form) for step, form in found if form.effect == EFFECT), None)


def take_feedback(procedure: Procedure, answers: Mapping[str, Any], now: dt.datetime) -> None:
    """File it, ask a person to read it, and say that it is here. Pressed twice, it is here once."""
    found = feedback_step(procedure)
    if found is None:
        return
    step, form = found
    folder = folder_of_area(procedure, now)
    lock_case(folder.id)
    recent = (Document.case_id == folder.id, Document.effect == EFFECT, Document.filed_at > now - SAME_PRESS)
    if any(dict(one.answers or {}) == dict(answers) for one in db.session.scalars(select(Document).where(*recent))):
        return
    file_document(folder, step.id, form, answers, author=Author("", AUTHOR_ROLE), now=now)
    if email := first(form, answers, "applicant.email"):
        _acknowledge(procedure, str(email), now)


def _acknowledge(procedure: Procedure, email: str, now: dt.datetime) -> None:
    """A note that gives nothing away: the address may be read by somebody else."""
    if procedure.notices.feedback is None:
        return
    letter = house().shelves.letters[procedure.notices.feedback]
    written = compose(render(letter, area_facts(procedure)))
    post(email, written, letter=letter.id, purpose=letter.purpose, area=procedure.id, now=now)


# --- the end ---------------------------------------------------------------------------------------------------------


def forget_feedback(now: dt.datetime) -> int:
    """Erase what was said before the time that each area keeps it. How many."""
    return sum(_forget(procedure, now) for procedure in areas())


def _forget(procedure: Procedure, now: dt.datetime) -> int:
    last, folder = last_of(procedure, procedure.retention.feedback, now), area_folder(procedure.id)
    if last is None or folder is None:
        return 0
    begin_writing()
    lock_case(folder.id)
    over = list(_over(folder, last))
    for document in over:
        note("document", f"{folder.reference} {document.number}", now)
        forget(document)
    db.session.commit()
    return len(over)


def _over(folder: Case, last: dt.datetime) -> Iterator[Document]:
    here = (Document.case_id == folder.id, Document.effect == EFFECT, Document.salt.is_not(None))
    yield from db.session.scalars(select(Document).where(*here, Document.filed_at <= last))
