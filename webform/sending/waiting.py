"""What waits in the outbox, and for what: its time, a lease that ends, or a mail server that can't be reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from sqlalchemy import ColumnElement, case, func, or_, select, update

from webform.records.outbox import Message
from webform.records.store import begin_writing, db

from .alarm import raise_alarm
from .backoff import LONGEST, wait_after
from .smtp import Carrier, TryLater

log = structlog.get_logger()

# Longer than any delivery: a PDF, and a mail server that answers each command at the last moment.
LEASE = dt.timedelta(minutes=10)
QUIET = dt.timedelta(hours=25)  # longer than anybody's quiet hours
Moment = Callable[[], dt.datetime]


def due(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    """What may be tried now.

    A try that lies far further ahead than any wait, or such a lease, was written by a clock that was wrong.
    """
    lease, at, quiet = Message.lease_until, Message.next_try_at, Message.held_until
    free = or_(lease.is_(None), lease <= now, lease > now + 2 * LEASE)
    longest = case((quiet == at, now + QUIET), else_=now + 2 * LONGEST)
    return (Message.state == "waiting", or_(at <= now, at > longest), free)


def is_due(now: dt.datetime) -> bool:
    """Whether there is anything to try now."""
    found = db.session.scalar(select(Message.id).where(*due(now)).limit(1)) is not None
    db.session.rollback()
    return found


def reached(post_van: Carrier, moment: Moment) -> bool:
    """Whether the mail server can be reached. If so, what it has held up is due again; if not, what is due waits."""
    try:
        post_van.open()
    except TryLater as fault:
        _hold_up(fault, moment())
        return False
    begin_writing()
    held_up = (Message.state == "waiting", Message.held_up)
    freed = {"held_up": False, "next_try_at": func.coalesce(Message.held_until, Message.created_at)}
    db.session.execute(update(Message).where(*held_up).values(freed).execution_options(synchronize_session=False))
    db.session.commit()
    return True


def _hold_up(fault: TryLater, now: dt.datetime) -> None:
    """Everything that is due waits for the server, as long as the one that was tried most often."""
    begin_writing()
    tries = db.session.scalar(select(func.max(Message.attempts)).where(*due(now))) or 0
    values = {
        "held_up": True, "attempts": Message.attempts + 1, "next_try_at": now + wait_after(tries + 1),
        "last_error": fault.why[:500],
    }  # fmt: skip
    held = update(Message).where(*due(now)).values(values).execution_options(synchronize_session=False)
    count = db.session.execute(held.returning(Message.id)).all()
    if fault.setup:
        raise_setup_alarm(fault, now)
    db.session.commit()
    log.warning("the mail server can't be reached", messages=len(count), why=fault.why)


def cancel_useless(now: dt.datetime) -> None:
    """What would come too late to be of use does not go. Somebody is told: mail that takes so long is down."""
    late = (Message.state == "waiting", Message.useless_after <= now)
    found = db.session.scalar(select(Message.id).where(*late).limit(1))
    db.session.rollback()
    if found is None:
        return
    begin_writing()
    cancelled = update(Message).where(*late).values(state="cancelled", lease_until=None)
    db.session.execute(cancelled.execution_options(synchronize_session=False))
    says = "A message was cancelled, because it could not go out while it was of use. Email may be standing still."
    raise_alarm(f"useless {now:%Y%m%d}", "unsent", says, now)
    db.session.commit()


def raise_setup_alarm(fault: TryLater, now: dt.datetime) -> None:
    """Somebody has to mend the settings: told once a day."""
    says = f"The mail server and our settings don't agree ({fault.why}). Email waits until the settings are mended."
    raise_alarm(f"mail-setup {now:%Y%m%d}", "mail-setup", says, now)
