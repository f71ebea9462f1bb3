"""What somebody outside says on paper, by email or on the phone: an officer writes it down, with the day it came.

The day is a page before the form's own, kept with the draft alone: it is no answer of whoever the form is from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from webform.cases.folder import Which, duties_of, meant
from webform.documents.form import Errors, Form, Page, Question
from webform.documents.procedure import Procedure
from webform.errors import Refusal
from webform.records.tables import Case
from webform.rules.calendar import LONDON, day_of
from webform.words import gettext as _

PAGE, DAY = "how-it-came", "came_on"
MIDDAY = dt.time(12)


def is_from_outside(procedure: Procedure, owner: Iterable[str], form: Form) -> bool:
    """Whether it is owed by others, who may send the form themselves or have an officer write it down."""
    outside = {role.id for role in procedure.roles if role.external}
    return form.audience == "either" and outside.issuperset(owner)


def with_arrival(form: Form) -> Form:
    """The form with the question on which day it came before everything else, and a button that an officer presses."""
    asked = Question(
        id=DAY, type="date", label=_("On which day did it reach you?"), short=_("It came on"), latest="today",
        hint=_("The time limits count from this day. For example, 27 3 2026"),
        errors=Errors(
            missing=_("Enter the day on which it reached you"),
            invalid=_("Enter a real date, such as 27 3 2026"),
            future=_("The day must be today or in the past"),
        ),
    )  # fmt: skip
    page = Page.model_validate({"id": PAGE, "caption": _("When it came"), "question": (asked,)})
    return form.model_copy(update={"pages": (page, *form.pages), "send_label": _("Save")})


def as_it_came(form: Form, answers: Mapping[str, Any]) -> Form:
    """The form as it is read by somebody else: with the day on which it came, where that was asked."""
    return with_arrival(form) if DAY in answers else form


def came_at(case: Case, which: Which, answers: Mapping[str, Any], now: dt.datetime) -> dt.datetime | None:
    """When it counts from; None for now. It is never before what it follows on the same day.

    Raises Refusal for a day before the request, when nothing of the case can have come in.
    """
    if DAY not in answers:
        return None
    day = dt.date.fromisoformat(answers[DAY])
    if day < day_of(case.received_at):
        raise Refusal(_("The day on which it came must not be before the request was received. Check the day."))
    if day == day_of(now):
        return None
    noon = dt.datetime.combine(day, MIDDAY, LONDON).astimezone(dt.UTC)
    opened = (duty.opens_at for duty in meant(duties_of(case, now), which))
    same_day = [one for one in (case.received_at, *opened) if one and day_of(one) == day]
    return max([noon, *same_day])
