"""Corrections as the desk shows them: what a document corrects or is corrected by, why, and what stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webform.cases.corrections import can_be_corrected
from webform.cases.folder import Which
from webform.cases.pinned import form_of
from webform.records.tables import Document
from webform.rules.corrected import Asked, Change, before_it, changes, correcting_form, in_place_of
from webform.rules.summary import Section, summary
from webform.web.powers import may_fill_in
from webform.web.referral import Referral

History = Mapping[Asked, list[tuple[str, Document]]]


@dataclass(frozen=True)
class Corrected:
    """How a document stands: what is in its place (`by`), what it corrects (`of`), and where to correct it (`way`)."""

    by: Document | None
    of: Document | None
    why: tuple[Section, ...]
    changes: list[Change]
    way: Which | None


def corrected(referral: Referral, document: Document) -> Corrected:
    """What was said of a document since, and what it says of another."""
    now = in_place_of(referral.documents, document.number)
    of = next((one for one in referral.documents if one.number == document.replaces), None)
    form, asks_why = form_of(document), correcting_form(referral.forms)
    return Corrected(
        by=now if now is not document else None,
        of=of,
        why=summary(asks_why, document.answers or {}) if of and asks_why else (),
        changes=changes(form, of.answers or {}, document.answers or {}) if of and form else [],
        way=_way(referral, document) if now is document else None,
    )


def _way(referral: Referral, document: Document) -> Which | None:
    """Where whoever is signed in can correct it."""
    step = referral.can_do("corrects")
    if step is None or not can_be_corrected(document) or not may_fill_in(form_of(document), referral.case):
        return None
    return Which(step.id, None, document.number)


def history(referral: Referral) -> History:
    """What stood before each answer of the request that was corrected, the latest first, and what corrected it."""
    found: dict[Asked, list[tuple[str, Document]]] = {}
    after: Document | None = referral.opening
    while after and after.replaces:
        before = next((one for one in referral.documents if one.number == after.replaces), None)
        if before is None or not (before.answers and after.answers):
            break  # erased: it says nothing any more
        for asked, was in before_it(referral.form, before.answers, after.answers).items():
            found.setdefault(asked, []).append((was, after))
        after = before
    return found
