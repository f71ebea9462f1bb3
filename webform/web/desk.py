"""The officers' desk: one case, and what can be pressed on its page."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    after_this_request,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from webform.cases.area_folder import area_folder
from webform.cases.came_back import is_returned, posted_to
from webform.cases.desk import case_of
from webform.cases.file_document import file_document
from webform.cases.folder import AREA
from webform.cases.people import reads_large_print
from webform.documents.form import Effect
from webform.errors import Refusal
from webform.records.reference import shown_reference
from webform.records.store import db
from webform.records.tables import Case, Document, Task
from webform.sending.paper import PaperError, pages_html, pdf
from webform.sending.reach import called
from webform.web.access import access
from webform.web.corrected import corrected, history, in_place
from webform.web.desk_consent import consents_of
from webform.web.desk_rows import stage_of
from webform.web.faults import typed_answers
from webform.web.letter_formats import in_large_print
from webform.web.officer import ROW, author, case_at_desk, moment, officer
from webform.web.papers import papers
from webform.web.powers import can, home, may_fill_in, may_see, may_work, not_yours
from webform.web.referral import CHANNELS, Referral
from webform.web.workload import Due
from webform.words import gettext as _
from webform.words import gettext_noop as N_

pages = Blueprint("desk", __name__, url_prefix="/desk")

# What is said once somebody was asked to read a letter or to agree to a decision, or has done so.
SECOND_READER = {
    "asked": N_("The letter waits until somebody else has read it."),
    "yes": N_("You have read the letter. It can go now."),
    "back": N_("The letter is back with whoever wrote it."),
    "person": N_("It waits until somebody else who may decide has agreed."),
    "disagreed": N_("It is back with whoever filled it in."),
}


@pages.get("/area")
@access("officer", needs="any")
def own() -> str:
    """What the area owes apart from any case, such as its figures, and what it has put on record."""
    folder = area_folder(officer().area)
    if folder is None or not may_see(folder):
        abort(404)
    referral = Referral(folder, moment())
    waiting = [one for duty in referral.duties if duty.state == "waiting" and (one := referral.item(duty))]
    return render_template(
        "desk/area.html", referral=referral, duties=[*referral.due, *waiting], happened=_happened(referral)
    )


@pages.get("/case/<reference>")
@access("officer")
def case(reference: str) -> ResponseReturnValue:
    """The referral; while nobody has opened it, only a button that does."""
    found = case_at_desk(reference, "case")
    if found.reference != reference:
        return redirect(url_for(".case", reference=found.reference))
    if found.scope == AREA:
        return redirect(url_for(".own", done=request.args.get("done")))
    if found.seen_at is None and can("work"):
        return render_template("desk/unseen.html", case=found)
    referral = Referral(found, moment())
    shown = papers(referral.documents, referral.procedure, request.args.get("papers", ""))
    return render_template(
        "desk/case.html", referral=referral, happened=_happened(referral), papers=shown, stage=stage_of(found),
        begun=referral.begun_by_others(officer()), history=history(referral),
        replaced={one.replaces for one in referral.documents}, **_facts(referral),
    )  # fmt: skip


def _facts(referral: Referral) -> dict[str, Any]:
    """What page and paper have in common, and what can be done: duties apart from what is only possible."""
    return {
        "channel": _(CHANNELS.get(referral.case.channel, referral.case.channel)),
        "duties": [one for one in referral.due if not one.is_choice],
        "choices": [one for one in referral.due if one.is_choice and _can_take(referral, one)],
        "consents": consents_of(referral.case, moment()),
    }


def _can_take(referral: Referral, one: Due) -> bool:
    """Whether whoever is signed in may do what is only possible."""
    return may_work(referral.case) if one.letter else may_fill_in(referral.form_at(one.which), referral.case)


def _happened(referral: Referral) -> str:
    """What the press that led here has done."""
    if request.args.get("given"):
        return _("The new link is on its way. Older ones no longer work.")
    if request.args.get("aside"):
        return _("The letter waits with the letters for the post.")
    if said := SECOND_READER.get(request.args.get("second", "")):
        return _(said)
    step = request.args.get("done", "")
    return _("Done and on record: %(step)s.", step=referral.named(step)) if step else ""


@pages.post("/case/<reference>/open")
@access("officer")
def open_referral(reference: str) -> ResponseReturnValue:
    """Put on record that a named officer has opened the referral. A second press only shows it."""
    found = case_at_desk(reference, "opened")
    if found.seen_at is None:
        file_by_effect(found, "seen", {})
        found.owner_officer_id = found.owner_officer_id or officer().id
    return redirect(url_for(".case", reference=found.reference), 303)


def file_by_effect(case: Case, effect: Effect, answers: dict[str, object]) -> Document:
    """File the form that does this, whatever the area calls it."""
    referral = Referral(case, moment())
    step = referral.step_that(effect)
    if step is None or step.fill is None:
        raise Refusal(_("The procedure of this area has no form for this."))
    return file_document(case, step.id, referral.forms[step.fill], answers, author=author(), now=moment())


@pages.post("/case/<reference>/link/<other>")
@access("officer")
def link(reference: str, other: str) -> ResponseReturnValue:
    """Put two cases beside each other, on the record of this one."""
    found = case_at_desk(reference, "linked")
    if found.scope == AREA:
        abort(404)
    referral = Referral(found, moment())
    step = referral.step_that("links")
    question = referral.forms[step.fill].meaning("linked.to") if step and step.fill else None
    beside = case_of(found.area, shown_reference(other))
    if question is None or beside is None or not may_see(beside):
        abort(404)
    file_by_effect(found, "links", {question.id: shown_reference(other)})
    return redirect(url_for(".case", reference=found.reference) + "#linked", 303)


@pages.get("/case/<reference>/document/<int:number>")
@access("officer")
def document(reference: str, number: int) -> ResponseReturnValue:
    """One document of the folder, as it was filed."""
    found = case_at_desk(reference, f"document {number}")
    if found.seen_at is None:
        return redirect(url_for(".case", reference=found.reference))
    referral = Referral(found, moment())
    chosen = next((one for one in referral.documents if one.number == number), None)
    if chosen is None:
        abort(404)
    sections = referral.answers_of(chosen)
    return render_template(
        "desk/document.html", referral=referral, document=chosen, sections=sections,
        posted=[(party, called(party), is_returned(chosen, party)) for party in posted_to(chosen)],
        large=in_large_print(bool(chosen.party and reads_large_print(chosen.party))),
        corrected=corrected(referral, chosen), in_place=in_place(referral, chosen),
    )  # fmt: skip


@pages.get("/case/<reference>/paper")
@access("officer")
def paper(reference: str) -> ResponseReturnValue:
    """The referral as a PDF for paper."""
    found = case_at_desk(reference, "paper")
    if found.seen_at is None or found.scope == AREA:
        return redirect(url_for(".case", reference=found.reference))
    referral = Referral(found, moment())
    body = Markup(render_template("desk/paper.html", referral=referral, **_facts(referral)))  # noqa: S704  escaped by Jinja
    html = pages_html(title=_("Case %(reference)s", reference=found.reference), body=body, reference=found.reference)
    return on_paper(html, found.reference, _("Print the page from the browser instead."))


def on_paper(html: str | list[str], name: str, instead: str, back_to: str = "") -> Response:
    """A PDF that the browser shows, under a name that says nothing, such as the reference of its case.

    It is made when the transaction is over: it takes a second, and everybody who saves something would wait for it.
    """

    def make(response: Response) -> Response:
        try:
            response.set_data(pdf(*([html] if isinstance(html, str) else html)))
        except PaperError as fault:
            words = _("The PDF could not be made. %(instead)s %(fault)s", instead=instead, fault=fault)
            back, typed = back_to or url_for("desk.case", reference=name), typed_answers()
            page = render_template("desk/refused.html", heading=_("No PDF"), words=words, back_to=back, typed=typed)
            return make_response(page, 503)
        response.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
        return response

    after_this_request(make)
    return Response(mimetype="application/pdf")


@pages.post(f"/task/<{ROW}:task_id>/done")
@access("officer", needs="any")
def done(task_id: int) -> ResponseReturnValue:
    """A person has put it right. Of a task about a case, the case decides who may say so."""
    task = db.session.get(Task, task_id)
    if task is None or task.area != officer().area:
        abort(404)
    about = db.session.get(Case, task.case_id) if task.case_id else None
    if about and not may_see(about):
        abort(404)
    if not (can("work") or (about and may_work(about))):
        return not_yours()
    if task.done_at is None:
        task.done_at, task.done_by = moment(), officer().id
    return redirect(home(), 303)
