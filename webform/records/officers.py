"""Who works here: officers, and what they looked at."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from .columns import SealedText, UTCDateTime
from .store import Base

ELECTED = "elected"  # the role of councillors and MPs, who are on a roster; no officer has it


class OfficerRole(RoleMixin):
    """What Flask-Security knows of an officer's role. Roles are a column of the officer, not a table."""

    def __init__(self, name: str):
        self.name = name


class Officer(UserMixin, Base):
    """A named person of one area, signing in by code. There is no password. Councillors and MPs are kept here too.

    Nobody is deleted, since documents name their authors: who leaves is not `active`, and a fresh `fs_uniquifier`
    ends every session.
    """

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(60), index=True)
    role: Mapped[str] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid.uuid4().hex)
    us_phone_number: Mapped[str | None] = mapped_column(String(128), unique=True)
    us_totp_secrets: Mapped[str | None] = mapped_column(SealedText)
    create_datetime: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=lambda: dt.datetime.now(dt.UTC))
    left_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    password = None  # Flask-Security asks; nobody has one

    @validates("email")
    def _lower(self, _key: str, email: str) -> str:
        return email.strip().casefold()

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # the mixin wants a list that can be assigned
        """For Flask-Security's own checks (`JOIN_USER_ROLES` has to be off)."""
        return [OfficerRole(self.role)]


class Absence(Base):
    """An officer is on leave from one day until another, both of them included, and a colleague stands in.

    One that was ended early has its last day before the day on which it was; why somebody is away is kept nowhere.
    """

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date] = mapped_column(index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))

    officer: Mapped[Officer] = relationship(foreign_keys=[officer_id])
    stand_in: Mapped[Officer] = relationship(foreign_keys=[stand_in_id])


LONGEST_LOOK = 60  # characters to say what was looked at; PostgreSQL takes no more


class Access(Base):
    """An officer, or a party who reads papers of it, looked at a case: the one row that a GET may add."""

    __tablename__ = "accesses"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    what: Mapped[str] = mapped_column(String(LONGEST_LOOK))
