"""The secrets that lead people from outside to their own page: links that were mailed, codes that were printed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .columns import UTCDateTime
from .store import Base


class Link(Base):
    """One secret, of which only the keyed hash is kept: it opens what its purpose says, for one party of one case.

    `way` is how it went, "email" or "paper". It can be used again and again until it ends or is revoked.
    `code_digest` is of the one-time code with which somebody shows that the mailbox is theirs before they choose
    their word.
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
