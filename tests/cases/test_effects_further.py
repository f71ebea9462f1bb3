"""Effects that change what is due: filed as an officer files them, kept for the clock, on both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER
from tests.cases.test_consent import FOR_MUM, says
from tests.cases.test_letters import acknowledge
from tests.moment import Moment
from tests.victim import victim_in_merton
from webform.cases.file_document import file_document
from webform.cases.folder import documents_of
from webform.cases.people import Author, parties
from webform.cases.pinned import rules_of
from webform.cases.standing import letters_of
from webform.cases.sweep import sweep
from webform.documents.shelf import read_shelves
from webform.errors import Refusal
from webform.house import EXTENSION, house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline, Message, Party, Task
from webform.rules.consent import ALL, View
from webform.settings import SHIPPED

ABOUT = '[[page.question]]\nid = "which"\ntype = "text"\nlabel = "Which step?"\nmeans = "about.step"\n'
UNTIL = '[[page.question]]\nid = "until"\ntype = "date"\nlabel = "Until when?"\nmeans = "extended.to"\n'
BECAUSE = (
    '[[page.question]]\nid = "why"\ntype = "radios"\nlabel = "Why?"\nmeans = "extended.because"\nrequired = false\n'
)
EFFECTS = {
    "holds": "",
    "resumes": "",
    "withdraws": "",
    "waives": ABOUT,
    "delivers": ABOUT,
    "extends": ABOUT + UNTIL + BECAUSE,
}
FORM = 'title = "T"\naudience = "officer"\neffect = "{effect}"\n[[page]]\nid = "a"\n{questions}'
NOTE = '[[page.question]]\nid = "note"\ntype = "text"\nlabel = "Note"\nrequired = false\n'
STEP = """
[[step]]
id = "it-{effect}"
fill = "it-{effect}"
by = "spoc"
after = "request"
strength = "choice"
source = "T"
"""
AREA = """
[[step]]
id = "acknowledgement"
may_extend = { by = "spoc", reasons = ["illness"], send = "put-off", most = "2 weeks" }
source = "T"
[[step]]
id = "call"
fill = "it-records"
by = "spoc"
after = "acknowledgement.received"
within = "5 days"
source = "T"
[[step]]
id = "visit"
fill = "it-records"
by = "spoc"
to = "agency"
after = "request"
within = "5 days"
may_extend = { by = "spoc", send = "put-off" }
source = "T"
"""
LETTER = '+++\nsubject = "Later"\npurpose = "to-applicant"\n+++\nYou hear from us by {due.acknowledgement}.\n'
DEPUTY = Author("Dee Deputy", "deputy")


@pytest.fixture
def shelf(store: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The council's own documents: a form for each effect, and an acknowledgement that may be put off."""
    for folder in ("forms", "procedures", "emails"):
        (tmp_path / folder).mkdir()
    for effect, questions in {**EFFECTS, "records": ""}.items():
        written = FORM.format(effect=effect, questions=questions or NOTE)
        (tmp_path / f"forms/it-{effect}.toml").write_text(written, encoding="utf-8")
    steps = "".join(STEP.format(effect=effect) for effect in EFFECTS)
    (tmp_path / "procedures/merton.toml").write_text(AREA + steps, encoding="utf-8")
    (tmp_path / "emails/put-off.md").write_text(LETTER, encoding="utf-8")
    monkeypatch.setitem(store.extensions, EXTENSION, replace(house(), shelves=read_shelves(SHIPPED, tmp_path)))


def opened(now: Moment, **changes: Any) -> Case:
    """A victim's request of Monday 11 May 2026."""
    case = asked_for(house().shelves, victim_in_merton(**changes), now())
    db.session.commit()
    return case


def file(case: Case, effect: str, now: Moment, author: Author = OFFICER, **answers: str) -> None:
    begin_writing()
    form = house().shelves.forms[f"it-{effect}"]
    file_document(case, form.id, form, answers, author=author, now=now())
    db.session.commit()


def kept(case: Case, step: str) -> Deadline:
    """The deadline that the clock goes by."""
    db.session.expire_all()
    return db.session.scalars(select(Deadline).where(Deadline.case_id == case.id, Deadline.step == step)).one()


def letters(case: Case, letter: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.case_id == case.id, Message.letter == letter)))


@pytest.mark.usefixtures("shelf")
def test_a_hold_stops_the_clock_and_its_end_sets_new_dates(now: Moment) -> None:
    """On hold from Tuesday to Thursday noon: two days do not count, and nobody is told that anything is late."""
    case = opened(now)
    assert (kept(case, "acknowledgement").due_on, kept(case, "panel-meeting").due_on) == (
        dt.date(2026, 5, 13), dt.date(2026, 5, 26),
    )  # fmt: skip
    now.is_("2026-05-12 12:00")
    file(case, "holds", now)
    row = kept(case, "acknowledgement")
    assert (row.state, row.due_on, row.act_at, row.action) == ("held", None, None, None)
    now.is_("2026-05-14 12:00")
    sweep(now())
    assert all("acknowledg" not in message.subject.lower() for message in letters(case, "overdue"))
    file(case, "resumes", now)
    assert (kept(case, "acknowledgement").state, kept(case, "acknowledgement").due_on) == ("open", dt.date(2026, 5, 15))
    assert kept(case, "panel-meeting").due_on == dt.date(2026, 5, 28)  # Monday 25 May is a bank holiday
    assert kept(case, "acknowledgement").act_at is not None


@pytest.mark.usefixtures("shelf")
def test_an_extension_moves_the_date_and_tells_whom_it_is_for(now: Moment) -> None:
    """Put off to 18 May by the point of contact: the clock goes by the new date, and the letter names it."""
    case = opened(now)
    now.is_("2026-05-12 12:00")
    file(case, "extends", now, which="acknowledgement", until="2026-05-18")
    assert kept(case, "acknowledgement").due_on == dt.date(2026, 5, 18)
    (message,) = letters(case, "put-off")
    assert (message.role, message.recipient) == ("applicant", "ann@people.example")
    assert "18 May 2026" in message.text
    (applicant,) = parties(case, "applicant")
    letter = letters_of(case, applicant, ALL)[0]
    assert (letter.kind, letter.id) == ("put-off", message.document_id)
    assert "/open/" not in str(letter.body)
    assert letters_of(case, applicant, View(())) == ()


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("author", "answers", "why"),
    [
        (DEPUTY, {"which": "acknowledgement", "until": "2026-05-18"}, "Only ASB Supervisor/Manager, the single point"),
        (OFFICER, {"which": "acknowledgement", "until": "2026-05-28"}, "at most, to Wednesday 27 May 2026"),
        (OFFICER, {"which": "acknowledgement"}, "Enter the new date"),
        (OFFICER, {"which": "panel-meeting", "until": "2026-06-18"}, "lets nobody put off this date"),
        (OFFICER, {"which": "acknowledgement", "until": "2026-05-18", "why": "rain"}, "these reasons only: illness"),
    ],
    ids=["somebody who may not", "too far", "no date", "not at all", "another reason"],
)  # fmt: skip
def test_an_extension_that_is_not_allowed_is_refused(
    now: Moment, author: Author, answers: dict[str, str], why: str
) -> None:
    """It is said why, nothing is on record, the date stays, and no letter promises another one."""
    case = opened(now)
    filed = len(documents_of(case))
    with pytest.raises(Refusal, match=why):
        file(case, "extends", now, author, **answers)
    db.session.rollback()
    assert len(documents_of(case)) == filed
    assert kept(case, "acknowledgement").due_on == dt.date(2026, 5, 13)
    assert letters(case, "put-off") == []


@pytest.mark.usefixtures("shelf")
def test_the_reasons_for_more_time_are_those_of_the_procedure(now: Moment) -> None:
    """A form that leaves its reasons to the procedure offers them; an allowed one is taken."""
    case = opened(now)
    question = rules_of(case)[1]["it-extends"].meaning("extended.because")
    assert question is not None
    assert [(option.value, option.label) for option in question.options] == [("illness", "Illness")]
    file(case, "extends", now, which="acknowledgement", until="2026-05-18", why="illness")
    assert kept(case, "acknowledgement").due_on == dt.date(2026, 5, 18)


@pytest.mark.usefixtures("shelf")
def test_who_cannot_safely_be_emailed_is_told_of_an_extension_by_a_person(now: Moment) -> None:
    """No email goes; a task asks somebody to tell them."""
    case = opened(now, email_safe="no", email=None, channel="post")
    file(case, "extends", now, which="acknowledgement", until="2026-05-18")
    assert letters(case, "put-off") == []
    tasks = db.session.scalars(select(Task.kind).where(Task.case_id == case.id)).all()
    assert "extended:acknowledgement" in tasks


@pytest.mark.usefixtures("shelf")
def test_nobody_hears_of_an_extension_who_must_not_be_told(now: Moment) -> None:
    """A body that she does not want to be told gets no letter of the new date; an officer reads whom it was not told,
    and the others are."""
    case = opened(now, **FOR_MUM)
    for name in ("acme", "birch"):
        person = {"organisation": f"{name} housing", "email": f"desk@{name}.example"}
        case.parties.append(Party(role="agency", key=name, person=person, contact={}, joined_at=now()))
    db.session.commit()
    says(case, now, "yes", not_with="acme housing", main="applicant")
    file(case, "extends", now, which="visit", until="2026-05-28")
    assert [message.recipient for message in letters(case, "put-off")] == ["desk@birch.example"]
    told = db.session.scalars(select(Task.says).where(Task.case_id == case.id, Task.kind.startswith("extended"))).all()
    assert len(told) == 1
    assert "does not want acme housing to be told" in told[0]


@pytest.mark.usefixtures("shelf")
def test_a_waiver_settles_the_deadline_and_opens_what_follows(now: Moment) -> None:
    """Without the meeting the decision is due on the day of the waiver, and the clock asks for no meeting."""
    case = opened(now)
    now.is_("2026-05-12 12:00")
    file(case, "waives", now, which="panel-meeting")
    row = kept(case, "panel-meeting")
    assert (row.state, row.act_at, row.action) == ("waived", None, None)
    decision = kept(case, "threshold-decision")
    assert (decision.state, decision.due_on, decision.forecast) == ("open", dt.date(2026, 5, 12), False)


@pytest.mark.usefixtures("shelf")
def test_a_delivery_starts_the_time_that_counts_from_it(now: Moment) -> None:
    """Sent on the 11th, in their hands on the 14th: five days for the call end on the 19th."""
    case = opened(now)
    acknowledge(case, now)
    assert kept(case, "call").state == "waiting"
    now.is_("2026-05-14 12:00")
    file(case, "delivers", now, which="acknowledgement")
    row = kept(case, "call")
    assert (row.state, row.due_on, row.act_at is not None) == ("open", dt.date(2026, 5, 19), True)


@pytest.mark.usefixtures("shelf")
def test_a_withdrawal_ends_the_case_and_the_clock_leaves_it_alone(now: Moment) -> None:
    """Nothing but choices stays open, nothing is to be looked at, and weeks later nobody is told."""
    case = opened(now)
    now.is_("2026-05-12 12:00")
    file(case, "withdraws", now)
    assert case.closed_at == now()
    rows = db.session.scalars(select(Deadline).where(Deadline.case_id == case.id)).all()
    assert [row.step for row in rows if row.act_at] == []
    states = {row.step: row.state for row in rows}
    assert (states["acknowledgement"], states["panel-meeting"], states["threshold-decision"]) == (
        "lapsed", "lapsed", "not needed",
    )  # fmt: skip
    now.is_("2026-06-12 12:00")
    sweep(now())
    assert letters(case, "overdue") == letters(case, "escalation") == []
