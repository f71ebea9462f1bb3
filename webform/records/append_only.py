"""Triggers by which the database itself refuses to change or delete a document."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

TABLE = "documents"
TRIGGERS = ("documents_no_update", "documents_no_delete")
MAY_CHANGE = frozenset({"answers", "body", "salt"})  # sealed: sealed anew by other keys, or erased
REFUSAL = "a document is never changed or deleted"


def drop_triggers(connection: Connection) -> None:
    """Let a migration at the table: PostgreSQL changes no column that a trigger watches."""
    if inspect(connection).has_table(TABLE):
        on = "" if connection.dialect.name == "sqlite" else f" ON {TABLE}"
        for name in TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


def make_triggers(connection: Connection) -> None:
    """Make the triggers anew, over every column that the table has now.

    SQLite changes a table by building another one, and drops the triggers of the first without a word.
    """
    drop_triggers(connection)
    if inspect(connection).has_table(TABLE):
        columns = [column["name"] for column in inspect(connection).get_columns(TABLE)]
        fixed = ", ".join(name for name in columns if name not in MAY_CHANGE)
        make = _for_sqlite if connection.dialect.name == "sqlite" else _for_postgresql
        for statement in make(fixed):
            connection.exec_driver_sql(statement)


def _for_sqlite(fixed: str) -> tuple[str, ...]:
    body = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return (
        f"CREATE TRIGGER documents_no_update BEFORE UPDATE OF {fixed} ON {TABLE} {body}",
        f"CREATE TRIGGER documents_no_delete BEFORE DELETE ON {TABLE} {body}",
    )


def _for_postgresql(fixed: str) -> tuple[str, ...]:
    run = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        f"CREATE TRIGGER documents_no_update BEFORE UPDATE OF {fixed} ON {TABLE} {run}",
        f"CREATE TRIGGER documents_no_delete BEFORE DELETE ON {TABLE} {run}",
    )
