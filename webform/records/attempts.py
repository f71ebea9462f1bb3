"""Tries that are limited, counted where every process of the service sees them.

Nobody is named: a counter is a keyed hash. It is there whether or not what was tried exists, and so reveals nothing.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from .columns import UTCDateTime
from .store import Base, db

LONGEST = dt.timedelta(days=1)  # as far back as any allowance looks
Allowance = tuple[int, dt.timedelta]  # so many in that time


class Attempt(Base):
    """One try that used up some of an allowance."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_counter_at", "counter", "at"), Index("ix_attempts_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    counter: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


def one_at_a_time(counter: str) -> None:
    """Make others wait who count there, until this transaction ends. On SQLite `begin_writing` has done so already."""
    if db.engine.dialect.name != "sqlite":
        number = int(counter[:15], 16)  # what fits into PostgreSQL's key of a lock
        db.session.execute(select(func.pg_advisory_xact_lock(number)))


def free_at(counter: str, allowances: tuple[Allowance, ...], now: dt.datetime) -> dt.datetime | None:
    """When another try is allowed again; None if it is now."""
    ends = []
    for most, length in allowances:
        of_counter = select(Attempt.at).where(Attempt.counter == counter, Attempt.at > now - length)
        reached = db.session.scalar(of_counter.order_by(Attempt.at.desc()).offset(most - 1).limit(1))
        ends += [reached + length] if reached else []
    return max(ends, default=None)


def count(counters: list[str], now: dt.datetime) -> None:
    """Write a try down, and forget those that no allowance looks back to."""
    forget_old(now)
    db.session.add_all(Attempt(counter=counter, at=now) for counter in counters)
    db.session.flush()


def forget_old(now: dt.datetime) -> None:
    """Forget the tries that no allowance looks back to."""
    db.session.execute(delete(Attempt).where(Attempt.at <= now - LONGEST))


def forget(counter: str) -> None:
    """Begin anew: whoever tried was right."""
    db.session.execute(delete(Attempt).where(Attempt.counter == counter))
