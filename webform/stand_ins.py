"""Made-up contacts and officers for local mode. Every address ends in .example, where no mail can ever arrive."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from .contacts import DEPUTY, FILE, NEEDED, POINT_OF_CONTACT
from .documents.procedure import Procedure

HEAD = "# Made-up addresses for trying the service out on one computer. A real installation names its own.\n"


PEOPLE = {POINT_OF_CONTACT: "Alex Carter", DEPUTY: "Robin Shah"}  # made up, like everything here


def stand_in_name(role: str) -> str:
    """What the stand-in officer of a role is called, in letters too."""
    return f"{PEOPLE.get(role, role.capitalize())} (stand-in)"


def officer_address(area: str, role: str) -> str:
    """Where the sign-in codes of an area's stand-in officer go."""
    return f"{role}@{area}.example"


def write_contacts(instance: Path, areas: Iterable[Procedure]) -> bool:
    """Add a stand-in for every role that contacts.toml doesn't name yet. Whether anything was added."""
    path = instance / FILE
    before = path.read_text(encoding="utf-8") if path.exists() else HEAD
    known = tomllib.loads(before)
    added = [
        _entry(area.id, role, f"{title} (stand-in)")
        for area in areas
        for role, title in _roles(area)
        if role not in known.get(area.id, {})
    ]
    if added:
        path.write_text(before + "".join(added), encoding="utf-8")
    return bool(added)


def _entry(area: str, role: str, name: str) -> str:
    """One table of contacts.toml. A JSON string is a TOML string too."""
    return f'\n[{area}.{role}]\nname = {json.dumps(name)}\nemail = "{role}.mailbox@{area}.example"\n'


def _roles(area: Procedure) -> Iterator[tuple[str, str]]:
    titles = {role.id: role.title for role in area.roles if role.local}
    yield from ({role: role.capitalize() for role in NEEDED} | titles).items()
