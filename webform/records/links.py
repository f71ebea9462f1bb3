"""The secrets that lead people from outside to their own page: links that were mailed, codes that were printed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .columns import SealedText, UTCDateTime
from .store import Base


class Link(Base):
    """One secret, of which only the keyed hash is kept: it opens what its purpose says, for one party of one case.

    `way` is how it went, "email" or "paper". It can be used again and again until it ends or is revoked.
    `code_digest` is of the one-time code with which somebody shows that the mailbox is theirs before they choose
    their word. `colleague_id` is there where somebody else answers for the party.
    """

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(60))
    way: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    code_digest: Mapped[str | None] = mapped_column(String(64))
    code_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    colleague_id: Mapped[int | None] = mapped_column(ForeignKey("colleagues.id"), index=True)


class Colleague(Base):
    """Somebody to whom an organisation has passed on what it is asked for: that one step, and nothing else of theirs.

    They have a word of their own. Until `joined_at` an officer still has to agree, after `left_at` it is over.
    """

    __tablename__ = "colleagues"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    step: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(SealedText)
    email: Mapped[str] = mapped_column(SealedText)
    email_digest: Mapped[str] = mapped_column(String(64), index=True)  # what a new link is asked for by
    asked_by: Mapped[str] = mapped_column(SealedText)  # who has passed it on
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    joined_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    word_hash: Mapped[str | None] = mapped_column(String(255))
