"""What waits to be told: messages, tasks for a person, alarms, and the ticks of the clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from .columns import PlainJSON, SealedText, UTCDateTime
from .store import Base

WAITING = text("state = 'waiting'")
UNDELIVERED = text("delivered_at IS NULL")
OPEN = text("done_at IS NULL")


class Message(Base):
    """One letter to one recipient. `message_id` stays the same however often it is tried.

    `state` is waiting, sent, refused or cancelled. Whoever delivers it holds it until `lease_until`. `held_up`: the
    mail server could not be reached at all. After `useless_after` it is cancelled instead of sent. `came_back_at`: an
    officer has recorded that it did not arrive after all. `emptied_at`: its time is over, and nothing of it is left but
    that it went.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_waiting", "next_try_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_messages_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    area: Mapped[str | None] = mapped_column(String(60))
    letter: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(60))
    role: Mapped[str | None] = mapped_column(String(60))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    colleague_id: Mapped[int | None] = mapped_column(ForeignKey("colleagues.id"))  # who reads it for the party
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    recipient: Mapped[str] = mapped_column(SealedText)
    subject: Mapped[str] = mapped_column(SealedText)
    text: Mapped[str] = mapped_column(SealedText)
    html: Mapped[str | None] = mapped_column(SealedText)
    attach_pdf: Mapped[bool] = mapped_column(default=False)
    calendar: Mapped[str | None] = mapped_column(SealedText)  # an entry for the reader's calendar, as iCalendar
    headers: Mapped[Any] = mapped_column(PlainJSON, default=dict)
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    held_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)  # the end of its reader's quiet hours
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    held_up: Mapped[bool] = mapped_column(default=False)
    useless_after: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    came_back_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    came_back_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    emptied_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class Task(Base):
    """Something that only a person can put right, such as an address that refuses mail."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_open", "area", "created_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_tasks_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    area: Mapped[str | None] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(60))
    says: Mapped[str] = mapped_column(SealedText)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))


class Alarm(Base):
    """A call to the webhook, once per `key`. `says` holds nothing personal."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("ix_alarms_waiting", "next_try_at", sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    says: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class Tick(Base):
    """When a job of the clock last ran."""

    __tablename__ = "ticks"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
