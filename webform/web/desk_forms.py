"""Forms that officers fill in for a case: the decision, the risk matrix and whatever else the procedure asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webform.cases.against_the_act import NeedsSecondPerson
from webform.cases.checklist import asks_after_the_folder, checklist_of
from webform.cases.corrections import form_of_correction, on_record, to_be_corrected
from webform.cases.drafts import erase_draft, start_draft, touch
from webform.cases.file_document import AGAIN, check_open, file_document
from webform.cases.folder import (
    SETTLED,
    AlreadyDone,
    Which,
    documents_of,
    done_by,
    duties_of,
    meant,
    standing_documents,
    that_waives,
    what_comes_first,
)  # fmt: skip
from webform.cases.history import known_of_earlier
from webform.cases.letters import add_task
from webform.cases.of_one import papers_beside, which_one
from webform.cases.party_files import tell_whom_it_is_for
from webform.cases.pinned import rules_of
from webform.cases.second_person import ask_second_person, take_back
from webform.cases.votes import votes_of
from webform.documents.form import Form
from webform.records.store import db
from webform.records.tables import Case, Document, Draft
from webform.rules.begun import begun
from webform.rules.calendar import day_of
from webform.rules.corrected import CORRECTS
from webform.rules.folder import Duty
from webform.rules.journey import places
from webform.rules.naming import DETAILS, LEAVING, NAMING
from webform.rules.summary import prune, summary
from webform.sending.reach import called
from webform.web.access import access
from webform.web.arrival import came_at, is_from_outside, with_arrival
from webform.web.faults import typed_answers
from webform.web.form_pages import Filling, respond
from webform.web.officer import author, case_at_desk, moment, officer
from webform.web.powers import may_file, not_yours
from webform.web.second_person import second_person
from webform.web.tokens import csrf, token_is_good
from webform.words import gettext as _

pages = Blueprint("forms", __name__, url_prefix="/desk/case/<reference>/form/<step>")


@pages.route("/", defaults={"where": ""}, methods=["GET", "POST"])
@pages.route("/<path:where>", methods=["GET", "POST"])
@csrf.exempt  # the engine checks the token itself, so that an old one costs nobody an answer
@access("officer", files=True, needs="work")
def form(reference: str, step: str, where: str) -> ResponseReturnValue:
    """Any page of the form. A draft is made by the first answer, never by looking."""
    case = case_at_desk(reference, f"form {step}")
    if case.seen_at is None:
        return redirect(url_for("desk.case", reference=case.reference), 303)
    which = Which.read(step)
    chosen = _form_of(case, which)
    if not may_file(chosen, case):
        return not_yours()
    if which.party_id is None and (asked := _whom(case, which, chosen)):
        return asked
    if chosen.effect == CORRECTS and (latest := _latest(case, which, chosen, where)):
        return latest
    if request.method == "POST" and where == "send" and _has_filed(case, which):
        return _case_page(case, which)  # pressed again by somebody who saw no answer to the first press
    try:
        check_open(case, which, chosen, moment())
        if waits := second_person(case, which, chosen, where, _own_draft(case, which)):
            return waits
        return respond(_filling(case, which, chosen, _draft_of(case, which, chosen)), where)
    except AlreadyDone as done:
        return _overtaken(case, which, chosen, done, sent=where == "send")


def _latest(case: Case, which: Which, chosen: Form, where: str) -> ResponseReturnValue | None:
    """Where an address names a document that was corrected before, and nothing is begun of it: to what stands now.

    Who has corrected it and presses again, or goes back to the last page, reads that it is on record. Whoever else
    typed something keeps it before them.
    """
    found = to_be_corrected(case, which)
    if found is None or found.number == which.occurrence or _own_draft(case, which):
        return None
    first = next(one for one in documents_of(case) if one.replaces == which.occurrence)
    if where in ("send", "check") and first.author == officer().name:
        return _case_page(case, which)
    if request.method == "POST":
        return _overtaken(case, which, chosen, done_by(case, first), sent=False)
    return redirect(url_for("forms.form", reference=case.reference, step=Which(which.step, None, found.number)))


def _whom(case: Case, which: Which, chosen: Form) -> ResponseReturnValue | None:
    """A page that asks whom it is for, where each of several has one of these; None where nobody has to be asked."""
    open_ones = [duty for duty in duties_of(case, moment()) if duty.step == which.step and duty.state not in SETTLED]
    about = [Which.of(duty) for duty in open_ones if duty.party]
    if chosen.effect == LEAVING:
        about = [Which(which.step, party.id) for party in case.parties if party.key and party.left_at is None]
    elif not about:
        return None
    names = {party.id: called(party) for party in case.parties}
    whom = [(one, names.get(one.party_id or 0, "")) for one in about]
    return render_template("desk/whom.html", case=case, title=rules_of(case)[0].named(which.step), whom=whom)


def _overtaken(case: Case, which: Which, chosen: Form, done: AlreadyDone, sent: bool) -> ResponseReturnValue:
    """Somebody was quicker. What this officer has filled in stays before them, until they put it away.

    Who presses the last button with other answers is heard: a task on the case tells both of them that they differ.
    """
    draft = _own_draft(case, which)
    answers = prune(chosen, draft.answers) if draft else {}
    title = rules_of(case)[0].named(which.step)
    if sent and token_is_good() and answers and done.document and answers != done.document.answers:
        says = _(
            "%(officer)s has filled in “%(title)s” too, with other answers. %(why)s Talk to each other.",
            officer=officer().name,
            title=title,
            why=done.words,
        )
        add_task(case, f"overtaken:{which}", says, moment())
    own = done.document is not None and done.document.author == officer().name
    page = render_template(
        "desk/overtaken.html", case=case, step=str(which), title=title, document=done.document,
        why=_("You have put this on record yourself. Nothing was filed twice.") if own else done.words,
        typed=typed_answers(), sections=summary(chosen, answers) if answers else (),
    )  # fmt: skip
    return page, 422


@pages.post("/put-away")
@access("officer", needs="work")
def put_away(reference: str, step: str) -> ResponseReturnValue:
    """Delete what this officer has filled in and not filed."""
    case, which = case_at_desk(reference, f"form {step}"), Which.read(step)
    if draft := _own_draft(case, which):
        take_back(case, which, draft, moment())
        erase_draft(draft)
    return redirect(url_for("desk.case", reference=case.reference), 303)


def _form_of(case: Case, which: Which) -> Form:
    procedure, forms = rules_of(case)
    step = procedure.step(which.step)
    form = forms.get(step.fill or "") if step else None
    if form and form.effect == CORRECTS:
        form = form_of_correction(case, which, form)
    if form is None or form.audience == "public":
        abort(404)
    return form


def _own_draft(case: Case, which: Which) -> Draft | None:
    """What this officer has begun of it."""
    here = (Draft.case_id == case.id, Draft.step == which.step, Draft.occurrence == which.occurrence)
    about = Draft.party_id == which.party_id if which.party_id else Draft.party_id.is_(None)
    return db.session.scalar(select(Draft).where(*here, about, Draft.officer_id == officer().id))


def _has_filed(case: Case, which: Which) -> bool:
    """Whether what this officer had filled in is on record: the draft is gone, and a document of theirs is there."""
    filed = select(Document.id).where(Document.case_id == case.id, Document.step == which.step)
    about = Document.party_id == which.party_id if which.party_id else Document.party_id.is_(None)
    theirs = db.session.scalars(filed.where(about, Document.author == officer().name).limit(1)).first()
    return theirs is not None and _own_draft(case, which) is None


def _draft_of(case: Case, which: Which, chosen: Form) -> Draft:
    """This officer's draft; while only looking, or without a token, one that is not kept."""
    draft = _own_draft(case, which)
    if draft is not None:
        if request.method == "POST":
            touch(draft, moment())
        return draft
    if request.method != "POST" or not token_is_good():
        known = _known(case, which, chosen)
        return Draft(answers=known, visited=_all_pages(chosen, known) if chosen.effect == CORRECTS else [])
    return begin_draft(case, which, chosen, _known(case, which, chosen))


def _known(case: Case, which: Which, chosen: Form) -> dict[str, Any]:
    """What is known already: of somebody who takes part who they are, else what stands in other documents."""
    if chosen.effect == CORRECTS:
        return on_record(case, which)
    party = next((one for one in case.parties if one.id == which.party_id), None)
    if party is None or chosen.effect != NAMING:
        papers = papers_beside(standing_documents(case), duties_of(case, moment()), _duty(case, which))
        about = [one for one in papers if which.party_id in (None, one.party_id) or one.step != which.step]
        if chosen.effect in AGAIN:
            return {}
        holds = checklist_of(case, moment()).begins(chosen) if asks_after_the_folder(chosen) else {}
        return {**holds, **begun(chosen, which.step, rules_of(case)[1], about)}
    known = {**party.person, **party.contact, "role": party.role}
    asked = {detail: chosen.meaning(f"party.{detail}") for detail in DETAILS}
    return {question.id: known[detail] for detail, question in asked.items() if question and known.get(detail)}


def begin_draft(case: Case, which: Which, chosen: Form, answers: dict[str, Any] | None = None) -> Draft:
    """A draft of this officer's own for a duty of the case, with answers that are known already."""
    procedure, _forms = rules_of(case)
    draft, _secret = start_draft(procedure, chosen, moment())
    draft.version, draft.case_id, draft.officer_id = case.version, case.id, officer().id
    draft.step, draft.party_id, draft.occurrence = which.step, which.party_id, which.occurrence
    draft.answers = answers or {}
    if chosen.effect == CORRECTS:
        draft.visited = _all_pages(chosen, draft.answers)
    return draft


def _all_pages(chosen: Form, answers: dict[str, Any]) -> list[str]:
    """Every page that is asked: what stands on record needs no second look."""
    return [str(place) for place in places(chosen, answers)]


def _filling(case: Case, which: Which, chosen: Form, draft: Draft) -> Filling:
    duty = _duty(case, which)
    whom = next((called(party) for party in case.parties if party.id == which.party_id), which_one(case, duty))
    title, rule = rules_of(case)[0].named(which.step), rules_of(case)[0].step(which.step)
    here = url_for("desk.case", reference=case.reference)
    outside = duty is not None and is_from_outside(rules_of(case)[0], duty.owner, chosen)
    return Filling(
        form=with_arrival(chosen) if outside else chosen,
        draft=draft,
        address=lambda where: url_for("forms.form", reference=case.reference, step=which, where=where),
        send=_sender(case, which, chosen, draft),
        today=day_of(moment()),
        layout="desk/form.html",
        before=here,
        later=here,
        skims=chosen.effect == CORRECTS,
        facts={
            "case": case,
            "title": f"{title}: {whom}" if whom else title,
            "form": chosen,
            "votes": votes_of(case, rule.rests_on, moment()) if rule else None,
            "outside": outside,
            "checklist": checklist_of(case, moment()) if asks_after_the_folder(chosen) else None,
            "about": duty.about if duty else None,
            "first": what_comes_first(case, which, moment()),
            "leave_out": that_waives(case),
        },
    )


def _sender(case: Case, which: Which, chosen: Form, draft: Draft) -> Callable[[], ResponseReturnValue]:
    def file() -> ResponseReturnValue:
        try:
            at = came_at(case, which, draft.answers, moment())
            file_document(case, which, chosen, draft.answers, author=author(), now=moment(), effective_at=at)
            tell_whom_it_is_for(case, which, author(), moment())
        except NeedsSecondPerson:
            ask_second_person(case, which, draft, officer(), moment())
            return redirect(url_for("desk.case", reference=case.reference, second="person"), 303)
        erase_draft(draft)
        return _case_page(case, which)

    return file


def _duty(case: Case, which: Which) -> Duty | None:
    """The duty that the form is for."""
    return next(iter(meant(duties_of(case, moment()), which)), None)


def _case_page(case: Case, which: Which) -> ResponseReturnValue:
    """The case, saying that the step is done and on record."""
    return redirect(url_for("desk.case", reference=case.reference, done=which.step), 303)


@pages.post("/begin/<meaning>/<value>")
@access("officer", needs="work")
def begin(reference: str, step: str, meaning: str, value: str) -> ResponseReturnValue:
    """Begin the form with one answer that the page of the case knows already, such as the area to pass it on to."""
    case = case_at_desk(reference, f"form {step}")
    chosen = _form_of(case, Which(step))
    if not may_file(chosen, case):
        return not_yours()
    check_open(case, step, chosen, moment())
    question = chosen.meaning(meaning)
    if question is None or meaning not in ("passed.to", "linked.to"):
        abort(404)
    if _own_draft(case, Which(step)) is None:
        begin_draft(case, Which(step), chosen, {question.id: value, **known_of_earlier(case, chosen, value)})
    return redirect(url_for(".form", reference=case.reference, step=step), 303)
