"""The database: one `db` for every table, and how writers on SQLite and PostgreSQL take turns."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from .sealed import Keys, use_keys

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE_SECONDS = 30  # that the clock and commands wait for other writers
IMMEDIATE, ONLY_READS = "asb_begin_immediate", "asb_only_reads"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")

# Constraints have names, so that a migration can change them on both databases.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table is made from."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
migrate = Migrate(directory=str(MIGRATIONS))


def connect(app: Flask, database_url: str, keys: Keys, patience: int = PATIENCE_SECONDS) -> None:
    """Join an app to its database and to the keys that open it. Called once, by `create_app`.

    `patience` is how many seconds it waits for other writers, or for a server to answer a call.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(database_url, patience)
    use_keys(app, keys)
    db.init_app(app)
    migrate.init_app(app, db)
    if make_url(database_url).get_backend_name() != "sqlite":
        with app.app_context():
            event.listen(db.engine, "connect", partial(_wait_no_longer, patience))


def begin_writing() -> None:
    """Begin a transaction that will write; called before anything is read in a POST or by the clock.

    On SQLite a transaction that reads first and writes later fails at once when somebody else wrote in between, however
    long it is willing to wait. So the write lock is taken at the start. What was read before is forgotten, to be read
    anew.
    """
    if db.engine.dialect.name != "sqlite":
        return
    session = db.session()
    if session.in_transaction():
        if session.connection().get_execution_options().get(IMMEDIATE):
            return
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("begin_writing() has to come before the first change")
        session.rollback()
    session.connection(execution_options={IMMEDIATE: True})


def insert_unless_there(model: type[Base], **values: Any) -> None:
    """A row, unless somebody has made it meanwhile, whom PostgreSQL waits for. Never commits."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(model).values(values).on_conflict_do_nothing())


def lock_case(case_id: int) -> None:
    """Make other writers of this case wait until the transaction ends, and see the case as it is now.

    On SQLite `begin_writing` has already made them wait.
    """
    from .tables import Case  # the tables stand on this module

    if db.engine.dialect.name != "sqlite":
        db.session.flush()  # else what was changed in this transaction would be read over
        # Not FOR UPDATE: whoever has noted that they looked at the case shares its key, and two such would deadlock.
        db.session.get_one(Case, case_id, with_for_update={"key_share": True}, populate_existing=True)


def _engine_options(database_url: str, patience: int) -> dict[str, Any]:
    """The values of a statement stay out of the words of its fault: they may be somebody's, and faults are told."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return {"hide_parameters": True, "connect_args": {"timeout": patience}}
    said = {} if "connect_timeout" in url.query else {"connect_timeout": patience}
    return {"hide_parameters": True, "pool_pre_ping": True, "connect_args": said}


def _wait_no_longer(patience: int, connection: Any, _record: Any) -> None:
    """PostgreSQL would wait for another writer for ever. Said here, since not every pooler lets the address say it."""
    connection.execute(f"SET lock_timeout = '{patience}s'")
    connection.commit()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    """Durable commits, enforced foreign keys, and transactions that begin when we say so."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # else sqlite3 begins by itself, and never IMMEDIATE
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    ((_, _, file),) = connection.execute("PRAGMA database_list").fetchall()
    record.info[ONLY_READS] = bool(file) and not os.access(file, os.W_OK)


@event.listens_for(Engine, "checkin")
def _open_anew(_connection: Any, record: ConnectionPoolEntry) -> None:
    """A file that could only be opened for reading may be writable next time; this connection never would be."""
    if record.info.get(ONLY_READS):
        record.invalidate()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get(IMMEDIATE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
