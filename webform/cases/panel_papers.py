"""Papers of a panel: an evidence bundle that an officer has looked over and lets the members of a panel read.

Who reads it is worked out whenever somebody wants to: who leaves the case, has an interest or must not be told finds
nothing there. A document says since when it can be read, another one until when and why (docs/adr/0128).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webform.documents.answers import first
from webform.documents.form import Effect, Form
from webform.documents.procedure import Panel, Step
from webform.errors import Refusal
from webform.records.bundles import READY, Bundle
from webform.records.chain import seal_document
from webform.records.tables import Case, Document, Party
from webform.rules.calendar import long_instant
from webform.rules.sitting import INTEREST, has_interest
from webform.words import gettext as _

from .bundles import PERSON, ZIP, bundles_of, expiry
from .consent import kept_out
from .folder import documents_of, standing_documents
from .letters import OURSELVES, add_task
from .links import expiry as end_of_links
from .links import last_ended
from .objections import objected_since
from .people import Author, addressee
from .pinned import form_of, rules_of

HASH, WHY = "papers.hash", "papers.why"


@dataclass(frozen=True)
class Papers:
    """What a member of a panel may read, and since when; not before they have `declared` that they have no interest."""

    bundle: Bundle
    since: dt.datetime
    declared: bool


def step_that(case: Case, effect: Effect) -> tuple[Step, Form] | None:
    """The step by which papers are shared, or taken back, and its form; None where the procedure has none."""
    procedure, forms = rules_of(case)
    filled = ((step, forms[step.fill]) for step in procedure.steps if step.fill)
    return next(((step, form) for step, form in filled if form.effect == effect), None)


def members(case: Case) -> list[Party]:
    """Those who sit on the panel with which papers are shared; nobody until it is called."""
    panel = _panel(case)
    if panel is None or all(one.step != panel.joins for one in standing_documents(case)):
        return []
    return [party for party in case.parties if party.role in panel.sitters() and party.left_at is None]


def readers(case: Case, now: dt.datetime) -> list[Party]:
    """The members who can read what is shared now."""
    return [one for one in members(case) if (papers := papers_for(case, one, now)) and papers.declared]


def papers_for(case: Case, party: Party, now: dt.datetime) -> Papers | None:
    """What is shared with this member; None where nothing is, and for anybody who must not read it."""
    bundle = shared_bundle(case, now)
    if bundle is None or case.closed_at is not None or party not in members(case):
        return None
    interest = _interest(case, party)
    if interest or kept_out(case, (addressee(party),), now):
        return None
    since = next(one.filed_at for one in documents_of(case) if one.number == bundle.shared)
    return Papers(bundle, since, declared=interest is False or not _asks(case))


def shared_bundle(case: Case, now: dt.datetime) -> Bundle | None:
    """The one that members of a panel may read now."""
    return next((one for one in bundles_of(case, now) if one.shared and one.state == READY), None)


def may_be_shared(bundle: Bundle) -> bool:
    """Whether it is a copy for a panel: neither one in which nothing is taken out, nor a person's own."""
    return bundle.state == READY and bundle.request is None and PERSON not in bundle.wanted


def as_answers(form: Form, bundle: Bundle) -> dict[str, Any]:
    """What the document says that shares it: which one it is, for as long as there is a record."""
    said: Mapping[str, Any] = {
        "papers.made": long_instant(bundle.made_at or bundle.asked_at), "papers.count": bundle.documents,
        HASH: _hash_of(bundle),
    }  # fmt: skip
    asked = ((form.meaning(meaning), value) for meaning, value in said.items())
    return {question.id: value for question, value in asked if question}


def _hash_of(bundle: Bundle) -> str:
    return next((one.sha256 for one in bundle.files if one.media_type == ZIP), "")


def _panel(case: Case) -> Panel | None:
    found = step_that(case, "shares")
    return next((one for one in rules_of(case)[0].panels if found and one.id == found[0].shares_with), None)


def _asks(case: Case) -> bool:
    """Whether members are asked for their interest on a page of their own."""
    (procedure, forms), panel = rules_of(case), _panel(case)
    owed = (step for step in procedure.steps if step.fill and panel and panel.id in step.roles("by"))
    return any(forms[step.fill or ""].meaning(INTEREST) for step in owed)


def _interest(case: Case, party: Party) -> bool | None:
    """What this member has said last; None where they have said nothing.

    That somebody has no interest is no word of whoever was given another link since.
    """
    theirs = (one for one in standing_documents(case) if one.party_id == party.id)
    said = [(one.filed_at, has_interest(form_of(one), one.answers or {})) for one in theirs]
    at, interest = next((one for one in reversed(said) if one[1] is not None), (None, None))
    ended = last_ended(party)
    return None if interest is False and at and ended and at <= ended else interest


# --- What filing does -------------------------------------------------------------------------------------------------


def share(case: Case, form: Form, document: Document, author: Author) -> None:
    """From now on the members read this bundle, in the place of any other."""
    now, typed = document.filed_at, first(form, document.answers or {}, HASH)
    bundle = next((one for one in bundles_of(case, now) if may_be_shared(one) and _hash_of(one) == typed), None)
    if bundle is None:
        raise Refusal(_("There is no such bundle. Share one from the page of the evidence bundles."))
    if objected_since(bundle, documents_of(case)):
        raise Refusal(_("An organisation has objected since to sharing some of what is in it. Make another one."))
    if not members(case):
        raise Refusal(_("Nobody sits on the panel yet. Put the date of its meeting on record first."))
    if before := shared_bundle(case, now):
        _end(case, before, now)
    bundle.shared, bundle.expires_at = document.number, end_of_links(case, now)


def unshare(case: Case, form: Form, document: Document, author: Author) -> None:
    """From now on no member reads it."""
    bundle = shared_bundle(case, document.filed_at)
    if bundle is None:
        raise Refusal(_("Nothing is shared with the panel now. Nothing was filed."))
    _end(case, bundle, document.filed_at)


def heed_objection(case: Case, document: Document) -> None:
    """What an organisation objects to share is taken back from the panel at once."""
    bundle = shared_bundle(case, document.filed_at)
    if bundle and objected_since(bundle, documents_of(case)):
        take_back_papers(case, _("An organisation objects to sharing some of what is in it."), document.filed_at)


def take_back_papers(case: Case, why: str, now: dt.datetime) -> None:
    """Take what is shared back from the panel, with the reason on record, and tell an officer."""
    bundle, found = shared_bundle(case, now), step_that(case, "unshares")
    if bundle is None or found is None:
        return
    step, form = found
    question = form.meaning(WHY)
    seal_document(
        case, kind=form.id, step=step.id, effect=form.effect, author=OURSELVES.name, author_role=OURSELVES.role,
        filed_at=now, answers={question.id: why} if question else {},
    )  # fmt: skip
    _end(case, bundle, now)
    says = _("The panel can’t read its papers any more: %(why)s Share another bundle if it may have one.", why=why)
    add_task(case, f"papers:{bundle.id}", says, now)


def _end(case: Case, bundle: Bundle, now: dt.datetime) -> None:
    """It goes in as many days as any other."""
    bundle.shared, bundle.expires_at = None, min(bundle.expires_at, expiry(case, now))
