"""Which councillors and MPs may sign in, and until when: the lists [[AREA.roster]] of instance/contacts.toml.

    [[AREA.roster]]
    name = "Jo Smith"
    email = "jo.smith@council.example"
    kind = "councillor"  # or "mp"; an MP has one entry in each area of the constituency
    ward = "North"       # may be left out
    until = 2027-05-06   # the last day of the seat; may be left out

Access hangs on the entry and on nothing else: it ends at once when the entry goes, or with the day that it names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast, get_args

from .contacts import FILE, ROSTER, is_address, parse
from .words import gettext_noop as N_

Kind = Literal["councillor", "mp"]
TITLES: dict[Kind, str] = {"councillor": N_("councillor"), "mp": N_("Member of Parliament")}
NEEDED = {"name", "email", "kind"}
KNOWN = {*NEEDED, "ward", "until"}


@dataclass(frozen=True)
class Elected:
    """Somebody who holds a seat in an area."""

    area: str
    name: str
    email: str
    kind: Kind
    ward: str = ""
    until: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the seat is theirs on that day; the last one counts."""
        return self.until is None or day <= self.until

    @property
    def surname(self) -> str:
        """The last word of the name: it tells a successor from whoever had the same mailbox before."""
        words = [word for word in self.name.casefold().split() if word[0].isalpha() and word != self.kind]
        return words[-1] if words else ""

    def goes_by(self, name: str) -> bool:
        """Whether somebody who wrote this name is the same person. Titles and letters after a name don't matter."""
        return bool(self.surname) and self.surname in name.casefold().split()


Roster = tuple[Elected, ...]


def read_roster(instance: Path) -> tuple[Roster, tuple[str, ...]]:
    """Everybody on a roster, also those whose last day has passed, and what is wrong with the rest of the file."""
    path = instance / FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        return (), ()
    return _read(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=16)
def _read(path: Path, _as_saved: tuple[int, int, int]) -> tuple[Roster, tuple[str, ...]]:
    """Kept until the file changes: every page of somebody on the roster looks at it."""
    written, broken = parse(path)
    found: dict[tuple[str, str], Elected] = {}
    faults = list(broken)
    for area, entry in _entries(written):
        one = _elected(area, entry)
        if one is None:
            faults.append(
                f"{path}: each [[{area}.{ROSTER}]] needs a name, an email address and a kind ({' or '.join(TITLES)}),"
                " may have a ward and a date until, and has nothing else."
            )
        elif (area, one.email) in found:
            faults.append(f"{path}: two [[{area}.{ROSTER}]] have one email address. Each needs their own.")
        else:
            found[area, one.email] = one
    return tuple(found.values()), tuple(faults)


def _entries(written: object) -> Iterator[tuple[str, object]]:
    for area, roles in written.items() if isinstance(written, dict) else ():
        listed = roles.get(ROSTER, []) if isinstance(roles, dict) else []
        yield from ((area, entry) for entry in (listed if isinstance(listed, list) else [listed]))


def _elected(area: str, entry: object) -> Elected | None:
    if not isinstance(entry, dict) or not NEEDED <= set(entry) <= KNOWN:
        return None
    words = [entry[key] for key in ("name", "email", "kind")] + [entry.get("ward", "")]
    until = entry.get("until")
    if not all(isinstance(word, str) for word in words) or not _is_day(until):
        return None
    name, email, kind, ward = (word.strip() for word in words)
    if not name or not is_address(email) or kind not in get_args(Kind):
        return None
    return Elected(area, name, email.casefold(), cast(Kind, kind), ward, until)


def _is_day(until: object) -> bool:
    return until is None or (isinstance(until, dt.date) and not isinstance(until, dt.datetime))
