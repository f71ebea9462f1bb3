"""Local mode: mail as `.eml` files, which the mailbox page reads instead of anybody's mail program."""

from __future__ import annotations

import os
import re
from pathlib import Path

import flask_mail
from sqlalchemy import select

from webform.records.outbox import Message
from webform.records.store import db


class Mailbox:
    """The message that would have gone out, as a file."""

    def __init__(self, folder: Path):
        self.folder = folder

    def open(self) -> None:
        """A folder is always ready."""

    def deliver(self, mail: flask_mail.Message) -> None:
        """Whole or not at all; a second delivery of the same message replaces the first."""
        name = _name(mail.msgId)
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{name}.{os.getpid()}"
        with unfinished.open("wb") as file:
            file.write(mail.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._file(name))

    def sweep(self) -> int:
        """Take away the files of messages whose time is over. How many."""
        there = {path.stem for path in self.folder.glob("*.eml")}
        over = {
            _name(one) for one in db.session.scalars(select(Message.message_id).where(Message.emptied_at.is_not(None)))
        }
        for name in there & over:
            self._file(name).unlink(missing_ok=True)
        return len(there & over)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.eml"


def _name(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9._@-]", "", message_id).lstrip(".")
