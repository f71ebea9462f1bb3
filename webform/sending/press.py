"""The process that makes one PDF: `python -m webform.sending.press`, HTML in, PDF out.

Several documents, with a zero byte between them, become one PDF in which each has its own page numbers.

Beside xhtml2pdf's own policy, the process has limits of processor time and memory, and once its imports are done it may
open the fonts and Python's own code, and nothing else: no other file, no socket, no further process.
"""

from __future__ import annotations

import io
import mimetypes
import os
import resource
import sys
from pathlib import Path
from typing import Any

from pypdf import PdfWriter
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.default import DEFAULT_CSS
from xhtml2pdf.document import pisaDocument

from webform.sending.fonts import FONTS
from webform.settings import CHECKOUT

FACES = (
    ("400Regular", "normal", "normal"),
    ("400Regular_Italic", "normal", "italic"),
    ("700Bold", "bold", "normal"),
    ("700Bold_Italic", "bold", "italic"),
)
# Names that our own HTML asks for. Without this the PDF's built-in Helvetica stands in, and it drops those letters.
FAMILIES = "Paper, Arial, Helvetica, sans-serif"  # one font with four names, so that each file is read once
DEEPEST = 200  # elements within elements: xhtml2pdf walks them recursively
MEMORY = 1_500_000_000  # bytes of address space; a 50-page letter needs a tenth


BETWEEN = b"\0"


class NoFont(Exception):
    """The font was not installed."""


def _fonts_css() -> str:
    return "\n".join(
        f"@font-face {{ font-family: {FAMILIES}; src: url('{FONTS / face / f'Arimo_{face}.ttf'}');"
        f" font-weight: {weight}; font-style: {style}; }}"
        for face, weight, style in FACES
    )


def make(html: bytes) -> bytes:
    """The PDF of one HTML document."""
    out = io.BytesIO()
    pisaDocument(
        html,
        out,
        encoding="utf-8",
        default_css=DEFAULT_CSS + _fonts_css(),
        resource_policy=ResourceAccessPolicy.server(FONTS, allow_remote=False, max_depth=DEEPEST),
    )
    return out.getvalue()


def make_all(htmls: list[bytes]) -> bytes:
    """One PDF of all these documents, one after the other."""
    if len(htmls) == 1:
        return make(htmls[0])
    out, whole = io.BytesIO(), PdfWriter()
    for html in htmls:
        whole.append(io.BytesIO(make(html)))
    whole.write(out)
    return out.getvalue()


def lock() -> None:
    """Load what is loaded late, then give up files, network and processes for good."""
    mimetypes.init()
    make_all([b"<p>The first pages load what the others need.</p>"] * 2)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """A second lock behind xhtml2pdf's own policy: no network, no process, no file but fonts and Python's own code."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")):
        raise PermissionError(f"{event} is not allowed here")
    if event == "open" and isinstance(arguments[0], str | bytes):
        path = Path(os.fsdecode(arguments[0])).resolve()
        if not any(path.is_relative_to(root) for root in (FONTS.resolve(), *_python_folders())):
            raise PermissionError("this file may not be opened here")


def _python_folders() -> tuple[Path, ...]:
    return tuple(Path(entry).resolve() for entry in sys.path if entry and Path(entry).resolve() != CHECKOUT)


def main(seconds: int) -> None:
    """Standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if not FONTS.is_dir():
        raise NoFont
    lock()
    sys.stdout.buffer.write(make_all(sys.stdin.buffer.read().split(BETWEEN)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
