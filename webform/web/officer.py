"""Who is at the desk, and which case they may have before them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import cast

from flask import abort, g, make_response, render_template, session
from flask_security import current_user

from webform.cases.desk import case_of
from webform.cases.people import Author
from webform.records.officers import LONGEST_LOOK, Access, Officer
from webform.records.reference import shown_reference
from webform.records.store import lock_case
from webform.records.tables import Case
from webform.web.looks import keep_look
from webform.web.powers import may_see, may_touch, not_yours

ROW = "int(max=2147483647)"  # in an address: the id of a row, no bigger than a database takes


def officer() -> Officer:
    """The officer who is signed in. Only for views that let nobody else in."""
    return cast(Officer, current_user._get_current_object())


def author() -> Author:
    """The officer as the one who files."""
    return Author(officer().name, officer().role)


def moment() -> dt.datetime:
    """Now."""
    return dt.datetime.now(dt.UTC)


def case_at_desk(reference: str, what: str) -> Case:
    """The case of that reference, noting that this officer looked at `what` of it.

    A case of another area answers exactly as one that does not exist.
    """
    case = case_of(officer().area, shown_reference(reference))
    if case is None or not may_see(case):
        abort(404)
    if not may_touch(case):
        abort(make_response(not_yours()))
    if not g.reading:
        lock_case(case.id)  # of two who press at once the second sees what the first has done, not what was before
    if case.erased_at is not None:
        abort(make_response(render_template("desk/erased.html", case=case), 410))
    note_look(case, what)
    return case


def end_other_sessions() -> None:
    """Go on in this browser alone: how the officer signs in was changed, and who changed it before may be somewhere."""
    current_user.fs_uniquifier = uuid.uuid4().hex
    session["_user_id"] = current_user.fs_uniquifier


def note_look(case: Case, what: str) -> None:
    """Keep that whoever is signed in looked at `what` of the case."""
    # An address may be as long as somebody likes; what is really there has a short name.
    keep_look(Access(officer_id=officer().id, case_id=case.id, at=moment(), what=what[:LONGEST_LOOK]))
