"""Runs a migration in one transaction on either database, and puts back what rebuilding tables takes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from webform.records.append_only import drop_triggers, make_triggers
from webform.records.store import IMMEDIATE, db
from webform.records.tables import Case

ONE_AT_A_TIME = 2_014_012  # any number: whoever holds this PostgreSQL lock migrates, the others wait


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the plain types, so that they still run when our column types have changed."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by dropping the old one, which would take every row that refers to it along.

    The switch works outside a transaction only, so it goes to the driver before SQLAlchemy begins one.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")


def _put_right(connection: Connection) -> None:
    make_triggers(connection)
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise RuntimeError(
                f"The migration would leave {len(orphans)} rows that refer to nothing; nothing was changed."
            )


def _run() -> None:
    with db.engine.connect().execution_options(**{IMMEDIATE: True}) as connection, _foreign_keys_off(connection):
        context.configure(
            connection=connection,
            target_metadata=Case.metadata,
            render_as_batch=True,
            render_item=_render,
            transactional_ddl=True,
            user_module_prefix=None,
        )
        with context.begin_transaction():
            _wait_for_turn(connection)
            drop_triggers(connection)
            context.run_migrations()
            _put_right(connection)


_run()
