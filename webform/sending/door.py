"""The door of the outbox: no email leaves that breaks a rule of the person it is for, as it is at this moment.

Rules are looked up when a message is about to go, not when it was written: a message may have waited for days.
"""

from __future__ import annotations

import datetime as dt

from webform.records.outbox import Message
from webform.records.store import db
from webform.records.tables import Colleague, Party
from webform.rules.safe_contact import Go, Stop, Verdict, email_verdict
from webform.words import gettext as _

from .reach import with_address


def verdict_on(row: Message, now: dt.datetime) -> Verdict:
    """What the live rules of its reader say. Whoever is no party of a case has given none."""
    if row.party_id is None:
        return Go(row.recipient)
    verdict = _live(row, row.party_id, now)
    db.session.rollback()  # no transaction stays open while the mail server is waited for
    return verdict


def _live(row: Message, party_id: int, now: dt.datetime) -> Verdict:
    party = db.session.get_one(Party, party_id, populate_existing=True)
    if party.left_at is not None and row.created_at < party.left_at:  # what was written to them since is a farewell
        return Stop(_("They have left the case."), tell=False)
    if row.colleague_id is None:
        return email_verdict(with_address(party), party.contact, now)
    colleague = db.session.get_one(Colleague, row.colleague_id, populate_existing=True)
    return Stop(_("They do not answer for it any more."), tell=False) if colleague.left_at else Go(colleague.email)
