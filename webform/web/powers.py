"""What whoever is signed in may do on this page, and what is said to those who may not."""

from __future__ import annotations

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from webform.cases.desk import came_from_elsewhere
from webform.cases.folder import AREA
from webform.documents.bodies import Power
from webform.documents.form import Form
from webform.records.officers import ELECTED
from webform.records.tables import Case
from webform.rules.powers import NONE, Powers

from .faults import typed_answers


def powers() -> Powers:
    """What the officer may do."""
    found: Powers = g.get("at_desk", NONE)
    return found


def can(power: Power) -> bool:
    """Whether the officer may do that in cases at large."""
    return power in powers()


def may_be_here() -> bool:
    """Whether the officer may have this page. Where it is of one case, the case decides (`may_see`, `may_touch`)."""
    needs = _needed()
    if needs == "any" or "reference" in (request.view_args or {}):
        return bool(powers())
    if needs == "read or publish":
        return can("read") or can("publish")
    return needs in powers() or (needs == "read" and can("linked"))


def _needed() -> str:
    return g.get("needs") or ("read" if g.reading else "work")


def may_see(case: Case) -> bool:
    """Whether the case is there for this officer at all."""
    if case.scope == AREA:
        return can("read") or can("publish")
    return can("read") or (can("linked") and came_from_elsewhere(case))


def may_touch(case: Case) -> bool:
    """Whether they may do there what this page is for. Only for a case that they may see."""
    return _needed() == "read" or may_work(case)


def may_work(case: Case) -> bool:
    """Whether they may change something there. Only for a case that they may see."""
    if case.scope == AREA:
        return can("publish")
    return can("work") or not can("read")  # whoever sees linked cases alone works on them


def may_file(form: Form, case: Case) -> bool:
    """Whether they may file that form: a decision is not everybody's."""
    return form.needs != "decide" or can("decide") or case.scope == AREA


def may_fill_in(form: Form | None, case: Case) -> bool:
    """Whether a way to that form is drawn for them."""
    return form is not None and may_work(case) and may_file(form, case)


def not_yours() -> ResponseReturnValue:
    """For somebody who is signed in, and for whom this page is not: the way to what is theirs."""
    page = render_template("security/not_yours.html", typed=typed_answers(), home=home(), area=None)
    return page, 403


def home() -> str:
    """Where somebody who is signed in belongs."""
    if current_user.role == ELECTED:
        return url_for("elected.listing")
    return url_for("desk.own") if powers() == {"publish"} else url_for("lists.day")
