"""Migrations make what the models say, and lose nothing."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from tests.records.folders import NOW, folder_of
from webform.records.backup import backup, restore
from webform.records.chain import verify_all
from webform.records.store import MIGRATIONS, db, migrate

REBUILDS_CASES = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("added", sa.Integer()))
        batch.alter_column("stage", existing_type=sa.String(60), type_=sa.String(61))
    with op.batch_alter_table("documents") as batch:
        batch.alter_column("kind", existing_type=sa.String(60), type_=sa.String(61))
    {more}
"""
LEAVES_ORPHANS = 'op.execute("UPDATE parties SET case_id = 999")'


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _head() -> str:
    return str(db.session.scalar(sa.text("SELECT version_num FROM alembic_version")))


@pytest.fixture
def later(store: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, to which a test adds one."""
    copied = tmp_path / "migrations"
    (copied / "versions").mkdir(parents=True)
    for path in [*MIGRATIONS.glob("*.*"), *MIGRATIONS.glob("versions/*.py")]:
        (copied / path.relative_to(MIGRATIONS)).write_bytes(path.read_bytes())
    monkeypatch.setattr(migrate, "directory", str(copied))
    return copied / "versions" / "9999_later.py"


def test_migrations_make_what_the_models_say(store: Flask) -> None:
    """A database migrated from nothing has exactly the tables, columns, types and indexes of the models."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.metadata) == []


def test_partial_indexes_are_partial(store: Flask) -> None:
    """The indexes of what waits hold only what waits, so that they stay small however old the service is."""
    stored = {
        index["name"]: index.get("dialect_options", {}).get(f"{db.engine.dialect.name}_where")
        for table in db.metadata.tables
        for index in sa.inspect(db.engine).get_indexes(table)
    }
    waiting = {
        "ix_messages_waiting",
        "ix_alarms_waiting",
        "ix_tasks_open",
        "ix_deadlines_act_at",
        "ix_deadlines_listed",
        "ix_deadlines_done",
        "ix_cases_open",
        "ix_cases_unseen",
        "uq_deadlines_no_party",
        "uq_cases_own",
        "ix_case_links_awaited",
    }
    assert {name for name, where in stored.items() if where is not None} == waiting


def test_migrating_twice_changes_nothing(store: Flask) -> None:
    """Set-up can be run again at any time."""
    folder_of(1)
    flask_migrate.upgrade()
    assert verify_all() == ()


def test_a_rebuilt_table_takes_nothing_along(later: Path) -> None:
    """A migration that rebuilds the cases keeps every document, and the documents stay unchangeable."""
    folder_of(3)
    later.write_text(REBUILDS_CASES.format(head=_head(), more=""), "utf-8")
    db.session.remove()
    flask_migrate.upgrade()
    assert "added" in {column["name"] for column in sa.inspect(db.engine).get_columns("cases")}
    assert db.session.scalar(sa.text("SELECT count(*) FROM documents")) == 3
    assert verify_all() == ()
    with pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"):
        db.session.execute(sa.text("DELETE FROM documents"))


def test_a_migration_that_would_leave_orphans_changes_nothing(later: Path) -> None:
    """A migration that goes wrong is undone as a whole, and foreign keys are enforced again afterwards."""
    case = folder_of(1)
    head = _head()
    later.write_text(REBUILDS_CASES.format(head=head, more=LEAVES_ORPHANS), "utf-8")
    db.session.remove()
    with pytest.raises((SystemExit, sa.exc.IntegrityError)):
        flask_migrate.upgrade()
    assert _head() == head
    assert "added" not in {column["name"] for column in sa.inspect(db.engine).get_columns("cases")}
    assert verify_all() == ()
    db.session.merge(case).version = "none"
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_backup_from_before_an_update_comes_back_up_to_date(later: Path, tmp_path: Path) -> None:
    """A backup of an older version of the service is restored and migrated, whichever version is here now."""
    folder_of(2)
    head = _head()
    archive = backup(tmp_path / "backups", instance=tmp_path / "instance", now=NOW)
    later.write_text(REBUILDS_CASES.format(head=head, more=""), "utf-8")
    db.session.remove()
    flask_migrate.upgrade()
    assert restore(archive, instance=tmp_path / "instance", force=True).faults == ()
    assert _head() == "9999"
    assert db.session.scalar(sa.text("SELECT count(added IS NULL) FROM cases")) == 1


def test_nobody_goes_back_behind_the_first_tables() -> None:
    """The first migration refuses to be undone, since that would drop every case."""
    with pytest.raises(RuntimeError, match="restore a backup"):
        _load(next(MIGRATIONS.glob("versions/0001*.py"))).downgrade()
