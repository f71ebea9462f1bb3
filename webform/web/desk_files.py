"""The files of a case, for its officers: first a page that says what a file is, then the file itself to keep.

No file is ever shown inside the browser's own window: it could be anything, and a scanner knows only what is known.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webform.cases.evidence import file_of, scans
from webform.documents.files import TYPES, shown_size
from webform.errors import Refusal
from webform.records.attachments import CLEAN, QUARANTINED, Attachment
from webform.records.tables import Case
from webform.web.access import access
from webform.web.officer import case_at_desk
from webform.web.whole_files import to_keep
from webform.words import gettext as _
from webform.words import gettext_noop as N_

pages = Blueprint("desk_files", __name__, url_prefix="/desk/case/<reference>/file/<key>")
INFECTED = N_("This file has a virus, so nobody can open it. Ask for it in another way if it is needed.")
WAITING = N_("This file has not been checked for viruses yet. Try again in a few minutes.")


@pages.get("/")
@access("officer")
def page(reference: str, key: str) -> ResponseReturnValue:
    """What the file is called, what it is, and whether it was checked."""
    case = case_at_desk(reference, "file")
    if case.seen_at is None:
        return redirect(url_for("desk.case", reference=case.reference))
    attachment = _file_or_404(case, key)
    kind, _ending = TYPES[attachment.media_type]
    return render_template(
        "desk/file.html", heading=_("File"), case=case, file=attachment, kind=_(kind), size=shown_size(attachment.size),
        refusal=_refusal(attachment), checked=attachment.state == CLEAN,
    )  # fmt: skip


@pages.post("/download")
@access("officer")
def download(reference: str, key: str) -> ResponseReturnValue:
    """The file, under a name of ours."""
    case = case_at_desk(reference, f"file {key[:8]}")
    attachment = _file_or_404(case, key)
    if case.seen_at is None or (words := _refusal(attachment)):
        raise Refusal(words if case.seen_at else _("Open the referral first."))
    return to_keep(attachment, _name(case, attachment))


def _file_or_404(case: Case, key: str) -> Attachment:
    return file_of(case, key) or abort(404)


def _refusal(attachment: Attachment) -> str:
    """Why nobody may have the file now; '' where an officer may. Where files are scanned, none goes out unscanned."""
    if attachment.state == QUARANTINED:
        return _(INFECTED)
    return _(WAITING) if scans() and attachment.state != CLEAN else ""


def _name(case: Case, attachment: Attachment) -> str:
    _kind, ending = TYPES[attachment.media_type]
    return f"{case.reference}-{attachment.document}-{attachment.id}.{ending}"
