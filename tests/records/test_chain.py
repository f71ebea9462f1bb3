"""The chain notices every change that went past the service."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.folders import NOW, file, folder_of
from webform.records.chain import forget, seal_document, verify_all, verify_case
from webform.records.sealed import keys
from webform.records.store import db
from webform.records.tables import Case


@pytest.fixture
def folder(store: Flask) -> Case:
    """Four documents, and a database that lets itself be tampered with."""
    case = folder_of(4)
    for name in ("documents_no_update", "documents_no_delete"):
        on = "" if db.engine.dialect.name == "sqlite" else " ON documents"
        db.session.execute(sa.text(f"DROP TRIGGER {name}{on}"))
    db.session.commit()
    return case


def _tamper(statement: str, **values: object) -> None:
    db.session.execute(sa.text(statement), values)
    db.session.commit()


def test_an_honest_folder_has_no_fault(folder: Case) -> None:
    """What nobody touched verifies, also after it was read again from the database."""
    db.session.expire_all()
    assert verify_case(folder.id) == verify_all() == ()


@pytest.mark.parametrize(
    "change",
    ["kind = 'letter'", "step = NULL", "author = 'x'", "author_role = 'x'", "effect = 'closes'", "replaces = 1",
     "party_id = 1", "filed_at = '2026-05-12 09:00:00.000000'", "effective_at = '2026-05-01 09:00:00.000000'",
     "origin = '{\"number\": 9}'"],
)  # fmt: skip
def test_an_edited_column_is_noticed(folder: Case, change: str) -> None:
    """No plain column of a document can be edited unseen."""
    _tamper(f"UPDATE documents SET {change} WHERE number = 2")  # noqa: S608 - the change is this test's own
    assert verify_case(folder.id) == (f"Case {folder.reference}: document 2 was changed after it was filed.",)


@pytest.mark.parametrize("column", ["answers", "body", "salt"])
def test_edited_words_are_noticed(folder: Case, column: str) -> None:
    """Words that were sealed anew with the right keys, but say something else, are noticed; damaged ones as well."""
    for value in (keys().seal(b'"something else"'), b"damaged"):
        _tamper(f"UPDATE documents SET {column} = :value WHERE number = 2", value=value)  # noqa: S608
        assert "document 2 was changed" in verify_case(folder.id)[0]


def test_words_of_two_documents_can_not_be_swapped(folder: Case) -> None:
    """Sealed values moved from one document to another are noticed in both."""
    rows = db.session.execute(
        sa.text("SELECT number, body FROM documents WHERE number IN (2, 3) ORDER BY number")
    ).all()
    for number, body in ((2, rows[1].body), (3, rows[0].body)):
        _tamper("UPDATE documents SET body = :body WHERE number = :number", body=bytes(body), number=number)
    assert [re.findall(r"document (\d)", fault) for fault in verify_case(folder.id)] == [["2"], ["3"]]


def test_two_documents_can_not_be_swapped(folder: Case) -> None:
    """Documents that changed places are noticed."""
    for old, new in ((2, 99), (3, 2), (99, 3)):
        _tamper("UPDATE documents SET number = :new WHERE number = :old", old=old, new=new)
    assert "document 2 was changed" in " ".join(verify_case(folder.id))


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_removed_document_is_noticed(folder: Case, number: int) -> None:
    """A document taken away from the beginning, the middle or the end is named."""
    _tamper("DELETE FROM documents WHERE number = :number", number=number)
    assert f"Case {folder.reference}: document {number} is missing." in verify_case(folder.id)


def test_a_cut_tail_can_not_be_covered_up(folder: Case) -> None:
    """Who cuts off the last document and sets back the counters of the case still lacks the key of its mark."""
    _tamper("DELETE FROM documents WHERE number = 4")
    _tamper(
        "UPDATE cases SET chain_count = 3, chain_hash = (SELECT hash FROM documents WHERE number = 3)",
    )
    assert "not the ones that were filed last" in verify_case(folder.id)[0]
    file(folder)
    db.session.commit()
    assert "not the ones that were filed last" in verify_case(folder.id)[0], "filing on would have healed it"


def test_hashes_made_again_without_the_keys_do_not_fit(folder: Case) -> None:
    """Rewriting hashes, which needs no key, doesn't help: the mark on the case does."""
    _tamper("UPDATE documents SET hash = :made WHERE number = 4", made="0" * 64)
    _tamper("UPDATE cases SET chain_hash = :made", made="0" * 64)
    assert verify_case(folder.id)


def test_an_emptied_case_is_noticed(folder: Case) -> None:
    """Removing every document of a case is noticed, document by document."""
    _tamper("DELETE FROM documents")
    assert len(verify_all()) == 4


def test_forgetting_keeps_the_chain(folder: Case) -> None:
    """A document's words can be erased for good, and the folder still verifies."""
    forget(folder.documents[1])
    db.session.commit()
    db.session.expire_all()
    assert folder.documents[1].answers is folder.documents[1].body is folder.documents[1].salt is None
    assert verify_case(folder.id) == ()


def test_half_forgotten_is_changed(folder: Case) -> None:
    """Erasing the salt alone, or the words alone, is no erasure."""
    _tamper("UPDATE documents SET salt = NULL WHERE number = 2")
    _tamper("UPDATE documents SET body = NULL WHERE number = 3")
    assert len(verify_case(folder.id)) == 2


def test_equal_words_have_different_hashes(store: Flask) -> None:
    """Nobody can tell from the hashes that two documents say the same, or guess what an erased one said."""
    case = folder_of(0)
    assert file(case).content_hash != file(case).content_hash


def test_a_document_may_say_nothing(store: Flask) -> None:
    """A filing without answers or text, such as "seen", is chained like any other."""
    case = folder_of(1)
    seal_document(case, kind="form", effect="seen", author="officer 1", author_role="spoc", filed_at=NOW)
    db.session.commit()
    assert [document.number for document in case.documents] == [1, 2]
    assert verify_case(case.id) == ()
