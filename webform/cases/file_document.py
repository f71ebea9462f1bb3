"""Somebody files a document: it joins the chain, does what its form says, and the case is brought up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from webform.documents.form import Form
from webform.errors import Refusal
from webform.records.chain import seal_document
from webform.records.store import lock_case
from webform.records.tables import Case, Document
from webform.rules.calendar import day_of
from webform.rules.summary import prune

from .effects import EFFECTS
from .evidence import give_files
from .flags import raise_flags
from .folder import open_duty
from .hand_over import hand_over
from .people import Author
from .pinned import rules_of
from .up_to_date import bring_up_to_date

# Effects of forms that may be filed as often as there is reason to.
AGAIN = ("links", "holds", "resumes", "extends", "waives", "delivers", "reopens")


def check_open(case: Case, step: str, form: Form, now: dt.datetime) -> None:
    """Raises AlreadyDone when the step needs no document any more, unless its form may be filed again.

    Raises Refusal for a step of somebody's case in the folder of the area's own duties, and the other way round.
    """
    rule = rules_of(case)[0].step(step)
    if rule is not None and rule.scope != case.scope:
        raise Refusal("This form does not belong into this folder.")
    if form.effect not in AGAIN:
        open_duty(case, step, now)


def file_document(
    case: Case, step: str, form: Form, answers: Mapping[str, Any], *, author: Author, now: dt.datetime,
    effective_at: dt.datetime | None = None,
) -> Document:  # fmt: skip
    """File a filled-in form as the document of a step.

    Raises AlreadyDone when the step needs none any more, and Refusal when what it says can't be done.
    """
    lock_case(case.id)
    check_open(case, step, form, now)
    document = seal_document(
        case, kind=form.id, step=step, effect=form.effect, author=author.name, author_role=author.role,
        party_id=author.party_id, filed_at=now, effective_at=effective_at or now, answers=prune(form, answers),
    )  # fmt: skip
    give_files(case, document, now)
    if effect := EFFECTS.get(form.effect):
        effect(case, form, document, author)
    rule = rules_of(case)[0].step(step)
    if rule and rule.opens:
        hand_over(case, rule, form, document, author)
    raise_flags(case, form, document.answers or {}, day_of(now), now)
    bring_up_to_date(case, now)
    return document
