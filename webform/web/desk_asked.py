"""What those outside are asked for, at the desk: they are reminded with one press."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.remind import KIND, ask_again
from webform.web.access import access
from webform.web.officer import author, case_at_desk, moment

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
