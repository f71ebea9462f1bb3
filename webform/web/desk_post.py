"""The letters that wait for the post: printed together, posted, and put on record with one press."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.drafts import erase_draft
from webform.cases.folder import AlreadyDone
from webform.cases.put_aside import Waiting, waiting
from webform.cases.send_letter import send
from webform.errors import Refusal
from webform.records.store import lock_case
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.desk import on_paper
from webform.web.fields import PageForm
from webform.web.letter_paper import posted_at, posting_day, sheets
from webform.web.officer import author, case_at_desk, moment, officer
from webform.words import gettext as _

pages = Blueprint("post", __name__, url_prefix="/desk/post")
FILE = "letters"
LETTER = "letter"  # the inputs that say which letters were on the page


@pages.get("")
@access("officer", needs="work")
def listing() -> ResponseReturnValue:
    """What waits, and when it was posted."""
    form = PageForm((posting_day(),), day_of(moment()))
    return _page(waiting(officer().area, moment()), form.fill({"posted_on": str(day_of(moment()))}))


@pages.get("/paper")
@access("officer", needs="work")
def paper() -> ResponseReturnValue:
    """All of them as one PDF, each with its address in the window of the envelope. Nothing is recorded by printing."""
    found = [one for one in waiting(officer().area, moment()) if one.letter]
    if not found:
        raise Refusal(_("No letter waits for the post."))
    for one in found:
        case_at_desk(one.case.reference, f"printed {one.which}")
    paper = [sheet for one in found for sheet in _sheets(one)]
    return on_paper(paper, FILE, _("Print them one by one instead."), url_for(".listing"))


def _sheets(one: Waiting) -> list[str]:
    to = one.letter.to if one.letter else ()
    return sheets(one.case, to, one.written.subject, one.written.markdown, day_of(moment()))


@pages.post("")
@access("officer", needs="work")
def posted() -> ResponseReturnValue:
    """They went on the day that was typed; or one is taken out again. What was not on the page is left alone."""
    listed = {one.key: one for one in waiting(officer().area, moment())}
    if out := listed.get(request.form.get("take_out", "")):
        case_at_desk(out.case.reference, f"unposted {out.which}")
        erase_draft(out.draft)
        return redirect(url_for(".listing"), 303)
    chosen = [one for key in request.form.getlist(LETTER) if (one := listed.get(key))]
    form = PageForm((posting_day(),), day_of(moment()))
    form.take(form.keep(request.form))
    if not chosen:
        return _page(
            [*listed.values()], form, 422, [{"text": _("Select the letters that were posted"), "href": "#letters"}]
        )
    if not form.validate():
        return _page([*listed.values()], form, 422)
    day = dt.date.fromisoformat(form.answers()["posted_on"])
    if early := [one for one in chosen if day < day_of(one.case.received_at)]:
        reference = early[0].case.reference
        form["posted_on"].errors = [
            _(
                "The day of posting must not be before the request of case %(reference)s was received",
                reference=reference,
            )
        ]
        return _page([*listed.values()], form, 422)
    went = sum(_record(one, day) for one in chosen)
    return redirect(url_for(".listing", done=went), 303)


def _record(one: Waiting, day: dt.date) -> bool:
    """On record as posted; what went another way meanwhile is only taken out. Whether it was put on record."""
    case = case_at_desk(one.case.reference, f"posted {one.which}")
    lock_case(case.id)
    at = posted_at(case, day, moment())
    try:
        send(
            case, one.which, subject=one.written.subject, markdown=one.written.markdown, author=author(), now=moment(),
            posted_on=at,
        )  # fmt: skip
    except AlreadyDone:
        erase_draft(one.draft)
        return False
    return True


def _page(
    found: list[Waiting], form: PageForm, status: int = 200, faults: list[dict[str, str]] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "desk/post.html", waiting=found, page_form=form, errors=[*(faults or []), *form.error_list()],
        chosen=request.form.getlist(LETTER), asked=request.method == "POST", done=request.args.get("done", 0, int),
    )  # fmt: skip
    return page, status
