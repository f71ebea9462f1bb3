"""Files for tests: pictures that tell too much, files that are two things at once, and files that are nothing."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from typing import Any

import pillow_heif
from PIL import Image, PngImagePlugin

from webform.cases.evidence import Sent, judge, keep_file
from webform.records.tables import Draft
from webform.records.vault import Stored, deposit_file

pillow_heif.register_heif_opener()
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
SECRET_PLACE = b"51.4015N-0.1949W"  # what no clean picture may hold
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET_PLACE + b"</x:xmpmeta>"
UPSIDE_DOWN, TURNED = 3, 6  # values of the EXIF orientation


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), orientation: int = 0, tells: bool = False) -> bytes:
    """A picture, red on its left and blue on its right. One that tells says where it was taken, in every way it can."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    more: dict[str, Any] = {}
    if tells:
        exif[0x010F], exif[0x013B] = SECRET_PLACE.decode(), SECRET_PLACE.decode()
        exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 24.0, 5.4), 3: "W", 4: (0.0, 11.0, 41.6), 29: "2026:05:01"})
        more = {"xmp": XMP, "comment": SECRET_PLACE} if kind != "PNG" else {"pnginfo": _png_words()}
        more["icc_profile"] = SECRET_PLACE
        if kind == "HEIF":
            more = {"xmp": XMP}
    out = io.BytesIO()
    image.save(out, kind, exif=exif.tobytes(), **more)
    return out.getvalue()


def _png_words() -> PngImagePlugin.PngInfo:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET_PLACE.decode())
    words.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
    return words


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few kilobytes whose pixels would fill gigabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(bytes(1 + width // 8) * 64, 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped(**files: bytes) -> bytes:
    """A zip; the names have a dot for each double underscore, and a slash for each single one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", ".").replace("_", "/"), content)
    return out.getvalue()


def office(macros: bool = False) -> bytes:
    """A Word document, as far as anybody looks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *(["word/vbaProject.bin"] if macros else [])):
            archive.writestr(name, b"<x/>")
    return out.getvalue()


def stored(content: bytes) -> Stored:
    """The content, sealed in the vault as an upload leaves it there."""
    with deposit_file() as deposit:
        deposit.write(content)
        return deposit.finish()


def kept(draft: Draft, now: dt.datetime, content: bytes = PDF, name: str = "letter.pdf") -> dict[str, Any]:
    """A file that the draft has; how an answer names it."""
    sent: Sent = judge(name, stored(content))
    assert not sent.fault, sent.fault
    return keep_file(draft, sent, now)
