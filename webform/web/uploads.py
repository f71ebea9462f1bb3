"""Files in a POST: sealed into the vault as they stream in, so that they are never whole in memory nor plain on a disk.

They are taken in before the view begins its transaction: a slow line must not keep the database waiting. A file that is
too large is not stored beyond its limit; the rest of the body is still read, so that the other answers and a clear page
get through. What no view has kept in the end is taken away again.
"""

from __future__ import annotations

import errno
import io
import time
from typing import Any

import structlog
from flask import Flask, Request, g, request
from werkzeug.datastructures import FileStorage

from webform.cases.evidence import Fault, Sent, judge, label
from webform.documents.form import Question
from webform.house import house
from webform.records.vault import Deposit, vault

from .tokens import token_is_good

log = structlog.get_logger()
WORDS = 2_000_000  # bytes of a body beside its files
FURTHEST = 1_000_000_000  # bytes of a body that are read at all
LONGEST = 40.0  # seconds for judging all files of one POST: a worker that answers nobody is stopped after 60


class Upload(io.RawIOBase):
    """One file on its way in. It is written once and never read back; `finish` says what came of it."""

    def __init__(self, filename: str | None, largest: int, store: bool):
        self.name = label(filename or "")
        self.largest = largest
        self.size = 0
        self.fault: Fault = "" if store else "too much"
        self._deposit: Deposit | None = None
        self.sent: Sent | None = None
        self.kept = False

    def writable(self) -> bool:
        return True

    def write(self, plain: Any) -> int:
        """A piece of it. Nothing is kept beyond the limit."""
        self.size += len(plain)
        if self.size > self.largest and not self.fault:
            self.fault = "too large"
            self.discard()
        elif not self.fault:
            self._store(plain)
        return len(plain)

    def _store(self, plain: bytes) -> None:
        """Keeps a piece, sealed. Where there is no room for it, the form goes on without the file."""
        try:
            if self._deposit is None:
                if not vault().has_room():
                    raise OSError(errno.ENOSPC, "files leave the rest of the disk to the cases")
                self._deposit = Deposit(vault())
            self._deposit.write(plain)
        except OSError as full:
            log.error("a file can't be kept", fault=type(full).__name__, number=full.errno)
            self.fault = "busy"
            self.discard()

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Werkzeug rewinds what it has written."""
        return 0

    def finish(self, in_time: bool) -> Sent:
        """What it is, and whether it can be taken."""
        if self.sent is None:
            fault: Fault = self.fault or ("" if self.size else "empty") or ("" if in_time else "busy")
            if fault or self._deposit is None:
                self.discard()
                self.sent = Sent(self.name, fault)
            else:
                self.sent = self._judged(self._deposit)
        return self.sent

    def _judged(self, deposit: Deposit) -> Sent:
        try:
            stored, self._deposit = deposit.finish(), None
        except OSError:
            self.discard()
            return Sent(self.name, "busy")
        return judge(self.name, stored)

    def discard(self) -> None:
        """Takes back what nobody keeps."""
        if self._deposit:
            self._deposit.discard()
            self._deposit = None
        if self.sent and not self.kept:
            self.sent.discard()


class UploadRequest(Request):
    """A request whose files go where `receive` has made room for them, and nowhere else."""

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> Any:  # fmt: skip
        """Werkzeug's hook: the stream that takes one file."""
        uploads: list[Upload] | None = g.get("uploads")
        if uploads is None or not filename:
            return Upload(filename, 0, store=False)
        largest, files, room = _room()
        spent = sum(min(one.size, largest) for one in uploads)
        fits = len(uploads) < files and spent < room and (total_content_length or 0) <= room + WORDS
        uploads.append(upload := Upload(filename, largest, fits))
        return upload


def install(app: Flask) -> None:
    """Lets the app take files in."""
    app.request_class = UploadRequest
    app.teardown_request(_let_go)


def receive() -> None:
    """Reads the body of a POST that may bring files. Called before the transaction begins."""
    if request.method != "POST" or request.mimetype != "multipart/form-data":
        return
    request.max_content_length = FURTHEST
    g.uploads = []
    until = time.monotonic() + LONGEST
    if not token_is_good():  # reads the body
        return
    for _, part in request.files.items(multi=True):
        if part.filename and isinstance(part.stream, Upload):
            part.stream.finish(time.monotonic() < until)


def sent_to(name: str) -> list[Upload]:
    """The files that were chosen in this input."""
    chosen = [part for part in request.files.getlist(name) if part.filename]
    return [upload for part in chosen if (upload := _upload(part)) and upload.sent]


def _upload(part: FileStorage) -> Upload | None:
    return part.stream if isinstance(part.stream, Upload) else None


def _room() -> tuple[int, int, int]:
    """The largest file, the most files, and the most bytes in all that any question of any form takes."""
    questions = [question for form in house().shelves.forms.values() for question in _file_questions(form.pages)]
    return (
        max((one.largest for one in questions), default=0),
        max((one.files for one in questions), default=0),
        max((one.largest * one.files for one in questions), default=0),
    )


def _file_questions(pages: Any) -> list[Question]:
    return [question for page in pages for question in page.questions if question.type == "file"]


def _let_go(_fault: BaseException | None) -> None:
    for upload in g.pop("uploads", None) or ():
        upload.discard()
