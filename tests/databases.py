"""Two databases, new for every test: a copied SQLite file, and a PostgreSQL database made from a template."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url

Migrate = Callable[[str], None]  # brings the database of that address up to date
TEMPLATE, USED = "as_new", "in_use"


class Database(Protocol):
    """A database that can be made new again."""

    url: str

    def renew(self) -> None:
        """Forget everything but the migrated tables. Nobody may be connected."""


class SQLite:
    """A file, copied from a migrated one."""

    def __init__(self, folder: Path, migrate: Migrate):
        self._new, self._file = folder / "as-new.sqlite3", folder / "app.sqlite3"
        self.url = f"sqlite:///{self._file}"
        migrate(f"sqlite:///{self._new}")

    def renew(self) -> None:
        for end in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + end).unlink(missing_ok=True)
        shutil.copyfile(self._new, self._file)


class Postgres:
    """A database of a real server, made from a migrated one."""

    def __init__(self, server: str, migrate: Migrate):
        self._server = server
        self._do(f"CREATE DATABASE {TEMPLATE}")
        migrate(self._address(TEMPLATE))
        self.url = self._address(USED)

    def renew(self) -> None:
        self._do(f"DROP DATABASE IF EXISTS {USED} WITH (FORCE)")
        self._do(f"CREATE DATABASE {USED} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # a constant of this file

    def _address(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)
