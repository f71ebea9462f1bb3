"""Both databases refuse to change a document."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.records.folders import folder_of
from webform.records.append_only import MAY_CHANGE, drop_triggers, make_triggers
from webform.records.store import db
from webform.records.tables import Document

FIXED = sorted({column.name for column in Document.__table__.columns} - MAY_CHANGE)


def _refused(statement: str) -> bool:
    try:
        db.session.execute(sa.text(statement))
    except DBAPIError as refusal:
        return "never changed or deleted" in str(refusal)
    finally:
        db.session.rollback()
    return False


def test_no_plain_column_can_be_changed(store: Flask) -> None:
    """Whatever the program does wrong, the database keeps every plain column of a document."""
    folder_of(1)
    assert [column for column in FIXED if not _refused(f"UPDATE documents SET {column} = {column}")] == []  # noqa: S608
    assert len(FIXED) == 17


def test_no_document_can_be_deleted(store: Flask) -> None:
    """No document is deleted, neither one nor all."""
    folder_of(1)
    assert _refused("DELETE FROM documents")


def test_sealed_columns_can_be_erased(store: Flask) -> None:
    """Erasure and new keys need to write the sealed columns, and may."""
    folder_of(1)
    db.session.execute(sa.text("UPDATE documents SET answers = NULL, body = NULL, salt = NULL"))
    db.session.commit()


def test_triggers_come_back_after_the_table_was_rebuilt(store: Flask) -> None:
    """A migration may change and rebuild the table; afterwards the triggers are there, and cover new columns, too."""
    folder_of(1)
    with db.engine.begin() as connection:
        drop_triggers(connection)
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("documents", recreate="auto") as batch:
            batch.add_column(sa.Column("pages", sa.Integer(), server_default="1", nullable=False))
            batch.alter_column("kind", existing_type=sa.String(60), type_=sa.String(61))
        make_triggers(connection)
    assert _refused("DELETE FROM documents")
    assert _refused("UPDATE documents SET pages = 2")
    assert db.session.scalar(sa.text("SELECT count(*) FROM documents")) == 1


@pytest.mark.parametrize("name", ["documents_no_update", "documents_no_delete"])
def test_set_up_makes_the_triggers(store: Flask, name: str) -> None:
    """A database made by the migrations has both triggers."""
    kept = "sqlite_master WHERE name" if db.engine.dialect.name == "sqlite" else "pg_trigger WHERE tgname"
    assert db.session.scalar(sa.text(f"SELECT count(*) FROM {kept} = :name"), {"name": name}) == 1  # noqa: S608
