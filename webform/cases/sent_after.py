"""What is sent after a case that went to another body: papers that it has asked for, into the folder that it opened.

Only while that case is open. Elsewhere, or once it is closed, a person has to send them.
"""

from __future__ import annotations

from sqlalchemy import select

from webform.documents.procedure import Step
from webform.records.store import db, lock_case
from webform.records.tables import Case, CaseLink, Document
from webform.rules.apart import plain
from webform.sending.reach import called
from webform.words import gettext as _

from .copies import copy
from .folder import SETTLED, documents_of, duties_of
from .hand_over import HANDED_OVER, body_of, carried, tell_of_files_left
from .letters import add_task
from .pinned import rules_of
from .up_to_date import bring_up_to_date


def send_after(case: Case, step: Step, document: Document) -> None:
    """Copy the document, and those that the step carries, into the case that `adds_to` has opened.

    The document itself is what the other body has asked this one for, if it has: the same form, owed by a party that
    is called like it. Its time there is the time at which it was filed here.
    """
    other = _open_there(case, step)
    if other is None:
        says = _("Send the papers of “%(step)s” yourself: the case is not open on this service.", step=step.title)
        add_task(case, f"sent-after:{step.id}", says, document.filed_at)
        return
    lock_case(other.id)
    there = _numbers_there(case, other)
    for paper in carried(case, step):
        if paper.number not in there:
            copy(paper, other, document.filed_at)
    copy(document, other, document.filed_at, *_asked_of_us(other, document, body_of(case.area)))
    gone = _numbers_there(case, other)
    tell_of_files_left(case, other, [one for one in documents_of(case) if one.number in gone], document.filed_at)
    bring_up_to_date(other, document.filed_at)


def _numbers_there(case: Case, other: Case) -> set[int]:
    """The numbers here of the documents that have been copied there."""
    origins = (one.origin for one in documents_of(other) if one.origin)
    return {int(origin["number"]) for origin in origins if origin["case"] == case.reference}


def _open_there(case: Case, step: Step) -> Case | None:
    """The case that the step before has opened, as long as it is open."""
    of_step = (CaseLink.case_id == case.id, CaseLink.kind == HANDED_OVER, CaseLink.step == step.adds_to)
    there = select(Case).join(CaseLink, CaseLink.other_id == Case.id).where(*of_step, Case.closed_at.is_(None))
    return db.session.scalar(there.order_by(Case.id.desc()).limit(1))


def _asked_of_us(other: Case, document: Document, body: str) -> tuple[str | None, int | None]:
    """The step, and the party, whose duty there this form fulfils; none where nobody has asked for it."""
    procedure = rules_of(other)[0]
    steps = {one.id for one in procedure.steps if one.fill == document.kind}
    us = {str(party.id) for party in other.parties if plain(called(party)) == plain(body)}
    for duty in duties_of(other, document.filed_at):
        if duty.step in steps and duty.party in us and duty.state not in SETTLED:
            return duty.step, int(duty.party or 0)
    return None, None
