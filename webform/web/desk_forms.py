"""Forms that officers fill in for a case: the decision, the risk matrix and whatever else the procedure asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webform.cases.drafts import erase_draft, start_draft, touch
from webform.cases.file_document import check_open, file_document
from webform.cases.pinned import rules_of
from webform.documents.form import Form
from webform.records.store import db
from webform.records.tables import Case, Document, Draft
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.form_pages import Filling, respond
from webform.web.officer import author, case_at_desk, moment, officer
from webform.web.tokens import csrf, token_is_good

pages = Blueprint("forms", __name__, url_prefix="/desk/case/<reference>/form/<step>")


@pages.route("/", defaults={"where": ""}, methods=["GET", "POST"])
@pages.route("/<path:where>", methods=["GET", "POST"])
@csrf.exempt  # the engine checks the token itself, so that an old one costs nobody an answer
@access("officer", files=True)
def form(reference: str, step: str, where: str) -> ResponseReturnValue:
    """Any page of the form. A draft is made by the first answer, never by looking."""
    case = case_at_desk(reference, f"form {step}")
    if case.seen_at is None:
        return redirect(url_for("desk.case", reference=case.reference), 303)
    chosen = _form_of(case, step)
    if request.method == "POST" and where == "send" and _has_filed(case, step):
        return _case_page(case, step)  # pressed again by somebody who saw no answer to the first press
    check_open(case, step, chosen, moment())
    draft = _draft_of(case, step, chosen)
    return respond(_filling(case, step, chosen, draft), where)


def _form_of(case: Case, step_id: str) -> Form:
    procedure, forms = rules_of(case)
    step = procedure.step(step_id)
    if step is None or step.fill is None or step.fill not in forms or forms[step.fill].audience == "public":
        abort(404)
    return forms[step.fill]


def _own_draft(case: Case, step: str) -> Draft | None:
    mine = select(Draft).where(Draft.case_id == case.id, Draft.step == step, Draft.officer_id == officer().id)
    return db.session.scalar(mine)


def _has_filed(case: Case, step: str) -> bool:
    """Whether what this officer had filled in is on record: the draft is gone, and a document of theirs is there."""
    filed = select(Document.id).where(Document.case_id == case.id, Document.step == step)
    theirs = db.session.scalars(filed.where(Document.author == officer().name).limit(1)).first()
    return theirs is not None and _own_draft(case, step) is None


def _draft_of(case: Case, step: str, chosen: Form) -> Draft:
    """This officer's draft; while only looking, or without a token, an empty one that is not kept."""
    draft = _own_draft(case, step)
    if draft is not None:
        if request.method == "POST":
            touch(draft, moment())
        return draft
    if request.method != "POST" or not token_is_good():
        return Draft(answers={}, visited=[])
    return begin_draft(case, step, chosen)


def begin_draft(case: Case, step: str, chosen: Form, answers: dict[str, Any] | None = None) -> Draft:
    """A draft of this officer's own for a step of the case, with answers that are known already."""
    procedure, _ = rules_of(case)
    draft, _ = start_draft(procedure, chosen, moment())
    draft.version, draft.case_id, draft.step, draft.officer_id = case.version, case.id, step, officer().id
    draft.answers = answers or {}
    return draft


def _filling(case: Case, step: str, chosen: Form, draft: Draft) -> Filling:
    here = url_for("desk.case", reference=case.reference)
    return Filling(
        form=chosen,
        draft=draft,
        address=lambda where: url_for("forms.form", reference=case.reference, step=step, where=where),
        send=_sender(case, step, chosen, draft),
        today=day_of(moment()),
        layout="desk/form.html",
        before=here,
        later=here,
        facts={"case": case, "title": rules_of(case)[0].named(step), "form": chosen},
    )


def _sender(case: Case, step: str, chosen: Form, draft: Draft) -> Callable[[], ResponseReturnValue]:
    def file() -> ResponseReturnValue:
        file_document(case, step, chosen, draft.answers, author=author(), now=moment())
        erase_draft(draft)
        return _case_page(case, step)

    return file


def _case_page(case: Case, step: str) -> ResponseReturnValue:
    """The case, saying that the step is done and on record."""
    return redirect(url_for("desk.case", reference=case.reference, done=step), 303)


@pages.post("/begin/<meaning>/<value>")
@access("officer")
def begin(reference: str, step: str, meaning: str, value: str) -> ResponseReturnValue:
    """Begin the form with one answer that the page of the case knows already, such as the area to pass it on to."""
    case = case_at_desk(reference, f"form {step}")
    chosen = _form_of(case, step)
    check_open(case, step, chosen, moment())
    question = chosen.meaning(meaning)
    if question is None or meaning not in ("passed.to", "linked.to"):
        abort(404)
    if _own_draft(case, step) is None:
        begin_draft(case, step, chosen, {question.id: value})
    return redirect(url_for(".form", reference=case.reference, step=step), 303)
