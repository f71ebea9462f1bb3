"""Backup and restore: one dated .tar with the database and what the council keeps in instance/, never the live keys.

A backup is as sealed as the database is: without the key file, which has to be kept elsewhere, nobody can read it. Its
manifest is marked with a key, so a changed backup, or one of another installation, is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from webform.house import house

from . import broken_off, database_copy
from .outbox import Tick
from .sealed import keyed_hash, keys
from .store import begin_writing, db
from .vault import Vault, vault
from .verify import Look, look_at_the_record

# Named one by one: whatever else lies in instance/ (mail in plain, locks, a misplaced key file) stays there.
KEPT = ("contacts.toml", "calendar.toml", "procedures", "forms", "emails")
ATTACHMENTS = "attachments"
MANIFEST = "manifest.json"
NAME, STAMP = "asb-case-review-", "%Y%m%dT%H%M%SZ"
DATABASE, INSTANCE = "database", "instance"
UNPACKED = ".restore-"
CASE_TABLES = ("cases", "documents", "drafts", "messages")  # what `flask setup` alone never fills


class CannotRestore(Exception):
    """Why a backup can't be used here, and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is made of. `key_ids` names the sealing keys that may be needed to read it."""

    format: int
    made_at: str
    database: str
    revision: str
    key_ids: tuple[str, ...]
    files: dict[str, str]  # name -> SHA-256

    def mark(self) -> str:
        """What only an installation with the same keys can make."""
        return keyed_hash("backup", json.dumps(asdict(self), sort_keys=True))


def backup(into: Path, *, instance: Path, now: dt.datetime) -> Path:
    """Write a backup while the service runs; returns its file.

    The database is copied first: an attachment is there before the row that names it, so none is missing in the copy.
    """
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"{NAME}{now.astimezone(dt.UTC):{STAMP}}.tar"
    if target.exists():
        raise FileExistsError(f"{target} is there already.")
    with tempfile.TemporaryDirectory(dir=into, prefix=".backup-") as folder:
        (database := Path(folder) / DATABASE).mkdir()
        revision = database_copy.dump(db.engine, database)
        files = {**_files(database, DATABASE), **_kept(instance), **_sealed(instance, Path(folder))}
        manifest = Manifest(
            format=1,
            made_at=now.astimezone(dt.UTC).isoformat(),
            database=db.engine.dialect.name,
            revision=revision,
            key_ids=keys().ids,
            files={name: _sha256(path) for name, path in files.items()},
        )
        unfinished = Path(folder) / target.name
        _pack(unfinished, files, manifest, Path(folder) / MANIFEST)
        unfinished.replace(target)
    return target


def remove_older(folder: Path, than: dt.datetime) -> tuple[str, ...]:
    """Take away the backups in a folder that were made before then. Their names; other files stay."""
    gone = [path for path in sorted(folder.glob(f"{NAME}*.tar")) if (made := _made_at(path)) and made < than]
    for path in gone:
        path.unlink()
    return tuple(path.name for path in gone)


def _made_at(path: Path) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(path.name, f"{NAME}{STAMP}.tar").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def restore(
    archive: Path, *, instance: Path, force: bool = False, afterwards: Callable[[dt.datetime], object] = lambda _: None
) -> Look:  # fmt: skip
    """Bring a backup back, with the web server and the clock stopped. Returns what a look at it finds.

    Everything is checked before anything is changed. With `force` it takes the place of the cases that are there.
    `afterwards` is told when the backup was made, and puts right what has happened since. Nothing starts on a restore
    that was broken off: who was erased would be there again, and mail would go a second time.
    """
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in instance.glob(f"{UNPACKED}*/"):  # by a try that was broken off
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=instance, prefix=UNPACKED) as folder:
        manifest = _unpack(archive, Path(folder))
        _check_files(manifest, Path(folder))
        _check_place(manifest, force or broken_off.was_broken_off(instance))
        db.session.remove()
        broken_off.begin(instance)
        database_copy.load(db.engine, Path(folder) / DATABASE, manifest.revision)
        _forget_the_clock()
        if house().settings.attachments:
            vault().bring_in(Path(folder) / INSTANCE / ATTACHMENTS)
            shutil.rmtree(Path(folder) / INSTANCE / ATTACHMENTS, ignore_errors=True)
        _put_back(Path(folder) / INSTANCE, instance)
    afterwards(dt.datetime.fromisoformat(manifest.made_at))
    broken_off.end(instance)
    return look_at_the_record()


def _forget_the_clock() -> None:
    """The clock that ticked when the backup was made is not the one that has to run now."""
    begin_writing()
    db.session.execute(sa.delete(Tick))
    db.session.commit()


def _kept(instance: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in KEPT:
        path = instance / name
        found.update(_files(path, f"{INSTANCE}/{name}") if path.is_dir() else {f"{INSTANCE}/{name}": path})
    return {name: path for name, path in found.items() if path.is_file()}


def _sealed(instance: Path, folder: Path) -> dict[str, Path]:
    """The sealed files, held on to: one that is removed while the backup is made is still there to be packed."""
    held = folder / ATTACHMENTS
    place = vault() if house().settings.attachments else Vault(f"file://{instance / ATTACHMENTS}")
    place.take_out(held)
    return _files(held, f"{INSTANCE}/{ATTACHMENTS}")


def _files(folder: Path, name: str) -> dict[str, Path]:
    return {f"{name}/{path.relative_to(folder)}": path for path in sorted(folder.rglob("*")) if path.is_file()}


def _pack(target: Path, files: dict[str, Path], manifest: Manifest, written: Path) -> None:
    written.write_text(json.dumps({**asdict(manifest), "mark": manifest.mark()}, indent=2), "utf-8")
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", dereference=True) as tar:
            tar.add(written, MANIFEST)
            for name, path in files.items():
                tar.add(path, name, recursive=False)
        file.flush()
        os.fsync(file.fileno())


def _unpack(archive: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(archive, "r:") as tar:
            tar.extractall(folder, filter="data")
        stored = json.loads((folder / MANIFEST).read_text("utf-8"))
        mark = stored.pop("mark")
        manifest = Manifest(**{**stored, "key_ids": tuple(stored["key_ids"])})
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as fault:
        raise CannotRestore(f"{archive} is not a whole backup: {fault}") from fault
    if manifest.mark() != mark:
        raise CannotRestore(f"{archive} was changed, or made with other keys. Bring back the key file it belongs to.")
    if missing := set(manifest.key_ids) - set(keys().ids):
        raise CannotRestore(f"The key file lacks {', '.join(sorted(missing))}. Bring back the one of this backup.")
    return manifest


def _check_files(manifest: Manifest, folder: Path) -> None:
    there = {**_files(folder / DATABASE, DATABASE), **_files(folder / INSTANCE, INSTANCE)}
    if {name: _sha256(path) for name, path in there.items()} != manifest.files:
        raise CannotRestore("The files of the backup are not the ones that its manifest names.")
    try:
        database_copy.check(folder / DATABASE)
    except database_copy.BrokenCopy as broken:
        raise CannotRestore(str(broken)) from broken


def _check_place(manifest: Manifest, force: bool) -> None:
    here = db.engine.dialect.name
    if manifest.database != here:
        raise CannotRestore(f"The backup is of {manifest.database}, this installation runs on {here}.")
    if not force and (filled := next(_filled_tables(), None)):
        raise CannotRestore(f"There is something in {filled} already. Use --force to replace it by the backup.")


def _filled_tables() -> Iterator[str]:
    there = sa.inspect(db.engine).get_table_names()
    for name in CASE_TABLES:
        if name in there and db.session.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first():
            yield name


def _put_back(kept: Path, instance: Path) -> None:
    for path in sorted(kept.rglob("*")):
        target = instance / path.relative_to(kept)
        if path.is_dir():
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            path.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
