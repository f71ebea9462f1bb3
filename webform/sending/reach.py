"""Under which address a party can safely be emailed: their own, or for a body the one on the council's own list."""

from __future__ import annotations

from webform.contacts import Contact
from webform.house import house
from webform.records.tables import Party
from webform.rules.safe_contact import safe_email


def email_of(party: Party) -> str:
    """The address as it is today; '' where none is known or safe."""
    return safe_email(with_address(party), party.contact)


def with_address(party: Party) -> dict[str, str]:
    """Who a party is, with the address that letters go to."""
    found = listed(party)
    return {**party.person, "email": party.person.get("email") or (found.email if found else "")}


def listed(party: Party) -> Contact | None:
    """What the council's list says of a body that documents named. It is live: a new address needs no new case."""
    roster = house().contacts.get((party.case.area, party.role)) if party.key else None
    who = party.person
    return roster.find(called(party), who.get("choice") or "", who.get("kind") or "") if roster else None


def called(party: Party) -> str:
    """What people call a party: the organisation, and whoever speaks for it where nothing else is known."""
    return str(party.person.get("organisation") or party.person.get("name") or "")
