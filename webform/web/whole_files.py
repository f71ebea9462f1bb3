"""Sealed files as somebody gets them: to keep, or as a page that is nobody's but its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

from flask import Response
from markupsafe import escape

from webform.cases.bundles import HTML, PDF, ZIP, file_of_kind
from webform.documents.files import shown_size
from webform.errors import Refusal
from webform.records.attachments import Attachment
from webform.records.bundles import Bundle
from webform.records.chunks import BrokenFile
from webform.sending.bundle import BACK
from webform.words import gettext as _
from webform.words import gettext_noop as N_

# Whatever is in it: it runs nothing, asks for nothing, and is nobody's page.
ALONE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
BROKEN = N_("This file is missing or damaged. Tell whoever looks after this service: a backup may have it.")
ENDINGS = {"zip": ZIP, "pdf": PDF}  # how a bundle can be had, as addresses say it
STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)


def sizes_of(bundle: Bundle) -> dict[str, str]:
    """What of a bundle can be had, and how large it is."""
    kinds = {**ENDINGS, "page": HTML}
    found = {ending: file_of_kind(bundle, media_type) for ending, media_type in kinds.items()}
    return {ending: shown_size(one.size) for ending, one in found.items() if one}


def to_keep(file: Attachment, name: str) -> Response:
    """The file to download, under a name of ours."""
    response = Response(_whole(file), mimetype=file.media_type, headers=ALONE)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.content_length = file.size
    return response


def as_page(file: Attachment, back: str) -> Response:
    """A page that we have made, with the way back; nothing in it counts but its own style."""
    page = b"".join(_whole(file)).decode().replace(BACK, str(escape(back)), 1)
    style = STYLE.search(page)
    digest = base64.b64encode(hashlib.sha256((style[1] if style else "").encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    return Response(page, headers={**ALONE, "Content-Security-Policy": policy})


def _whole(file: Attachment) -> Iterator[bytes]:
    """The content; its first chunk is opened at once, so that a missing file is told and not an empty one sent."""
    chunks = file.chunks()
    try:
        first = next(chunks)
    except BrokenFile as fault:
        raise Refusal(_(BROKEN)) from fault

    def all_of_it() -> Iterator[bytes]:
        yield first
        yield from chunks

    return all_of_it()
