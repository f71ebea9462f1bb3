"""Who the letters go to: instance/contacts.toml, the only place that addresses of roles come from.

    [AREA.ROLE]                          [[AREA.ROLE]]
    name = "Community Safety Team"       id = "police"  # the choice in the request that stands for them
    email = "..."                        name = "Neighbourhood Policing Team"
                                         email = "..."
                                         called = ["Northshire Police"]  # what else people call them

One table for a role that one body holds; a list where several can, each found by its choice or by what it is called.
A shipped document may print a council's public contacts, but no mail is ever addressed from it. The list
[[AREA.roster]] says who signs in, and is read by roster.py.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

FILE = "contacts.toml"
ROSTER = "roster"
POINT_OF_CONTACT, DEPUTY = "spoc", "deputy"
NEEDED = (POINT_OF_CONTACT, DEPUTY)  # without these two, nobody would see a request in time
ONE = {"name", "email"}
LISTED = {*ONE, "id", "called"}


@dataclass(frozen=True)
class Contact:
    """A name and a mailbox; in a list also the choice that stands for them, and what else they are called."""

    name: str
    email: str
    id: str = ""
    called: tuple[str, ...] = ()

    def goes_by(self, name: str) -> bool:
        """Whether somebody who writes this name means them; capitals and spaces make no difference."""
        return bool(name.strip()) and _plain(name) in map(_plain, (self.name, *self.called))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


@dataclass(frozen=True)
class Roster:
    """Whoever can hold one role in an area. `several`: a list, of which a case has its own."""

    contacts: tuple[Contact, ...]
    several: bool = False

    @property
    def only(self) -> Contact | None:
        """The one contact of a role that is not a list."""
        return None if self.several or not self.contacts else self.contacts[0]

    def find(self, name: str, choice: str = "", kind: str = "") -> Contact | None:
        """Who is meant: by the choice that stands for one body, else by name; of a kind of bodies never by guess."""
        if self.only:
            return self.only
        chosen = [one for one in self.contacts if choice and one.id == choice]
        named = [one for one in self.contacts if one.goes_by(name) and kind in ("", one.id)]
        return next(iter((*chosen, *named)), None)


Contacts = Mapping[tuple[str, str], Roster]  # by area and role


def read_contacts(instance: Path) -> tuple[Contacts, tuple[str, ...]]:
    """The contacts that can be used, and what is wrong with the rest, as the file has them now."""
    path = instance / FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        return {}, ()
    return _read(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=16)
def _read(path: Path, _as_saved: tuple[int, int, int]) -> tuple[Contacts, tuple[str, ...]]:
    """Kept until the file changes: one request that opens a case asks for dozens of addresses."""
    written, broken = parse(path)
    contacts: dict[tuple[str, str], Roster] = {}
    faults = list(broken)
    for area, role, entry in _entries(written):
        several = isinstance(entry, list)
        found = [_contact(one, several) for one in entry] if isinstance(entry, list) else [_contact(entry, False)]
        if several and (None in found or _repeated(found)):
            faults.append(
                f"{path}: each [[{area}.{role}]] needs an id, a name and an email address, may have a list called, and"
                " has nothing else. Several with one id need different names."
            )
        elif None in found:
            faults.append(f"{path}: [{area}.{role}] needs a name and an email address, and nothing else.")
        contacts[area, role] = Roster(tuple(one for one in found if one), several)
    usable = {place: roster for place, roster in contacts.items() if roster.contacts}
    return MappingProxyType(usable), tuple(faults)


def parse(path: Path) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """What stands in the file; nothing and why where it can't be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as broken:
        return {}, (f"{path} can't be read: {broken}.",)


def _repeated(found: Iterable[Contact | None]) -> bool:
    """Whether two entries could be taken for one another."""
    known = [(one.id, _plain(one.name)) for one in found if one]
    return len(set(known)) < len(known)


def _entries(written: Mapping[str, object]) -> Iterator[tuple[str, str, object]]:
    for area, roles in written.items():
        if isinstance(roles, dict):
            yield from ((area, role, entry) for role, entry in roles.items() if role != ROSTER)
        else:
            yield area, "?", None


def missing_contacts(instance: Path, areas: Iterable[str]) -> tuple[str, ...]:
    """Everything that contacts.toml still has to say before the service may start."""
    contacts, faults = read_contacts(instance)
    missing = tuple(
        f"{instance / FILE}: [{area}.{role}] is missing. Give the name and email address of that role."
        for area in areas
        for role in NEEDED
        if not ((roster := contacts.get((area, role))) and roster.only)
    )
    return faults + missing


def _contact(entry: object, several: bool) -> Contact | None:
    if not isinstance(entry, dict) or not _keys_fit(set(entry), several):
        return None
    name, email, mark = entry["name"], entry["email"], entry.get("id", "")
    called = entry.get("called", [])
    words = [name, mark, *called] if isinstance(called, list) else [None]
    if not all(isinstance(word, str) for word in (*words, email)) or not name.strip() or (several and not mark.strip()):
        return None
    return Contact(name.strip(), email, mark, tuple(called)) if is_address(email) else None


def is_address(email: str) -> bool:
    """Whether mail can be addressed to it."""
    plain = email.isprintable() and " " not in email and email.count("@") == 1 and not email.startswith("@")
    return plain and "." in email.partition("@")[2]


def _keys_fit(keys: set[str], several: bool) -> bool:
    return keys == ONE if not several else {*ONE, "id"} <= keys <= LISTED
