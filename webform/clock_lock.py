"""The lock that makes one process the clock: of an SQLite file beside it, of PostgreSQL in the database itself."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import BinaryIO, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from webform.house import house
from webform.records.store import db

ADVISORY_LOCK = 4_027_301_998_000_417  # any number that nobody else uses in this database


class Lock(Protocol):
    """Whoever holds it is the clock."""

    def take(self) -> bool: ...
    def held(self) -> bool: ...
    def release(self) -> None: ...


class FileLock:
    """Beside an SQLite file. The system lets go of it when the process dies, however it dies."""

    def __init__(self, path: Path):
        self.path = path
        self._file: BinaryIO | None = None

    def take(self) -> bool:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class AdvisoryLock:
    """In PostgreSQL, held by a connection of its own; lost with that connection."""

    def __init__(self) -> None:
        self._engine = db.engine
        self._connection: Connection | None = None

    def take(self) -> bool:
        try:
            if self._connection is None:
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}))
        except SQLAlchemyError:
            self.release()
            return False

    def held(self) -> bool:
        try:
            return self._connection is not None and self._connection.scalar(text("SELECT 1")) == 1
        except SQLAlchemyError:
            return False

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # closes it for good; back in the pool it would keep the lock
            self._connection.close()
            self._connection = None


def lock_of() -> Lock:
    """The lock that fits the database of the app."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        return AdvisoryLock()
    beside = Path(url.database) if url.database and url.database != ":memory:" else house().settings.instance / "app"
    return FileLock(beside.with_name(beside.name + ".clock"))
