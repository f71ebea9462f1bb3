"""A party's own page: where the case stands, what they are asked for, and their letters to read and print."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort, after_this_request, g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from webform.cases.colleagues import may_pass_on
from webform.cases.consent import sight_of
from webform.cases.facts import case_facts
from webform.cases.letters import without_link
from webform.cases.links import area_of, stand_in
from webform.cases.panel_papers import papers_for
from webform.cases.people import PEOPLE, name_of, reads_large_print
from webform.cases.pinned import rules_of
from webform.cases.standing import letters_of, passed_on, standing_of
from webform.contacts import POINT_OF_CONTACT
from webform.documents.answers import written_date
from webform.records.tables import Document
from webform.rules.calendar import LONDON
from webform.sending.paper import PaperError, letter_html, pdf
from webform.words import gettext as _

from .access import access
from .drafts import utc_now
from .letter_formats import as_text, in_large_print
from .limits import PAPERS, limiter
from .whole_files import sizes_of

pages = Blueprint("party", __name__, url_prefix="/page/<opening>")
FILE_NAME = "letter"  # neutral: it may be seen over a shoulder


@pages.get("/")
@access("party")
def page(opening: str) -> ResponseReturnValue:
    """The page itself."""
    now = utc_now()
    facts = case_facts(g.case, now)
    return render_template(
        "party/page.html", heading=_heading(), case=g.case, party=g.party,
        standing=passed_on(standing_of(g.case, g.party, now), g.colleague),
        papers=None if g.colleague else papers_for(g.case, g.party, now), sizes_of=sizes_of,
        may_pass_on=may_pass_on(rules_of(g.case)[0], g.party), contact=facts.get(f"{POINT_OF_CONTACT}.name", ""),
        area=area_of(g.case), whom=name_of(g.case, PEOPLE[1]),
    )  # fmt: skip


def _heading() -> str:
    """A councillor or MP has several of these pages, and must not take one for another."""
    return _("Case %(reference)s", reference=g.case.reference) if g.get("seat") else _("Your page")


@pages.get("/letter/<int:number>")
@access("party")
def letter(opening: str, number: int) -> ResponseReturnValue:
    """A letter as a page, in usual or large print."""
    document = _letter(number)
    return render_template(
        "party/letter.html", heading=_subject(document), document=document, text=_text(document), large=_is_large(),
        back=url_for(".page", opening=opening),
    )  # fmt: skip


@pages.get("/letter/<int:number>/text")
@access("party")
def text(opening: str, number: int) -> ResponseReturnValue:
    """A letter as plain text, for whatever reads it best."""
    document = _letter(number)
    return as_text(_subject(document), _text(document), FILE_NAME)


@pages.get("/letter/<int:number>/paper")
@limiter.limit(PAPERS)
@access("party")
def paper(opening: str, number: int) -> ResponseReturnValue:
    """A letter as a PDF to print, made when the transaction is over."""
    document = _letter(number)
    html = _on_paper(document)
    back = url_for(".letter", opening=opening, number=number)

    def send(response: Response) -> Response:
        try:
            response.set_data(pdf(html))
        except PaperError:
            return make_response(
                render_template("party/no_paper.html", heading=_("This cannot be printed"), back=back), 503
            )
        response.headers.set("Content-Disposition", "inline", filename=f"{FILE_NAME}.pdf")
        return response

    after_this_request(send)
    return Response(mimetype="application/pdf")


def _letter(number: int) -> Document:
    """The party's own letter of that number, if they may see it; any other is not there, nor any for a colleague."""
    mine = () if g.colleague else letters_of(g.case, g.party, sight_of(g.case, g.party, utc_now()))
    return next((one for one in mine if one.number == number), None) or abort(404)


def _subject(document: Document) -> str:
    return str((document.answers or {}).get("subject") or _("Letter"))


def _text(document: Document) -> str:
    """The letter as it was sent; in the place of the link to this page stands its own address."""
    return str(document.body).replace(stand_in(g.case), url_for("party.page", opening=g.opening))


def _is_large() -> bool:
    return in_large_print(reads_large_print(g.party))


def _on_paper(document: Document) -> str:
    area = area_of(g.case).area
    address = g.party.person.get("address") or {}
    sent: dt.date = document.effective_at.astimezone(LONDON).date()
    return letter_html(
        sender=[area.body, *area.address], address=[str(g.party.person.get("name") or ""), *map(str, address.values())],
        date=written_date(sent), reference=g.case.reference, subject=_subject(document),
        markdown=without_link(g.case, str(document.body)), large=_is_large(),
    )  # fmt: skip
