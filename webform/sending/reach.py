"""Under which address a party can safely be emailed: their own, or for a body the one on the council's own list."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.contacts import Contact
from webform.house import house
from webform.records.sealed import blind
from webform.records.store import db
from webform.records.tables import Colleague, Party
from webform.rules.safe_contact import FAILS, safe_email


def email_of(party: Party) -> str:
    """The address as it is today; '' where none is known or safe."""
    return safe_email(with_address(party), party.contact)


def with_address(party: Party) -> dict[str, str]:
    """Who a party is, with the address that letters go to."""
    found = listed(party)
    return {**party.person, "email": party.person.get("email") or (found.email if found else "")}


def doubt(case_id: int, address: str, now: dt.datetime) -> bool:
    """No email goes to this address any more, to whomever on the case it belongs; whether it belongs to anybody.

    It holds until they have another or an officer says that it works; a colleague to whom an organisation passed
    something on has it no more. An address of the council's own list is mended in the list. Never commits; the case has
    to be locked.
    """
    on_case = select(Party).where(Party.case_id == case_id).execution_options(populate_existing=True)
    theirs = [
        party for party in db.session.scalars(on_case) if str(party.person.get("email")).lower() == address.lower()
    ]
    for party in theirs:
        party.contact = {**party.contact, FAILS: party.person["email"]}
    return _end_colleagues(case_id, address, now) or bool(theirs)


def _end_colleagues(case_id: int, address: str, now: dt.datetime) -> bool:
    there = (Colleague.case_id == case_id, Colleague.email_digest == blind("email", address))
    known = db.session.scalars(select(Colleague).where(*there, Colleague.left_at.is_(None))).all()
    for colleague in known:
        colleague.left_at = now
    return bool(known)


def listed(party: Party) -> Contact | None:
    """What the council's list says of a body that documents named. It is live: a new address needs no new case."""
    roster = house().contacts.get((party.case.area, party.role)) if party.key else None
    who = party.person
    return roster.find(called(party), who.get("choice") or "", who.get("kind") or "") if roster else None


def called(party: Party) -> str:
    """What people call a party: the organisation, and whoever speaks for it where nothing else is known."""
    return str(party.person.get("organisation") or party.person.get("name") or "")
