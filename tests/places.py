"""Every place of an installation in which somebody's words may lie, read in plain: for tests of erasing.

Which columns there are is asked of the tables themselves, so that a column of tomorrow is looked at too.
"""

from __future__ import annotations

import re
import sqlite3
import tarfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from webform.house import house
from webform.records.attachments import Attachment
from webform.records.chunks import BrokenFile
from webform.records.columns import SEALED, SealedJSON
from webform.records.sealed import CannotOpen, keys
from webform.records.store import db
from webform.records.tables import Bundle, Case
from webform.records.vault import vault

HEX = re.compile(r"\\\\x([0-9a-f]+)")


def sealed_columns() -> dict[str, list[sa.Column[Any]]]:
    """The sealed columns of every table that belongs to a case."""
    of_case = {"cases"} | {table.name for table in db.metadata.tables.values() if to_case(table)}
    return {
        name: columns
        for name in sorted(of_case)
        if (columns := [one for one in db.metadata.tables[name].columns if isinstance(one.type, SEALED)])
    }


def to_case(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns by which a row of the table belongs to a case."""
    return [key.parent for key in table.foreign_keys if key.column.table is Case.__table__]


def plant(case_id: int, words: str, but: tuple[str, ...]) -> None:
    """Put the words into every sealed column of every row of the case. Each table needs a row, or the test is none."""
    for name, columns in sealed_columns().items():
        if name in but:
            continue
        table = db.metadata.tables[name]
        mine = table.c.id == case_id if name == "cases" else sa.or_(*(one == case_id for one in to_case(table)))
        for column in columns:
            value = [{"id": "a", "label": words}] if column.name == "flags" else {"name": words}
            told: Any = value if isinstance(column.type, SealedJSON) else words
            changed = db.session.execute(sa.update(table).where(mine).values({column.name: told}))
            assert changed.rowcount, f"plant a row in {name}, and see that it is erased"
    db.session.commit()
    db.session.expire_all()


def found_in(words: str, log: str, files: dict[str, bytes], archive: Path) -> set[str]:
    """The places in which the words lie. `files`: secrets of files by their name in the vault."""
    found = {f"{table}.{column}" for table, column, value in _in_database() if words in value}
    if any(words in _read(name, secret) for name, secret in files.items()):
        found.add("a file")
    if any(words in said for said in _in_mail()):
        found.add("mail")
    if words in log:
        found.add("log")
    if any(words in value for value in _in_backup(archive)):
        found.add("backup")
    return found


def secrets_of(case_id: int) -> dict[str, bytes]:
    """The files of a case by name, with what opens them."""
    of_bundles = Attachment.bundle_id.in_(sa.select(Bundle.id).where(Bundle.case_id == case_id))
    rows = db.session.scalars(sa.select(Attachment).where((Attachment.case_id == case_id) | of_bundles))
    return {row.key: row.secret for row in rows}


def _in_database() -> Iterator[tuple[str, str, str]]:
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            yield from ((table.name, str(name), str(value)) for name, value in row.items())


def _in_mail() -> Iterator[str]:
    for path in house().settings.mailbox.iterdir():
        parts = message_from_bytes(path.read_bytes(), policy=policy.default).walk()
        yield from (str(part.get_content()) for part in parts if part.get_content_maintype() == "text")


def _read(name: str, secret: bytes) -> str:
    try:
        return b"".join(vault().read(name, secret)).decode(errors="replace")
    except BrokenFile:
        return ""


def _in_backup(archive: Path) -> Iterator[str]:
    """Everything in a backup that our keys open, and what lies there in plain."""
    folder = archive.with_suffix(".unpacked")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        if path.suffix == ".sqlite3":
            yield from _in_sqlite(path)
        elif path.suffix == ".copy":
            yield from (_opened(bytes.fromhex(found)) for found in HEX.findall(path.read_text("utf-8")))
        elif path.is_file():
            yield path.read_bytes().decode(errors="replace")


def _in_sqlite(path: Path) -> Iterator[str]:
    with sqlite3.connect(path) as copy:
        for (table,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in copy.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  names from the database itself
                yield from (_opened(value) if isinstance(value, bytes) else str(value) for value in row)


def _opened(sealed: bytes) -> str:
    try:
        return keys().open(sealed).decode(errors="replace")
    except CannotOpen:
        return ""
