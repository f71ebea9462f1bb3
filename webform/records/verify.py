"""`flask verify`: whether anything was changed behind the service's back, and what of the record that covers.

Covered: every document of every case, in its order; that every case which was opened is there, with what it was opened
with; the rules that cases are pinned to; and that everything sealed can be opened. What changes with the work, such as
deadlines, people and messages, is compared with the documents in cases/cross_check.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .chain import verify_all
from .columns import SEALED
from .register import register_faults, written_down
from .sealed import CannotOpen, keys
from .store import db
from .tables import Case, Document, ProcedureVersion

BATCH = 500


@dataclass(frozen=True)
class Look:
    """What was found. `known` is the register in one word, to be kept elsewhere."""

    faults: tuple[str, ...]
    cases: int
    documents: int
    known: str


def look_at_the_record(known: str = "") -> Look:
    """Verify everything. `known`: what an earlier look has printed."""
    faults = (*register_faults(known), *verify_all(), *_rules_faults(), *_sealed_faults())
    cases = db.session.query(Case).filter(Case.scope == "case").count()
    return Look(faults, cases, db.session.query(Document).count(), written_down())


def _rules_faults() -> Iterator[str]:
    """A version is named by a hash of what it says."""
    for kept in db.session.scalars(sa.select(ProcedureVersion).order_by(ProcedureVersion.version)):
        written = json.dumps(kept.body, sort_keys=True, ensure_ascii=False)
        if hashlib.sha256(written.encode()).hexdigest()[: len(kept.version)] != kept.version:
            yield f"The rules of {kept.area} in version {kept.version} were changed after cases were pinned to them."


def _sealed_faults() -> Iterator[str]:
    """What can't be opened in other tables; the documents' own values are part of the chain."""
    for table in db.metadata.sorted_tables:
        names = [column.name for column in table.columns if isinstance(column.type, SEALED)]
        if names and table.name != Document.__tablename__:
            yield from _table_faults(table.name, names)


def _table_faults(table: str, names: list[str]) -> Iterator[str]:
    stored = sa.table(table, sa.column("id"), *(sa.column(name, sa.LargeBinary) for name in names))
    last = 0
    while rows := db.session.execute(
        sa.select(stored).where(stored.c.id > last).order_by(stored.c.id).limit(BATCH)
    ).all():
        for row in rows:
            last = row.id
            yield from (
                f"Table {table}, row {row.id}: “{name}” can't be opened any more."
                for name in names
                if not _opens(getattr(row, name))
            )


def _opens(value: Any) -> bool:
    try:
        return value is None or keys().open(bytes(value)) is not None
    except CannotOpen:
        return False
