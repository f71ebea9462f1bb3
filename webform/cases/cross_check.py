"""Whether what changes with the work still says what the documents say: deadlines, people, letters and messages.

The chain covers the documents (records/verify.py). The rest is worked out from them, so it can be worked out anew and
compared. Nothing is mended here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError

from webform.documents.form import Form
from webform.records.erasures import is_noted
from webform.records.store import db
from webform.records.tables import Case, Deadline, Document, Message, Party
from webform.rules.calendar import long_date
from webform.rules.corrected import that_stand
from webform.rules.folder import Duty

from .came_back import ADDRESS_KIND
from .figures import kept_rows, rows_of
from .folder import documents_of, duties_of
from .parties import named_by_documents
from .people import PEOPLE, details_as_changed, details_of, rules_as_changed, rules_of_request
from .pinned import form_of, rules_of
from .sweep import PUT_OFF
from .up_to_date import OPEN, act_at_of

EMAILED = "email"


def disagreements(now: dt.datetime) -> Iterator[str]:
    """Everything that does not fit, in plain words, case by case. Closed cases have no dates, and keep their people."""
    yield from _messages()
    for case_id in db.session.scalars(select(Case.id).order_by(Case.id)):
        case = db.session.get_one(Case, case_id)
        yield from (f"Case {case.reference}: {fault}" for fault in _of_case(case, now))
        db.session.expire_all()  # no more than one case in memory


def _of_case(case: Case, now: dt.datetime) -> list[str]:
    try:
        documents = documents_of(case)
        told = [*_erased(case, documents), *_letters(case, documents), *_figures(case, now)]
        return [*told, *_people(case, documents, now), *_deadlines(case, now)]
    except SQLAlchemyError:
        raise
    except Exception as fault:  # whatever was done to it: the others are looked at all the same
        return [f"its rules or papers can't be read, so nothing could be compared ({type(fault).__name__})"]


def _erased(case: Case, documents: list[Document]) -> Iterator[str]:
    """Only what is over its time says nothing any more, and the register of erasures knows it."""
    said_nothing = [one.number for one in documents if one.salt is None]
    if case.erased_at and is_noted("case", case.reference):
        return
    if said_nothing := [one for one in said_nothing if not is_noted("document", f"{case.reference} {one}")]:
        numbers = ", ".join(str(number) for number in said_nothing)
        yield f"what these documents said was erased, and the register of erasures does not know it: {numbers}"


def _deadlines(case: Case, now: dt.datetime) -> Iterator[str]:
    """Each date that is kept is the one that the documents and the calendar lead to, and the clock will act on it."""
    if case.closed_at is not None:
        return
    procedure, _ = rules_of(case)
    duties = {duty.key: duty for duty in duties_of(case, now)}
    kept = {(row.step, str(row.party_id or ""), row.occurrence): row for row in case.deadlines}
    for key in sorted(duties.keys() | kept.keys()):
        if fault := _date_fault(kept.get(key), duties.get(key)):
            yield f"the deadline of “{procedure.named(key[0])}” {fault}"
        elif (row := kept.get(key)) and (duty := duties.get(key)) and row.state in OPEN:
            should = act_at_of(row, duty, procedure, now)
            if should and (row.act_at is None or row.act_at > max(should, now) + PUT_OFF):
                yield f"the deadline of “{procedure.named(key[0])}” is not looked at by the clock in time"


def _figures(case: Case, now: dt.datetime) -> Iterator[str]:
    """Where it stands in each figure follows from its documents, unless they are erased."""
    found, kept = rows_of(case, now), kept_rows(case)
    names = {name for name, _day, _certain in (found or set()) ^ kept} if found is not None else set()
    for name in sorted(names):
        yield f"it stands elsewhere in the figure “{name}” than its documents say. Run `flask recount`"


def _date_fault(row: Deadline | None, duty: Duty | None) -> str:
    is_open = duty is not None and duty.state in OPEN
    if row is None:
        return "is not kept" if duty is not None and duty.state in ("open", "late") else ""
    if is_open != (row.state in OPEN):
        return "is kept as settled, and is not" if is_open else "is kept as open, and is settled"
    if duty is None or not is_open or duty.forecast or row.forecast or row.due_at == duty.due:
        return ""
    kept, found = (long_date(day) if day else "no date" for day in (row.due_on, duty.due_on))
    return f"is kept as {kept}; worked out anew it is {found}. Where the calendar was changed, run `flask reschedule`"


def _people(case: Case, documents: list[Document], now: dt.datetime) -> Iterator[str]:
    """Who is on the case, who they are and how they are reached is what the documents say."""
    if any(document.answers is None and document.body is None for document in documents):
        return  # erased: they say nothing any more
    yield from _named(case, now)
    opening = next((one for one in that_stand(documents) if one.effect == "opens-case" and one.origin is None), None)
    form = form_of(opening) if opening else None
    if opening is None or form is None:
        return
    for role in PEOPLE:
        party = next((one for one in case.parties if one.role == role and not one.key), None)
        if party is not None:
            yield from _person(role, party, form, opening, documents)


def _named(case: Case, now: dt.datetime) -> Iterator[str]:
    named = named_by_documents(case, max(now, case.opened_at))
    for party in (one for one in case.parties if one.key):
        place = named.pop((party.role, str(party.key)), None)
        if place is None and party.left_at is None:
            yield f"person {party.id} takes part, and no document names them"
        elif place is not None and (place.joined_at, place.left_at) != (party.joined_at, party.left_at):
            yield f"person {party.id} joined or left on another day than the documents say"
    for gone in named.values():
        yield f"somebody in the role “{gone.role}” is named by a document, and does not take part"


def _person(role: str, party: Party, form: Form, opening: Document, documents: list[Document]) -> Iterator[str]:
    """What the request and every later change say of somebody, laid over each other in order."""
    details = details_of(role, form, opening.answers or {})
    rules = rules_of_request(role, form, opening.answers or {})
    for document in documents:
        about = document.party_id == party.id or (document.party_id is None and role == PEOPLE[0])
        if about and document.effect == "changes-contact" and (changed := form_of(document)):
            details = details_as_changed(details, changed, document.answers or {})
            rules = rules_as_changed(rules, changed, document.answers or {})
        elif about and document.kind == ADDRESS_KIND and party.person.get("email") in _addresses(document.body):
            details["email"] = party.person["email"]
    if odd := sorted(name for name, value in details.items() if party.person.get(name) != value):
        yield f"person {party.id}: no document says this of them: {', '.join(odd)}"
    if odd := sorted(rule for rule, value in rules.items() if not _as_careful(rule, value, party.contact.get(rule))):
        yield f"person {party.id}: they gave other rules for reaching them: {', '.join(odd)}"


def _addresses(words: str | None) -> set[str]:
    """The email addresses in a sentence, whatever its language."""
    return {word.strip(".,;:") for word in (words or "").split() if "@" in word}


def _as_careful(rule: str, said: Any, kept: Any) -> bool:
    """Whether what is kept is as they said; a way that another case calls unsafe may be closed all the same."""
    return kept == said or (rule.endswith("_safe") and kept == "no")


def _letters(case: Case, documents: list[Document]) -> Iterator[str]:
    """Every letter that went by email is in the outbox, for somebody."""
    written = set(db.session.scalars(select(Message.document_id).where(Message.case_id == case.id)))
    for document in documents:
        emailed = document.body is not None and (document.answers or {}).get("channel") == EMAILED
        if emailed and document.origin is None and document.id not in written:
            yield f"document {document.number} is a letter that went by email, and no message is there"


def _messages() -> Iterator[str]:
    """A message is about its own case: the document that it carries, and the person whom it is for."""
    odd = (
        select(Message.id, Case.reference)
        .outerjoin(Case, Case.id == Message.case_id)
        .outerjoin(Document, Document.id == Message.document_id)
        .outerjoin(Party, Party.id == Message.party_id)
        .where(
            or_(
                Message.case_id.is_not(None) & (Case.id.is_(None) | (Case.area != Message.area)),
                Message.document_id.is_not(None) & (Document.id.is_(None) | (Document.case_id != Message.case_id)),
                Message.party_id.is_not(None) & (Party.id.is_(None) | (Party.case_id != Message.case_id)),
            )
        )
        .order_by(Message.id)
    )
    for message_id, reference in db.session.execute(odd):
        yield f"Message {message_id}: it belongs to a document, person or area of another case than {reference}."
