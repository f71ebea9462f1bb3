"""Files of drafts and cases: sealed, gone with their rows, found when they are missing, and never left behind."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.evidence import PDF, kept, stored
from tests.records.folders import NOW, open_case
from webform.cases.drafts import empty_draft, erase_draft, expire_drafts
from webform.cases.evidence import give_files, let_go
from webform.cases.hand_over import copy
from webform.house import EXTENSION, house
from webform.records.attachments import Attachment, sweep_files
from webform.records.backup import backup, restore
from webform.records.chain import forget, seal_document, verify_all
from webform.records.chunks import BrokenFile
from webform.records.reseal import reseal
from webform.records.sealed import make_keys, rotate, use_keys
from webform.records.store import db
from webform.records.tables import Case, Document, Draft
from webform.records.vault import vault

NAME = "Ann Žďárská at home.pdf"
DAY = dt.timedelta(days=1)


@pytest.fixture
def folder(store: Flask) -> Path:
    """Where the sealed files lie."""
    return house().settings.instance / "attachments"


def a_draft() -> Draft:
    """A draft without files."""
    made = Draft(
        key_digest="k", area="north", form="request", version="v1", created_at=NOW, touched_at=NOW, expires_at=NOW + DAY
    )
    db.session.add(made)
    return made


@pytest.fixture
def draft(store: Flask) -> Draft:
    """A draft with one file."""
    made = a_draft()
    made.answers = {"files": [kept(made, NOW, name=NAME)]}
    db.session.commit()
    return made


@pytest.fixture
def filed(draft: Draft) -> Document:
    """The draft was sent: its file belongs to a document."""
    case = open_case()
    document = seal_document(
        case, kind="form", author="", author_role="applicant", filed_at=NOW, answers=draft.answers, step="request"
    )
    give_files(case, document, NOW)
    empty_draft(draft, case.id)
    db.session.commit()
    return document


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def age(folder: Path, hours: float) -> None:
    """Every file was written so long before NOW."""
    then = (NOW - dt.timedelta(hours=hours)).timestamp()
    for path in folder.iterdir():
        os.utime(path, (then, then))


def content(attachment: Attachment) -> bytes:
    return b"".join(attachment.chunks())


def only() -> Attachment:
    return db.session.scalars(sa.select(Attachment)).one()


def test_nothing_of_a_file_is_readable(draft: Draft, folder: Path) -> None:
    """Neither what is in it nor what it is called: not on the disk, not in a name there, not in the database."""
    row = db.session.execute(sa.text("SELECT * FROM attachments")).one()
    lying = b"".join(path.read_bytes() + path.name.encode() for path in folder.iterdir())
    for told in (PDF[:20], NAME.encode(), b"at home"):
        assert told not in lying
        assert all(told not in (bytes(value) if isinstance(value, bytes | memoryview) else b"") for value in row)
    assert content(only()) == PDF


def test_a_file_goes_with_its_draft(draft: Draft, folder: Path) -> None:
    """Erased by its owner: row and file are gone."""
    erase_draft(draft)
    assert names(folder), "not before the commit"
    db.session.commit()
    assert names(folder) == set()


def test_a_file_goes_when_its_draft_expires(draft: Draft, folder: Path) -> None:
    """The same when its time is over."""
    expire_drafts(NOW + 2 * DAY)
    db.session.commit()
    assert (names(folder), db.session.query(Attachment).count()) == (set(), 0)


def test_a_removal_that_was_rolled_back_keeps_the_file(draft: Draft, folder: Path) -> None:
    """Nothing is gone before the database says so."""
    let_go(draft, only().key)
    db.session.flush()
    db.session.rollback()
    db.session.commit()
    assert content(only()) == PDF


def test_what_was_sent_outlives_its_draft(filed: Document, draft: Draft, folder: Path) -> None:
    """The file is the document's; the draft may go."""
    erase_draft(draft)
    db.session.commit()
    assert (only().case_id, only().document, only().draft_id) == (filed.case_id, filed.number, None)
    assert content(only()) == PDF


def test_files_of_pages_that_were_not_asked_go_on_sending(draft: Draft, folder: Path) -> None:
    """What the document does not name is nobody's."""
    kept(draft, NOW, name="left.pdf")
    db.session.commit()
    case = open_case()
    named = draft.answers["files"]
    document = seal_document(
        case, kind="form", author="", author_role="applicant", filed_at=NOW, answers={"files": named}
    )
    give_files(case, document, NOW)
    empty_draft(draft, case.id)
    db.session.commit()
    assert names(folder) == {named[0]["file"]}


def test_a_file_of_one_case_is_no_file_of_another(filed: Document) -> None:
    """A document that names a file of another case does not get it."""
    other = open_case()
    thief = seal_document(other, kind="form", author="", author_role="applicant", filed_at=NOW, answers=filed.answers)
    give_files(other, thief, NOW)
    db.session.commit()
    assert only().case_id == filed.case_id


def test_a_copied_document_shares_its_files(filed: Document, folder: Path) -> None:
    """Another body can open them when the first has forgotten its document; they go with the last copy."""
    other = open_case()
    copied = copy(filed, other, NOW)
    db.session.commit()
    forget(filed)
    db.session.commit()
    assert (only().case_id, only().document, content(only())) == (other.id, copied.number, PDF)
    assert verify_all() == ()
    forget(copied)
    db.session.commit()
    assert names(folder) == set()


def test_forgetting_a_document_takes_its_files_along(filed: Document, folder: Path) -> None:
    """And the chain still holds."""
    forget(filed)
    db.session.commit()
    assert names(folder) == set()
    assert verify_all() == ()


def test_what_a_killed_process_left_is_swept(draft: Draft, folder: Path) -> None:
    """A file without a row goes after an hour, when no upload can be under way any more; others stay."""
    orphan = stored(PDF).key
    age(folder, 0.5)
    assert sweep_files(NOW) == 0
    age(folder, 2)
    assert sweep_files(NOW) == 1
    assert names(folder) == {only().key}
    assert orphan not in names(folder)


def test_verify_tells_of_a_missing_file(filed: Document, folder: Path) -> None:
    """A row whose file is gone is reported, by case, document and place."""
    assert verify_all() == ()
    (folder / only().key).unlink()
    reference = db.session.get_one(Case, filed.case_id).reference
    assert verify_all() == (f"Case {reference}: file 1 of document 1: the file is missing.",)


def test_verify_tells_of_a_changed_file(filed: Document, folder: Path) -> None:
    """One byte is enough."""
    path = folder / only().key
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert "chunk 1 is not what was written" in verify_all()[0]


def test_verify_tells_of_a_file_that_was_exchanged(filed: Document, folder: Path) -> None:
    """Whoever has keys and database could seal another file; the chain of documents knows the first one's digest."""
    fresh = stored(b"%PDF-1.7 another")
    row = only()
    row.key, row.secret, row.sha256 = row.key, fresh.secret, fresh.sha256
    db.session.execute(sa.update(Attachment).values(key=fresh.key))
    db.session.commit()
    assert "is missing" in verify_all()[0]


def test_verify_tells_of_a_row_that_is_gone(filed: Document) -> None:
    """The document names a file that the table does not know."""
    db.session.execute(sa.delete(Attachment))
    db.session.commit()
    assert "file 1 of document 1 is missing" in verify_all()[0]


def test_the_digest_is_in_the_chain(filed: Document) -> None:
    """The sealed answers of the document hold it, so its hash covers the file."""
    assert filed.answers["files"][0]["sha256"] == only().sha256


@pytest.fixture
def ring(store: Flask, tmp_path: Path) -> Iterator[Path]:
    """A key file of the test's own, in use."""
    before = store.extensions["asb-keys"]
    use_keys(store, make_keys(tmp_path / "ring.json"))
    yield tmp_path / "ring.json"
    use_keys(store, before)


def test_files_stay_readable_when_keys_rotate(store: Flask, ring: Path, draft: Draft) -> None:
    """With the new key alone, without a file being written again."""
    use_keys(store, fresh := rotate(ring))
    assert reseal()
    use_keys(store, type(fresh)(fresh.root, fresh.sealing[-1:]))
    db.session.expire_all()
    assert content(only()) == PDF


def test_files_are_in_the_backup(filed: Document, folder: Path, tmp_path: Path) -> None:
    """They come back with the case, and whole."""
    instance = house().settings.instance
    archive = backup(tmp_path / "backups", instance=instance, now=NOW)
    key = only().key
    (folder / key).unlink()
    db.session.remove()
    assert restore(archive, instance=instance, force=True).faults == ()
    assert names(folder) == {key}
    assert content(only()) == PDF


def test_files_may_lie_elsewhere(store: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At another address that fsspec knows; a backup takes them along and brings them back there."""
    elsewhere = tmp_path / "elsewhere"
    settings = replace(house().settings, attachments=f"file://{elsewhere}")
    monkeypatch.setitem(store.extensions, EXTENSION, replace(house(), settings=settings))
    vault().prepare()
    case = open_case()
    made = a_draft()
    items = [kept(made, NOW)]
    document = seal_document(case, kind="form", author="", author_role="", filed_at=NOW, answers={"files": items})
    give_files(case, document, NOW)
    db.session.commit()
    key = only().key
    assert names(elsewhere) == {key}
    archive = backup(tmp_path / "backups", instance=settings.instance, now=NOW)
    (elsewhere / key).unlink()
    db.session.remove()
    assert restore(archive, instance=settings.instance, force=True).faults == ()
    assert names(elsewhere) == {key}
    assert names(settings.instance / "attachments") == set()


def test_a_file_that_goes_during_a_backup_does_no_harm(
    filed: Document, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup holds on to what was there when it began."""
    orphan = stored(PDF).key
    whole = vault().take_out.__func__

    def then_remove(self: object, target: Path) -> None:
        whole(self, target)
        (folder / orphan).unlink()

    monkeypatch.setattr("webform.records.vault.Vault.take_out", then_remove)
    assert backup(tmp_path / "backups", instance=house().settings.instance, now=NOW).exists()


def test_a_broken_file_does_not_open(draft: Draft, folder: Path) -> None:
    """It raises, and hands nothing out."""
    (folder / only().key).write_bytes(b"")
    with pytest.raises(BrokenFile):
        content(only())
