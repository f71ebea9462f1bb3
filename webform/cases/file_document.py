"""Somebody files a document: it joins the chain, does what its form says, and the case is brought up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from webform.documents.form import Form
from webform.errors import Refusal
from webform.records.chain import seal_document
from webform.records.store import lock_case
from webform.records.tables import Case, Document
from webform.rules.calendar import day_of
from webform.rules.corrected import CORRECTS
from webform.rules.naming import names_somebody
from webform.rules.summary import prune
from webform.words import gettext as _

from .against_the_act import NeedsSecondPerson, why_second
from .consent import flag_consent
from .corrections import check_correction, filed_as
from .effects import EFFECTS
from .elsewhere import NAME, keep_elsewhere
from .evidence import give_files
from .flags import raise_flags
from .folder import Which, check_not_over, check_what_comes_first, open_duty
from .hand_over import hand_over
from .late import flag_late
from .of_one import of_which_turn
from .panel_papers import heed_objection
from .parties import bring_parties_up_to_date
from .people import Author
from .pinned import rules_of
from .reschedule import move_dates
from .same_person import flag_same_person
from .sent_after import send_after
from .up_to_date import bring_up_to_date
from .votes import check_meeting

# Effects of forms that may be filed as often as there is reason to.
AGAIN = (
    "links", "holds", "resumes", "extends", "waives", "delivers", "reopens", "names", "leaves", "keeps",
    "lets-go", "feedback", "bundles", "shares", "unshares",
)  # fmt: skip


def check_open(case: Case, which: Which | str, form: Form, now: dt.datetime) -> None:
    """Raises AlreadyDone when the duty needs no document any more, unless its form may be filed again.

    Raises Refusal for a step of somebody's case in the folder of the area's own duties, and the other way round; when
    nobody said which of the parties it is for; and when that party is not on the case.
    """
    which = Which.read(which)
    rule = rules_of(case)[0].step(which.step)
    if rule is not None and rule.scope != case.scope:
        raise Refusal(_("This form does not belong into this folder."))
    if which.party_id and which.party_id not in {party.id for party in case.parties}:
        raise Refusal(_("That organisation or person is not on this case."))
    if form.effect == CORRECTS:
        check_correction(case, which)
    if form.effect in (*AGAIN, CORRECTS):
        return
    if rule is not None and rule.again:
        check_not_over(case, which, now)
        return
    if open_duty(case, which, now).party and not which.party_id:
        raise Refusal(_("Say who it is for: there is one of these for each."))


def file_document(
    case: Case, which: Which | str, form: Form, answers: Mapping[str, Any], *, author: Author, now: dt.datetime,
    effective_at: dt.datetime | None = None, agreed_by: str = "",
) -> Document:  # fmt: skip
    """File a filled-in form as the document of a step, for one of the parties where the step has a duty for each.

    Raises AlreadyDone when the duty needs none any more, Refusal when what it says can't be done, and
    NeedsSecondPerson where somebody else has to agree and nobody has.
    """
    lock_case(case.id)
    move_dates(case, now)
    which = Which.read(which)
    which = which if which.party_id else replace(which, party_id=author.party_id)
    check_open(case, which, form, now)
    procedure = rules_of(case)[0]
    rule = procedure.step(which.step)
    filled_in = prune(form, answers)
    check_what_comes_first(case, which, now)
    what: dict[str, Any] = {
        "kind": form.id, "step": which.step, "effect": form.effect, "party_id": which.party_id,
        "effective_at": effective_at, "answers": filled_in, "occurrence": of_which_turn(case, which, rule, now),
    }  # fmt: skip
    if form.effect == CORRECTS:
        what = filed_as(case, which, form, filled_in, now)
    about = procedure.step(what["step"] or "")
    if about:  # of a correction, the step that it corrects
        check_meeting(procedure, about, form, filled_in)
    if not agreed_by and (why := why_second(case, about, form, filled_in, now)):
        raise NeedsSecondPerson(_("%(why)s So somebody else who may decide has to agree first.", why=why))
    document = seal_document(case, **what, author=author.name, author_role=author.role, filed_at=now)
    give_files(case, document, now)
    if names_somebody(procedure, document.step or "", form):
        bring_parties_up_to_date(case, now)
    if effect := EFFECTS.get(form.effect):
        effect(case, form, document, author)
    heed_objection(case, document)
    if rule and rule.opens:
        hand_over(case, rule, form, document, author)
    if rule and rule.adds_to:
        send_after(case, rule, document)
    if form.meaning(NAME):
        keep_elsewhere(case)
    raise_flags(case, form, document.answers or {}, day_of(now), now)
    flag_same_person(case)
    flag_consent(case, now)
    flag_late(case, document, now)
    bring_up_to_date(case, now)
    return document
