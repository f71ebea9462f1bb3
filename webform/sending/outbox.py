"""The outbox: letters wait here from the transaction that wrote them until they have gone.

A row is claimed with a lease, delivered outside any transaction, and marked only if it is still ours. A crash between
sending and marking sends it again under the same Message-ID, which mail programs show once: nothing is ever lost.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Mapping

import structlog
from sqlalchemy import select, update

from webform.house import house
from webform.logs import places_of, request_id, under
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.rules.safe_contact import Stop, Wait

from .compose import Composed
from .door import verdict_on
from .outcome import Claim, is_ours, mark_for_later, mark_held, mark_refused, mark_sent, mark_stopped
from .paper import PaperError, pdf
from .smtp import Carrier, TooBig, TryLater, Undeliverable, build, carrier
from .waiting import LEASE, Moment, cancel_useless, due, is_due, reached

log = structlog.get_logger()

NO_PDF = "The PDF is not attached."


def post(
    recipient: str,
    composed: Composed,
    *,
    letter: str,
    purpose: str,
    area: str | None,
    now: dt.datetime,
    role: str | None = None,
    case_id: int | None = None,
    party_id: int | None = None,
    colleague_id: int | None = None,
    document_id: int | None = None,
    attach_pdf: bool = False,
    headers: Mapping[str, str] | None = None,
    useless_after: dt.datetime | None = None,
    calendar: str = "",
) -> Message:
    """Put one letter to one recipient into the outbox, in the transaction of the caller. Never commits.

    `headers` may hold a Reply-To of its own. Nothing about the address is checked here: a letter that can't be
    delivered becomes a task for a person, and never costs anybody their request. What could not go before
    `useless_after`, such as a code that has run out by then, is cancelled. It bears the number of the request, or of
    the run of the clock, that wrote it.
    """
    domain = house().settings.mail_from.rpartition("@")[2]
    message = Message(
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
        case_id=case_id,
        area=area,
        letter=letter,
        purpose=purpose,
        role=role,
        party_id=party_id,
        colleague_id=colleague_id,
        document_id=document_id,
        recipient=recipient.strip(),
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        attach_pdf=attach_pdf,
        headers=dict(headers or {}),
        request_id=request_id() or None,
        created_at=now,
        next_try_at=now,
        useless_after=useless_after,
        calendar=calendar or None,
    )
    db.session.add(message)
    return message


def deliver_due(now: dt.datetime, limit: int = 50, stop: Callable[[], bool] = lambda: False) -> int:
    """Deliver what is due, one message after the other, each in transactions of its own. Returns how many went.

    `stop` is asked before each message. Where the mail server can't be reached, everything that is due waits together,
    and goes in the order in which it was written once it can. A fault of the connection later on ends the round: the
    next one begins with the next message, so that none can hold up the others.
    """
    started = time.monotonic()

    def moment() -> dt.datetime:
        return now + dt.timedelta(seconds=time.monotonic() - started)

    sent = 0
    cancel_useless(now)
    with carrier(house().settings) as post_van:
        if not is_due(now) or not reached(post_van, moment):
            return 0
        for _ in range(limit):
            claim = None if stop() else claim_next(moment())
            if claim is None:
                break
            try:
                sent += _deliver(claim, post_van, moment)
            except TryLater as fault:
                if fault.halt:
                    break
    return sent


def claim_next(now: dt.datetime) -> Claim | None:
    """Take the earliest message that is due, for the length of a lease. In its own short transaction."""
    earliest = (
        select(Message.id)
        .where(*due(now))
        .order_by(Message.next_try_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    begin_writing()
    claimed = db.session.execute(
        update(Message)
        .where(Message.id == earliest)
        .values(lease_until=now + LEASE, attempts=Message.attempts + 1)
        .returning(Message.id, Message.attempts)
        .execution_options(synchronize_session=False)
    ).first()
    db.session.commit()
    return Claim(claimed.id, claimed.attempts) if claimed else None


def _deliver(claim: Claim, post_van: Carrier, moment: Moment) -> bool:
    """Try one message and mark what came of it. Raises TryLater once the row is marked."""
    row = _read(claim)
    if row is None:
        return False
    with under(row.request_id or request_id()):  # what happens to a message is told under the number of its request
        return _try(claim, row, post_van, moment)


def _try(claim: Claim, row: Message, post_van: Carrier, moment: Moment) -> bool:
    missing = ""
    try:
        attachment, missing = _attachment(row)
        if not _let_out(claim, row, moment()):
            return False
        missing = _hand_over(row, post_van, attachment, missing)
    except Undeliverable as refusal:
        mark_refused(claim, row, refusal, moment())
        return False
    except TryLater as fault:
        mark_for_later(claim, row, fault, moment())
        raise
    except Exception as fault:  # one message must never stop the others
        log.error("a message met a fault", message=row.message_id, fault=type(fault).__name__, at=places_of(fault))
        odd = TryLater(type(fault).__name__, setup=True, halt=False)
        mark_for_later(claim, row, odd, moment())
        raise odd from None
    return mark_sent(claim, row, missing, moment())


def _hand_over(row: Message, post_van: Carrier, attachment: bytes | None, missing: str) -> str:
    """Give the message to the mail server, without its PDF if need be. Returns why it went without."""
    try:
        post_van.deliver(build(row, house().settings, attachment, NO_PDF if missing else ""))
    except TooBig as refusal:
        if attachment is None:
            raise
        missing = refusal.why
        post_van.deliver(build(row, house().settings, None, NO_PDF))
    return missing


def _read(claim: Claim) -> Message | None:
    """The row, taken out of the session, so that no transaction stays open while the mail server is waited for."""
    row = db.session.get(Message, claim.id, populate_existing=True)
    if row is not None:
        db.session.expunge(row)
    db.session.rollback()
    return row if row is not None and row.state == "waiting" and row.attempts == claim.attempt else None


def _let_out(claim: Claim, row: Message, now: dt.datetime) -> bool:
    """Whether the message may go now, by the rules of whoever it is for; it goes to the address that they have now.

    Held back, it waits without anybody's help; stopped, a person has to find another way to tell those who are still to
    be told. What was called off since it was read does not go.
    """
    if not is_ours(claim):
        return False
    verdict = verdict_on(row, now)
    if isinstance(verdict, Wait):
        mark_held(claim, verdict.until)
        return False
    if isinstance(verdict, Stop):
        mark_stopped(claim, row, verdict, now)
        return False
    row.recipient = verdict.to
    return True


def _attachment(row: Message) -> tuple[bytes | None, str]:
    """The PDF of a message that wants one, or why there is none: the mail goes all the same."""
    if not row.attach_pdf:
        return None, ""
    try:
        return pdf(row.html or ""), ""
    except PaperError as fault:
        log.error("a PDF could not be made", message=row.message_id, letter=row.letter, at=places_of(fault))
        return None, str(fault)
