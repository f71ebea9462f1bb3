"""Who the letters go to: instance/contacts.toml, the only place that addresses of roles come from.

    [AREA.ROLE]
    name = "Community Safety Team"
    email = "..."

A shipped document may print a council's public contacts, but no mail is ever addressed from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "contacts.toml"
POINT_OF_CONTACT, DEPUTY = "spoc", "deputy"
NEEDED = (POINT_OF_CONTACT, DEPUTY)  # without these two, nobody would see a request in time


@dataclass(frozen=True)
class Contact:
    """One role's name and mailbox."""

    name: str
    email: str


Contacts = Mapping[tuple[str, str], Contact]  # by area and role


def read_contacts(instance: Path) -> tuple[Contacts, tuple[str, ...]]:
    """The contacts that can be used, and what is wrong with the rest."""
    path = instance / FILE
    if not path.exists():
        return {}, ()
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as broken:
        return {}, (f"{path} can't be read: {broken}.",)
    contacts: dict[tuple[str, str], Contact] = {}
    faults: list[str] = []
    for area, role, entry in _entries(written):
        contact = _contact(entry)
        if contact is None:
            faults.append(f"{path}: [{area}.{role}] needs a name and an email address, and nothing else.")
        else:
            contacts[area, role] = contact
    return contacts, tuple(faults)


def _entries(written: Mapping[str, object]) -> Iterator[tuple[str, str, object]]:
    for area, roles in written.items():
        if isinstance(roles, dict):
            yield from ((area, role, entry) for role, entry in roles.items())
        else:
            yield area, "?", None


def missing_contacts(instance: Path, areas: Iterable[str]) -> tuple[str, ...]:
    """Everything that contacts.toml still has to say before the service may start."""
    contacts, faults = read_contacts(instance)
    missing = tuple(
        f"{instance / FILE}: [{area}.{role}] is missing. Give the name and email address of that role."
        for area in areas
        for role in NEEDED
        if (area, role) not in contacts
    )
    return faults + missing


def _contact(entry: object) -> Contact | None:
    if not isinstance(entry, dict) or set(entry) != {"name", "email"}:
        return None
    name, email = entry["name"], entry["email"]
    if not (isinstance(name, str) and name.strip() and isinstance(email, str)):
        return None
    plain = email.isprintable() and " " not in email and email.count("@") == 1 and not email.startswith("@")
    return Contact(name.strip(), email) if plain and "." in email.partition("@")[2] else None
