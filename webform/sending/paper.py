"""PDF for the post and for attachments. The HTML page or email stays the accessible copy: these PDFs are not tagged.

A PDF is made in a process of its own (`press.py`) with a time limit, off the request path.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from markupsafe import Markup

from webform.settings import CHECKOUT

from . import compose
from .fonts import lacks_letters, with_stand_ins

LONGEST = 2_000_000  # bytes of HTML: about 500 pages
SECONDS = 30


class PaperError(Exception):
    """The PDF could not be made. The reason holds nothing of what the letter says."""


def pdf(*htmls: str, seconds: float = SECONDS) -> bytes:
    """One PDF of these documents, one after the other. Raises PaperError when it can't be made within the limits."""
    html = "\0".join(one.replace("\0", "") for one in htmls)
    if lacks_letters(html):  # they would be missing without a word: a letter to nobody
        raise PaperError("It has letters of an alphabet that the font of our PDFs lacks.")
    source = with_stand_ins(html).encode("utf-8")
    if len(source) > LONGEST:
        raise PaperError(f"{len(source)} bytes of HTML are more than the {LONGEST} that can be printed.")
    try:
        done = subprocess.run(  # noqa: S603  our own module, and a number
            [sys.executable, "-m", "webform.sending.press", str(max(1, int(seconds)))],
            input=source,
            capture_output=True,
            timeout=seconds,
            cwd=CHECKOUT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PaperError(f"The PDF was not ready within {seconds:g} seconds.") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise PaperError(f"The PDF could not be made ({_last_line(done.stderr) or f'exit {done.returncode}'}).")
    return done.stdout


def letter_html(
    *,
    sender: Sequence[str],
    address: Sequence[str],
    date: str,
    reference: str,
    subject: str,
    markdown: str,
    large: bool = False,
) -> str:
    """A letter for the post, its address in the window of a DL envelope; `large` prints all but the address large."""
    return compose.TEMPLATES.get_template("letter.html").render(
        sender=sender,
        address=address,
        date=date,
        reference=reference,
        subject=subject,
        body=compose.paper(markdown),
        size=18 if large else 12,
        small=18 if large else 11,
    )


def pages_html(*, title: str, body: Markup, reference: str = "", large: bool = False) -> str:
    """Plain pages for paper, such as a referral: a title, HTML that is already safe, page numbers."""
    size, small = (18, 18) if large else (11, 9)
    sheet = compose.TEMPLATES.get_template("pages.html")
    return sheet.render(title=title, body=body, reference=reference, size=size, small=small)


def _last_line(stderr: bytes) -> str:
    """The name of the error only: its message could quote the letter."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].split(":")[0][:80] if lines else ""
