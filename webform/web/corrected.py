"""Corrections as the desk shows them: what a document corrects or is corrected by, why, and what stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webform.cases.corrections import can_be_corrected
from webform.cases.folder import Which
from webform.cases.letter_again import duty_of_letter, later_letter
from webform.cases.letters import INSTEAD
from webform.cases.pinned import form_of
from webform.documents.form import Form
from webform.records.tables import Document
from webform.rules.calendar import day_of, long_date
from webform.rules.corrected import Asked, Change, before_it, changes, correcting_form, in_place_of
from webform.rules.summary import Section, summary
from webform.web.powers import may_fill_in, may_work
from webform.web.referral import Referral
from webform.words import gettext as _

History = Mapping[Asked, list[tuple[str, Document]]]


@dataclass(frozen=True)
class Corrected:
    """How a document stands: what is in its place (`by`), what it corrects (`of`), and where to correct it (`way`)."""

    by: Document | None
    of: Document | None
    why: tuple[Section, ...]
    changes: list[Change]
    way: Which | None


@dataclass(frozen=True)
class InPlace:
    """How a letter stands: the corrected one in its place (`by`), the one whose place it took (`of`), and the duty
    whose letter can be written anew in its place (`way`)."""

    by: Document | None
    of: Document | None
    way: Which | None


def in_place(referral: Referral, letter: Document) -> InPlace:
    """What was sent in the place of a letter, and in whose place it went."""
    papers = referral.documents
    by, earlier = later_letter(papers, letter), (letter.answers or {}).get(INSTEAD)
    stands = in_place_of(papers, letter.number) is letter and by is None and may_work(referral.case)
    return InPlace(
        by=by, of=next((one for one in papers if one.number == earlier), None),
        way=duty_of_letter(papers, letter) if stands else None,
    )  # fmt: skip


def corrected(referral: Referral, document: Document) -> Corrected:
    """What was said of a document since, and what it says of another."""
    now = in_place_of(referral.documents, document.number)
    of = next((one for one in referral.documents if one.number == document.replaces), None)
    form, asks_why = form_of(document), correcting_form(referral.forms)
    return Corrected(
        by=now if now is not document else None,
        of=of,
        why=summary(asks_why, document.answers or {}) if of and asks_why else (),
        changes=_changes(of, document, form) if of else [],
        way=_way(referral, document) if now is document else None,
    )


def _changes(before: Document, after: Document, form: Form | None) -> list[Change]:
    """What was changed: the day that time limits count from, and answers."""
    was, now = (day_of(one.effective_at) for one in (before, after))
    day = [Change(_("The day that counts"), long_date(was), long_date(now))] if was != now else []
    return [*day, *(changes(form, before.answers or {}, after.answers or {}) if form else [])]


def _way(referral: Referral, document: Document) -> Which | None:
    """Where whoever is signed in can correct it."""
    step = referral.can_do("corrects")
    form = form_of(document) or correcting_form(referral.forms)  # of a letter only the day is asked
    if step is None or not can_be_corrected(document) or not may_fill_in(form, referral.case):
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
