"""The tables of a case. Everything personal is in a sealed column; every moment is in UTC.

The tables of sign-in and of outgoing mail are in their own files and can be imported from here as well.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .attachments import Attachment
from .attempts import Attempt
from .bundles import Bundle
from .columns import PlainJSON, SealedJSON, SealedText, UTCDateTime
from .erasures import Erasure
from .figures import FigureDay
from .links import Colleague, Link
from .officers import Absence, Access, Officer, OfficerRole
from .outbox import Alarm, Message, Task, Tick
from .seats import RosterSeat
from .store import Base

__all__ = [
    "Absence", "Access", "Alarm", "Attachment", "Attempt", "BlindIndex", "Bundle", "Case", "CaseLink", "Colleague",
    "Deadline", "Document", "Draft", "Erasure", "FigureDay", "Link", "Message", "Officer", "OfficerRole", "Party",
    "ProcedureVersion", "Register", "RosterSeat", "Task", "Tick",
]  # fmt: skip

OWN_FOLDER = text("scope = 'area'")
STILL_OPEN = text("closed_at IS NULL")
UNSEEN = text("seen_at IS NULL")
LISTED = text("listed IS NOT NULL")
AWAITED = text("kind = 'handed-over' AND returned_at IS NULL")
Id = String(60)  # the id of an area, form, letter, step or role: one of the shelves' own names


class ProcedureVersion(Base):
    """What an area promised when a case opened: its procedure and forms, word for word, under their hash."""

    __tablename__ = "procedure_versions"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    area: Mapped[str] = mapped_column(Id)
    format: Mapped[int]
    body: Mapped[Any] = mapped_column(PlainJSON)
    first_used_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Case(Base):
    """A folder of documents. What lists need stands in columns; the rest is worked out from the documents.

    `scope` tells the folder of somebody's case from the one that an area keeps for duties of its own. While
    `kept_since` is there it is not erased when its time is over; `erased_at`: nothing is left of what it said. The
    `chain_` columns are kept by chain.py alone, the `entry` columns by register.py.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_area_stage", "area", "stage"),
        Index("ix_cases_open", "area", "next_on", "id", sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
        Index("ix_cases_closed", "area", "closed_at"),
        Index("ix_cases_unseen", "area", "received_at", sqlite_where=UNSEEN, postgresql_where=UNSEEN),
        Index("uq_cases_own", "area", unique=True, sqlite_where=OWN_FOLDER, postgresql_where=OWN_FOLDER),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    area: Mapped[str] = mapped_column(Id)
    scope: Mapped[str] = mapped_column(String(10), default="case", server_default="case")
    version: Mapped[str] = mapped_column(ForeignKey("procedure_versions.version"))
    stage: Mapped[str] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(Id)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    draft_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    headline: Mapped[str | None] = mapped_column(SealedText)
    flags: Mapped[Any] = mapped_column(SealedJSON, default=list)  # [{"id", "label", "alarm"}]
    next_on: Mapped[dt.date | None]
    seen_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    kept_since: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    owner_officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    chain_count: Mapped[int] = mapped_column(default=0)
    chain_hash: Mapped[str] = mapped_column(String(64), default="")
    chain_mark: Mapped[str] = mapped_column(String(64), default="")
    entry: Mapped[int | None] = mapped_column(unique=True)
    entry_mark: Mapped[str] = mapped_column(String(64), default="")

    procedure: Mapped[ProcedureVersion] = relationship()
    owner: Mapped[Officer | None] = relationship()
    documents: Mapped[list[Document]] = relationship(back_populates="case", order_by="Document.number")
    parties: Mapped[list[Party]] = relationship(back_populates="case", order_by="Party.id")
    deadlines: Mapped[list[Deadline]] = relationship(back_populates="case", order_by="Deadline.id")


class Register(Base):
    """The register of cases: one row, which says how many were ever opened, under a mark that covers every one."""

    __tablename__ = "register"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    mark: Mapped[str] = mapped_column(String(64), default="")


class Document(Base):
    """One document of a case, made by `chain.seal_document` and never changed.

    Both databases refuse to delete it or to change anything but the sealed columns, which may be sealed anew or erased.
    `replaces` is the number of an earlier document of the same case, `occurrence` which of several duties of its step a
    form serves, where there is one for each document of another step. `author` names an officer or the software; of
    anybody else it says only the role. `origin` is there where it was filed in another case first: that case's
    reference and area, the version it was made under, and its number, step and day of filing there.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(Id)
    step: Mapped[str | None] = mapped_column(Id)
    effect: Mapped[str] = mapped_column(Id)
    author: Mapped[str] = mapped_column(String(200))
    author_role: Mapped[str] = mapped_column(Id)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    filed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    effective_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    replaces: Mapped[int | None]
    occurrence: Mapped[int | None]
    origin: Mapped[Any | None] = mapped_column(PlainJSON)
    answers: Mapped[Any | None] = mapped_column(SealedJSON)
    body: Mapped[str | None] = mapped_column(SealedText)
    salt: Mapped[str | None] = mapped_column(SealedText)
    content_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    case: Mapped[Case] = relationship(back_populates="documents")
    party: Mapped[Party | None] = relationship()


class Party(Base):
    """Somebody who has to do with a case. `key` tells those apart whom documents name (rules/naming.py).

    `person` says who they are (name, email, phone, address, born ...), `contact` how they may safely be reached
    (channels, email_safe, post_safe, voicemail_safe, note). `word_hash` is of the word that they chose: whoever holds
    one of their links has to know it too.
    """

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    role: Mapped[str] = mapped_column(Id)
    key: Mapped[str | None] = mapped_column(SealedText)
    person: Mapped[Any] = mapped_column(SealedJSON, default=dict)
    contact: Mapped[Any] = mapped_column(SealedJSON, default=dict)
    word_hash: Mapped[str | None] = mapped_column(String(255))
    joined_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    left_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship(back_populates="parties")


class BlindIndex(Base):
    """Finds a case by an exact email, surname, postcode, phone, reference or flag. Filled by lookup.py."""

    __tablename__ = "blind_index"
    __table_args__ = (Index("ix_blind_index_kind_digest", "kind", "digest", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))


class Deadline(Base):
    """An open duty. `act_at` is the next moment at which the clock does `action`; empty when it has nothing to do.

    `listed` says on which of the desk's lists it stands while it can be done: "ours" to do, or "theirs" to wait for.
    """

    __tablename__ = "deadlines"
    # NULL differs from NULL in a unique index, so a duty owed by no party in particular needs one of its own.
    __table_args__ = (
        Index("uq_deadlines_party", "case_id", "step", "party_id", "occurrence", unique=True),
        Index(
            "uq_deadlines_no_party", "case_id", "step", "occurrence", unique=True,
            sqlite_where=text("party_id IS NULL"), postgresql_where=text("party_id IS NULL"),
        ),
        Index(
            "ix_deadlines_act_at", "act_at",
            sqlite_where=text("act_at IS NOT NULL"), postgresql_where=text("act_at IS NOT NULL"),
        ),
        Index(
            "ix_deadlines_done", "area", "step", "done_on", "state", "taken", "promised",
            sqlite_where=text("done_on IS NOT NULL"), postgresql_where=text("done_on IS NOT NULL"),
        ),
        Index("ix_deadlines_listed", "area", "listed", "due_on", "id", sqlite_where=LISTED, postgresql_where=LISTED),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    area: Mapped[str] = mapped_column(Id, server_default="-")
    listed: Mapped[str | None] = mapped_column(String(10))
    step: Mapped[str] = mapped_column(Id)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    occurrence: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str] = mapped_column(String(200))  # role ids, with a blank between
    state: Mapped[str] = mapped_column(String(20))
    opens_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    due_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    due_on: Mapped[dt.date | None]
    act_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    action: Mapped[str | None] = mapped_column(String(20))  # remind, overdue or escalate
    reminded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    overdue_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    escalated_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    chased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)  # when an officer last had its owner reminded
    forecast: Mapped[bool] = mapped_column(default=False)
    # Of what was done by a date that it had: when, after how many days, and how many were promised.
    done_on: Mapped[dt.date | None]
    taken: Mapped[int | None]
    promised: Mapped[int | None]

    case: Mapped[Case] = relationship(back_populates="deadlines")
    party: Mapped[Party | None] = relationship()


class Draft(Base):
    """Answers that are not sent yet. Found by the keyed hash of a secret that only its owner has."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    area: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Id)
    version: Mapped[str] = mapped_column(String(64))
    word_hash: Mapped[str | None] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(SealedText)
    answers: Mapped[Any] = mapped_column(SealedJSON, default=dict)
    visited: Mapped[Any] = mapped_column(PlainJSON, default=list)  # places, as lists: page id, then entry numbers
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    step: Mapped[str | None] = mapped_column(Id)
    # Whose page it is begun on, or about whom an officer fills it in.
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    occurrence: Mapped[int] = mapped_column(default=1)
    received_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    channel: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    warned_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    submitted_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))

    attachments: Mapped[list[Attachment]] = relationship(back_populates="draft", cascade="all")


class CaseLink(Base):
    """Two cases that belong together, such as a likely duplicate or one passed on.

    Where `case_id` was handed over by a `step`, something is awaited from the other case until `returned_at`; `looked`
    is the number of its last document that was looked at for that.
    """

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id", "kind"),
        Index("ix_case_links_awaited", "other_id", sqlite_where=AWAITED, postgresql_where=AWAITED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    step: Mapped[str | None] = mapped_column(Id)
    looked: Mapped[int] = mapped_column(default=0, server_default="0")
    returned_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
