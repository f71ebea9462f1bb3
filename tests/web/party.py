"""Somebody from outside at their own page: the link in their mail, the word, the pages behind it."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from tests.web.visitor import Visitor
from webform.cases.links import set_word
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Party

WORD = "marmalade"
LINK = re.compile(r"http://localhost(/[a-z-]+/open/[0-9a-f]{64})")
FIRST_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def mails(app: Flask, to: str = "ann@people.example") -> list[Message]:
    """What waits for an address or has gone there, in order."""
    with app.app_context():
        return [one for one in db.session.scalars(select(Message).order_by(Message.id)) if one.recipient == to]


def links(app: Flask, to: str = "ann@people.example") -> list[str]:
    """The paths of the links that were mailed to an address, in order."""
    return [path for mail in mails(app, to) for path in LINK.findall(mail.text)]


def give_word(app: Flask, reference: str, word: str = WORD, role: str = "applicant") -> int:
    """The party has chosen their word; returns the number of the party."""
    with app.app_context():
        begin_writing()
        party = party_of(reference, role)
        set_word(party, word)
        db.session.commit()
        return party.id


def party_of(reference: str, role: str = "applicant") -> Party:
    """The party of a role; within an app context."""
    wanted = select(Party).join(Case).where(Case.reference == reference, Party.role == role)
    return db.session.scalars(wanted).one()


def open_page(visitor: Visitor, path: str, word: str = WORD) -> Visitor:
    """Follow a link and type the word."""
    visitor.get(path)
    visitor.post({"do": "open", "word": word})
    return visitor
