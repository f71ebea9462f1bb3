"""Parties on a live case: named by documents, written to one by one, answered for by an officer, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER
from tests.moment import Moment
from tests.victim import incident, report, victim_in_merton
from webform.cases.cross_check import disagreements
from webform.cases.desk import duplicates
from webform.cases.facts import case_facts
from webform.cases.file_document import file_document
from webform.cases.folder import AlreadyDone, Which, duties_of, folder_of
from webform.cases.letters import draft_letter, reader_facts
from webform.cases.links import set_word
from webform.cases.open_case import open_case
from webform.cases.people import Author, addressees
from webform.cases.pinned import rules_of
from webform.cases.send_letter import send
from webform.cases.standing import forms_for
from webform.cases.sweep import sweep
from webform.contacts import FILE
from webform.documents.shelf import Shelves, read_shelves
from webform.errors import Refusal
from webform.house import EXTENSION, house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline, Link, Message, Party, Task
from webform.rules.folder import Duty
from webform.rules.naming import with_those_named
from webform.sending.outbox import deliver_due
from webform.sending.reach import called
from webform.settings import SHIPPED

RETURN = {
    "body_name": "The police", "body_person": "PC Smith", "known": "Loud parties", "done": "no",
    "done_not": "New to us", "holds": "no", "how_it_stands": "open", "powers": ["none-of-these"],
    "risk_seen": "low", "objects": "no",
}  # fmt: skip


def told(*agencies: tuple[str, str]) -> list[dict[str, Any]]:
    """One incident, reported to each of these."""
    reports = [
        report(place, "2026-05-03", report_agency=agency, report_to=name)
        for place, (agency, name) in enumerate(agencies, start=1)
    ]
    return [incident(1, "2026-05-02", "2026-05-03", reports=reports)]


NOBODY = {"email_safe": "no", "email": None, "phone_safe": "no", "phone": None, "channel": "post"}


def opened(shelves: Shelves, now: Moment, *agencies: tuple[str, str], **changes: Any) -> Case:
    """A request in an area whose procedure asks each agency that was told."""
    answers = victim_in_merton(incidents=told(*agencies), **changes)
    case = asked_for(shelves, answers, now(), area="shropshire")
    db.session.commit()
    return case


def of(case: Case, role: str) -> dict[str, Party]:
    """The parties of a role by what they are called."""
    db.session.expire_all()
    found = db.session.scalars(select(Party).where(Party.case_id == case.id, Party.role == role).order_by(Party.id))
    return {called(party): party for party in found}


def duties(case: Case, step: str, now: Moment) -> dict[str, Duty]:
    """The duties of a step by the id of their party."""
    return {duty.party or "": duty for duty in duties_of(case, now()) if duty.step == step}


def file(case: Case, which: Which | str, now: Moment, answers: Mapping[str, Any]) -> None:
    begin_writing()
    procedure, forms = rules_of(case)
    step = procedure.step(Which.read(which).step)
    assert step is not None
    file_document(case, which, forms[step.fill or ""], answers, author=OFFICER, now=now())
    db.session.commit()


def ask(case: Case, party: Party, step: str, now: Moment) -> None:
    """Send a party the letter of a step as it is drafted."""
    begin_writing()
    which = Which(step, party.id)
    written = draft_letter(case, which, now()).written
    send(case, which, subject=written.subject, markdown=written.markdown, author=OFFICER, now=now())
    db.session.commit()


def sent_to(case: Case, letter: str) -> list[tuple[str, int | None]]:
    found = select(Message).where(Message.case_id == case.id, Message.letter == letter).order_by(Message.id)
    return [(message.recipient, message.party_id) for message in db.session.scalars(found)]


def test_a_request_names_the_agencies_that_were_told(store: object, shelves: Shelves, now: Moment) -> None:
    """Each agency is one party however often it was told, and joins with the request."""
    case = opened(shelves, now, ("police", ""), ("police", "PC Smith"), ("council", ""), ("unsure", ""))
    agencies = of(case, "agency")
    assert list(agencies) == ["The police", "The council"]
    assert {party.joined_at for party in agencies.values()} == {case.received_at}
    assert all(set(party.person) == {"organisation", "choice"} for party in agencies.values())


def test_what_an_agency_is_called_finds_no_other_case(store: object, shelves: Shelves, now: Moment) -> None:
    """Two cases that the same police desk deals with are not taken for one."""
    first, second = opened(shelves, now, ("police", "")), opened(shelves, now, ("police", ""), name="Bo", **NOBODY)
    for case in (first, second):
        police = of(case, "agency")["The police"]
        file(
            case, Which("who-takes-part", police.id), now, {"part_role": "agency", "part_email": "desk@police.example"}
        )
    assert duplicates(second) == []
    assert duplicates(opened(shelves, now)) == [first]


def test_what_somebody_changed_themselves_outlives_the_next_document(
    store: object, shelves: Shelves, now: Moment
) -> None:
    """A document that says nothing new of a party leaves their own rules and address as they are."""
    case = opened(shelves, now, ("police", ""))
    told = {"part_role": "agency", "part_email": "old@police.example"}
    file(case, Which("who-takes-part", of(case, "agency")["The police"].id), now, told)
    begin_writing()
    police = of(case, "agency")["The police"]
    police.person, police.contact = {**police.person, "email": "new@police.example"}, {"email_safe": "no"}
    db.session.commit()
    file(case, "who-takes-part", now, {"part_role": "agency", "part_organisation": "Fire service"})
    after = of(case, "agency")["The police"]
    assert (after.person["email"], after.contact) == ("new@police.example", {"email_safe": "no"})


def test_service_and_replay_name_the_same(store: object, shelves: Shelves, now: Moment) -> None:
    """The parties of the case are those that its documents name by themselves."""
    case = opened(shelves, now, ("police", ""), ("landlord", "Moat"))
    procedure, forms = rules_of(case)
    folder = folder_of(case)
    alone = with_those_named(procedure, forms, type(folder)(folder.documents), now())
    kept = {(party.role, party.key, party.joined_at) for party in case.parties if party.key}
    assert {(one.role, one.id, one.joined_at) for one in alone.parties} == kept


TIMES = """
[[step]]
id = "agency-request"
within = "2 working days"
[[step]]
id = "agency-return"
within = "10 working days"
"""


@pytest.fixture
def with_times(store: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelves:
    """The leaflet gives agencies no time, so the council lays its own over it."""
    (tmp_path / "procedures").mkdir()
    (tmp_path / "procedures/shropshire.toml").write_text(TIMES, encoding="utf-8")
    shelves = read_shelves(SHIPPED, tmp_path)
    monkeypatch.setitem(store.extensions, EXTENSION, replace(house(), shelves=shelves))
    return shelves


def test_shropshire_asks_each_agency_and_an_officer_files_an_answer_for_one(with_times: Shelves, now: Moment) -> None:
    """Each has a letter and a date of its own, at the council's address for it, and one answer does one duty."""
    case = opened(with_times, now, ("police", ""), ("council", ""))
    agencies = of(case, "agency")
    police, council = str(agencies["The police"].id), str(agencies["The council"].id)
    asked = duties(case, "agency-request", now)
    assert {key: (duty.state, duty.due_on) for key, duty in asked.items()} == {
        police: ("open", dt.date(2026, 5, 13)), council: ("open", dt.date(2026, 5, 13)),
    }  # fmt: skip
    ask(case, agencies["The police"], "agency-request", now)
    assert [duty.state for duty in duties(case, "agency-request", now).values()] == ["done", "open"]
    now.is_("2026-05-12 12:00")
    ask(case, agencies["The council"], "agency-request", now)
    assert sent_to(case, "agency-request") == [
        ("police.mailbox@shropshire.example", int(police)), ("council.mailbox@shropshire.example", int(council)),
    ]  # fmt: skip
    answers = duties(case, "agency-return", now)
    assert {key: (duty.state, duty.due_on) for key, duty in answers.items()} == {
        police: ("open", dt.date(2026, 5, 26)), council: ("open", dt.date(2026, 5, 27)),
    }  # fmt: skip
    file(case, Which("agency-return", int(police)), now, RETURN)
    assert {key: duty.state for key, duty in duties(case, "agency-return", now).items()} == {
        police: "done", council: "open",
    }  # fmt: skip
    rows = db.session.scalars(select(Deadline).where(Deadline.case_id == case.id, Deadline.step == "agency-return"))
    assert {str(row.party_id): row.state for row in rows} == {police: "done", council: "open"}
    with pytest.raises(AlreadyDone):
        file(case, Which("agency-return", int(police)), now, RETURN)
    db.session.rollback()


def test_a_form_for_one_of_several_says_for_whom(store: object, shelves: Shelves, now: Moment) -> None:
    """Nobody's duty is done by a document that names no party, nor by one for a party of another case."""
    case, other = opened(shelves, now, ("police", "")), opened(shelves, now, ("police", ""))
    ask(case, of(case, "agency")["The police"], "agency-request", now)
    with pytest.raises(Refusal, match="Say who it is for"):
        file(case, "agency-return", now, RETURN)
    db.session.rollback()
    with pytest.raises(Refusal, match="not on this case"):
        file(case, Which("agency-return", of(other, "agency")["The police"].id), now, RETURN)
    db.session.rollback()


def test_only_the_agency_that_is_late_is_reminded(with_times: Shelves, now: Moment) -> None:
    """The police have answered: the reminder goes to the council alone."""
    case = opened(with_times, now, ("police", ""), ("council", ""))
    agencies = of(case, "agency")
    for party in agencies.values():
        ask(case, party, "agency-request", now)
    file(case, Which("agency-return", agencies["The police"].id), now, RETURN)
    now.is_("2026-05-26 12:00")
    sweep(now())
    assert sent_to(case, "chase") == [("council.mailbox@shropshire.example", agencies["The council"].id)]


def test_who_could_not_be_reminded_is_named(with_times: Shelves, now: Moment) -> None:
    """Two landlords without an address owe the same: each task says whose answer is due, in words."""
    case = opened(with_times, now, ("landlord", "Moat"), ("landlord", "Peabody"))
    for party in of(case, "agency").values():
        begin_writing()
        words = {"subject": "What do you know?", "markdown": "Tell us."}
        send(case, Which("agency-request", party.id), **words, author=OFFICER, now=now(), posted_on=now())
        db.session.commit()
    now.is_("2026-05-26 12:00")
    sweep(now())
    said = [says for says in tasks(case) if "Nobody could be told" in says]
    assert [any(name in says for says in said) for name in ("Moat", "Peabody", "agency-return")] == [True, True, False]


def tasks(case: Case) -> list[str]:
    return [task.says for task in db.session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id))]


def test_an_agency_without_an_address_is_a_task_until_an_officer_gives_one(
    store: object, shelves: Shelves, now: Moment
) -> None:
    """A landlord that the council's list does not know is written to once an officer has said where."""
    case = opened(shelves, now, ("landlord", "Moat"))
    moat = of(case, "agency")["Moat"]
    assert [says for says in tasks(case) if "No email address is known for Moat" in says]
    assert not draft_letter(case, Which("agency-request", moat.id), now()).by_email
    file(case, Which("who-takes-part", moat.id), now, {"part_role": "agency", "part_email": "asb@moat.example"})
    ask(case, of(case, "agency")["Moat"], "agency-request", now)
    assert sent_to(case, "agency-request") == [("asb@moat.example", moat.id)]


def test_a_new_address_gets_a_link_of_its_own(store: object, shelves: Shelves, now: Moment) -> None:
    """Whoever read the old address holds nothing that opens, their word least; saying it again changes nothing."""
    case = opened(shelves, now, ("police", ""))
    police = of(case, "agency")["The police"]
    ask(case, police, "agency-request", now)
    set_word(police, "their old word")
    db.session.commit()
    told = {"part_role": "agency", "part_email": "new.desk@police.example"}
    for phone in ("020 7946 0000", "020 7946 0001"):
        now.passes(minutes=1)
        file(case, Which("who-takes-part", police.id), now, {**told, "part_phone": phone})
        police = of(case, "agency")["The police"]
        assert (police.word_hash, police.left_at) == (None, None)
        links = db.session.scalars(select(Link).where(Link.party_id == police.id).order_by(Link.id)).all()
        assert [one.revoked_at is None for one in links] == [False, True]
        assert sent_to(case, "new-link") == [("new.desk@police.example", police.id)]
    waited = select(Message.state).where(Message.letter == "agency-request", Message.party_id == police.id)
    assert db.session.scalars(waited).all() == ["cancelled"]
    assert [says for says in tasks(case) if "These emails to The police had not gone" in says]
    assert list(disagreements(now())) == []


def test_the_councils_list_is_live_and_knows_other_names(store: object, shelves: Shelves, now: Moment) -> None:
    """An address that is added to the file later counts for cases that are open; a name of the same kind is enough."""
    case = opened(shelves, now, ("landlord", "Moat"))
    moat = of(case, "agency")["Moat"]
    path = house().settings.instance / FILE
    entry = (
        '[[shropshire.agency]]\nid = "landlord"\nname = "Moat Homes"\nemail = "list@moat.example"\ncalled = ["moat"]\n'
    )
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    assert [one.email for one in draft_letter(case, Which("agency-request", moat.id), now()).to] == [
        "list@moat.example"
    ]


def test_an_agency_joins_by_hand_and_leaves(store: object, shelves: Shelves, now: Moment) -> None:
    """Who was added is asked like the others; who was taken off owes nothing any more."""
    case = opened(shelves, now, ("police", ""))
    now.is_("2026-05-12 12:00")
    answers = {"part_role": "agency", "part_organisation": "Fire service", "part_email": "asb@fire.example"}
    file(case, "who-takes-part", now, answers)
    agencies = of(case, "agency")
    fire = agencies["Fire service"]
    assert (list(agencies), fire.joined_at) == (["The police", "Fire service"], now())
    assert duties(case, "agency-request", now)[str(fire.id)].state == "open"
    now.passes(hours=1)
    file(case, Which("off-the-case", fire.id), now, {"left_why": "They know nothing of it"})
    assert of(case, "agency")["Fire service"].left_at == now()
    assert duties(case, "agency-request", now)[str(fire.id)].state == "not needed"


def test_a_letter_to_a_body_leaves_the_house(store: object, shelves: Shelves, now: Moment) -> None:
    """The door lets it out to the address on the council's list, as that is when it goes."""
    case = opened(shelves, now, ("police", ""))
    ask(case, of(case, "agency")["The police"], "agency-request", now)
    path = house().settings.instance / FILE
    path.write_text(path.read_text("utf-8").replace("police.mailbox@shropshire", "moved@shropshire"), "utf-8")
    while deliver_due(now(), 100):
        pass
    (message,) = db.session.scalars(select(Message).where(Message.letter == "agency-request"))
    assert (message.state, message.recipient) == ("sent", "moved@shropshire.example")


def test_nobody_is_told_of_the_other_agencies(store: object, shelves: Shelves, now: Moment) -> None:
    """The facts of a letter to one party name that party and no other of the role."""
    case = opened(shelves, now, ("police", ""), ("council", ""))
    police = of(case, "agency")["The police"]
    assert case_facts(case, now(), police.id)["agency.organisation"] == "The police"
    assert "agency.organisation" not in case_facts(case, now())


APPEAL = {
    "capacity": "me", "name": "Ann", "email_safe": "yes", "email": "ann@people.example", "voicemail_safe": "none",
    "post_safe": "none", "channel": "email", "lead_body": "Stafford Council", "in_time": "yes",
    "grounds": ["process"], "headline": "They did not look at the noise diary", "consent": "yes", "declaration": "yes",
}  # fmt: skip


def test_staffordshire_asks_each_body_for_its_papers(store: object, shelves: Shelves, now: Moment) -> None:
    """The manager names the bodies; each is asked within 5 working days and owes its papers within 15 of the appeal."""
    begin_writing()
    procedure = shelves.procedures["staffordshire-commissioner"]
    case = open_case(
        shelves, procedure, shelves.forms["appeal-request"], APPEAL, received_at=now(), channel="online", now=now(),
        author=Author("", "applicant"),
    )  # fmt: skip
    db.session.commit()
    bodies = [
        {"entry": 1, "body_organisation": "Stafford Council", "body_email": "asb@stafford.example"},
        {"entry": 2, "body_organisation": "Staffordshire Police", "body_email": "asb@police.example"},
    ]
    file(case, "bodies-named", now, {"bodies": bodies})
    named = of(case, "relevant-bodies")
    assert list(named) == ["Stafford Council", "Staffordshire Police"]
    assert {duty.due_on for duty in duties(case, "documents-request", now).values()} == {dt.date(2026, 5, 18)}
    for party in named.values():
        ask(case, party, "documents-request", now)
    assert [to for to, _ in sent_to(case, "documents-request")] == ["asb@stafford.example", "asb@police.example"]
    asked = db.session.scalars(select(Message).where(Message.letter == "documents-request"))
    assert all("/staffordshire-commissioner/open/" in one.text and "/desk/" not in one.text for one in asked)
    assert reader_facts(case, addressees(case, procedure, "lead-organisation"), now())["link.page"]
    [form] = forms_for(case, named["Stafford Council"], now())
    assert [row.value for section in form.reads for row in section.rows] == ["Ann"]
    council = str(named["Stafford Council"].id)
    owed = duties(case, "documents-supplied", now)
    assert {duty.due_on for duty in owed.values()} == {dt.date(2026, 6, 2)}  # Monday 25 May is a bank holiday
    file(case, Which("documents-supplied", int(council)), now, {"body_name": "Stafford Council", "departed": "no"})
    assert duties(case, "documents-supplied", now)[council].state == "done"
    assert {duty.state for key, duty in duties(case, "documents-supplied", now).items() if key != council} == {"open"}
