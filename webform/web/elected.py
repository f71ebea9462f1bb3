"""The pages of councillors and MPs: the cases that they raised, and the form to ask for somebody else.

One case is the page of whoever asked, opened by its reference in the place of a link (seated.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webform.cases.consent import sight_of
from webform.cases.drafts import can_go_on, empty_draft, start_draft, touch
from webform.cases.erase import erase_own_draft
from webform.cases.facts import case_facts
from webform.cases.open_case import open_case
from webform.cases.people import PEOPLE, Author, name_of, parties
from webform.cases.pinned import rules_of
from webform.cases.seats import is_of_another, raised
from webform.cases.standing import Told, standing_of
from webform.documents.letter import Letter, render
from webform.errors import Refusal
from webform.house import house
from webform.records.store import db
from webform.records.tables import Case, Draft, Party
from webform.roster import TITLES
from webform.rules.at_hand import answered, at_hand
from webform.rules.calendar import LONDON, day_of
from webform.words import gettext as _

from .access import access
from .areas import area_or_404
from .form_pages import Filling, respond
from .limits import SAVES, limiter
from .officer import ROW, moment, officer
from .public_form import gates_heeded
from .seated import seats
from .tokens import csrf

pages = Blueprint("elected", __name__, url_prefix="/your-cases")


@dataclass(frozen=True)
class Row:
    """One case of the list: for whom it was raised, how far it is, and what comes next."""

    case: Case
    area: str
    whom: str
    silent: bool  # the person has not agreed that more is told
    stage: str
    next: Told | None


@pages.get("/")
@access("elected")
def listing() -> str:
    """The cases that they raised, what they have begun, and the areas in which they can ask for somebody."""
    held = [(seat, _(TITLES[seat.kind]), house().shelves.procedures[seat.area]) for seat in seats()]
    return render_template(
        "elected/list.html", rows=[_row(party, moment()) for party in raised(seats())], held=held, unfinished=_drafts(),
        areas={procedure.id: procedure.area.name for _, _, procedure in held}, wiped="wiped" in request.args,
    )  # fmt: skip


def _row(party: Party, now: dt.datetime) -> Row:
    case, standing = party.case, standing_of(party.case, party, now)
    return Row(
        case=case,
        area=house().shelves.procedures[case.area].area.name,
        whom=name_of(case, PEOPLE[1]),
        silent=standing.told_no_more,
        stage=standing.stage,
        next=next((one for one in standing.ahead if one.duty.due_on), None),
    )


def _drafts() -> list[Draft]:
    begun = (Draft.officer_id == officer().id, Draft.case_id.is_(None), Draft.submitted_case_id.is_(None))
    here = (Draft.area.in_([seat.area for seat in seats()]), Draft.received_at.is_(None), Draft.expires_at > moment())
    found = db.session.scalars(select(Draft).where(*begun, *here).order_by(Draft.touched_at.desc()))
    return [draft for draft in found if not is_of_another(draft, seats())]


# --- Asking for somebody ----------------------------------------------------------------------------------------------


@pages.post("/begin/<area_id>")
@access("elected")
def begin(area_id: str) -> ResponseReturnValue:
    """Begin a request in which their own details stand already."""
    seat = next((one for one in seats() if one.area == area_id), None) or abort(404)
    procedure = area_or_404(area_id)
    form = house().shelves.forms[procedure.area.opens_with]
    draft, _ = start_draft(procedure, form, moment())
    draft.officer_id, draft.answers = officer().id, at_hand(form, seat)
    draft.visited = answered(form, draft.answers, day_of(moment()))
    db.session.flush()
    return redirect(url_for(".form", draft_id=draft.id), 303)


@pages.route(f"/new/<{ROW}:draft_id>/", defaults={"where": ""}, methods=["GET", "POST"])
@pages.route(f"/new/<{ROW}:draft_id>/<path:where>", methods=["GET", "POST"])
@csrf.exempt  # the engine checks the token itself, so that an old one costs nobody an answer
@limiter.limit(SAVES, methods=["POST"])
@access("elected", files=True)
def form(draft_id: int, where: str) -> ResponseReturnValue:
    """Any page of the request."""
    draft = _draft(draft_id)
    if draft.submitted_case_id:
        return redirect(url_for(".sent", draft_id=draft.id), 303)
    if not can_go_on(draft):
        raise Refusal(_("The form that this was begun with is not used any more. What was saved is kept for now."))
    if request.method == "POST":
        touch(draft, moment())
    return respond(_filling(draft), where)


def _draft(draft_id: int) -> Draft:
    """Their own draft; nobody else's is there, nor one of an area in which they hold no seat any more.

    A mailbox may go to a successor: what somebody else began under the same address is not there either.
    """
    draft = db.session.get(Draft, draft_id, with_for_update=request.method == "POST")
    here = {seat.area for seat in seats()}
    if draft is None or draft.officer_id != officer().id or draft.area not in here:
        abort(404)
    if draft.case_id is not None or draft.received_at is not None:  # for a case, or written down at the desk
        abort(404)
    if is_of_another(draft, seats()):
        abort(404)
    return draft


def _filling(draft: Draft) -> Filling:
    return Filling(
        form=house().shelves.forms[draft.form],
        draft=draft,
        address=lambda where: url_for("elected.form", draft_id=draft.id, where=where),
        send=lambda: _send(draft),
        today=day_of(moment()),
        layout="elected/form.html",
        before=url_for("elected.listing"),
        later=url_for("elected.listing"),
        heed=lambda page: gates_heeded(draft, page),
        facts={"kept_until": draft.expires_at.astimezone(LONDON).date()},
    )


def _send(draft: Draft) -> ResponseReturnValue:
    shelves, now = house().shelves, moment()
    case = open_case(
        shelves, shelves.procedures[draft.area], shelves.forms[draft.form], draft.answers, received_at=now,
        channel="online", now=now, author=Author(_("the applicant"), PEOPLE[0]), draft_key=draft.key_digest,
    )  # fmt: skip
    empty_draft(draft, case.id)
    db.session.flush()
    return redirect(url_for(".sent", draft_id=draft.id), 303)


@pages.get(f"/new/<{ROW}:draft_id>/sent")
@access("elected")
def sent(draft_id: int) -> ResponseReturnValue:
    """Says that it has arrived, and what happens with it."""
    draft = _draft(draft_id)
    case = db.session.get(Case, draft.submitted_case_id) if draft.submitted_case_id else None
    if case is None:
        return redirect(url_for(".form", draft_id=draft.id, where="check"))
    if any("progress" not in sight_of(case, one, moment()).now for one in parties(case, PEOPLE[0])):
        return redirect(url_for("party.page", opening=case.reference), 303)  # the dates are those of today
    form = rules_of(case)[1][draft.form]
    facts = {"reference": case.reference, **case_facts(case, case.opened_at)}
    letter = Letter(subject=form.title, purpose="to-applicant", body=form.done or _("Keep your reference."))
    return render_template("elected/sent.html", case=case, done=render(letter, facts).markdown)


@pages.post(f"/new/<{ROW}:draft_id>/erase")
@access("elected")
def erase(draft_id: int) -> ResponseReturnValue:
    """Throw away what was begun and not sent."""
    draft = _draft(draft_id)
    if draft.submitted_case_id is None:
        erase_own_draft(draft, moment())
    return redirect(url_for(".listing", wiped=1), 303)
