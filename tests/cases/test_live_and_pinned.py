"""Rules and forms are pinned to a case; calendar, roster, contacts and letter wording are live (sentence 27)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from tests.victim import victim_in_merton
from webform.cases.calendars import FILE as CALENDAR
from webform.cases.folder import documents_of, duties_of
from webform.cases.letters import draft_letter, notify
from webform.cases.pinned import form_of, rules_of
from webform.cases.send_letter import send
from webform.contacts import FILE as CONTACTS
from webform.documents.shelf import read_shelves
from webform.house import EXTENSION, house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message
from webform.settings import SHIPPED

WORDS = '+++\nsubject = "New words"\npurpose = "to-applicant"\n+++\nOur new words to {applicant.name}.\n'
RULES = '[[step]]\nid = "acknowledgement"\nwithin = "10 working days"\nsource = "T"\n'


@pytest.fixture
def instance(store: Flask, opened: Opener) -> Iterator[Path]:
    """The council's own folder; what is read from it again is forgotten after the test."""
    before = store.extensions[EXTENSION]
    yield before.settings.instance
    store.extensions[EXTENSION] = before


def write(instance: Path, name: str, text: str, app: Flask) -> None:
    """The council changes a document, and the service is started again."""
    path = instance / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    app.extensions[EXTENSION] = replace(house(), shelves=read_shelves(SHIPPED, instance))


def opened_now(now: Moment) -> Case:
    """A case under the rules of this moment."""
    case = asked_for(house().shelves, victim_in_merton(), now())
    db.session.commit()
    return case


def due(case: Case, now: Moment, step: str = "acknowledgement") -> str:
    db.session.expire_all()
    return next(str(duty.due_on) for duty in duties_of(case, now()) if duty.step == step)


def test_s27_rules_and_forms_stay_as_they_were(store: Flask, instance: Path, opened: Opener, now: Moment) -> None:
    """More time and another request form for those who come now; a case of before keeps its own, and can be read."""
    before = opened()
    form, answers = form_of(documents_of(before)[0]), documents_of(before)[0].answers
    write(instance, "procedures/merton.toml", RULES, store)
    shipped = (SHIPPED / "forms/request.toml").read_text("utf-8")
    write(instance, "forms/request.toml", shipped.replace("What do you feel was done", "What was done"), store)
    after = opened_now(now)
    assert (due(before, now), due(after, now)) == ("2026-05-13", "2026-05-26")  # 25 May is a bank holiday
    assert form_of(documents_of(before)[0]) == form != form_of(documents_of(after)[0])
    assert rules_of(before)[1]["request"] == form
    assert documents_of(before)[0].answers == answers


def test_s27_the_calendar_is_live(instance: Path, opened: Opener, now: Moment) -> None:
    """A closed day that is added now counts for a case that was open before."""
    case = opened()
    assert due(case, now) == "2026-05-13"
    closed = '[[closure]]\narea = "merton"\ndate = 2026-05-12\nwhy = "Strike"\nadded = 2026-05-11\n'
    (instance / CALENDAR).write_text(closed, encoding="utf-8")
    assert due(case, now) == "2026-05-14"


def test_s27_contacts_and_the_roster_of_roles_are_live(instance: Path, opened: Opener, now: Moment) -> None:
    """Who has the role today is told, and signs, in a case that was opened under somebody else."""
    case = opened()
    people = (instance / CONTACTS).read_text("utf-8")
    old = house().contacts["merton", "spoc"].only
    assert old
    (instance / CONTACTS).write_text(people.replace(old.email, "new@council.example").replace(
        f'name = "{old.name}"', 'name = "Nora New"'), encoding="utf-8")  # fmt: skip
    begin_writing()
    assert notify(
        case, "reminder", "spoc", {"duty.title": "x", "duty.says": "x", "duty.due": "x", "duty.why": "x"}, now()
    )
    db.session.commit()
    latest = db.session.scalars(select(Message).where(Message.letter == "reminder")).one()
    assert latest.recipient == "new@council.example"
    assert "Nora New" in draft_letter(case, "acknowledgement", now()).written.markdown


def test_s27_the_wording_of_letters_is_live(store: Flask, instance: Path, opened: Opener, now: Moment) -> None:
    """A letter of a case of before goes in today's words; one that went already stays as it went."""
    case = opened()
    receipt = [(one.subject, one.text) for one in db.session.scalars(select(Message).order_by(Message.id))]
    sent = [one.body for one in documents_of(case)]
    write(instance, "emails/acknowledgement.md", WORDS, store)
    draft = draft_letter(case, "acknowledgement", now())
    assert draft.written.markdown.startswith("Our new words to Ann")
    begin_writing()
    send(case, "acknowledgement", subject=draft.written.subject, markdown=draft.written.markdown, author=OFFICER,
         now=now())  # fmt: skip
    db.session.commit()
    assert [one.body for one in documents_of(case)][: len(sent)] == sent
    messages = [(one.subject, one.text) for one in db.session.scalars(select(Message).order_by(Message.id))]
    assert messages[: len(receipt)] == receipt
    assert messages[-1][0] == "New words"
