"""Mail that has not gone yet is taken back where its reader leaves the case, or is not to be told any more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, update

from webform.records.store import db
from webform.records.tables import Colleague, Message, Party


def take_back(who: Party | Colleague, why: str) -> tuple[str, ...]:
    """Nothing that waits for somebody goes any more, nor for the colleagues of an organisation; returns the subjects.

    What is written from now on is for whoever writes it to judge. Never commits; the case has to be locked.
    """
    waiting = (Message.case_id == who.case_id, Message.state == "waiting", _for(who))
    cancelled = update(Message).where(*waiting).values(state="cancelled", lease_until=None, last_error=why)
    found = db.session.scalars(cancelled.returning(Message).execution_options(synchronize_session="fetch")).all()
    return tuple(one.subject for one in found)


def _for(who: Party | Colleague) -> ColumnElement[bool]:
    return Message.party_id == who.id if isinstance(who, Party) else Message.colleague_id == who.id
