"""The way in by a link or a printed code: a page that knows nothing, a button, and a word.

Looking at these pages changes nothing and looks nothing up, so a scanner that opens every link learns as much as from a
made-up one. Whatever is wrong with what was pressed for, the answer is one and the same page.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.links import of_code, of_token, open_with_code, open_with_word, still_open
from webform.cases.send_link import ask_anew, send_first_code
from webform.documents.procedure import Procedure
from webform.records.tables import Link
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .access import access
from .areas import area_or_404
from .drafts import LONGEST_WORD, SHORTEST_WORD, choose_a_word, utc_now
from .field_base import clean
from .kept import FIELD, Kept, unseal
from .limits import MAILS, RESUMES, limiter
from .opening import ask_again, begin_opening, closed, opening_of, renew
from .tokens import STALE, csrf, token_is_good

pages = Blueprint("link", __name__)
HEADING, SHUT = N_("Open your page"), N_("We could not open your page")
LONGEST_TYPED = 200


@pages.get("/<area_id>/open")
@pages.get("/<area_id>/open/<token>")
@access("public")
def page(area_id: str, token: str = "") -> ResponseReturnValue:
    """Asks for the word, and for the code where none stands in the address. It has looked up nothing."""
    return _page(area_or_404(area_id), token)


@pages.post("/<area_id>/open")
@pages.post("/<area_id>/open/<token>")
@csrf.exempt
@limiter.limit(RESUMES)
@access("public")
def press(area_id: str, token: str = "") -> ResponseReturnValue:
    """Opens the page with the word, or helps somebody to their first one."""
    procedure, what = area_or_404(area_id), request.form.get("do", "open")
    if not token_is_good():
        return _page(procedure, token, notice=STALE, status=400)
    if what == "first":
        send_first_code(_digest(token), procedure.id, utc_now())
        return _choose_page(procedure, token)
    if what == "choose":
        return _choose(procedure, token)
    link = open_with_word(_digest(token), procedure.id, _typed("word"), utc_now())
    return _into(link) if link else _page(procedure, token, shut=True)


def _digest(token: str) -> str:
    return of_token(token[:LONGEST_TYPED]) if token else of_code(_typed("code"))


def _typed(name: str) -> str:
    return clean(request.form.get(name, ""))[:LONGEST_TYPED]


def _choose(procedure: Procedure, token: str) -> ResponseReturnValue:
    """The first word, with the one-time code that was mailed."""
    word = _typed("word")
    if not SHORTEST_WORD <= len(word) <= LONGEST_WORD:
        return _choose_page(procedure, token, [{"text": choose_a_word(), "href": "#word"}])
    link = open_with_code(_digest(token), procedure.id, _typed("own-code"), word, utc_now())
    return _into(link) if link else _page(procedure, token, shut=True)


def _into(link: Link) -> ResponseReturnValue:
    return redirect(url_for("party.page", opening=begin_opening(link, utc_now())), 303)


def _page(
    procedure: Procedure, token: str, shut: bool = False, notice: str = "", status: int = 200
) -> ResponseReturnValue:  # fmt: skip
    """The one page for whatever is right or wrong; `shut` says that something was, and never what."""
    page = render_template(
        "party/open.html", heading=_(SHUT if shut else HEADING), area=procedure, by_link=bool(token), shut=shut,
        code="" if token else _typed("code"), notice=notice,
    )  # fmt: skip
    return page, 422 if shut else status


def _choose_page(procedure: Procedure, token: str, errors: list[dict[str, str]] | None = None) -> ResponseReturnValue:
    page = render_template(
        "party/choose.html", heading=_("Choose your word"), area=procedure, by_link=bool(token), errors=errors or [],
        code="" if token else _typed("code"), first_code=_typed("own-code"),
    )  # fmt: skip
    return page, 422 if errors else 200


# --- a new one -------------------------------------------------------------------------------------------------------


@pages.get("/<area_id>/open/new")
@access("public")
def new(area_id: str) -> ResponseReturnValue:
    """Asks under which address we know somebody."""
    return _new_page(area_or_404(area_id))


@pages.post("/<area_id>/open/new")
@csrf.exempt
@limiter.limit(MAILS)
@access("public")
def ask(area_id: str) -> ResponseReturnValue:
    """Sends a new link to the address on record, and says the same whatever was typed."""
    procedure, email = area_or_404(area_id), _typed("email")
    if not token_is_good():
        return _new_page(procedure, notice=STALE, status=400)
    if not email:
        errors = [{"text": _("Enter the email address that you gave us"), "href": "#email"}]
        return _new_page(procedure, errors=errors, status=422)
    ask_anew(procedure.id, email, utc_now())
    return redirect(url_for("link.asked", area_id=area_id), 303)


def _new_page(
    procedure: Procedure, errors: list[dict[str, str]] | None = None, notice: str = "", status: int = 200
) -> ResponseReturnValue:  # fmt: skip
    page = render_template(
        "party/new.html", heading=_("Ask for a new link"), area=procedure, errors=errors or [], notice=notice,
        email=_typed("email"), back=url_for("link.page", area_id=procedure.id),
    )  # fmt: skip
    return page, status


@pages.get("/<area_id>/open/asked")
@access("public")
def asked(area_id: str) -> ResponseReturnValue:
    """Says what happens now; it knows nothing of what was typed."""
    return render_template("party/asked.html", heading=_("Look at your email"), area=area_or_404(area_id))


# --- after a pause ---------------------------------------------------------------------------------------------------


@pages.post("/<area_id>/open/again/<opening>")
@csrf.exempt
@limiter.limit(RESUMES)
@access("public")
def again(area_id: str, opening: str) -> ResponseReturnValue:
    """Goes on after a pause, with the word; what was typed before is offered to be sent once more."""
    now, held, kept = utc_now(), opening_of(opening), request.form.get(FIELD, "")
    link = still_open(held.link_id, now) if held and not held.is_over(now) else None
    if held is None or link is None or not token_is_good():
        return closed()
    if not open_with_word(link.digest, area_id, _typed("word"), now):
        return ask_again(wrong=True, kept=kept)
    renew(opening, held, now)
    typed = unseal(kept)
    if typed is None or not typed.path.startswith(url_for("party.page", opening=opening)):
        return redirect(url_for("party.page", opening=opening), 303)
    return _carry_on(typed)


def _carry_on(typed: Kept) -> ResponseReturnValue:
    return render_template("party/carry_on.html", heading=_("Carry on"), kept=typed)
