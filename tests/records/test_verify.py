"""`flask verify` notices what somebody with the database file did: edits, removals, swaps, cuts, a whole case gone."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.folders import file, folder_of
from webform.records.append_only import TRIGGERS
from webform.records.register import written_down
from webform.records.store import db
from webform.records.tables import Case
from webform.records.verify import look_at_the_record


@pytest.fixture
def cases(store: Flask) -> list[Case]:
    """Three cases of three documents, in a database whose triggers somebody has dropped."""
    made = [folder_of(3) for _ in range(3)]
    on = "" if db.engine.dialect.name == "sqlite" else " ON documents"
    for name in TRIGGERS:
        db.session.execute(sa.text(f"DROP TRIGGER {name}{on}"))
    db.session.commit()
    return made


def tamper(*statements: str, **values: Any) -> None:
    """SQL past the service, foreign keys or not."""
    for statement in statements:
        db.session.execute(
            sa.text(statement), {name: value for name, value in values.items() if f":{name}" in statement}
        )
    db.session.commit()
    db.session.expire_all()


def faults() -> tuple[str, ...]:
    return look_at_the_record().faults


def take_out(number: int) -> tuple[str, ...]:
    """The statements that take a whole case out, with everything that belongs to it."""
    rows = ("blind_index", "documents", "parties")
    gone = [f"DELETE FROM {table} WHERE case_id IN (SELECT id FROM cases WHERE entry = {number})" for table in rows]  # noqa: S608
    return (*gone, f"DELETE FROM cases WHERE entry = {number}")  # noqa: S608


def test_an_honest_record_is_whole(cases: list[Case]) -> None:
    """Nothing is found where nothing was done, and what is printed fits the next time too, after more cases."""
    known = look_at_the_record().known
    assert known.startswith("3-")
    folder_of(1)
    look = look_at_the_record(known)
    assert (look.faults, look.cases, look.documents) == ((), 4, 10)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (("UPDATE documents SET effect = 'closes' WHERE number = 2 AND case_id = 2",), "document 2 was changed"),
        (("DELETE FROM documents WHERE number = 2 AND case_id = 2",), "document 2 is missing"),
        (
            ("UPDATE documents SET number = 9 WHERE number = 2 AND case_id = 2",
             "UPDATE documents SET number = 2 WHERE number = 3 AND case_id = 2",
             "UPDATE documents SET number = 3 WHERE number = 9 AND case_id = 2"),
            "document 2 does not follow",
        ),
        (("DELETE FROM documents WHERE number = 3 AND case_id = 2",
          "UPDATE cases SET chain_count = 2, chain_hash = (SELECT hash FROM documents WHERE case_id = 2 AND number = 2)"
          " WHERE id = 2"),
         "not the ones that were filed last"),
        (("UPDATE documents SET case_id = 3, number = 4 WHERE number = 3 AND case_id = 2",), "document 3 is missing"),
    ],
    ids=["edit", "removal", "swap", "cut tail", "moved to another case"],
)  # fmt: skip
def test_what_was_done_to_documents_is_noticed(cases: list[Case], statements: tuple[str, ...], says: str) -> None:
    """An edit, a removal, a swap, a cut tail and a document in another folder are each named with their case."""
    tamper(*statements)
    found = [fault for fault in faults() if cases[1].reference in fault]
    assert says in " ".join(found)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_case_that_is_gone_is_noticed(cases: list[Case], number: int) -> None:
    """A whole case taken out, with all that belongs to it, is noticed: the first, one in the middle, the last."""
    tamper(*take_out(number))
    assert faults() == (f"Case number {number} of the register is gone, with everything in it.",)


def test_a_case_that_is_gone_can_not_be_covered_up(cases: list[Case]) -> None:
    """Who takes out the last case and sets the register back lacks the key of its mark; later cases heal nothing."""
    tamper(*take_out(3), "UPDATE register SET count = 2")
    assert faults() == ("The register is not the one that was kept last.",)
    folder_of(1)
    assert faults() == ("The register is not the one that was kept last.",)


def test_cases_can_not_be_numbered_anew(cases: list[Case]) -> None:
    """Who takes out the first case and closes the gap can't make the marks of the others."""
    tamper(*take_out(1), "UPDATE cases SET entry = entry - 1", "UPDATE register SET count = 2")
    assert [re.findall(r"Case (\S+):", fault) for fault in faults()] == [[case.reference] for case in cases[1:]]


def test_an_emptied_database_is_noticed(cases: list[Case]) -> None:
    """Every case taken out is every case missed."""
    for number in (1, 2, 3):
        tamper(*take_out(number))
    assert len(faults()) == 3


def test_a_case_that_was_put_in_is_noticed(cases: list[Case]) -> None:
    """A case that was never opened by the service is in no register."""
    columns = (
        "area, version, stage, channel, received_at, opened_at, flags, chain_count, chain_hash, chain_mark, entry_mark"
    )
    tamper(f"INSERT INTO cases (reference, {columns}) SELECT 'FAKE-CASE', {columns} FROM cases WHERE entry = 1")  # noqa: S608
    assert "Case FAKE-CASE: it is not in the register." in faults()


@pytest.mark.parametrize(
    "change",
    ["reference = 'AAAA-BBBB'", "area = 'south'", "channel = 'phone'", "received_at = '2026-01-01 09:00:00.000000'",
     "opened_at = '2026-01-01 09:00:00.000000'"],
)  # fmt: skip
def test_what_a_case_was_opened_with_stays(cases: list[Case], change: str) -> None:
    """Reference, area, channel and the moment of receipt, from which every date counts, can't be edited unseen."""
    tamper(f"UPDATE cases SET {change} WHERE entry = 2")  # noqa: S608 - the change is this test's own
    assert [fault for fault in faults() if "what it was opened with was changed" in fault]


def test_the_rules_of_a_case_stay(cases: list[Case]) -> None:
    """The procedure that cases are pinned to can't be edited unseen."""
    tamper("UPDATE procedure_versions SET body = :body", body='{"format": 1}')
    assert "The rules of north" in faults()[0]


@pytest.mark.parametrize(
    ("table", "column"), [("parties", "person"), ("parties", "contact"), ("cases", "headline"), ("cases", "flags")]
)
def test_a_damaged_sealed_value_is_noticed(cases: list[Case], table: str, column: str) -> None:
    """What can't be opened any more is named, in tables that no chain covers too."""
    tamper(f"UPDATE {table} SET {column} = :value WHERE id = 2", value=b"\x01damaged")  # noqa: S608
    assert faults() == (f"Table {table}, row 2: “{column}” can't be opened any more.",)


def test_an_older_copy_of_everything_is_noticed_by_what_was_written_down(cases: list[Case]) -> None:
    """A whole older database is whole in itself; what an earlier look printed tells that it is the older one."""
    older = written_down()
    register = db.session.execute(sa.text("SELECT count, mark FROM register")).one()
    folder_of(1)
    known = look_at_the_record(older).known
    tamper(*take_out(4), "UPDATE register SET count = :count, mark = :mark", count=register.count, mark=register.mark)
    assert faults() == ()
    assert "does not continue the one that was written down" in look_at_the_record(known).faults[0]


@pytest.mark.parametrize("known", ["3", "x", "3-", "3-0000000000000000", "0-0123456789abcdef", "99-0123456789abcdef"])
def test_only_what_was_printed_fits(cases: list[Case], known: str) -> None:
    """A word that nobody printed is never taken for one."""
    assert len(look_at_the_record(known).faults) == 1


def test_filing_goes_on_after_a_look(cases: list[Case]) -> None:
    """Looking changes nothing, and what is filed afterwards is part of the record."""
    look_at_the_record()
    file(cases[0])
    db.session.commit()
    assert (faults(), look_at_the_record().documents) == ((), 10)
