"""Files that people send: judged by content, kept with a draft, handed over to the document that names them."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from webform.documents.form import FileKind
from webform.house import house
from webform.records.attachments import QUARANTINED, Attachment, attachments_of, items
from webform.records.outbox import Task
from webform.records.store import db
from webform.records.tables import Case, Document, Draft
from webform.records.vault import Stored, vault
from webform.words import gettext as _

from .file_types import HEAD, TAIL, type_of
from .pictures import BadPicture, develop

LONGEST_NAME = 100
NAMELESS = "file"

Fault = Literal["", "empty", "too large", "type", "broken", "pixels", "busy", "too much"]


@dataclass(frozen=True)
class Sent:
    """One file of a POST: sealed already, judged by its content, and nobody's yet. With a fault there is no file."""

    name: str
    fault: Fault = ""
    kind: FileKind = "picture"
    media_type: str = ""
    stored: Stored | None = None

    def discard(self) -> None:
        """Takes the file away again."""
        if self.stored:
            vault().remove(self.stored.key)


def label(filename: str) -> str:
    """What its sender called a file, to be shown and never to be used: no folders, no signs that hide or turn text."""
    last = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    words = " ".join(kept.split()).strip(". ")
    if len(words) > LONGEST_NAME:  # the end says what it is
        words = f"{words[: LONGEST_NAME - 20]}…{words[-19:]}"
    return words or NAMELESS


def judge(name: str, stored: Stored) -> Sent:
    """What a sealed file is, pictures made anew. What can't be taken is gone afterwards."""
    try:
        judged = Sent(name, "empty") if not stored.size else _judge(name, stored)
    except OSError:  # no room, or no further process, for making a picture anew
        judged = Sent(name, "busy")
    if judged.stored is None or judged.stored.key != stored.key:
        vault().remove(stored.key)
    return judged


def _judge(name: str, stored: Stored) -> Sent:
    kind = type_of(*_ends(stored))
    if kind is None:
        return Sent(name, "type")
    if kind.kind != "picture":
        return Sent(name, "", kind.kind, kind.media_type, stored)
    try:
        media_type, clean = develop(stored)
    except BadPicture as bad:
        fault: Fault = "pixels" if str(bad) == "pixels" else "broken" if str(bad) == "broken" else "busy"
        return Sent(name, fault)
    return Sent(name, "", "picture", media_type, clean)


def _ends(stored: Stored) -> tuple[bytes, bytes]:
    """The first and the last bytes."""
    head = tail = b""
    for chunk in vault().read(stored.key, stored.secret):
        head = head or chunk[:HEAD]
        tail = (tail + chunk)[-TAIL:]
    return head, tail


def keep_file(draft: Draft, sent: Sent, now: dt.datetime) -> dict[str, Any]:
    """The file is the draft's from now on. Returns how the answer names it."""
    stored = sent.stored
    if stored is None:
        raise ValueError("there is no file to keep")
    draft.attachments.append(
        Attachment(
            key=stored.key,
            secret=stored.secret,
            name=sent.name,
            media_type=sent.media_type,
            size=stored.size,
            sha256=stored.sha256,
            created_at=now,
        )
    )
    return {
        "file": stored.key,
        "name": sent.name,
        "type": sent.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
    }


def let_go(draft: Draft, key: str) -> None:
    """The file is taken out of the draft, for good."""
    for attachment in draft.attachments:
        if attachment.key == key:
            db.session.delete(attachment)


def give_files(case: Case, document: Document, now: dt.datetime) -> None:
    """The files that a document names are its own from now on, and no draft's."""
    for attachment in attachments_of([str(item["file"]) for item in items(document.answers)]):
        if attachment.case_id is None:
            attachment.draft, attachment.case_id, attachment.document = None, case.id, document.number
            if attachment.state == QUARANTINED:
                tell_of_virus(case, document.number, now)


def share_files(document: Document, copy: Document) -> None:
    """A document was copied into another case: its files are there as well, and outlive it here."""
    keys = [str(item["file"]) for item in items(document.answers)]
    for one in attachments_of(keys):
        if one.case_id == document.case_id:
            db.session.add(
                Attachment(
                    key=one.key, secret=one.secret, name=one.name, media_type=one.media_type, size=one.size,
                    sha256=one.sha256, created_at=one.created_at, state=one.state, tried_at=one.tried_at,
                    case_id=copy.case_id, document=copy.number,
                )
            )  # fmt: skip


def tell_of_virus(case: Case, number: int, now: dt.datetime) -> None:
    """Somebody has to know that a file of the case can't be opened."""
    says = _(
        "A file in document %(number)s has a virus. Nobody can open it. Ask for it in another way if it is needed.",
        number=number,
    )
    db.session.add(Task(case_id=case.id, area=case.area, kind="virus", says=says, created_at=now))


def file_of(case: Case, key: str) -> Attachment | None:
    """A file of this case."""
    return db.session.scalar(select(Attachment).where(Attachment.case_id == case.id, Attachment.key == key))


def states_of(answers: Mapping[str, Any] | None) -> dict[str, str]:
    """How the scan of each file that the answers name has gone, by the file's key."""
    return {one.key: one.state for one in attachments_of([str(item["file"]) for item in items(answers)])}


def scans() -> bool:
    """Whether files are scanned for viruses here."""
    return bool(house().settings.clamd)
