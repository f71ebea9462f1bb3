"""The papers of a panel on the page of a member: to read here, or to take along. Each look is kept on the case."""

from __future__ import annotations

from flask import Blueprint, abort, g, url_for
from flask.typing import ResponseReturnValue

from webform.cases.bundles import HTML, file_of_kind
from webform.cases.panel_papers import papers_for
from webform.records.attachments import Attachment
from webform.records.officers import Access
from webform.words import gettext as _

from .access import access
from .drafts import utc_now
from .looks import keep_look
from .whole_files import ENDINGS, as_page, to_keep

pages = Blueprint("party_papers", __name__, url_prefix="/page/<opening>/papers")
FILE_NAME = "papers"  # neutral: it may be seen over a shoulder


@pages.get("/")
@access("party")
def read(opening: str) -> ResponseReturnValue:
    """All of them as one page."""
    return as_page(_file(HTML, "read"), url_for("party.page", opening=opening))


@pages.get("/<any(zip, pdf):ending>")
@access("party")
def take(opening: str, ending: str) -> ResponseReturnValue:
    """The bundle itself, under a name that says nothing."""
    return to_keep(_file(ENDINGS[ending], ending), f"{FILE_NAME}.{ending}")


def _file(media_type: str, how: str) -> Attachment:
    """What this member may read; for anybody else, and for a colleague, nothing is there."""
    papers = papers_for(g.case, g.party, utc_now()) if g.colleague is None else None
    file = file_of_kind(papers.bundle, media_type) if papers and papers.declared else None
    if papers is None or file is None:
        abort(404)
    what = _("papers of document %(number)s: %(how)s", number=papers.bundle.shared, how=how)
    keep_look(Access(party_id=g.party.id, case_id=g.case.id, at=utc_now(), what=what))
    return file
