"""Seals everything anew with the newest key, some rows at a time, while the service runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .columns import SEALED
from .sealed import keys
from .store import begin_writing, db

BATCH = 200


def reseal() -> int:
    """Re-encrypt what older keys have sealed. How many values it was.

    Run it after `rotate`, while web and clock are at work: they take up a new key by themselves. Each batch is
    committed; run again after a stop, it goes on with what is left.
    """
    return sum(_reseal_table(table) for table in db.metadata.sorted_tables if _sealed_columns(table))


def _sealed_columns(table: sa.Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, SEALED)]


def _reseal_table(table: sa.Table) -> int:
    names, count, last = _sealed_columns(table), 0, 0
    # The same table without our column types: values come and go as they are stored.
    stored = sa.table(table.name, sa.column("id"), *(sa.column(name, sa.LargeBinary) for name in names))
    while True:
        begin_writing()
        rows = db.session.execute(sa.select(stored).where(stored.c.id > last).order_by(stored.c.id).limit(BATCH)).all()
        for row in rows:
            count += _reseal_row(stored, row, names)
            last = row.id
        db.session.commit()
        if not rows:
            return count


def _reseal_row(stored: sa.TableClause, row: sa.Row[Any], names: Sequence[str]) -> int:
    ring, count = keys(), 0
    for name in names:
        old = getattr(row, name)
        if old is None or ring.sealed_by_newest(bytes(old)):
            continue
        unchanged = (stored.c.id == row.id, stored.c[name] == old)
        fresh = {name: ring.seal(ring.open(bytes(old)))}
        db.session.execute(sa.update(stored).where(*unchanged).values(fresh))
        count += 1
    return count
