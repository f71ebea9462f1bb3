"""The app with one of everything in it, and addresses that lead to it: for tests of who gets in."""

from __future__ import annotations

import time
from collections.abc import Collection
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.asked_for import asked_for
from tests.bundles import ready_bundle
from tests.councillor import JO, for_somebody, write_roster
from tests.evidence import kept
from tests.moment import Moment
from tests.victim import victim_in_merton
from tests.web.desk import token_of
from webform.cases.consent import sight_of
from webform.cases.drafts import erase_draft, start_draft
from webform.cases.links import mint, of_token, set_word
from webform.cases.officers import add_officer
from webform.cases.seats import holder_of
from webform.cases.standing import forms_for, letters_of
from webform.documents.shelf import Shelves
from webform.records.chain import seal_document
from webform.records.outbox import Tick
from webform.records.sealed import blind
from webform.records.store import begin_writing, db
from webform.records.tables import Colleague, Link, Message, Task
from webform.sending.alarm import SILENCE

AREA = "merton"
OTHER_SEAT = "lee.moor@council.example"
MAIL = "1.eml"
OPENING = "opening"  # the applicant's page in this browser
LOOKED = "accesses"  # who looked at what: the one thing that looking leaves behind


class Site:
    """The app with one case, one officer and one draft, and a client for each kind of visitor."""

    def __init__(self, app: Flask, shelves: Shelves, client: FlaskClient, at: Moment):
        self.app, self.shelves, self.client = app, shelves, client
        procedure = shelves.procedures[AREA]
        begin_writing()
        bearer, _ = start_draft(procedure, shelves.forms[procedure.area.opens_with], at())
        letter = kept(bearer, at())
        case = asked_for(shelves, victim_in_merton(added_files=[letter]), at(), area=AREA)
        erase_draft(bearer)
        self.key = letter["file"]
        case.seen_at, self.reference, self.version = at(), case.reference, case.version
        party = case.parties[0]
        set_word(party, "marmalade")
        self.party_id, self.secret = party.id, mint(party, at())
        officer = add_officer("ann@council.example", "Ann Bee", AREA, "spoc")
        self.officer = officer.fs_uniquifier
        _, self.code = start_draft(procedure, shelves.forms[procedure.area.opens_with], at())
        taken_down, _ = start_draft(procedure, shelves.forms[procedure.area.opens_with], at())
        taken_down.officer_id, taken_down.received_at, taken_down.channel = officer.id, at(), "phone"
        task = Task(area=AREA, kind="test", says="Look at it", created_at=at())
        db.session.add(task)
        db.session.add_all(Tick(name=job, at=at()) for job in SILENCE)  # a clock that runs
        db.session.flush()
        self.draft_id, self.task_id = taken_down.id, task.id
        self._raise_a_case(at)
        self.link_id = db.session.scalars(select(Link.id).where(Link.digest == of_token(self.secret))).one()
        theirs = forms_for(case, party, at())[0]
        letters = letters_of(case, party, sight_of(case, party, at()))
        paper = seal_document(
            case, kind="letter", effect="records", author="Ann Bee", author_role="spoc", party_id=party.id,
            filed_at=at(), body="Words.", answers={"channel": "paper", "subject": "About your request"},
        )  # fmt: skip
        self.numbers = {
            "party_form": theirs.number, "hand_on": theirs.number, "party": letters[0].number, "mail": paper.number,
        }  # fmt: skip
        self.their_step = theirs.step.id
        helper = Colleague(
            case_id=case.id, party_id=party.id, step=theirs.step.id, name="Bo", email="bo@people.example",
            email_digest=blind("email", "bo@people.example"), asked_by="Ann", asked_at=at(), joined_at=at(),
        )  # fmt: skip
        db.session.add(helper)
        db.session.flush()
        self.colleague_id = helper.id
        self.bundle_id = ready_bundle(case.id, at()).id
        message = db.session.scalars(select(Message).where(Message.case_id == case.id, Message.party_id > 0)).all()[0]
        message.state, message.sent_at, self.message_id = "sent", at(), message.id
        db.session.commit()
        _deliver(app.extensions["asb"].settings.instance)
        self.steps = {
            "letters": next(step.id for step in procedure.steps if step.send and "spoc" in step.roles("by")),
            "declaration": next(step.id for step in procedure.steps if step.fill and self._consents(step.fill)),
            "forms": next(step.id for step in procedure.steps if step.fill and self._is_officers(step.fill)),
        }

    def _raise_a_case(self, at: Moment) -> None:
        """A councillor is on the roster, has raised a case and begun another one."""
        write_roster(self.app.extensions["asb"].settings.instance, {}, {"email": OTHER_SEAT, "name": "Lee Moor"})
        procedure = self.shelves.procedures[AREA]
        form = self.shelves.forms[procedure.area.opens_with]
        case = asked_for(self.shelves, victim_in_merton(**for_somebody()), at(), area=AREA)
        holders = [holder_of(email, at()) for email in (JO, OTHER_SEAT)]
        self.elected = [holder.fs_uniquifier for holder in holders if holder]
        begun, _ = start_draft(procedure, form, at())
        begun.officer_id = holders[0].id if holders[0] else None
        db.session.flush()
        self.raised, self.begun_id = case.reference, begun.id

    def _consents(self, name: str) -> bool:
        form = self.shelves.forms[name]
        return form.effect == "consents" and form.audience == "public"

    def _is_officers(self, name: str) -> bool:
        form = self.shelves.forms[name]
        return form.audience == "officer" and bool(form.pages)

    def paths(self, rule: Rule) -> list[str]:
        """Addresses of the rule that lead to something where they can: of a form, a page and what sends it."""
        if rule.rule.startswith("/page"):
            return [*self._paths(rule), *(path.replace(OPENING, self.raised, 1) for path in self._paths(rule))]
        return self._paths(rule)

    def _paths(self, rule: Rule) -> list[str]:
        if "where" not in rule.arguments:
            return [self.path(rule)]
        procedure = self.shelves.procedures[AREA]
        step = procedure.step(self.their_step if "opening" in rule.arguments else self.steps["forms"])
        name = step.fill if step and rule.arguments & {"step", "opening"} else procedure.area.opens_with
        return [self.path(rule, where) for where in (self.shelves.forms[name or ""].pages[0].id, "send")]

    def path(self, rule: Rule, where: str = "check") -> str:
        """One address of the rule."""
        blueprint = rule.endpoint.partition(".")[0]
        in_mailbox = blueprint == "mailbox"
        values: dict[str, Any] = {
            "area_id": AREA, "reference": self.reference, "step": self.steps.get(blueprint, "x"),
            "number": self.numbers.get(blueprint, 0 if in_mailbox else 1),
            "name": {"mailbox": MAIL, "lists": "open"}.get(blueprint, "privacy"),
            "other": self.reference, "draft_id": self.draft_of(rule), "task_id": self.task_id, "where": where,
            "code": "x",
            "meaning": "x", "value": "x", "filename": "service.css", "version": self.version,
            "token": self.secret, "opening": OPENING, "party_id": self.party_id,
            "form_id": self.shelves.procedures[AREA].area.opens_with,
            "key": self.key,
            "message_id": self.message_id,
            "colleague_id": self.colleague_id,
            "first": "2026-04-01",
            "bundle_id": self.bundle_id, "ending": "zip", "instead_of": 2 if "instead-of" in rule.rule else None,
        }  # fmt: skip
        unknown = rule.arguments - set(values)
        assert not unknown, f"{rule.rule}: say in this test what {unknown} stands for"
        adapter = self.app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method=self.method(rule))

    def draft_of(self, rule: Rule) -> int:
        """The unfinished request that the address is about: the councillor's own, or the one written down."""
        return self.begun_id if rule.endpoint.startswith("elected.") else self.draft_id

    def method(self, rule: Rule) -> str:
        return "GET" if "GET" in (rule.methods or ()) else "POST"

    def token(self) -> str:
        """A good token of this session."""
        return token_of(self.client.get(f"/{AREA}/"))

    def sign_in(self) -> None:
        """As an officer of the area, with a draft of the public form open, and the applicant's own page."""
        now = int(time.time())
        with self.client.session_transaction() as session:
            session.update(_user_id=self.officer, _fresh=True, fs_cc="set", fs_paa=now, last_seen=now)
            session.update(draft=self.code, area=AREA, openings={OPENING: [self.link_id, now, now]})


def _deliver(instance: Path) -> None:
    """A mail with text, HTML and an attachment in the local mailbox."""
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = "About your request", "ann@people.example", "service@localhost.example"
    mail.set_content("Words.")
    mail.add_alternative("<html><head></head><body><p>Words.</p></body></html>", subtype="html")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="letter.pdf")
    folder = instance / "mail"
    folder.mkdir(exist_ok=True)
    (folder / MAIL).write_bytes(mail.as_bytes())


def rules(app: Flask) -> list[Rule]:
    """Every address but that of the static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def contents(but_for: Collection[str] = ()) -> dict[str, list[str]]:
    """Every row of every table; of columns all but those."""
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in but_for]
        found[table.name] = [repr(row) for row in db.session.execute(select(*columns)).all()]
    return found


def unchanged(before: dict[str, list[str]], after: dict[str, list[str]]) -> bool:
    """Whether nothing changed, but for a note of who looked that may have been added."""
    looked = before[LOOKED]
    return {**after, LOOKED: after[LOOKED][: len(looked)]} == before
