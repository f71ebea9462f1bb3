"""A case as it is handed on: one page to read, the same for paper, and a ZIP of page, documents and files.

The ZIP is written as a stream: however large its files are, no more than a piece of one is in memory.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from markupsafe import Markup

from webform.rules.calendar import LONDON

from . import compose
from .paper import pages_html

BACK = "address-of-the-page-before"
PAGE, MANIFEST = "bundle.html", "manifest.txt"
DOCUMENTS, FILES = "documents", "files"
READABLE = 0o644 << 16  # what a ZIP says of who may read a file once it is taken out
COMPRESSED = (".html", ".txt")

Chunks = Callable[[], Iterator[bytes]]
Write = Callable[[bytes], object]
Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Enclosed:
    """A file of a document: its name in the bundle and what it is. With `why_not` it is not enclosed."""

    name: str
    what: str
    note: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Sheet:
    """One document, ready to be read. `letter` is Markdown; `seal` is what the record has sealed it with."""

    number: int
    title: str
    filed: str
    notes: tuple[str, ...] = ()
    subject: str = ""
    letter: str = ""
    sections: tuple[tuple[str, Rows], ...] = ()
    files: tuple[Enclosed, ...] = ()
    left_out: tuple[str, ...] = ()
    seal: str = ""

    @property
    def prose(self) -> Markup:
        """The letter, below the heading of its document."""
        return compose.paper(self.letter, below=3)


@dataclass(frozen=True)
class Stage:
    """One step of the procedure: how it stands, in words, why, and which documents are about it."""

    title: str
    by: str
    state: str
    words: str
    why: tuple[str, ...] = ()
    documents: tuple[int, ...] = ()


@dataclass(frozen=True)
class Book:
    """Everything that a bundle holds, but for the files themselves."""

    reference: str
    title: str
    made_at: dt.datetime
    about: Rows
    notes: tuple[str, ...]
    timeline: tuple[Stage, ...]
    not_come_up: tuple[Stage, ...]
    not_asked: tuple[Stage, ...]
    sheets: tuple[Sheet, ...]


def page(book: Book) -> str:
    """The whole bundle as one page that needs nothing but a browser."""
    return compose.TEMPLATES.get_template("bundle.html").render(
        book=book, linked=True, files=f"{FILES}/", back=""
    )  # fmt: skip


def lone_page(book: Book) -> str:
    """The same without the files beside it, to be read where there are none; BACK stands for the way back."""
    return compose.TEMPLATES.get_template("bundle.html").render(book=book, linked=True, files="", back=BACK)


def paper(book: Book) -> str:
    """The same as pages for paper."""
    body = compose.TEMPLATES.get_template("bundle_inside.html").render(book=book, linked=False, files="")
    return pages_html(title=book.title, body=Markup(body), reference=book.reference)  # noqa: S704  escaped by Jinja


def text(sheet: Sheet) -> str:
    """One document as plain text, which will be readable for as long as there are computers."""
    lines = [sheet.title, "=" * len(sheet.title), "", sheet.filed, *sheet.notes, ""]
    if sheet.letter:
        lines += [sheet.subject, "", compose.plain_text(sheet.letter)]
    for title, rows in sheet.sections:
        lines += [title, "-" * len(title), ""] if title else []
        lines += [line for label, value in rows for line in (label, *(f"    {one}" for one in value.split("\n")), "")]
    lines += [f"{one.name or one.what}: {one.why_not or one.what}" for one in sheet.files]
    return "\n".join((*lines, *sheet.left_out, sheet.seal, ""))


def pack(book: Book, files: Iterable[tuple[str, Chunks]], write: Write, step: Callable[[], None]) -> None:
    """Writes the ZIP: page, documents, files, and a manifest that `sha256sum -c` reads. `step` hears of each part."""
    digests: dict[str, str] = {}
    with zipfile.ZipFile(cast(BinaryIO, _Stream(write)), "w") as archive:
        for name, chunks in _parts(book, files):
            digests[name] = _add(archive, book, name, chunks)
            step()
        manifest = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
        _add(archive, book, MANIFEST, (manifest.encode(),))


def _parts(book: Book, files: Iterable[tuple[str, Chunks]]) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield PAGE, (page(book).encode(),)
    for sheet in book.sheets:
        yield f"{DOCUMENTS}/{sheet.number:03}.txt", (text(sheet).encode(),)
    for name, chunks in files:
        yield f"{FILES}/{name}", chunks()


def _add(archive: zipfile.ZipFile, book: Book, name: str, chunks: Iterable[bytes]) -> str:
    """One entry of the ZIP; returns its SHA-256."""
    made, digest = book.made_at.astimezone(LONDON), hashlib.sha256()
    entry = zipfile.ZipInfo(f"{book.reference}/{name}", made.timetuple()[:6])
    entry.external_attr = READABLE
    entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(COMPRESSED) else zipfile.ZIP_STORED
    with archive.open(entry, "w", force_zip64=True) as target:
        for chunk in chunks:
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


class _Stream:
    """What zipfile writes to: it can't go back, so each size stands behind its file."""

    def __init__(self, write: Write):
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""


def _lines(value: str) -> Markup:
    """Text with its line breaks, on pages and on paper."""
    return Markup("<br>").join(value.split("\n"))


compose.TEMPLATES.filters["lines"] = _lines
