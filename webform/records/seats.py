"""The seats of councillors and MPs that the service has known, and when each ended here."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .columns import UTCDateTime
from .officers import Officer
from .store import Base


class RosterSeat(Base):
    """One seat of one person in one area, as the roster had it when it was noticed.

    It opens nothing: who may sign in is on the roster itself. It is here so that an end is noticed, and who held it.
    """

    __tablename__ = "roster_seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    area: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    since: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    holder: Mapped[Officer] = relationship()
