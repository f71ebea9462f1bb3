"""`flask verify` works out anew what changes with the work, and names what the documents don't say."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import acknowledge
from tests.cases.test_sweep import open_it
from tests.moment import Moment
from webform import cli, service_cli
from webform.cases.came_back import use_address
from webform.cases.cross_check import disagreements
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.cases.pinned import rules_of_version
from webform.cases.sweep import sweep
from webform.documents.shelf import Shelves
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Party


def found(now: Moment) -> list[str]:
    """What does not fit, without the case that it is about."""
    db.session.rollback()
    db.session.expire_all()
    return [fault.partition(": ")[2] for fault in disagreements(now())]


def tamper(statement: str, **values: Any) -> None:
    """SQL past the service."""
    db.session.execute(sa.text(statement), values)
    db.session.commit()


@pytest.fixture
def case(opened: Opener, now: Moment, shelves: Shelves) -> Case:
    """A case that was opened, acknowledged, and handled to the point where things are due."""
    case = opened()
    open_it(case, now, shelves)
    acknowledge(case, now)
    return case


def test_an_honest_case_fits(case: Case, opened: Opener, now: Moment, store: Flask) -> None:
    """Whatever time does: nothing is found before and after reminders, a changed address, changed rules and weeks."""
    assert found(now) == []
    other = opened(name="Bob", email=None, email_safe="no")
    form = house().shelves.forms["contact-change"]
    begin_writing()
    use_address(case, case.parties[0], "ann@new.example", OFFICER, now())
    step = next(one.id for one in house().shelves.procedures["merton"].steps if one.fill == form.id)
    bob = Author("", "applicant", other.parties[0].id)
    said = {"new_email": "bob@new.example", "email_safe": "yes", "voicemail_safe": "no"}
    file_document(other, step, form, said, author=bob, now=now())
    db.session.commit()
    for _ in range(4):
        assert found(now) == []
        now.passes(days=4)
        assert found(now) == []
        while sweep(now()):
            pass


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("due_at = '2027-01-01 00:00:00', due_on = '2027-01-01'", "is kept as Friday 1 January 2027; worked out anew"),
        ("state = 'done'", "is kept as settled, and is not"),
        ("act_at = NULL", "is not looked at by the clock in time"),
        ("act_at = '2027-01-01 00:00:00'", "is not looked at by the clock in time"),
    ],
)  # fmt: skip
def test_a_deadline_that_was_changed_is_found(case: Case, now: Moment, change: str, says: str) -> None:
    """A date moved, a duty settled without a document, a reminder that would never come: each is named."""
    row = db.session.execute(sa.text("SELECT id FROM deadlines WHERE state = 'open' AND act_at IS NOT NULL")).first()
    assert row is not None
    tamper(f"UPDATE deadlines SET {change} WHERE id = :id", id=row.id)  # noqa: S608 - the change is this test's own
    [fault] = found(now)
    assert says in fault


def test_a_deadline_that_is_gone_is_found(case: Case, now: Moment) -> None:
    """A duty that is due and of which the clock knows nothing is named."""
    tamper("DELETE FROM deadlines WHERE state = 'open'")
    assert found(now)
    assert all("is not kept" in fault for fault in found(now))


def test_an_address_that_nobody_gave_is_found(case: Case, opened: Opener, now: Moment) -> None:
    """A sealed value of another case put in the place of the applicant's sends their letters elsewhere: it is named."""
    opened(name="Mallory", email="mallory@elsewhere.example")
    tamper("UPDATE parties SET person = (SELECT person FROM parties ORDER BY id DESC LIMIT 1) WHERE id = 1")
    [fault] = found(now)
    assert "no document says this of them: email, name" in fault


def test_rules_of_contact_that_nobody_gave_are_found(opened: Opener, now: Moment) -> None:
    """Who said that email is not safe is not written to because somebody put the rules of another in the place."""
    opened(email_safe="no", post_safe="no")
    opened(name="Bob")
    tamper("UPDATE parties SET contact = (SELECT contact FROM parties ORDER BY id DESC LIMIT 1) WHERE id = 1")
    [fault] = found(now)
    assert "they gave other rules for reaching them: email_safe" in fault


def test_somebody_whom_no_document_names_is_found(case: Case, now: Moment) -> None:
    """A party that was put in would read the case through a link of its own."""
    begin_writing()
    db.session.add(Party(case_id=case.id, role="agency", key="x", person={}, contact={}, joined_at=now()))
    db.session.commit()
    assert "takes part, and no document names them" in " ".join(found(now))


def test_a_letter_that_never_went_is_found(case: Case, now: Moment) -> None:
    """A letter on record as emailed, of which no message is left, was perhaps never sent."""
    letter = case.documents[-1].number
    tamper("DELETE FROM messages WHERE document_id = (SELECT max(document_id) FROM messages)")
    assert found(now) == [f"document {letter} is a letter that went by email, and no message is there"]


@pytest.mark.parametrize("column", ["document_id", "party_id", "area"])
def test_a_message_of_another_case_is_found(case: Case, opened: Opener, now: Moment, column: str) -> None:
    """A message that was hung onto another case's document, person or area would show one case to another's people."""
    other = opened(name="Bob")
    value = {"document_id": other.documents[0].id, "party_id": other.parties[0].id, "area": "bromley"}[column]
    tamper(f"UPDATE messages SET {column} = :value WHERE id = 1", value=value)  # noqa: S608
    assert any("of another case than" in fault for fault in found(now))


def test_documents_that_say_nothing_need_a_reason(case: Case, now: Moment) -> None:
    """Whoever empties a document past the service is found out: no register of erasures knows why it is empty."""
    tamper("UPDATE documents SET answers = NULL, body = NULL, salt = NULL WHERE number = 2")
    assert "the register of erasures does not know it: 2" in found(now)[0]


def test_rules_that_can_not_be_read_hold_nobody_up(case: Case, opened: Opener, now: Moment) -> None:
    """A case whose rules were damaged is named, and the other one is looked at all the same."""
    tamper("UPDATE procedure_versions SET body = '{}'")
    rules_of_version.cache_clear()  # as a command that has just been started
    tamper("UPDATE messages SET area = 'bromley' WHERE id = 1")
    said = found(now)
    rules_of_version.cache_clear()
    assert "of another case than" in said[0]
    assert "can't be read, so nothing could be compared" in said[1]


def run(store: Flask, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """`flask verify` on this installation."""
    monkeypatch.setattr(service_cli, "service", lambda: nullcontext(store))
    return cli.command_line().test_cli_runner().invoke(service_cli.verify, words)


def test_it_says_so_to_a_person_and_to_a_machine(
    store: Flask, case: Case, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole: exit code 0, what was looked at and the word to keep. Changed: exit code 1 and one line a fault."""
    opened(name="Bob")
    fine = run(store, monkeypatch)
    assert fine.exit_code == 0
    assert "The record is whole: 2 cases, 8 documents." in fine.output
    known = re.findall(r"--known: (\S+)", fine.output)[0]
    assert run(store, monkeypatch, "--known", known).exit_code == 0
    tamper("UPDATE cases SET channel = 'phone' WHERE id = 1")
    tamper("UPDATE deadlines SET state = 'done' WHERE state = 'open'")
    broken = run(store, monkeypatch)
    assert broken.exit_code == 1
    assert "changed behind the service's back" in broken.output
    assert "what it was opened with was changed" in broken.output
    assert "is kept as settled, and is not" in broken.output
