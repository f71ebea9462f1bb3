"""The register of erasures: what was erased for good, without anything of what it said.

It is kept twice: here, and in a file beside the keys, apart from the database and from every backup of it. An older
backup knows nothing of what was erased since; the file does, and `flask restore` erases it again. Each line has a mark
that needs the keys, so that nobody gets a case erased by writing its reference into the file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import String, UniqueConstraint, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from webform.house import house

from .columns import UTCDateTime
from .sealed import keyed_hash
from .store import Base, db

Kind = Literal["case", "draft", "document", "link", "officer", "kept", "opened-again"]
FILE = "erasures.jsonl"


class Erasure(Base):
    """One thing that was erased or ended: a case by its reference, a document by that and its number, a draft or a
    link by its digest, an officer's way in by a keyed hash of their address. And what outweighs an earlier line: that a
    case is kept beyond its time, or was opened again, by its reference and the number of the document that says so.
    Of what is said twice the later time stands."""

    __tablename__ = "erasures"
    __table_args__ = (UniqueConstraint("kind", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(80))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    mark: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Erased:
    """One entry of the register."""

    kind: str
    what: str
    at: dt.datetime

    @property
    def mark(self) -> str:
        """What only an installation with the same keys can make."""
        return keyed_hash("erasure", f"{self.kind} {self.what} {self.at.isoformat()}")

    def line(self) -> str:
        written = {"kind": self.kind, "what": self.what, "at": self.at.isoformat(), "mark": self.mark}
        return json.dumps(written, sort_keys=True)


def note(kind: Kind, what: str, now: dt.datetime) -> None:
    """Write down that something is erased, in the transaction that erases it.

    The file comes first and is on the disk before the commit: what the line says may still be there, and the
    next night looks at it anew; something erased without a line would come back with a backup.
    """
    erased = Erased(kind, what, now.astimezone(dt.UTC))
    _append(register_file(), [erased])
    _keep(erased)


def register_file() -> Path:
    """Where the register is kept apart from the database."""
    return house().settings.erasures


def erased_before(beside: Path | None = None) -> frozenset[Erased]:
    """Everything that is known to be erased: from the database, the file, and the copy that lies beside a backup."""
    files = [register_file(), *([beside / FILE] if beside else [])]
    return frozenset(one for source in (_rows(), *map(_read, files)) for one in source)


def take_over(known: Iterable[Erased]) -> None:
    """Put into the database and into the file what either of them lacks."""
    every = sorted(known, key=lambda one: (one.at, one.what))
    for erased in every:
        _keep(erased)
    there = set(_read(register_file()))
    _append(register_file(), [one for one in every if one not in there])


def lay_beside(folder: Path) -> Path:
    """Write the whole register, old lines of that folder's copy included, where backups are kept. Returns its file."""
    target, known = folder / FILE, erased_before(folder)
    unfinished = folder / f".{FILE}.{os.getpid()}"
    unfinished.unlink(missing_ok=True)
    _append(unfinished, sorted(known, key=lambda one: (one.at, one.what)))
    unfinished.replace(target)
    return target


def is_noted(kind: Kind, what: str) -> bool:
    """Whether the database has it, under a mark that holds."""
    return any((one.kind, one.what) == (kind, what) for one in _rows(kind, what))


def _keep(erased: Erased) -> None:
    here = (Erasure.kind == erased.kind, Erasure.what == erased.what)
    row = db.session.scalar(select(Erasure).where(*here))
    if row is None:
        row = Erasure(kind=erased.kind, what=erased.what, at=erased.at, mark=erased.mark)
        db.session.add(row)
    elif row.at < erased.at:
        row.at, row.mark = erased.at, erased.mark
    db.session.flush()


def _rows(kind: str = "", what: str = "") -> list[Erased]:
    if not inspect(db.session.connection()).has_table(Erasure.__tablename__):
        return []  # a backup is about to come into a database that was never set up
    here = (Erasure.kind == kind, Erasure.what == what) if kind else ()
    rows = db.session.scalars(select(Erasure).where(*here))
    return [one for row in rows if (one := Erased(row.kind, row.what, row.at)).mark == row.mark]


def _read(file: Path) -> list[Erased]:
    """The lines of a file that bear our mark. One that a power cut has torn, or that somebody made, is none."""
    try:
        lines = file.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return [one for line in lines if (one := _entry(line))]


def _entry(line: str) -> Erased | None:
    try:
        found: dict[str, Any] = json.loads(line)
        one = Erased(str(found["kind"]), str(found["what"]), dt.datetime.fromisoformat(found["at"]))
    except (ValueError, KeyError, TypeError):
        return None
    return one if one.mark == found.get("mark") else None


def _append(file: Path, entries: Iterable[Erased]) -> None:
    """At the end, on the disk. Each line begins a new one, so that a torn one before it costs nothing."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as target:
        target.write("".join(f"\n{one.line()}\n" for one in entries).encode())
        target.flush()
        os.fsync(target.fileno())
