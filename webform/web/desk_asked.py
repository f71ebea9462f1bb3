"""What those outside are asked for, at the desk: they are reminded with one press, and colleagues of theirs let in."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.colleagues import KIND as HANDED_ON
from webform.cases.colleagues import colleague_of, keep_out, let_in
from webform.cases.remind import KIND, ask_again
from webform.records.tables import Case, Colleague
from webform.web.access import access
from webform.web.officer import ROW, author, case_at_desk, moment

pages = Blueprint("asked", __name__, url_prefix="/desk/case/<reference>")


@pages.post("/ask-again/<step>")
@access("officer")
def again(reference: str, step: str) -> ResponseReturnValue:
    """Send the reminder once more, to whoever owes this one. Back to where the button was."""
    case = case_at_desk(reference, f"reminder {step}")
    if case.seen_at is not None:
        ask_again(case, step, author(), moment())
    if request.form.get("back") == "day":
        return redirect(url_for("lists.day", chased=case.reference) + "#waiting", 303)
    return redirect(url_for("desk.case", reference=case.reference, done=KIND), 303)


@pages.post(f"/colleague/<{ROW}:colleague_id>/let-in")
@access("officer")
def let_colleague_in(reference: str, colleague_id: int) -> ResponseReturnValue:
    """Somebody to whom an organisation wants to pass it on gets a link."""
    case, colleague = _colleague(reference, colleague_id)
    let_in(colleague, author(), moment())
    return redirect(url_for("desk.case", reference=case.reference, done=HANDED_ON), 303)


@pages.post(f"/colleague/<{ROW}:colleague_id>/keep-out")
@access("officer")
def keep_colleague_out(reference: str, colleague_id: int) -> ResponseReturnValue:
    """They get none, or theirs ends."""
    case, colleague = _colleague(reference, colleague_id)
    keep_out(colleague, author(), moment())
    return redirect(url_for("desk.case", reference=case.reference, done=HANDED_ON), 303)


def _colleague(reference: str, colleague_id: int) -> tuple[Case, Colleague]:
    case = case_at_desk(reference, f"colleague {colleague_id}")
    return case, colleague_of(case, colleague_id) or abort(404)
