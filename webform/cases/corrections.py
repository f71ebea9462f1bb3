"""A fact that was recorded wrong is corrected: the old document stays, the new one takes its place, all else follows.

What follows from documents alone is worked out anew by itself. Here is what was kept beside them: who the people are
and how they are reached, when the request arrived, what the case is called, and its flags.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from webform.documents.answers import first
from webform.documents.form import Form
from webform.errors import Refusal
from webform.records.lookup import index_case
from webform.records.store import db
from webform.records.tables import Case, CaseLink, Document, Party
from webform.rules.calendar import LONDON, day_of, long_date
from webform.rules.corrected import CAN_BE_CORRECTED, ON, before_correction, in_place_of, to_correct, to_redate
from webform.rules.journey import flags
from webform.rules.plain_words import joined
from webform.rules.summary import prune
from webform.words import gettext as _

from .folder import Which, documents_of, done_by, standing_documents
from .hand_over import HANDED_OVER, PASSED_ON, body_of
from .letters import add_task
from .open_case import headline
from .parties import leave_wrong_address, leaves
from .people import PEOPLE, Author, details_of, rules_of_request
from .pinned import form_of, rules_of


def to_be_corrected(case: Case, which: Which) -> Document | None:
    """What stands in the place of the document that is meant; None where it can't be corrected.

    The occurrence names the document: the first is the request.
    """
    found = in_place_of(documents_of(case), which.occurrence)
    return found if found and can_be_corrected(found) else None


def can_be_corrected(document: Document) -> bool:
    """Whether other answers, or another day of posting, can take the place of its own.

    What another body has filed, only they can correct; and a vote is given again until the decision, and never changed
    by anybody else or afterwards. Of a letter only the day on which somebody says that it was posted can be wrong.
    """
    if document.origin is not None or not document.answers or document.effect not in CAN_BE_CORRECTED:
        return False
    if document.body is not None:
        return bool(document.answers.get("channel") == "paper")
    form = form_of(document)
    return form is not None and form.meaning("vote.cast") is None


def form_of_correction(case: Case, which: Which, asks_why: Form) -> Form | None:
    """The form that asks why, and then everything that the document answers."""
    found = to_be_corrected(case, which)
    own = form_of(found) if found else None
    return to_correct(asks_why, own) if own else to_redate(asks_why) if found else None


def on_record(case: Case, which: Which) -> dict[str, Any]:
    """The answers that stand now."""
    found = to_be_corrected(case, which)
    own = form_of(found) if found else None
    return prune(own, found.answers or {}) if found and own else {}


def check_correction(case: Case, which: Which) -> None:
    """Raises AlreadyDone where somebody was quicker: what they wrote must not be lost under older answers."""
    found = to_be_corrected(case, which)
    if found is None:
        raise Refusal(_("This can’t be corrected. Fill in the form again, or write down what is right in a new one."))
    if found.number != which.occurrence:
        raise done_by(case, found)


def filed_as(case: Case, which: Which, form: Form, answers: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    """What a correction is filed as: what its original was, with the right day where that was wrong."""
    original = to_be_corrected(case, which)
    if original is None:
        raise Refusal(_("This can’t be corrected."))
    own, day = form_of(original), first(form, answers, ON)
    if day:
        _check_day(case, original, dt.date.fromisoformat(str(day)))
    if not day and (own is None or prune(own, answers) == prune(own, original.answers or {})):
        raise Refusal(_("Nothing was changed, so nothing was filed. Change what is wrong, or leave it."))
    return {
        "kind": original.kind, "step": original.step, "effect": original.effect, "party_id": original.party_id,
        "effective_at": _on(case, day, original, now), "replaces": original.number, "body": original.body,
        "answers": answers if own else {**answers, **(original.answers or {})}, "occurrence": original.occurrence,
    }  # fmt: skip


def _check_day(case: Case, original: Document, day: dt.date) -> None:
    """Raises Refusal for a day on which it can't have come, such as one with the wrong year."""
    since = day_of(before_correction(documents_of(case), original)[-1].filed_at)
    if original.body is None and day > since:
        raise Refusal(
            _(
                "It was on record on %(since)s, so it can’t have come later. Check the right day.",
                since=long_date(since),
            )
        )
    if original.effect != "opens-case" and day < day_of(case.received_at):
        raise Refusal(_("Nothing came or happened before the request was received. Check the right day."))


def _on(case: Case, day: Any, original: Document, now: dt.datetime) -> dt.datetime:
    """The same time of another day; never later than now, nor before the request that it is about."""
    before: dt.datetime = original.effective_at
    if not day:
        return before
    at = min(dt.datetime.combine(dt.date.fromisoformat(str(day)), before.astimezone(LONDON).time(), LONDON), now)
    return at if original.effect == "opens-case" else max(at, case.received_at)


def take_effect(case: Case, form: Form, document: Document, author: Author) -> None:
    """Let what is kept beside the documents follow a correction that was just filed."""
    before = next(one for one in documents_of(case) if one.number == document.replaces)
    if own := form_of(before):
        if document.effect == "opens-case":
            case.received_at, case.headline = document.effective_at, headline(own, document.answers or {})
            for role in PEOPLE:
                _correct_person(case, role, own, before, document)
        _drop_flags(case, own, before)
        index_case(case)
    _ask_about_letters(case, before, document)
    _tell_where_it_went(case, before, document)


def _correct_person(case: Case, role: str, form: Form, before: Document, after: Document) -> None:
    """Lay over what is known of somebody what the request says otherwise now; what they changed since is theirs."""
    was, now = (details_of(role, form, one.answers or {}) for one in (before, after))
    rules_were, rules = (rules_of_request(role, form, one.answers or {}) for one in (before, after))
    party = next((one for one in case.parties if one.role == role and not one.key), None)
    if party is None and now:
        party = Party(case_id=case.id, role=role, person=now, contact=rules, joined_at=after.effective_at)
        case.parties.append(party)
    elif party is not None:
        leave_wrong_address(case, party, was, now, after.filed_at)
        party.person, party.contact = _over(party.person, was, now), _over(party.contact, rules_were, rules)
        if now:
            party.left_at = None
        else:
            leaves(party, after.filed_at, after.filed_at)
        party.joined_at = after.effective_at if party.joined_at == before.effective_at else party.joined_at


def _over(known: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, with what was corrected of it."""
    wrong = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    stale = {name for name in wrong if known.get(name) == was.get(name)}
    kept = {name: value for name, value in known.items() if name not in stale}
    return {**kept, **{name: now[name] for name in stale if name in now}}


def _drop_flags(case: Case, form: Form, before: Document) -> None:
    """Flags that nothing on record raises any more."""
    papers = [(form_of(one), one.answers or {}) for one in standing_documents(case)]
    day = day_of(case.received_at)
    raised = {flag.id for own, answers in papers if own for flag in flags(own, answers, day)}
    gone = {flag.id for flag in flags(form, before.answers or {}, day)} - raised
    case.flags = [flag for flag in case.flags if flag["id"] not in gone]


def _ask_about_letters(case: Case, before: Document, after: Document) -> None:
    """Letters that went since then may say what was wrong: a person looks at them."""
    since = [one for one in documents_of(case) if one.body and one.answers and one.filed_at >= before.filed_at]
    if since:
        named = rules_of(case)[0].named
        says = _(
            "“%(title)s” was corrected. Look if these letters said it wrong: %(letters)s.",
            title=named(after.step or ""),
            letters=joined(dict.fromkeys(str((one.answers or {})["subject"]) for one in since), "and"),
        )
        add_task(case, f"corrected:{before.number}", says, after.filed_at)


def _tell_where_it_went(case: Case, before: Document, after: Document) -> None:
    """Another body that has a copy reads it as it was, in a folder of its own: a person tells them what is right."""
    went = or_(
        (CaseLink.case_id == case.id) & (CaseLink.other_id == Case.id),
        (CaseLink.other_id == case.id) & (CaseLink.case_id == Case.id),
    )
    kinds = CaseLink.kind.in_((HANDED_OVER, PASSED_ON))
    others = select(Case, CaseLink.case_id).join(CaseLink, went).where(kinds).order_by(Case.id)
    numbers = {one.number for one in before_correction(documents_of(case), before)}
    for other, opened_by in db.session.execute(others):
        copies = (one.origin for one in documents_of(other) if one.origin)
        has_copy = any(one["case"] == case.reference and int(one["number"]) in numbers for one in copies)
        began_with_it = opened_by == case.id and after.effect == "opens-case"
        if has_copy or began_with_it:
            says = _(
                "“%(title)s” was corrected. %(body)s has it as it was, in their case %(reference)s: tell them what is"
                " right.",
                title=rules_of(case)[0].named(after.step or ""), body=body_of(other.area), reference=other.reference,
            )  # fmt: skip
            add_task(case, f"corrected-there:{other.id}:{before.number}", says, after.filed_at)
