"""What was taken back because its reader was not to be told, and may be told now: named to a person, who sends or not.

It counts as sent, so that nothing sends it anew by itself. Whoever must not be told at all is no reader of anything.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.errors import Refusal
from webform.records.chain import seal_document
from webform.records.store import db, lock_case
from webform.records.tables import Case, Colleague, Message, Party, Task
from webform.rules.consent import AGAINST_IT
from webform.sending.reach import called
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .consent import answers_of, kept_out, sight_of
from .letters import add_task, settle_task
from .people import Author, addressee, is_about, may_email
from .pinned import rules_of

KIND = "sent-after-all"
# Why it was taken back, for as long as that is so.
STOPPED = N_("The request was stopped.")
NOT_TOLD = N_("The person affected does not want them to be told.")
NO_LETTERS = N_("The person affected has not agreed that they get letters.")


def name_what_never_went(case: Case, now: dt.datetime) -> None:
    """A task for each email whose reader may be told now. One that was named once is not named again."""
    for message in never_went(case, now):
        kind = _kind(message)
        if db.session.scalar(select(Task.id).where(Task.case_id == case.id, Task.kind == kind).limit(1)) is None:
            says = _(
                "The email “%(subject)s” to %(whom)s was taken back before it went. Now they may be told. Decide if it"
                " has to go after all: you can send it from the emails of this case.",
                subject=message.subject, whom=called(_reader(case, message)),
            )  # fmt: skip
            add_task(case, kind, says, now)


def never_went(case: Case, now: dt.datetime) -> tuple[Message, ...]:
    """What was taken back and may go now, the earliest first."""
    reasons = [_(reason) for reason in (STOPPED, NOT_TOLD, NO_LETTERS)]
    back = (Message.case_id == case.id, Message.state == "cancelled", Message.last_error.in_(reasons))
    rows = db.session.scalars(select(Message).where(*back, Message.emptied_at.is_(None)).order_by(Message.id)).all()
    return tuple(one for one in rows if _may_go(case, one, now))


def send_after_all(case: Case, message: Message, author: Author, now: dt.datetime) -> None:
    """Let it go as it was written; that is put on record. A second press changes nothing.

    Raises Refusal where its reader must not be told, or can't safely be reached by email.
    """
    lock_case(case.id)
    db.session.refresh(message)
    if message.state != "cancelled":
        return
    if message not in never_went(case, now):
        raise Refusal(_("This email was taken back for a reason that still holds. Nothing was sent."))
    reader = _reader(case, message)
    if message.colleague_id is None and not may_email(reader):
        raise Refusal(_("No email can safely go to them. Phone them, or write a letter. Nothing was sent."))
    message.state, message.last_error, message.attempts = "waiting", None, 0
    message.next_try_at = message.held_until = now  # it has not waited since it was written
    body = _("The email “%(subject)s”, which had been taken back, goes after all.", subject=message.subject)
    seal_document(
        case, kind=KIND, effect="records", author=author.name, author_role=author.role, party_id=reader.id,
        filed_at=now, body=body,
    )  # fmt: skip
    settle_task(case, _kind(message), now)


def _may_go(case: Case, message: Message, now: dt.datetime) -> bool:
    """Whether its reader is on the case and may be told now."""
    party = next((one for one in case.parties if one.id == message.party_id and one.left_at is None), None)
    colleague = db.session.get(Colleague, message.colleague_id) if message.colleague_id else None
    if party is None or (colleague and colleague.left_at):
        return False
    if message.useless_after is not None and message.useless_after <= now:
        return False
    if not is_about(rules_of(case)[0], party):
        refused = any(answer.standing in AGAINST_IT for answer in answers_of(case, now))
        if refused or case.closed_at is not None:
            return False
    return not kept_out(case, [addressee(party)], now) and "letters" in sight_of(case, party, now).now


def _reader(case: Case, message: Message) -> Party:
    return next(one for one in case.parties if one.id == message.party_id)


def _kind(message: Message) -> str:
    return f"never-went:{message.id}"
