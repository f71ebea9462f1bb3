"""What must hold after any fault: everything that was shown is there once, and nothing is half done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from flask import Flask
from sqlalchemy import select, text

from tests.sending.mail_server import MailServer
from webform.records.attachments import Attachment
from webform.records.chain import verify_all
from webform.records.chunks import BrokenFile
from webform.records.store import db
from webform.records.tables import Alarm, Bundle, Case, Colleague, Draft, Link, Message, Task

Record = tuple[str, ...]


def on_record(app: Flask) -> Record:
    """Everything that the service has written down, without what differs from run to run: numbers, times, secrets."""
    with app.app_context():
        cases = db.session.scalars(select(Case).order_by(Case.id)).all()
        lines = [f"case {count}: {line}" for count, case in enumerate(cases) for line in _folder(case)]
        # Web servers alone raise an alarm about the clock after five minutes, and are right: there is none.
        lines += [f"alarm {kind}" for kind in db.session.scalars(select(Alarm.kind).where(Alarm.kind != "clock"))]
        lines += [f"draft of {draft.form}, {len(draft.answers)} answers" for draft in db.session.scalars(select(Draft))]
        db.session.rollback()
    return tuple(sorted(lines))


def _folder(case: Case) -> Iterator[str]:
    yield f"{case.area} {case.stage} next {case.next_on} seen {bool(case.seen_at)} flags {len(case.flags)}"
    for document in case.documents:
        yield f"document {document.number} {document.kind} {document.effect} {len(document.answers or {})} answers"
    for party in case.parties:
        yield f"party {party.role} {len(party.person)}"
    for row in case.deadlines:
        yield f"deadline {row.step} {row.occurrence} {row.state} {row.due_on} {row.action} {bool(row.act_at)}"
    for message in db.session.scalars(select(Message).where(Message.case_id == case.id)):
        yield f"message {message.letter} to {message.role} {message.state}"
    for link in db.session.scalars(select(Link).where(Link.case_id == case.id)):
        yield f"link for {link.purpose}, ended {bool(link.revoked_at)}"
    for colleague in db.session.scalars(select(Colleague).where(Colleague.case_id == case.id)):
        yield f"colleague for {colleague.step}, joined {bool(colleague.joined_at)}"
    for bundle in db.session.scalars(select(Bundle).where(Bundle.case_id == case.id)):
        yield f"bundle {bundle.state}, {[(file.media_type, _opens(file)) for file in bundle.files]}"
    for task in db.session.scalars(select(Task).where(Task.case_id == case.id)):
        yield f"task {task.kind}"


def _opens(file: Attachment) -> bool:
    """Whether a sealed file is whole."""
    try:
        return sum(map(len, file.chunks())) == file.size
    except BrokenFile:
        return False


def difference(found: Record, wanted: Record) -> list[str]:
    """What is there and should not be, and what is missing."""
    there, should = Counter(found), Counter(wanted)
    return [f"too much: {line}" for line in there - should] + [f"missing: {line}" for line in should - there]


def broken(app: Flask, shown: Iterable[str]) -> list[str]:
    """What is broken: a reference that is lost or there twice, a chain or a database that is not whole."""
    with app.app_context():
        references = Counter(db.session.scalars(select(Case.reference)))
        faults = [f"{one} is there {references[one]} times" for one in shown if references[one] != 1]
        faults += verify_all()
        if db.engine.dialect.name == "sqlite":
            whole = db.session.execute(text("PRAGMA integrity_check")).scalars().all()
            faults += [] if list(whole) == ["ok"] else list(whole)
            faults += [f"{row} refers to nothing" for row in db.session.execute(text("PRAGMA foreign_key_check"))]
        db.session.rollback()
    return faults


def not_arrived(app: Flask, server: MailServer) -> list[str]:
    """Messages that never arrived, or under two names, or that nobody has written."""
    with app.app_context():
        gone = select(Message).where(Message.sent_at.is_not(None))
        rows = {row.message_id: (row.recipient, row.subject) for row in db.session.scalars(gone)}
        db.session.rollback()
    taken = {(str(mail["Message-ID"]), (str(mail["To"]), str(mail["Subject"]))) for mail in server.taken}
    arrived = {number for number, _ in taken}
    return [f"{number} never arrived" for number in rows.keys() - arrived] + [
        f"{number} is not what was written" for number, what in taken if rows.get(number) != what
    ]
