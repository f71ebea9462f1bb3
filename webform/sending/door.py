"""The door of the outbox: no email leaves that breaks a rule of the person it is for, as it is at this moment.

Rules are looked up when a message is about to go, not when it was written: a message may have waited for days.
"""

from __future__ import annotations

import datetime as dt

from webform.records.outbox import Message
from webform.records.store import db
from webform.records.tables import Party
from webform.rules.safe_contact import Go, Verdict, email_verdict

from .reach import with_address


def verdict_on(row: Message, now: dt.datetime) -> Verdict:
    """What the live rules of its reader say. Whoever is no party of a case has given none."""
    if row.party_id is None:
        return Go(row.recipient)
    party = db.session.get_one(Party, row.party_id, populate_existing=True)
    verdict = email_verdict(with_address(party), party.contact, now)
    db.session.rollback()  # no transaction stays open while the mail server is waited for
    return verdict
