"""A whole database to a folder and back, while others write.

SQLite: its own online backup, which is also how a copy gets back into a live file. PostgreSQL: COPY of every table from
one snapshot. pg_dump is not used: it is often missing where the service runs, and refuses a server newer than itself.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from .store import PATIENCE_SECONDS, db

FILE, TABLES = "app.sqlite3", "tables.json"
CHUNK = 1024 * 1024


class BrokenCopy(Exception):
    """A copied database is damaged."""


def dump(engine: Engine, folder: Path) -> str:
    """Copy the database as it is at this moment; returns the migration it stands at."""
    return _dump_sqlite(engine, folder) if engine.dialect.name == "sqlite" else _dump_postgresql(engine, folder)


def check(folder: Path) -> None:
    """Raise BrokenCopy if a copied SQLite file is damaged. COPY files are checked by the server as they are read."""
    if (folder / FILE).exists():
        with closing(sqlite3.connect(folder / FILE)) as copy:
            if (said := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise BrokenCopy(f"The copied database is damaged: {said}")


def load(engine: Engine, folder: Path, revision: str) -> None:
    """Put a copy in the place of whatever is there, and bring it up to date."""
    engine.dispose()
    if engine.dialect.name == "sqlite":
        _load_sqlite(engine, folder)
    else:
        _load_postgresql(engine, folder, revision)
    flask_migrate.upgrade()


def _dump_sqlite(engine: Engine, folder: Path) -> str:
    with closing(_open(engine)) as live, closing(sqlite3.connect(folder / FILE)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _load_sqlite(engine: Engine, folder: Path) -> None:
    with closing(_open(engine)) as live, closing(sqlite3.connect(folder / FILE)) as copy:
        copy.backup(live)


def _open(engine: Engine) -> sqlite3.Connection:
    return sqlite3.connect(str(engine.url.database), timeout=PATIENCE_SECONDS)


def _dump_postgresql(engine: Engine, folder: Path) -> str:
    snapshot = engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot as connection, connection.begin():
        tables = {table.name: [column.name for column in table.columns] for table in db.metadata.sorted_tables}
        (folder / TABLES).write_text(json.dumps(tables), "utf-8")
        for name, columns in tables.items():
            with (
                (folder / f"{name}.copy").open("wb") as file,
                _cursor(connection).copy(f"COPY {_these(name, columns)} TO STDOUT") as copy,
            ):
                for data in copy:
                    file.write(data)
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def _load_postgresql(engine: Engine, folder: Path, revision: str) -> None:
    with engine.begin() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)
    flask_migrate.upgrade(revision=revision)
    with engine.begin() as connection:
        for name, columns in json.loads((folder / TABLES).read_text("utf-8")).items():
            with (
                (folder / f"{name}.copy").open("rb") as file,
                _cursor(connection).copy(f"COPY {_these(name, columns)} FROM STDIN") as copy,
            ):
                while data := file.read(CHUNK):
                    copy.write(data)
            if "id" in columns:
                _continue_numbers(connection, name)


def _continue_numbers(connection: Connection, table: str) -> None:
    """COPY brings its own ids, and the server would give them out again."""
    newest = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(table)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table, "id"), newest)))


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _these(table: str, columns: list[str]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f'"{table}" ({names})'
