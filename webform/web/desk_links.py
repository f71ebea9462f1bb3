"""An officer gives somebody a new link to their own page: by email where that is safe, or as a code on paper."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.links import expiry
from webform.cases.people import may_email
from webform.cases.send_link import new_link
from webform.records.store import db
from webform.records.tables import Case, Party
from webform.rules.calendar import LONDON
from webform.web.access import access
from webform.web.drafts import LONGEST_WORD, SHORTEST_WORD, choose_a_word
from webform.web.field_base import clean
from webform.web.officer import ROW, author, case_at_desk, moment
from webform.words import gettext as _

pages = Blueprint("desk_links", __name__, url_prefix=f"/desk/case/<reference>/page/<{ROW}:party_id>")
BY_EMAIL, ON_PAPER = "email", "paper"


@pages.get("")
@access("officer", needs="work")
def choose(reference: str, party_id: int) -> ResponseReturnValue:
    """How the link should go, and the word if they have said one."""
    case = case_at_desk(reference, _("new link"))
    if case.seen_at is None:
        return redirect(url_for("desk.case", reference=case.reference), 303)
    return _page(case, _party(case, party_id))


@pages.post("")
@access("officer", needs="work")
def give(reference: str, party_id: int) -> ResponseReturnValue:
    """End the old links and give the new one. A code is shown this once."""
    case = case_at_desk(reference, _("new link"))
    if case.seen_at is None:
        return redirect(url_for("desk.case", reference=case.reference), 303)
    party, word, way = _party(case, party_id), clean(request.form.get("word", "")), request.form.get("way", "")
    by_email = way == BY_EMAIL and may_email(party)
    errors = _faults(way, by_email, word)
    if errors:
        return _page(case, party, errors)
    code = new_link(party, by_email=by_email, word=word, author=author(), now=moment())
    if by_email:
        return redirect(url_for("desk.case", reference=case.reference, given="link"), 303)
    expires = expiry(case, moment()).astimezone(LONDON).date()
    return render_template(
        "desk/code.html", case=case, party=party, code=code, expires=expires, has_word=bool(word),
        where=url_for("link.page", area_id=case.area, _external=True),
    )  # fmt: skip


def _faults(way: str, by_email: bool, word: str) -> list[dict[str, str]]:
    faults = []
    if way != ON_PAPER and not by_email:
        faults.append({"text": _("Select how the new link goes"), "href": "#way"})
    if word and not SHORTEST_WORD <= len(word) <= LONGEST_WORD:
        faults.append({"text": choose_a_word(), "href": "#word"})
    return faults


def _party(case: Case, party_id: int) -> Party:
    """The party of that number, if it is on this case now and comes from outside."""
    party = db.session.get(Party, party_id)
    if party is None or party.case_id != case.id or party.left_at is not None:
        abort(404)
    return party


def _page(case: Case, party: Party, errors: list[dict[str, str]] | None = None) -> ResponseReturnValue:
    page = render_template(
        "desk/new_link.html", case=case, party=party, errors=errors or [], safe=may_email(party),
        way=request.form.get("way", ""), word=request.form.get("word", ""),
    )  # fmt: skip
    return page, 422 if errors else 200
