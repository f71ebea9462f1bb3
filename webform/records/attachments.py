"""Files that belong to a draft or to a document of a case. The answers name them; their content lies in the vault.

What is made of a whole case to be handed on is kept the same way (bundles.py).

Each row holds the secret of its file. So a key that rotates reseals rows and no files, and a file whose row is gone
can't be read by anybody any more, even before it is taken away.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, ForeignKey, Index, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from .chunks import BrokenFile
from .columns import SealedBytes, SealedText, UTCDateTime
from .store import Base, db
from .vault import vault

if TYPE_CHECKING:
    from .bundles import Bundle
    from .tables import Draft

UNSCANNED, CLEAN, QUARANTINED = "unscanned", "clean", "quarantined"
UNFINISHED = dt.timedelta(hours=1)  # no upload takes so long: what has no row by then never gets one
GONE = "asb-files-gone"


class Attachment(Base):
    """One file, of a draft until it is sent, of a document from then on; or of a bundle.

    `name` is what its sender called it: a label for people and never a path. `media_type` was found in its content. A
    document that is copied into another case shares the file, which goes with the last row that names it.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_case_id", "case_id"),
        Index("ix_attachments_draft_id", "draft_id"),
        Index("ix_attachments_bundle_id", "bundle_id"),
        Index("ix_attachments_state", "state", "tried_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), index=True)  # its name in the vault and in the answers
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    document: Mapped[int | None]  # the document's number in its case
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("bundles.id"))
    secret: Mapped[bytes] = mapped_column(SealedBytes)
    name: Mapped[str] = mapped_column(SealedText)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(SealedText)
    state: Mapped[str] = mapped_column(String(20), default=UNSCANNED)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    tried_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)  # the last try to have it scanned

    draft: Mapped[Draft | None] = relationship(back_populates="attachments")
    bundle: Mapped[Bundle | None] = relationship(back_populates="files")

    def chunks(self) -> Iterator[bytes]:
        """The content in plain, chunk by chunk. Raises BrokenFile."""
        return vault().read(self.key, self.secret)


def items(answers: Any) -> Iterator[Mapping[str, Any]]:
    """Every file that the answers name, inside entries too."""
    if isinstance(answers, Mapping):
        if "file" in answers and "sha256" in answers:
            yield answers
        else:
            for value in answers.values():
                yield from items(value)
    elif isinstance(answers, list | tuple):
        for value in answers:
            yield from items(value)


def attachments_of(keys: list[str]) -> list[Attachment]:
    """The rows of these files."""
    return list(db.session.scalars(select(Attachment).where(Attachment.key.in_(keys)).order_by(Attachment.id)))


def sweep_files(now: dt.datetime) -> int:
    """Takes away files that no row names: left by a process that was killed, or by a removal that was. How many."""
    place = vault()
    old = list(place.keys_before(now - UNFINISHED))
    known = set(db.session.scalars(select(Attachment.key)))
    orphans = [key for key in old if key not in known]
    for key in orphans:
        place.remove(key)
    return len(orphans)


def faults_of_files(case_id: int, named: Mapping[int, Any]) -> Iterator[str]:
    """What is wrong with the files that a case's documents name (`named`: number -> answers), in plain words."""
    rows = {row.key: row for row in db.session.scalars(select(Attachment).where(Attachment.case_id == case_id))}
    for number, answers in named.items():
        for position, item in enumerate(items(answers), 1):
            row = rows.get(str(item["file"]))
            what = f"file {position} of document {number}"
            if row is None:
                yield f"{what} is missing"
            elif fault := _fault_of(row, str(item["sha256"])):
                yield f"{what}: {fault}"


def _fault_of(row: Attachment, sha256: str) -> str:
    digest = hashlib.sha256()
    try:
        for chunk in row.chunks():
            digest.update(chunk)
    except BrokenFile as broken:
        return str(broken)
    return "" if digest.hexdigest() == sha256 else "it is not the one that was sent"


# --- a file goes with its row ---------------------------------------------------------------------------------------


@event.listens_for(Attachment, "after_delete")
def _note_gone(_mapper: object, connection: Connection, row: Attachment) -> None:
    session = object_session(row)
    others = select(Attachment.id).where(Attachment.key == row.key, Attachment.id != row.id).limit(1)
    if session is not None and connection.scalar(others) is None:
        session.info.setdefault(GONE, []).append(row.key)


@event.listens_for(Session, "after_commit")
def _remove_gone(session: Session) -> None:
    """Once the row is gone for good. What can't be removed now, the sweep removes."""
    for key in session.info.pop(GONE, ()):
        with contextlib.suppress(OSError):
            vault().remove(key)


@event.listens_for(Session, "after_rollback")
def _keep_after_all(session: Session) -> None:
    session.info.pop(GONE, None)
