"""A page that a link and its word have opened: kept in the browser's session for a short time, apart from officers'.

Each opening has a name of its own in the address, so that two people who use one browser never act for each other, and
an address in the browser's history opens nothing once the page was left.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from flask import g, render_template, request, session
from flask.typing import ResponseReturnValue

from webform.cases.links import PAGE, still_open
from webform.records.store import db
from webform.records.tables import Case, Colleague, Link, Party
from webform.words import gettext as _

from .access import guard
from .drafts import utc_now
from .faults import typed_answers
from .kept import keep
from .seated import enter_case, is_reference

OPENINGS = "openings"  # what the session holds: by name, the link, when it was opened and when it was last used
IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
MOST = 4  # openings in one browser


@dataclass(frozen=True)
class Opening:
    """One page that is open in this browser."""

    link_id: int
    begun: float
    used: float

    def is_fresh(self, now: dt.datetime) -> bool:
        """Whether it was used a moment ago. One that was not asks for the word again."""
        return now.timestamp() - self.used < IDLE.total_seconds() and not self.is_over(now)

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it has ended for good."""
        return now.timestamp() - self.begun >= LONGEST.total_seconds()


def begin_opening(link: Link, now: dt.datetime) -> str:
    """Remember that this link was opened here; returns the name that stands in the addresses of its pages."""
    name = secrets.token_urlsafe(9)
    _keep(name, Opening(link.id, now.timestamp(), now.timestamp()))
    return name


def renew(name: str, opening: Opening, now: dt.datetime) -> None:
    """It is in use: its time starts again."""
    _keep(name, Opening(opening.link_id, opening.begun, now.timestamp()))


def opening_of(name: str) -> Opening | None:
    """The opening of that name in this browser."""
    held = session.get(OPENINGS, {}).get(name)
    return Opening(*held) if held else None


def _keep(name: str, opening: Opening) -> None:
    others = {other: held for other, held in session.get(OPENINGS, {}).items() if other != name}
    latest = dict(list(others.items())[-(MOST - 1) :])
    session[OPENINGS] = {**latest, name: [opening.link_id, opening.begun, opening.used]}


@guard("party")
def _needs_opening() -> ResponseReturnValue | None:
    """Lets in whoever opened this page here and was at it lately. Anybody else keeps what they typed.

    A councillor or MP who is signed in comes by the reference of a case that they raised.
    """
    now, name = utc_now(), str((request.view_args or {}).get("opening", ""))
    g.colleague = None
    if is_reference(name):
        return enter_case(name)
    opening = opening_of(name)
    link = still_open(opening.link_id, now, PAGE) if opening and not opening.is_over(now) else None
    if opening is None or link is None:
        return closed()
    g.link, g.case = link, db.session.get_one(Case, link.case_id)
    g.area_id, g.opening = g.case.area, name
    if not opening.is_fresh(now):
        return ask_again()
    g.party = _party(link)
    g.colleague = db.session.get_one(Colleague, link.colleague_id) if link.colleague_id else None
    renew(name, opening, now)
    return None


def _party(link: Link) -> Party:
    """The party; while they save something, others who save for the same party wait."""
    return db.session.get_one(Party, link.party_id, with_for_update=request.method == "POST", populate_existing=True)


def closed() -> ResponseReturnValue:
    """Says that nothing is open here, and keeps what was typed in sight."""
    return render_template("party/closed.html", heading=_("This page is closed"), typed=typed_answers()), 403


def ask_again(wrong: bool = False, kept: str | None = None) -> ResponseReturnValue:
    """Asks for the word after a while without any press; what was typed goes along, sealed."""
    errors = [{"text": _("The word is not right, or was wrong too often. Check it and try again"), "href": "#word"}]
    page = render_template(
        "party/again.html", heading=_("Type your word to carry on"), kept=keep() if kept is None else kept,
        typed=typed_answers() if kept is None else (), errors=errors if wrong else [],
    )  # fmt: skip
    return page, 422 if wrong else 403
