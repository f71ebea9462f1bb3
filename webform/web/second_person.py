"""What waits for a second person at the desk: they read it and agree or not, and its writer takes it back."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.folder import Which
from webform.cases.pinned import rules_of
from webform.cases.second_person import agree, disagree, mark_of, take_back, waiting_for_second, why_it_waits
from webform.documents.form import Form
from webform.records.tables import Case, Draft
from webform.rules.summary import prune, summary
from webform.web.arrival import as_it_came, came_at
from webform.web.faults import typed_answers
from webform.web.field_base import clean
from webform.web.letter_faults import WHY, faults_of_why
from webform.web.officer import moment, officer
from webform.web.tokens import STALE, token_is_good

WHERE = "second"  # where its buttons post to, beside the pages of the form


def second_person(
    case: Case, which: Which, form: Form, where: str, own: Draft | None
) -> ResponseReturnValue | None:  # fmt: skip
    """The page of what waits, or what was pressed there; None where nothing of the form waits.

    Who has begun one of their own goes on with it, from any of its pages but the first address.
    """
    draft = waiting_for_second(case, which)
    if draft is None or (own not in (None, draft) and where not in ("", WHERE)):
        return None
    if request.method != "POST" or where != WHERE:
        return _page(case, which, form, draft, own)
    if not token_is_good():
        return _page(case, which, form, draft, own, notice=STALE), 400
    pressed, mark, now = request.form.get("do"), request.form.get("mark", ""), moment()
    if pressed == "take-back" and draft.officer_id == officer().id:
        take_back(case, which, draft, now)
        return redirect(url_for("forms.form", reference=case.reference, step=which), 303)
    if pressed == "agree":
        agree(case, which, form, mark, officer(), now, came_at(case, which, draft.answers, now))
        return redirect(url_for("desk.case", reference=case.reference, done=which.step), 303)
    if pressed == "disagree":
        why = clean(request.form.get(WHY, ""))
        if faults := faults_of_why(why):
            return _page(case, which, form, draft, own, faults), 422
        disagree(case, which, form, mark, why, officer(), now)
        return redirect(url_for("desk.case", reference=case.reference, second="disagreed"), 303)
    return _page(case, which, form, draft, own)


def _page(
    case: Case, which: Which, form: Form, draft: Draft, own: Draft | None, faults: list[dict[str, str]] | None = None,
    notice: str = "",
) -> str:  # fmt: skip
    pressed_here, whole = request.path.endswith(f"/{WHERE}"), as_it_came(form, draft.answers)
    return render_template(
        "desk/second_person.html", case=case, step=which, title=rules_of(case)[0].named(which.step), where=WHERE,
        sections=summary(whole, prune(whole, draft.answers)), mark=mark_of(draft), errors=faults or [], notice=notice,
        mine=own is draft, own=own, reason=why_it_waits(case, which, draft, moment()),
        why=request.form.get(WHY, ""), typed=() if pressed_here else typed_answers(),
    )  # fmt: skip
