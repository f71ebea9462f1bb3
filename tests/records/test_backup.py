"""What was backed up comes back."""

from __future__ import annotations

import stat
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.folders import NAME, NOW, WORDS, file, folder_of, open_case
from webform.records.backup import CannotRestore, backup, restore
from webform.records.chain import verify_all
from webform.records.outbox import Tick
from webform.records.sealed import Keys, make_keys, rotate, use_keys
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document

TABLES = ("messages", "documents", "blind_index", "parties", "deadlines", "drafts", "cases", "procedure_versions")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An instance folder with a council's documents, and with what must not travel."""
    folder = tmp_path / "instance"
    stay = ("mail/plain.eml", "keys.json", "x.sqlite3")
    for name in ("contacts.toml", "procedures/north.toml", "attachments/abcd", *stay):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"content of {name}", "utf-8")
    return folder


@pytest.fixture
def archive(store: Flask, kept: Path, tmp_path: Path) -> Path:
    """A backup of one case with three documents."""
    folder_of(3)
    return backup(tmp_path / "backups", instance=kept, now=NOW)


@pytest.fixture
def ring(store: Flask) -> Iterator[Keys]:
    """The keys of the app, put back afterwards."""
    yield (before := store.extensions["asb-keys"])
    use_keys(store, before)


def _lose_everything() -> None:
    for name in ("documents_no_update", "documents_no_delete"):
        on = "" if db.engine.dialect.name == "sqlite" else " ON documents"
        db.session.execute(sa.text(f"DROP TRIGGER {name}{on}"))
    for table in TABLES:
        db.session.execute(sa.delete(sa.table(table)))
    db.session.commit()


def test_a_case_comes_back_whole(archive: Path, kept: Path, tmp_path: Path) -> None:
    """Database and council's documents come back into an empty installation, readable and with their chain."""
    _lose_everything()
    assert restore(archive, instance=tmp_path / "new").faults == ()
    case = db.session.scalars(sa.select(Case)).one()
    assert (case.headline, case.parties[0].person["name"]) == (WORDS, NAME)
    assert [document.body for document in case.documents] == [f"{WORDS} {number}" for number in range(3)]
    restored = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert restored == {"contacts.toml", "procedures/north.toml", "attachments/abcd"}
    assert (tmp_path / "new/attachments/abcd").read_text("utf-8") == "content of attachments/abcd"


def test_a_restored_clock_does_not_look_alive(store: Flask, kept: Path, tmp_path: Path) -> None:
    """What ticked when the backup was made says nothing about the clock that has to run now."""
    db.session.add(Tick(name="clock", at=NOW))
    db.session.commit()
    archive = backup(tmp_path / "backups", instance=kept, now=NOW)
    restore(archive, instance=tmp_path / "new", force=True)
    assert list(db.session.scalars(sa.select(Tick.name))) == []


def test_the_service_goes_on_after_a_restore(archive: Path, tmp_path: Path) -> None:
    """New cases and documents get numbers of their own, and documents are as unchangeable as before."""
    _lose_everything()
    restore(archive, instance=tmp_path / "new")
    begin_writing()
    file(db.session.scalars(sa.select(Case)).one())
    open_case()
    db.session.commit()
    assert verify_all() == ()
    assert sa.inspect(db.engine).has_table("alembic_version")
    with pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"):
        db.session.execute(sa.text("DELETE FROM documents"))


def test_a_backup_is_one_dated_file_for_its_owner(archive: Path) -> None:
    """The file names its moment and nobody else can read it; nothing unfinished is left beside it."""
    assert archive.name == "asb-case-review-20260511T090000Z.tar"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert list(archive.parent.iterdir()) == [archive]


def test_keys_and_plain_mail_stay_at_home(archive: Path, ring: Keys) -> None:
    """A backup holds no key, no mail in plain and no personal word, wherever these lie."""
    with tarfile.open(archive) as tar:
        assert not {name for name in tar.getnames() if "mail" in name or "keys" in name or "x.sqlite3" in name}
    content = archive.read_bytes()
    for secret in (ring.root, *(secret for _, secret in ring.sealing), NAME.encode(), WORDS.encode()):
        assert secret not in content


def test_a_backup_does_not_overwrite_another(archive: Path, kept: Path) -> None:
    """Two backups in the same second don't become one."""
    with pytest.raises(FileExistsError):
        backup(archive.parent, instance=kept, now=NOW)


def test_cases_are_not_overwritten_without_force(archive: Path, kept: Path) -> None:
    """Where there is a case already, a restore refuses and changes nothing; with force the backup takes its place."""
    later = folder_of(1).reference
    (kept / "contacts.toml").write_text("newer", "utf-8")
    with pytest.raises(CannotRestore, match="--force"):
        restore(archive, instance=kept)
    assert db.session.scalar(sa.select(Case.id).where(Case.reference == later))
    assert (kept / "contacts.toml").read_text("utf-8") == "newer"
    db.session.remove()
    assert restore(archive, instance=kept, force=True).faults == ()
    assert db.session.scalars(sa.select(Document.number)).all() == [1, 2, 3]
    assert db.session.scalar(sa.select(Case.id).where(Case.reference == later)) is None
    assert (kept / "contacts.toml").read_text("utf-8") == "content of contacts.toml"


def test_a_changed_backup_is_refused(archive: Path, kept: Path) -> None:
    """One changed byte of any file in it, or of its manifest, and nothing is restored."""
    _lose_everything()
    content = archive.read_bytes()
    for word in (b"content of contacts.toml", b'"made_at"', b"applicant"):
        archive.write_bytes(content.replace(word, word.swapcase()))
        with pytest.raises(CannotRestore):
            restore(archive, instance=kept)
    archive.write_bytes(content[: len(content) // 2])
    with pytest.raises(CannotRestore):
        restore(archive, instance=kept)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_a_backup_without_its_keys_is_refused(
    store: Flask, archive: Path, kept: Path, tmp_path: Path, ring: Keys
) -> None:
    """A restore that could never be read is refused before it begins, and says which keys are missing."""
    _lose_everything()
    use_keys(store, make_keys(tmp_path / "others.json"))
    with pytest.raises(CannotRestore, match="other keys"):
        restore(archive, instance=kept)
    use_keys(store, Keys(ring.root, ((b"abcd", b"x" * 32),)))
    with pytest.raises(CannotRestore, match=ring.ids[0]):
        restore(archive, instance=kept)


def test_a_backup_from_before_a_rotation_comes_back(store: Flask, kept: Path, tmp_path: Path, ring: Keys) -> None:
    """Keys that were rotated since still open older backups."""
    use_keys(store, make_keys(tmp_path / "keys.json"))
    folder_of(1)
    archive = backup(tmp_path / "backups", instance=kept, now=NOW)
    use_keys(store, rotate(tmp_path / "keys.json"))
    assert restore(archive, instance=kept, force=True).faults == ()


def test_a_backup_is_of_one_moment(store: Flask, kept: Path, tmp_path: Path) -> None:
    """While somebody files documents without a pause, the copy holds whole transactions and a whole chain."""
    case_id = folder_of(1).id
    db.session.remove()
    stop = threading.Event()

    def go_on_filing() -> None:
        while not stop.is_set():
            with store.app_context():
                begin_writing()
                file(db.session.get_one(Case, case_id))
                db.session.commit()

    writer = threading.Thread(target=go_on_filing)
    writer.start()
    try:
        archive = backup(tmp_path / "backups", instance=kept, now=NOW)
    finally:
        stop.set()
        writer.join()
    assert restore(archive, instance=kept, force=True).faults == ()
    assert db.session.scalars(sa.select(Document.number)).all()
