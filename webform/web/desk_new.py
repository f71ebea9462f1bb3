"""A request that came by phone, letter or in person: an officer fills in the same form, with its time of receipt."""

from __future__ import annotations

import datetime as dt
from typing import cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webform.cases.drafts import can_go_on, empty_draft, start_draft, touch
from webform.cases.erase import erase_own_draft
from webform.cases.open_case import open_case
from webform.documents.form import Errors, Form, Option, Question
from webform.documents.procedure import Procedure
from webform.errors import Refusal
from webform.house import house
from webform.records.store import db
from webform.records.tables import Case, Draft
from webform.rules.calendar import LONDON, day_of
from webform.web.access import access
from webform.web.fields import PageForm
from webform.web.form_pages import Filling, respond
from webform.web.officer import ROW, author, moment, officer
from webform.web.referral import CHANNELS
from webform.web.tokens import STALE, csrf, token_is_good
from webform.words import capital
from webform.words import gettext as _

pages = Blueprint("desk_new", __name__, url_prefix="/desk/new")

LONGEST_AGO = dt.timedelta(days=366)
# Ways on which somebody at the council writes a request down. Which of them an area has, its procedure says.
_WAYS = tuple(kind for kind in CHANNELS if kind not in ("online", "passed-on"))


def _words() -> dict[str, str]:
    """What each way is called, at the start of a sentence."""
    return {way: capital(words) for way in _WAYS if (words := _(CHANNELS[way]))}


def _procedure() -> Procedure:
    return house().shelves.procedures.get(officer().area) or abort(404)


def _questions(procedure: Procedure) -> tuple[Question, ...]:
    """How and when the request reached the council. Ways that the area names come first; a person may use any other."""
    own = [way.kind for way in procedure.ways_in if way.kind in _WAYS]
    kinds, words = dict.fromkeys([*own, *_WAYS]), _words()
    return (
        Question(
            id="channel", type="radios", label=_("How did the request reach you?"),
            options=tuple(Option(value=kind, label=words[kind]) for kind in kinds),
            errors=Errors(missing=_("Select how the request reached you")),
        ),
        Question(
            id="received_on", type="date", label=_("On which day did it arrive?"), latest="today",
            hint=_("The time limits count from this day. For example, 27 3 2026"),
            errors=Errors(
                missing=_("Enter the day on which the request arrived"),
                invalid=_("Enter a real date, such as 27 3 2026"),
                future=_("The day must be today or in the past"),
            ),
        ),
        Question(
            id="received_time", type="time", label=_("At what time?"),
            hint=_("For example, 2:30pm. If you are not sure, give your best guess"),
            errors=Errors(
                missing=_("Enter the time at which the request arrived"), invalid=_("Enter a time, such as 2:30pm")
            ),
        ),
    )  # fmt: skip


@pages.get("/")
@access("officer", needs="work")
def start() -> ResponseReturnValue:
    """How and when it arrived; and this officer's requests that are not finished yet."""
    form = PageForm(_questions(_procedure()), day_of(moment()))
    now = moment().astimezone(LONDON)
    form.fill({"received_on": now.date().isoformat(), "received_time": f"{now:%H:%M}"})
    return _ask(form)


def _ask(form: PageForm, status: int = 200, notice: str = "") -> ResponseReturnValue:
    mine = select(Draft).where(
        Draft.officer_id == officer().id, Draft.case_id.is_(None), Draft.submitted_case_id.is_(None),
        Draft.received_at.is_not(None),
    )  # fmt: skip
    unfinished = db.session.scalars(mine.order_by(Draft.touched_at.desc())).all()
    page = render_template(
        "desk/new.html", page_form=form, errors=form.error_list(), unfinished=unfinished, notice=notice, words=_words()
    )
    return page, status


@pages.post("/")
@csrf.exempt  # checked below: what was typed stays on the page
@access("officer", needs="work")
def begin() -> ResponseReturnValue:
    """Begin the form with the time of receipt."""
    procedure = _procedure()
    form = PageForm(_questions(procedure), day_of(moment()))
    form.take(form.keep(request.form))
    if not token_is_good():
        return _ask(form, 400, STALE)
    if not form.validate():
        return _ask(form, 422)
    given = form.answers()
    at = dt.datetime.combine(
        dt.date.fromisoformat(given["received_on"]), dt.time.fromisoformat(given["received_time"]), LONDON
    )
    if at > moment():
        form["received_time"].errors = [_("The time must not be in the future")]
        return _ask(form, 422)
    if moment() - at > LONGEST_AGO:  # every date of the case would be wrong, and overdue notices go out at once
        form["received_on"].errors = [_("The day must be within the last year. Check the year")]
        return _ask(form, 422)
    draft, _secret = start_draft(procedure, house().shelves.forms[procedure.area.opens_with], moment())
    draft.officer_id, draft.received_at, draft.channel = officer().id, at.astimezone(dt.UTC), str(given["channel"])
    db.session.flush()
    return redirect(url_for(".form", draft_id=draft.id), 303)


@pages.route(f"/<{ROW}:draft_id>/", defaults={"where": ""}, methods=["GET", "POST"])
@pages.route(f"/<{ROW}:draft_id>/<path:where>", methods=["GET", "POST"])
@csrf.exempt  # the engine checks the token itself, so that an old one costs nobody an answer
@access("officer", files=True, needs="work")
def form(draft_id: int, where: str) -> ResponseReturnValue:
    """Any page of the request form, for somebody else."""
    draft = _draft(draft_id)
    if draft.submitted_case_id:
        case = db.session.get_one(Case, draft.submitted_case_id)
        return redirect(url_for("desk.case", reference=case.reference), 303)
    if not can_go_on(draft):
        raise Refusal(_("The form that this was begun with is not used any more. What was saved is kept for now."))
    if request.method == "POST":
        touch(draft, moment())
    return respond(_filling(draft), where)


def _draft(draft_id: int) -> Draft:
    draft = db.session.get(Draft, draft_id, with_for_update=request.method == "POST")
    mine = draft is not None and draft.officer_id == officer().id and draft.received_at is not None
    if draft is None or not mine or draft.case_id is not None:
        abort(404)
    return draft


def _form(draft: Draft) -> Form:
    return house().shelves.forms[draft.form]


def _filling(draft: Draft) -> Filling:
    received = cast(dt.datetime, draft.received_at)
    return Filling(
        form=_form(draft),
        draft=draft,
        address=lambda where: url_for("desk_new.form", draft_id=draft.id, where=where),
        send=lambda: _send(draft, received),
        today=day_of(received),
        layout="desk/form.html",
        before=url_for("desk_new.start"),
        later=url_for("desk_new.start"),
        facts={"taken_down": received, "channel": _words().get(draft.channel or "", ""), "new": draft},
    )


def _send(draft: Draft, received: dt.datetime) -> ResponseReturnValue:
    """Open the case. The officer who wrote it down has still to open the referral, like any other."""
    case = open_case(
        house().shelves, _procedure(), _form(draft), draft.answers, received_at=received, channel=draft.channel or "",
        now=moment(), author=author(), draft_key=draft.key_digest,
    )  # fmt: skip
    empty_draft(draft, case.id)
    db.session.flush()
    return redirect(url_for("desk.case", reference=case.reference), 303)


@pages.post(f"/<{ROW}:draft_id>/erase")
@access("officer", needs="work")
def erase(draft_id: int) -> ResponseReturnValue:
    """Throw an unfinished request away."""
    draft = _draft(draft_id)
    if draft.submitted_case_id is None:
        erase_own_draft(draft, moment())
    return redirect(url_for(".start"), 303)
