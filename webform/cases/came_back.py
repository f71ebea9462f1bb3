"""A letter came back, by email or by post: an officer records it, and nothing more goes there that way.

Nobody reads the mailbox for answers by machine: an answer of a person, of a machine and a failed delivery look too much
alike.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.records.chain import seal_document
from webform.records.lookup import index_case
from webform.records.officers import Officer
from webform.records.store import db, lock_case
from webform.records.tables import Case, Document, Message, Party, Task
from webform.rules.calendar import day_of, long_date
from webform.rules.safe_contact import FAILS, POST_FAILS, Stop, email_verdict
from webform.sending.reach import called, doubt
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .letters import READERS, add_task
from .people import Author, failing, post_fails
from .up_to_date import bring_up_to_date

KIND, ADDRESS_KIND, POST_KIND = "came-back", "email-address", "post-address"
RETURNED = N_(
    "They have not read it. Phone or email them, if that is safe, and ask where letters "
    "reach them. If the envelope was opened, somebody else may have read it: tell them so."
)
SENT = ("sent", "refused")


def letter_came_back(case: Case, message: Message, officer: Officer, author: Author, now: dt.datetime) -> None:
    """Record that an email did not arrive. A second press changes nothing."""
    lock_case(case.id)
    db.session.refresh(message)
    if message.state not in SENT or message.came_back_at is not None:
        return
    message.came_back_at, message.came_back_by = now, officer.id
    party, colleague = _party(case, message), message.colleague_id is not None
    sent_on = long_date(day_of(message.sent_at or message.created_at))
    words = _(
        "The email “%(subject)s” of %(sent_on)s to %(recipient)s came back.",
        subject=message.subject,
        sent_on=sent_on,
        recipient=message.recipient,
    )
    theirs = party is not None or colleague
    stopped = _("Nothing more goes there by email.") if theirs else ""
    _file(case, KIND, f"{words} {stopped}", party, author, now)
    add_task(
        case,
        f"{KIND}:{message.id}",
        " ".join((words, _("They have not read it."), _what_to_do(party, colleague))),
        now,
    )
    if theirs:
        doubt(case.id, message.recipient, now)
    bring_up_to_date(case, now)


def returned_by_post(case: Case, document: Document, party: Party, author: Author, now: dt.datetime) -> None:
    """Record that a letter on paper did not reach one of its readers. A second press changes nothing."""
    lock_case(case.id)
    if party not in posted_to(document) or is_returned(document, party):
        return
    posted_on = long_date(day_of(document.effective_at))
    words = _(
        "The letter “%(subject)s” of %(posted_on)s to %(whom)s came back by post.",
        subject=(document.answers or {})["subject"],
        posted_on=posted_on, whom=called(party),
    )  # fmt: skip
    stopped = _("Nothing more goes to that address by post.")
    _file(case, POST_KIND, f"{words} {stopped}", party, author, now)
    add_task(case, _returned(document, party), f"{words} {_(RETURNED)}", now)
    party.contact = {**party.contact, POST_FAILS: party.person.get("address")}
    bring_up_to_date(case, now)


def posted_to(document: Document) -> tuple[Party, ...]:
    """The people of the case to whom a letter went on paper; nobody, where it is none or went by email."""
    on_paper = document.body and (document.answers or {}).get("channel") == "paper"
    return meant_for(document) if on_paper else ()


def meant_for(document: Document) -> tuple[Party, ...]:
    """The people of the case whom a letter is for, however it went."""
    readers = (document.answers or {}).get(READERS, [document.party_id])
    return tuple(party for party in document.case.parties if party.id in readers)


def is_returned(document: Document, party: Party) -> bool:
    """Whether it is on record that this letter came back from them."""
    about = select(Task.id).where(Task.case_id == document.case_id, Task.kind == _returned(document, party))
    return db.session.scalar(about.limit(1)) is not None


def post_works_again(case: Case, party: Party, author: Author, now: dt.datetime) -> None:
    """The address is right after all. A second press changes nothing."""
    lock_case(case.id)
    if post_fails(party):
        party.contact = {rule: value for rule, value in party.contact.items() if rule != POST_FAILS}
        _file(case, POST_KIND, _("Letters to their address reach them again."), party, author, now)
        bring_up_to_date(case, now)


def _returned(document: Document, party: Party) -> str:
    """The kind of the task about a letter that came back by post; of one to several people, for each of them."""
    alone = len(posted_to(document)) == 1
    return f"{POST_KIND}:{document.number}" if alone else f"{POST_KIND}:{document.number}:{party.id}"


def works_again(case: Case, party: Party, author: Author, now: dt.datetime) -> None:
    """The address is good after all. A second press changes nothing."""
    lock_case(case.id)
    if email := failing(party):
        party.contact = {rule: value for rule, value in party.contact.items() if rule != FAILS}
        _file(case, ADDRESS_KIND, _("Email to %(email)s works again.", email=email), party, author, now)
        bring_up_to_date(case, now)


def use_address(case: Case, party: Party, email: str, author: Author, now: dt.datetime) -> None:
    """Email goes to another address from now on."""
    lock_case(case.id)
    old = party.person.get("email")
    if old == email:
        works_again(case, party, author, now)
        return
    party.person = {**party.person, "email": email}
    party.contact = {rule: value for rule, value in party.contact.items() if rule != FAILS}
    index_case(case)
    _file(case, ADDRESS_KIND, _new_address(party, str(old or ""), now), party, author, now)
    bring_up_to_date(case, now)


def _new_address(party: Party, old: str, now: dt.datetime) -> str:
    """What is on record of a new address. It says nothing of email that goes there where none may."""
    email, verdict = party.person["email"], email_verdict(party.person, party.contact, now)
    if isinstance(verdict, Stop):
        said = _("Their email address is %(email)s now. No email goes there. %(why)s", email=email, why=verdict.why)
    else:
        said = _("Email goes to %(email)s from now on.", email=email)
    return " ".join((said, _("It was %(old)s before.", old=old))) if old else said


def party_of(case: Case, party_id: int) -> Party | None:
    """The person of that number, if they have to do with this case."""
    return db.session.scalar(select(Party).where(Party.id == party_id, Party.case_id == case.id))


def message_of(case: Case, message_id: int) -> Message | None:
    """The message of that number, if it is about this case."""
    return db.session.scalar(select(Message).where(Message.id == message_id, Message.case_id == case.id))


def _party(case: Case, message: Message) -> Party | None:
    """Whom the message was for; nobody of the case, where it was for the council's own people."""
    party = party_of(case, message.party_id) if message.party_id else None
    return party if party and party.person.get("email") == message.recipient else None


def _what_to_do(party: Party | None, colleague: bool) -> str:
    if colleague:
        return _("Ask the organisation who answers for it now. Their link has ended.")
    if party is None:
        return _("Check the address of this mailbox in the service's contacts.")
    return _("Post it to them or phone, if that is safe, and ask for an address that works.")


def _file(case: Case, kind: str, words: str, party: Party | None, author: Author, now: dt.datetime) -> None:
    seal_document(
        case, kind=kind, effect="records", author=author.name, author_role=author.role,
        party_id=party.id if party else None, filed_at=now, body=words.strip(),
    )  # fmt: skip
