"""The local mailbox: what a real installation would have sent, read in the browser. Registered in local mode only."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, render_template

from webform.house import EXTENSION, House, house
from webform.sending.compose import one_line
from webform.web.access import access, guard
from webform.words import gettext as _

pages = Blueprint("mailbox", __name__, url_prefix="/mailbox")

_SAFE_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
# The HTML of a mail is shown in a frame that can run nothing and load nothing.
_FRAME_POLICY = (
    "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def install(app: Flask) -> None:
    """Register the mailbox where mail goes to files; elsewhere there is no such page."""
    if cast(House, app.extensions[EXTENSION]).settings.mail_to_files:
        app.register_blueprint(pages)


@guard("local")
def _local_only() -> None:
    """A second lock on the door, should the page ever be registered by mistake."""
    if not house().settings.local:
        abort(404)


@dataclass(frozen=True)
class Mail:
    """One `.eml` file of the local mailbox."""

    name: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or _("(no subject)"))

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def sent(self) -> dt.datetime | None:
        """The time that the mail carries, None where it can't be read."""
        try:
            return parsedate_to_datetime(str(self.message["Date"]))
        except (ValueError, TypeError):
            return None

    def part(self, kind: str) -> str:
        """The text of the first `plain` or `html` part, or ''."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""

    def attachments(self) -> tuple[EmailMessage, ...]:
        return tuple(self.message.iter_attachments())


def _files() -> list[Path]:
    folder = house().settings.mailbox
    return sorted(folder.glob("*.eml"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)


def _read(file: Path) -> Mail:
    return Mail(file.name, message_from_bytes(file.read_bytes(), policy=policy.default))


def _mail(name: str) -> Mail:
    """The mail of that file name. Only names that the folder lists are opened, so no path can lead out of it."""
    file = next((file for file in _files() if file.name == name), None)
    if file is None:
        abort(404)
    return _read(file)


@pages.get("/")
@access("local")
def listing() -> str:
    """Every mail, newest first."""
    return render_template("mailbox/list.html", mails=[_read(file) for file in _files()])


@pages.get("/<name>")
@access("local")
def mail(name: str) -> str:
    """One mail: its heads, its text and its HTML in a frame, its attachments."""
    return render_template("mailbox/mail.html", mail=_mail(name))


@pages.get("/<name>/html")
@access("local")
def html(name: str) -> Response:
    """The HTML part on its own, for the frame."""
    page = _mail(name).part("html").replace("<head>", '<head><base target="_top">', 1)  # links leave the frame
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@pages.get("/<name>/attachment/<int:number>")
@access("local")
def attachment(name: str, number: int) -> Response:
    """One attachment, always as a download."""
    parts = _mail(name).attachments()
    if not 0 <= number < len(parts):
        abort(404)
    part = parts[number]
    kind = part.get_content_type()
    response = Response(
        cast(bytes, part.get_payload(decode=True) or b""),
        mimetype=kind if _SAFE_TYPE.fullmatch(kind) else "application/octet-stream",
    )
    own_name = one_line(part.get_filename() or "")  # a line break in it would be a header of its own
    response.headers.set("Content-Disposition", "attachment", filename=own_name or f"attachment-{number}")
    return response
