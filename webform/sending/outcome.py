"""What became of a try at a message: written down once, with what goes along, and only while the try is still ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, select, update

from webform.records.outbox import Message, Task
from webform.records.store import begin_writing, db, lock_case
from webform.rules.safe_contact import Stop

from .backoff import wait_after
from .reach import doubt
from .smtp import AddressRefused, TryLater, Undeliverable
from .waiting import raise_setup_alarm

log = structlog.get_logger()

CHECK_IT = "Check the address or use another way."
NOTHING_MORE = (
    "Nothing more goes there by email, because it may belong to somebody else by now. Post it to them or phone, if "
    "that is safe, and ask for an address that works. If this one works after all, say so on the page of the case."
)
Effect = Callable[[], None]


@dataclass(frozen=True)
class Claim:
    """One try at one message. The number of the try tells whether the claim is still ours."""

    id: int
    attempt: int


def mark_sent(claim: Claim, row: Message, missing: str, now: dt.datetime) -> bool:
    """It has gone, if need be without its PDF. Whether the try was still ours."""
    also: Effect = _nothing
    if missing:
        says = f"The email “{row.subject}” to {row.recipient} went without its PDF. {missing} Print it from the case."
        also = _adds_task(row, "no-pdf", says, now)
    ours = _mark(claim, {"state": "sent", "sent_at": now, "last_error": None, "recipient": row.recipient}, also)
    log.info("message sent", message=row.message_id, letter=row.letter, attempt=claim.attempt, ours=ours)
    return ours


def mark_refused(claim: Claim, row: Message, refusal: Undeliverable, now: dt.datetime) -> None:
    """A person has to find another way. Where the address was refused, nothing more goes there meanwhile (ADR 91)."""

    def also() -> None:
        refused = isinstance(refusal, AddressRefused) and row.case_id is not None
        then = NOTHING_MORE if refused and doubt(row.case_id or 0, row.recipient, now) else CHECK_IT
        says = f"The email “{row.subject}” to {row.recipient} was not delivered. {refusal.why} {then}"
        _adds_task(row, "undelivered", says, now)()

    _mark(claim, {"state": "refused", "last_error": refusal.why[:500]}, also, row.case_id)
    log.warning("message refused", message=row.message_id, letter=row.letter, why=refusal.why)


def mark_for_later(claim: Claim, row: Message, fault: TryLater, now: dt.datetime) -> None:
    """It is tried again after a while."""
    also: Effect = partial(raise_setup_alarm, fault, now) if fault.setup else _nothing
    values = {"next_try_at": now + wait_after(claim.attempt), "last_error": fault.why[:500], "held_up": fault.down}
    ours = _mark(claim, values, also)
    log.warning("message put off", message=row.message_id, attempt=claim.attempt, why=fault.why, ours=ours)


def mark_held(claim: Claim, until: dt.datetime) -> None:
    """It may not go at this hour."""
    _mark(claim, {"next_try_at": until, "held_until": until}, _nothing)


def mark_stopped(claim: Claim, row: Message, verdict: Stop, now: dt.datetime) -> None:
    """It may not go at all; a person tells them in another way, if they are to be told."""
    says = f"The email “{row.subject}” was not sent. {verdict.why} Tell them in a way that is safe."
    also = _adds_task(row, "unsafe", says, now) if verdict.tell else _nothing
    _mark(claim, {"state": "cancelled", "last_error": verdict.why}, also)
    log.info("message stopped", message=row.message_id, letter=row.letter)


def _mark(claim: Claim, values: dict[str, Any], also: Effect, case_id: int | None = None) -> bool:
    """Write the outcome and what goes with it in one transaction, if the claim is still ours.

    A case that `also` changes is locked first, as everybody does who changes one.
    """
    begin_writing()
    if case_id is not None:
        lock_case(case_id)
    marked = db.session.execute(
        update(Message)
        .where(*_ours(claim))
        .values(lease_until=None, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).first()
    if marked is not None:
        also()
    db.session.commit()
    return marked is not None


def _ours(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (Message.id == claim.id, Message.attempts == claim.attempt, Message.state == "waiting")


def is_ours(claim: Claim) -> bool:
    """Whether the message still waits for this try of ours: it may have taken long to make its PDF."""
    found = db.session.scalar(select(Message.id).where(*_ours(claim)))
    db.session.rollback()
    return found is not None


def _adds_task(row: Message, kind: str, says: str, now: dt.datetime) -> Effect:
    task = Task(case_id=row.case_id, area=row.area, kind=kind, says=says, created_at=now)
    return partial(db.session.add, task)


def _nothing() -> None:
    """Most outcomes need nobody."""
