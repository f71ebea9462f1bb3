"""Where a step has one duty for each document of another, such as each appeal: what belongs to that one alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from webform.documents.procedure import Step
from webform.records.tables import Case, Document
from webform.rules.calendar import day_of, long_date
from webform.rules.folder import Duty
from webform.words import gettext as _

from .folder import Which, duties_of, meant, standing_documents, turn_of
from .late import last_day_missed


def of_which_turn(case: Case, which: Which, rule: Step | None, now: dt.datetime) -> int | None:
    """Which of these duties a form is filed for; None where its step has no such duties."""
    if rule is None or rule.each is None:
        return None
    return next((duty.occurrence for duty in meant(duties_of(case, now), which) if duty.about), None)


def papers_beside(documents: Sequence[Document], duties: Iterable[Duty], duty: Duty | None) -> list[Document]:
    """The papers without those of the other documents that one of these duties might have been about."""
    own = next((one for one in documents if duty and one.number == duty.about), None)
    if own is None or duty is None:
        return list(documents)
    about = {(one.step, one.occurrence): one.about for one in duties if one.about}
    found = ((one, about.get((one.step or "", turn_of(one) or 0), own.number)) for one in documents)
    return [one for one, whose in found if one is own or (one.step != own.step and whose == own.number)]


def dates_of_one(documents: Iterable[Document], duties: Sequence[Duty], duty: Duty | None) -> dict[str, str]:
    """When the document came that the duty is about, and the last day for it if it came later."""
    own = next((one for one in documents if duty and one.number == duty.about), None)
    if own is None:
        return {}
    last = last_day_missed(duties, own)
    late = long_date(last) if last else ""
    return {f"done.{own.step}": long_date(day_of(own.effective_at)), f"late.{own.step}": late}


def which_one(case: Case, duty: Duty | None) -> str:
    """The document that a duty is about, in words that tell it from the others of its step; '' where it is the only
    one."""
    documents = standing_documents(case) if duty and duty.about else []
    own = next((one for one in documents if duty and one.number == duty.about), None)
    if own is None or len([one for one in documents if one.step == own.step]) == 1:
        return ""
    return _("document %(number)s of %(day)s", number=own.number, day=long_date(day_of(own.effective_at)))
