"""What people send is judged by its content, pictures are made anew, and names are only labels."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.evidence import PDF, SECRET_PLACE, TURNED, UPSIDE_DOWN, bomb, office, picture, stored, zipped
from webform.cases import darkroom
from webform.cases.evidence import LONGEST_NAME, Sent, judge, label
from webform.cases.file_types import type_of
from webform.house import house
from webform.records.vault import vault

HTML = b"<!DOCTYPE html><html><body onload=alert(1)>"
MOVIE = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(40)
SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(100)


@pytest.fixture(autouse=True)
def _in_the_house(app: Flask) -> object:
    """One database is enough: no row is touched here."""
    with app.app_context():
        yield


def taken(content: bytes) -> tuple[Sent, bytes]:
    """What is made of a file, and its content afterwards."""
    sent = judge("a", stored(content))
    kept = b"".join(vault().read(sent.stored.key, sent.stored.secret)) if sent.stored else b""
    return sent, kept


def left() -> int:
    """How many files lie in the vault."""
    return len(list((house().settings.instance / "attachments").iterdir()))


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg"), ("HEIF", "image/jpeg")],
)
def test_a_picture_no_longer_says_where_it_was_taken(kind: str, media_type: str) -> None:
    """Place, camera, comments and profiles are gone in whatever part of the file they were; the picture is there."""
    given = picture(kind, tells=True)
    assert SECRET_PLACE in given
    sent, clean = taken(given)
    assert (sent.fault, sent.kind, sent.media_type) == ("", "picture", media_type)
    assert SECRET_PLACE not in clean
    for word in (b"Exif", b"xmpmeta", b"ICC_PROFILE", b"GPS"):
        assert word not in clean
    image = Image.open(io.BytesIO(clean))
    assert (image.size, dict(image.getexif())) == ((60, 40), {})
    assert left() == 1, "the picture as it was sent is gone"


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(0, (60, 40), (5, 20)), (UPSIDE_DOWN, (60, 40), (55, 20)), (TURNED, (40, 60), (20, 5))],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright(kind: str, orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    """What the camera only noted beside the picture is done to it."""
    _, clean = taken(picture(kind, orientation=orientation))
    image = Image.open(io.BytesIO(clean)).convert("RGB")
    assert image.size == size
    r, _, b = image.getpixel(red)
    assert r > 200
    assert b < 60


def test_what_is_behind_a_picture_is_gone() -> None:
    """A picture that is a zip or a page as well is only a picture afterwards."""
    for behind in (zipped(virus__exe=b"MZ" * 50), HTML):
        sent, clean = taken(picture() + behind)
        assert sent.fault == ""
        assert behind[:20] not in clean
        assert behind[-20:] not in clean


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_comes_out(mode: str) -> None:
    """Black and white, grey, with a palette, see-through, deep or for print."""
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (9, 9)).save(out, kind)
    sent, clean = taken(out.getvalue())
    assert sent.fault == ""
    assert Image.open(io.BytesIO(clean)).size == (9, 9)


def test_a_see_through_picture_has_white_behind_it_as_a_jpeg() -> None:
    """Not black: writing on nothing stays readable."""
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(out, "WEBP", lossless=True)
    _, clean = taken(out.getvalue())
    assert min(Image.open(io.BytesIO(clean)).getpixel((4, 4))) > 250


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    """A few kilobytes that would fill gigabytes."""
    small = bomb()
    assert len(small) < 10_000
    assert taken(small)[0].fault == "pixels"
    assert left() == 0


def test_a_picture_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process has a limit, whatever the header says, and this one goes on."""
    monkeypatch.setattr(darkroom, "MOST_PIXELS", 10**12)
    monkeypatch.setattr("webform.cases.pictures.COMMAND", _without_our_limit())
    assert taken(bomb())[0].fault == "pixels"


def _without_our_limit() -> list[str]:
    import sys

    code = "from webform.cases import darkroom; darkroom.MOST_PIXELS = 10**12; raise SystemExit(darkroom.main())"
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("cut", [30, 200, 400])
def test_a_broken_picture_is_refused(cut: int) -> None:
    """One that ends too early, or has noise in it, is no picture."""
    assert taken(picture(size=(300, 200))[:-cut])[0].fault == "broken"
    assert left() == 0


@pytest.mark.parametrize(
    "content", [HTML, b"MZ" + bytes(100), b"hello", zipped(a__txt=b"x"), office(macros=True), b"GIF89a" + bytes(50),
                b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"\x7fELF" + bytes(60), b"#!/bin/sh\n",
                HTML + PDF, b"x" * 2000 + PDF],
)  # fmt: skip
def test_anything_else_is_refused(content: bytes) -> None:
    """Programs, pages, zips, drawings with script, macros, and a PDF that begins as something else."""
    assert taken(content)[0].fault == "type"
    assert left() == 0


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (PDF, "pdf", "application/pdf"),
        (MOVIE, "video", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + bytes(40), "video", "video/quicktime"),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x86\x81\x01webm" + bytes(40), "video", "video/webm"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00mp42isom" + bytes(40), "audio", "audio/mp4"),
        (SOUND, "audio", "audio/mpeg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40), "audio", "audio/wav"),
        (office(), "office", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_says(content: bytes, kind: str, media_type: str) -> None:
    """And is kept as it came, byte for byte."""
    sent, same = taken(content)
    assert (sent.fault, sent.kind, sent.media_type) == ("", kind, media_type)
    assert same == content


def test_nothing_is_refused_as_empty() -> None:
    """Zero bytes."""
    assert taken(b"")[0].fault == "empty"
    assert left() == 0


@given(st.binary(max_size=9000), st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_have_a_type_or_none(head: bytes, tail: bytes) -> None:
    """Whatever is sent, judging it never fails."""
    type_of(head, tail)


@given(st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_name_is_a_harmless_label(filename: str) -> None:
    """No folder, no sign that hides or turns text, never empty, never long; the same when it is read again."""
    name = label(filename)
    assert 0 < len(name) <= LONGEST_NAME
    assert not set(name) & set("/\\\0\n\r\t\u202e\u200b\u2028")
    assert name not in (".", "..")
    assert label(name) == name


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ann\\bruise.jpg", "bruise.jpg"),
        ("...", "file"),
        ("", "file"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("nul\0byte.pdf", "nulbyte.pdf"),
        ("  two   blanks .pdf ", "two blanks .pdf"),
        ("e\u0301t\u00e9.pdf", "été.pdf"),
    ],
)
def test_odd_names(filename: str, name: str) -> None:
    """Traversal, other systems' folders, nothing at all, text that runs backwards, and marks that stand alone."""
    assert label(filename) == name


def test_a_long_name_keeps_its_end() -> None:
    """The end says what it is."""
    assert label("a" * 500 + ".jpg").endswith("aaa.jpg")
