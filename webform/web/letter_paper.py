"""Letters on paper, at the desk: what stands on the sheet, and the day on which it was posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from webform.cases.letters import without_link
from webform.cases.people import Addressee
from webform.cases.pinned import rules_of
from webform.documents.answers import written_date
from webform.documents.form import Errors, Question
from webform.house import house
from webform.records.tables import Case
from webform.rules.calendar import LONDON, day_of
from webform.sending.paper import letter_html
from webform.words import gettext as _

MIDDAY = dt.time(12)  # when a letter counts as posted, on an earlier day that was typed


def posting_day() -> Question:
    """When it was posted."""
    return Question(
        id="posted_on", type="date", label=_("When was the letter posted?"), latest="today",
        hint=_("It counts as sent on this day. For example, 27 3 2026"),
        errors=Errors(
            missing=_("Enter the day on which the letter was posted"),
            invalid=_("Enter a real date, such as 27 3 2026"),
            future=_("The day of posting must be today or in the past"),
        ),
    )  # fmt: skip


def posted_at(case: Case, day: dt.date, now: dt.datetime) -> dt.datetime:
    """When a letter counts as posted: never before what it follows today, nor before the request was received."""
    if day == day_of(now):
        return now
    return max(dt.datetime.combine(day, MIDDAY, LONDON), case.received_at)


def sheets(
    case: Case, to: Sequence[Addressee], subject: str, markdown: str, today: dt.date, large: bool | None = None
) -> list[str]:
    """A letter as pages for the post: one sheet for each of its readers, in the size of print that each needs.

    Where it is for nobody whom the case knows, it is there once, without an address. `large` chooses the size for all.
    """
    return [
        letter_html(
            **_on_letter_paper(case, one, subject, markdown, today),
            large=bool(one and one.large_print) if large is None else large,
        )
        for one in to or (None,)
    ]


def _on_letter_paper(case: Case, to: Addressee | None, subject: str, markdown: str, today: dt.date) -> dict[str, Any]:
    """A letter as it goes into an envelope with a window: from the council of today, to where post is safe."""
    procedure, _forms = rules_of(case)
    area = house().shelves.procedures.get(case.area, procedure).area
    address = [line for line in (to.address or {}).values() if line] if to else []
    return {
        "sender": [area.body, *area.address],
        "address": [to.name, *address] if to else [],
        "date": written_date(today),
        "reference": case.reference,
        "subject": subject,
        "markdown": without_link(case, markdown),
    }
