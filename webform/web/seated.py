"""Who is signed in as a councillor or MP, and which cases are theirs to look at: the roster is asked each time."""

from __future__ import annotations

import re

from flask import abort, g, request, session
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user

from webform.cases.seats import raised_in, seats_of
from webform.records.officers import ELECTED
from webform.records.reference import LENGTH
from webform.records.store import db, lock_case
from webform.records.tables import Case, Party
from webform.roster import Elected

from .access import guard
from .officer import moment, note_look
from .powers import not_yours
from .signin import ask_to_sign_in

REFERENCE = re.compile(rf"[A-Z0-9]{{{LENGTH // 2}}}-[A-Z0-9]{{{LENGTH // 2}}}")


@guard("elected")
def elected_only() -> ResponseReturnValue | None:
    """Lets in whoever holds a seat now. Where it has ended, so has the session; what was typed is kept in sight."""
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    g.seats = seats_of(current_user.email, moment())
    if g.seats:
        return None
    if current_user.role != ELECTED:
        return not_yours()
    logout_user()
    session.clear()
    return ask_to_sign_in()


def seats() -> tuple[Elected, ...]:
    """The seats of whoever is signed in. Only for views that let nobody else in."""
    found: tuple[Elected, ...] = g.seats
    return found


def is_reference(name: str) -> bool:
    """Whether it is written like the reference of a case, which no opening of a link is."""
    return REFERENCE.fullmatch(name) is not None


def enter_case(reference: str) -> ResponseReturnValue | None:
    """Make the page of that case theirs, if they raised it. Any other case answers as one that does not exist."""
    refusal: ResponseReturnValue | None = elected_only()
    if refusal is not None:
        return refusal
    party = raised_in(seats(), reference)
    if party is None:
        abort(404)
    case = db.session.get_one(Case, party.case_id)
    if request.method == "POST":
        lock_case(case.id)
    note_look(case, "page")
    g.case, g.area_id, g.opening, g.seat = case, case.area, reference, True
    g.party = db.session.get_one(Party, party.id, with_for_update=request.method == "POST", populate_existing=True)
    return None
