"""What a file is, by its content alone: neither its name nor what the browser says about it counts."""

from __future__ import annotations

from dataclasses import dataclass

import puremagic

from webform.documents.files import OFFICE, OPEN_OFFICE
from webform.documents.form import FileKind

HEAD, TAIL = 8192, 65_536  # bytes of either end that are looked at
OPEN = f"mimetype{OPEN_OFFICE}".encode()
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heif", ".heic")
# By the endings under which puremagic lists a format, the surest first.
FORMATS: tuple[tuple[str, FileKind, str], ...] = (
    (".pdf", "pdf", "application/pdf"),
    (".m4a", "audio", "audio/mp4"),
    (".webm", "video", "video/webm"),
    (".mov", "video", "video/quicktime"),
    (".mp4", "video", "video/mp4"),
    (".3gp", "video", "video/3gpp"),
    (".mp3", "audio", "audio/mpeg"),
    (".wav", "audio", "audio/wav"),
    (".opus", "audio", "audio/ogg"),
    (".ogg", "audio", "audio/ogg"),
    (".amr", "audio", "audio/amr"),
)
# The names in a zip's directory at its end. Nothing is unpacked to know it.
PARTS = (
    (b"word/document.xml", f"{OFFICE}wordprocessingml.document"),
    (b"xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet"),
    (b"ppt/presentation.xml", f"{OFFICE}presentationml.presentation"),
)
MACROS = (b"vbaProject.bin", b"macrosheets/", b"Basic/", b"Scripts/")


@dataclass(frozen=True)
class FileType:
    """What a file is. A picture's media type is known when it was made anew."""

    kind: FileKind
    media_type: str


def type_of(head: bytes, tail: bytes) -> FileType | None:
    """The type of a file by its first and last bytes; None for whatever no form takes."""
    if head.startswith(b"PK\x03\x04"):
        return _office(head, tail)
    endings = _endings(head)
    if endings & set(PICTURES):
        return FileType("picture", "")
    return next((FileType(kind, media) for ending, kind, media in FORMATS if ending in endings), None)


def _endings(head: bytes) -> set[str]:
    """What puremagic is surest of; several formats may begin alike."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return set()
    surest = max((match.confidence for match in matches), default=0)
    return {match.extension for match in matches if match.confidence == surest}


def _office(head: bytes, tail: bytes) -> FileType | None:
    """A document of an office program; None for any other zip, and for one with programs in it."""
    if any(name in tail for name in MACROS):
        return None
    if OPEN in head[:200]:
        kind = next((kind for kind in ("text", "spreadsheet") if OPEN + kind.encode() in head[:200]), None)
        return FileType("office", OPEN_OFFICE + kind) if kind else None
    if b"[Content_Types].xml" not in head + tail:
        return None
    return next((FileType("office", media) for name, media in PARTS if name in tail), None)
