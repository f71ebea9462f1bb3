"""After a backup came back: nobody who was erased is there again, and nothing that may have gone goes once more.

The backup stands at an earlier moment. What was erased since is erased again, links that were ended and officers who
left have no way in, and what somebody has kept or opened again since is kept. Every email that waits, or that the clock
would now write because its time has come meanwhile, is put before a person instead: it may have gone before. An alarm
goes to whoever is on call, holds nothing personal and hurts nobody twice: those that still hold are told again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select, update

from webform.records.chain import forget
from webform.records.erasures import Erased, take_over
from webform.records.officers import Officer
from webform.records.sealed import keyed_hash
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document, Draft, Link, Message, Task
from webform.rules.calendar import day_of, long_date
from webform.rules.plain_words import joined
from webform.sending.alarm import drop_alarms, raise_alarm
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .drafts import erase_draft, expire_drafts
from .erase import erase_case
from .hand_back import hand_back
from .officers import OFFICER, let_out
from .retention import UNDELIVERED
from .seats import keep_seats
from .sweep import sweep

KEPT = "kept-again"  # the kind of task that asks a person to say anew why a case is kept, or to open it again
SAYS = {
    "kept": N_(
        "This case was kept beyond its time on %(day)s, and the service was brought back from an older backup. It is "
        "still kept. Write down again who needs it and what for, or end it."
    ),
    "opened-again": N_(
        "This case was opened again on %(day)s, and the service was brought back from an older backup, in which it is "
        "closed. It is kept beyond its time. Open it again, or end that it is kept."
    ),
}


def settle(known: Iterable[Erased], made_at: dt.datetime, now: dt.datetime) -> int:
    """Carry all this out, with web and clock stopped. How many emails were put before a person."""
    begin_writing()
    since = tuple(known)
    take_over(since)
    wanted = _wanted(since)
    last = {reference: at for reference, at, _kind in reversed(wanted)}
    for one in since:
        if one.kind != "case" or one.at > max(made_at, last.get(one.what, made_at)):
            _again(one, made_at, now)
    for reference, at, kind in wanted:
        if at > made_at:
            _keep_again(reference, at, kind, now)
    held = _hold_mail(made_at, now)
    db.session.commit()
    return held + _catch_up(made_at, now)


def _wanted(known: Iterable[Erased]) -> list[tuple[str, dt.datetime, str]]:
    """Which cases somebody has kept beyond their time or opened again, when, and which of the two; the latest first.

    What was said to be erased before that was not, and neither was what stands in a backup that was made later: the
    line was written, and the power went before the erasure itself. The next night looks whether it is to go.
    """
    said = ((one.what.partition(" ")[0], one.at, one.kind) for one in known if one.kind in SAYS)
    return sorted(said, key=lambda one: one[1], reverse=True)


def _keep_again(reference: str, at: dt.datetime, kind: str, now: dt.datetime) -> None:
    """Keep what was wanted after the backup was made, until a person has looked at it: its document is lost.

    What was opened again is kept as well: in the backup it is closed, and its time may be over by now.
    """
    is_there = (Case.reference == reference, Case.erased_at.is_(None), Case.kept_since.is_(None))
    case = db.session.scalar(select(Case).where(*is_there))
    if case is None or (kind == "opened-again" and case.closed_at is None):
        return
    case.kept_since = at
    says = _(SAYS[kind], day=long_date(day_of(at)))
    db.session.add(Task(case_id=case.id, area=case.area, kind=KEPT, says=says, created_at=now))
    db.session.flush()


def _again(one: Erased, made_at: dt.datetime, now: dt.datetime) -> None:
    """Erase or end what the backup has brought back."""
    if one.kind == "case":
        case = db.session.scalar(select(Case).where(Case.reference == one.what, Case.erased_at.is_(None)))
        if case is not None:
            erase_case(case, one.at)
    elif one.kind == "document":
        reference, _space, number = one.what.partition(" ")
        about = (Case.reference == reference, Document.number == int(number), Document.salt.is_not(None))
        was_there = Document.filed_at < one.at  # numbers lost with a database are given anew after a restore
        for document in db.session.scalars(select(Document).join(Case).where(*about, was_there)):
            forget(document)
    elif one.kind == "draft":
        draft = db.session.scalar(select(Draft).where(Draft.key_digest == one.what))
        if draft is not None:
            erase_draft(draft)
    elif one.kind == "link":
        ended = (Link.digest == one.what, Link.revoked_at.is_(None))
        db.session.execute(update(Link).where(*ended).values(revoked_at=one.at))
    elif one.kind == OFFICER and one.at > made_at:  # whoever came back before the backup was made is to stay
        _turn_out(one, now)


def _turn_out(one: Erased, now: dt.datetime) -> None:
    for officer in db.session.scalars(select(Officer).where(Officer.active)):
        if keyed_hash(OFFICER, officer.email) == one.what:
            let_out(officer, now)


def _catch_up(made_at: dt.datetime, now: dt.datetime) -> int:
    """Let the clock's work since the backup be done here and now, so that what it writes can be held back."""
    while sweep(now):
        pass
    hand_back(now)
    keep_seats(now)
    begin_writing()
    while expire_drafts(now):
        pass
    held = _hold_mail(made_at, now)
    drop_alarms(but_of=db.session.scalars(select(Case.reference).where(Case.closed_at.is_(None))))
    says = _(
        "The service was brought back from a backup of %(day)s. Look at the desk for what is overdue and not sent.",
        day=long_date(day_of(made_at)),
    )
    raise_alarm(f"restored {now:%Y%m%dT%H%M%S}", "restored", says, now)
    db.session.commit()
    return held


def _hold_mail(made_at: dt.datetime, now: dt.datetime) -> int:
    """What waits for the mail server waits for a person instead. What is about no case, such as a code, is dropped."""
    waiting = db.session.scalars(select(Message).where(Message.state == "waiting").order_by(Message.id)).all()
    of_case: dict[int, list[Message]] = {}
    for message in waiting:
        message.lease_until = None
        message.state = "refused" if message.case_id else "cancelled"
        if message.case_id:
            of_case.setdefault(message.case_id, []).append(message)
    for case_id, messages in of_case.items():
        _ask_a_person(db.session.get_one(Case, case_id), messages, made_at, now)
    db.session.flush()
    return len(waiting)


def _ask_a_person(case: Case, messages: list[Message], made_at: dt.datetime, now: dt.datetime) -> None:
    emails = joined([_("“%(subject)s” to %(to)s", subject=one.subject, to=one.recipient) for one in messages])
    says = _(
        "The service was brought back from a backup of %(day)s. These emails may have gone before that, or not: "
        "%(emails)s. Look whether they are still needed. If they are, print or send them again, in a way that is safe.",
        day=long_date(day_of(made_at)),
        emails=emails,
    )
    db.session.add(Task(case_id=case.id, area=case.area, kind=UNDELIVERED, says=says, created_at=now))
