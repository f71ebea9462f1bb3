"""Forms that a party fills in on their own page: the one journey engine, saved as it goes, filed under their name."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from webform.cases.colleagues import is_theirs
from webform.cases.drafts import empty_draft, start_draft, touch
from webform.cases.facts import case_facts
from webform.cases.folder import Which
from webform.cases.letters import add_task
from webform.cases.links import area_of
from webform.cases.party_files import file_as_party
from webform.cases.pinned import rules_of
from webform.cases.standing import Asked, forms_for
from webform.documents.form import Form
from webform.documents.letter import Letter, render
from webform.records.store import db, lock_case
from webform.records.tables import Draft
from webform.rules.calendar import LONDON, day_of
from webform.rules.summary import prune, summary
from webform.sending.reach import called
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .access import access
from .drafts import utc_now
from .faults import typed_answers
from .form_pages import Filling, respond
from .limits import SAVES, limiter
from .tokens import csrf, token_is_good

pages = Blueprint("party_form", __name__, url_prefix="/page/<opening>/form/<int:number>")
SEND = "send"
DONE = N_("Thank you. You do not need to do anything else about this now.")


@pages.get("/", defaults={"where": ""})
@pages.route("/<path:where>", methods=["GET", "POST"])
@csrf.exempt  # the engine checks the token itself, so that an old one costs nobody an answer
@limiter.limit(SAVES, methods=["POST"])
@access("party", files=True)
def page(opening: str, number: int, where: str) -> ResponseReturnValue:
    """Any page of the form. A draft is made by the first answer, never by looking."""
    draft = _draft_of(number)
    if draft is None and where == SEND and request.method == "POST" and _sent(number):
        return redirect(url_for(".sent", opening=opening, number=number), 303)  # the second click
    asked = next((one for one in forms_for(g.case, g.party, utc_now()) if one.number == number), None)
    if asked is None:
        return _not_now(opening, draft)
    return respond(_filling(opening, asked, draft or _begun(asked)), where)


def _not_now(opening: str, draft: Draft | None) -> ResponseReturnValue:
    """Somebody else was quicker, or it is not asked for any more: said in words, on the way back to the page.

    What they had filled in is shown, so that they can tell it in another way; whoever presses on is heard of.
    """
    form = rules_of(g.case)[1].get(draft.form) if draft else None
    begun = summary(form, prune(form, draft.answers)) if form and draft else ()
    told = bool(begun) and request.method == "POST" and token_is_good()
    if draft and told:
        _tell_of_unsent(draft)
    return render_template(
        "party/not_now.html", heading=_("This form is not needed now"), back=url_for("party.page", opening=opening),
        begun=begun, told=told, typed=typed_answers(),
    ), 404  # fmt: skip


def _tell_of_unsent(draft: Draft) -> None:
    """A person asks what they wanted to say: what is on record may lack it."""
    lock_case(g.case.id)
    says = _(
        "%(whom)s had filled in “%(title)s” when it was on record already, or was not asked for any more. It could not"
        " be sent. Ask them if they know more.",
        whom=called(g.party), title=rules_of(g.case)[0].named(str(draft.step)),
    )  # fmt: skip
    add_task(g.case, f"not-sent:{Which(str(draft.step), g.party.id)}", says, utc_now())


def _draft_of(number: int) -> Draft | None:
    """The form of that number as far as this party has filled it in, through whichever of their links."""
    mine = _drafts(number).where(Draft.submitted_case_id.is_(None), Draft.expires_at > utc_now())
    draft = db.session.scalar(mine.with_for_update() if request.method == "POST" else mine)
    if draft is not None and request.method == "POST":
        touch(draft, utc_now())
    return draft


def _drafts(number: int) -> Select[Draft]:
    """This party's drafts of the step that has this number in the procedure of the case, which never changes.

    What an officer has begun to fill in for them is no draft of theirs.
    """
    steps = rules_of(g.case)[0].steps
    if not 0 < number <= len(steps):
        abort(404)
    step = steps[number - 1]
    if not is_theirs(step, g.colleague):
        abort(404)
    theirs = (Draft.party_id == g.party.id, Draft.officer_id.is_(None))
    return select(Draft).where(Draft.case_id == g.case.id, *theirs, Draft.step == step.id)


def _sent(number: int) -> bool:
    return db.session.scalar(_drafts(number).where(Draft.submitted_case_id.is_not(None)).limit(1)) is not None


def _begun(asked: Asked) -> Draft:
    """A new draft; while only looking, or without a token, one that is not kept."""
    if request.method != "POST" or not token_is_good():
        return Draft(answers={}, visited=[])
    draft, _secret = start_draft(area_of(g.case), asked.form, utc_now())
    draft.version, draft.case_id, draft.step, draft.party_id = g.case.version, g.case.id, asked.step.id, g.party.id
    return draft


def _filling(opening: str, asked: Asked, draft: Draft) -> Filling:
    here = url_for("party.page", opening=opening)
    return Filling(
        form=asked.form,
        draft=draft,
        address=lambda where: url_for(".page", opening=opening, number=asked.number, where=where),
        send=_sender(opening, asked, draft),
        today=day_of(utc_now()),
        layout="party/form.html",
        before=here,
        later=here,
        facts={"asked": asked, "kept_until": draft.expires_at.astimezone(LONDON).date() if draft.expires_at else None},
    )


def _sender(opening: str, asked: Asked, draft: Draft) -> Callable[[], ResponseReturnValue]:
    def file() -> ResponseReturnValue:
        file_as_party(g.case, g.party, asked, draft.answers, utc_now())
        empty_draft(draft, g.case.id)
        if g.party.left_at is not None:  # what they said takes them off the case, and their page is closed from now on
            return _thanks(asked.form, back="")
        return redirect(url_for(".sent", opening=opening, number=asked.number), 303)

    return file


@pages.get("/sent")
@access("party")
def sent(opening: str, number: int) -> ResponseReturnValue:
    """Says that it has arrived, and what happens with it."""
    draft = db.session.scalar(_drafts(number).where(Draft.submitted_case_id.is_not(None)).limit(1)) or abort(404)
    return _thanks(rules_of(g.case)[1][draft.form], back=url_for("party.page", opening=opening))


def _thanks(form: Form, back: str) -> str:
    """What is said once it has arrived, with the way back to the page where there is one."""
    letter = Letter(subject=form.title, purpose="to-applicant", body=form.done or _(DONE))
    facts = {"reference": g.case.reference, **case_facts(g.case, utc_now())}
    return render_template(
        "party/sent.html", heading=_("We have it"), title=form.title, done=render(letter, facts).markdown,
        back=back,
    )  # fmt: skip
