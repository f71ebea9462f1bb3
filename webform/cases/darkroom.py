"""The process that makes one picture anew: `python -m webform.cases.darkroom`, a picture in, a clean one out.

What comes out are the pixels, upright, and nothing else: no place, no camera, no text, no second file behind the first.
The process has limits of processor time and memory, and once its imports are done it may open no file and no socket.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import Any

import pillow_heif
from PIL import Image, ImageOps

from webform.cases.picture_limits import BROKEN, SECONDS, TOO_MANY

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 100_000_000  # twice what most phones take; a picture of one colour with more fits into a few kilobytes
MEMORY = 1_500_000_000  # bytes of address space
QUALITY = 92
PLAIN_MODES = ("1", "L", "LA", "RGB", "RGBA")


class TooManyPixels(Exception):
    """More than MOST_PIXELS, whatever the size of the file."""


def develop(given: bytes) -> tuple[str, bytes]:
    """Media type and bytes of the clean picture."""
    with Image.open(io.BytesIO(given), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise TooManyPixels
        is_png = picture.format == "PNG"
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    upright = _plain(upright, is_png)
    upright.info = {}  # Pillow would write comments and profiles from here
    out = io.BytesIO()
    if is_png:
        upright.save(out, "PNG")
        return "image/png", out.getvalue()
    upright.save(out, "JPEG", quality=QUALITY)
    return "image/jpeg", out.getvalue()


def _plain(picture: Image.Image, is_png: bool) -> Image.Image:
    """The picture in a mode that the format takes. Where a JPEG would lose what is see-through, white stands behind."""
    clear = "transparency" in picture.info or picture.mode in ("LA", "RGBA", "PA")
    if is_png:
        return picture if picture.mode in PLAIN_MODES and not clear else picture.convert("RGBA" if clear else "RGB")
    if clear:
        picture = picture.convert("RGBA")
        behind = Image.new("RGB", picture.size, "white")
        behind.paste(picture, mask=picture.getchannel("A"))
        return behind
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def lock() -> None:
    """Load what is loaded late, then give up files, network and processes for good."""
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # ours is checked before anything is decoded
    Image.init()
    for kind in FORMATS:
        blank = io.BytesIO()
        Image.new("RGB", (16, 16)).save(blank, kind)
        develop(blank.getvalue())
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event == "open" or event.startswith(
        ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")
    ):
        raise PermissionError(f"{event} is not allowed here")


def main() -> int:
    """Standard input to standard output: the media type on a line, then the picture."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    lock()
    given = sys.stdin.buffer.read()
    try:
        media_type, made = develop(given)
    except (TooManyPixels, MemoryError):
        return TOO_MANY
    except Exception:  # whatever a decoder says about somebody's broken file: it is broken
        return BROKEN
    sys.stdout.buffer.write(media_type.encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
