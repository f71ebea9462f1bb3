"""What another body decided comes back to the case that was handed over to it. The clock carries it.

It is a transaction of its own: nothing in the first case can hinder those who work on the second.
"""

from __future__ import annotations

import datetime as dt

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.logs import places_of
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Case, CaseLink, Document
from webform.rules.carried_over import Said, carried_over, unanswered
from webform.rules.reckoning import CLOSING
from webform.sending.alarm import raise_alarm
from webform.words import gettext as _

from .copies import copy
from .file_document import file_document
from .folder import AlreadyDone, documents_of
from .hand_over import HANDED_OVER, body_of
from .letters import add_task
from .people import Author, parties
from .pinned import rules_of
from .up_to_date import bring_up_to_date

log = structlog.get_logger()


def hand_back(now: dt.datetime) -> int:
    """Carry back whatever has come to its end elsewhere. Returns how many cases something came back to."""
    new = select(CaseLink.id).join(Case, Case.id == CaseLink.other_id).where(CaseLink.looked < Case.chain_count)
    waiting = new.where(CaseLink.kind == HANDED_OVER, CaseLink.returned_at.is_(None)).order_by(CaseLink.id)
    links = list(db.session.scalars(waiting))
    db.session.rollback()
    return sum(_one(link, now) for link in links)


def _one(link_id: int, now: dt.datetime) -> bool:
    begin_writing()
    try:
        link = db.session.get_one(CaseLink, link_id)
        lock_case(link.case_id)
        db.session.refresh(link)
        came = link.returned_at is None and _look(link, now)
        db.session.commit()
    except DBAPIError:
        db.session.rollback()
        raise  # the database is at fault, not this case
    except Exception as fault:  # one that can't be carried must not hold up the others
        db.session.rollback()
        _tell(link_id, fault, now)
        return False
    return came


def _tell(link_id: int, fault: Exception, now: dt.datetime) -> None:
    log.error("what came back could not be filed", link=link_id, fault=type(fault).__name__, at=places_of(fault))
    begin_writing()
    case = db.session.get_one(Case, db.session.get_one(CaseLink, link_id).case_id)
    says = _(
        "Case %(reference)s: what came back can't be filed (%(fault)s). See the log of the clock.",
        reference=case.reference,
        fault=type(fault).__name__,
    )
    raise_alarm(f"hand-back:{link_id}:{now:%Y%m%d}", "hand-back", says, now)
    db.session.commit()


def _look(link: CaseLink, now: dt.datetime) -> bool:
    """Whether the other case has come to its end since somebody looked; then its document is filed here."""
    case, other = db.session.get_one(Case, link.case_id), db.session.get_one(Case, link.other_id)
    procedure = rules_of(other)[0]
    new = [one for one in documents_of(other) if one.number > link.looked]
    link.looked = max([link.looked, *(one.number for one in new)])
    end = next((one for one in new if _is_end(procedure, one)), None)
    if end is None:
        return False
    link.returned_at = now
    _file(case, link, end, now)
    return True


def _is_end(procedure: Procedure, document: Document) -> bool:
    """What a step hands back that is marked so; failing that, and in any case, what closes the case."""
    step = procedure.step(document.step or "")
    return document.effect in CLOSING or (step is not None and step.hands_back)


def _file(case: Case, link: CaseLink, end: Document, now: dt.datetime) -> None:
    """The document itself, as what it is; and the step that waits for it, with what its form takes over."""
    procedure, forms = rules_of(case)
    handing = procedure.step(link.step or "")
    step = procedure.step(handing.returns) if handing and handing.returns else None
    form = forms.get(step.fill) if step and step.fill else None
    came = copy(end, case, now, step.id if step and form is None else None)
    gaps = _fulfil(case, step.id, form, end, now) if step and form else ()
    says = _(
        "What %(area)s found has come back. It is document %(number)s of this case.",
        area=body_of(end.case.area),
        number=came.number,
    )
    if gaps:
        says += _(" It does not say everything that is needed here. Find out: %(gaps)s.", gaps="; ".join(gaps))
    add_task(case, f"came-back:{link.id}", says, now)
    bring_up_to_date(case, now)


def _fulfil(case: Case, step: str, form: Form, end: Document, now: dt.datetime) -> tuple[str, ...]:
    """File the form of the step in the name of the other body. Returns what the form asks and nobody said."""
    forms = rules_of(end.case)[1]
    said = [Said(forms[end.kind], end.answers or {})] if end.kind in forms else []
    answers = carried_over(form, said)
    try:
        author = _author(case, step, end)
        file_document(case, step, form, answers, author=author, now=now, effective_at=end.effective_at)
    except AlreadyDone:
        return ()  # somebody wrote it down by hand before
    return unanswered(form, answers)


def _author(case: Case, step_id: str, end: Document) -> Author:
    """The body that decided: the role that owes the step, and its party where there is one on the case."""
    procedure = rules_of(case)[0]
    step = procedure.step(step_id)
    role = step.roles("by")[0] if step else ""
    holders = parties(case, role)
    return Author(body_of(end.case.area), role, holders[0].id if len(holders) == 1 else None)
