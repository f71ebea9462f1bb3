"""Copies of whole cases that are made to be handed on, and go after some days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .attachments import Attachment
from .columns import SealedJSON, UTCDateTime
from .store import Base

if TYPE_CHECKING:
    from .tables import Case

WAITING, READY, FAILED = "waiting", "ready", "failed"


class Bundle(Base):
    """A bundle that somebody at the desk asked for, and that the clock makes.

    `wanted` is what they chose: {"names": words to take out, "without": files to leave out, "panel": whether it is for
    one}. `told` is what they have to know before it leaves: what was left out, and what was not. `request` is the
    number of the document that asks for a copy in which nothing is taken out; `shared` is of the one that lets a panel
    read it. `documents` is how many the case had when the bundle was made.
    """

    __tablename__ = "bundles"
    __table_args__ = (
        Index("ix_bundles_case_id", "case_id"),
        Index("ix_bundles_state", "state", "lease_until"),
        Index("ix_bundles_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    asked_by: Mapped[str] = mapped_column(String(200))  # the name of an officer
    request: Mapped[int | None]
    wanted: Mapped[Any] = mapped_column(SealedJSON, default=dict)
    told: Mapped[Any | None] = mapped_column(SealedJSON)
    shared: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default=WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    documents: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    made_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship()
    files: Mapped[list[Attachment]] = relationship(back_populates="bundle", cascade="all")
