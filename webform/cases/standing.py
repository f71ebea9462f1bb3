"""What a party may know of their case: how far it is, what they are asked for, their own letters. Nothing of others.

It is worked out from the duties and from what the procedure says to the public. No answer of anybody, no flag, no
finding and no note of an officer comes into it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from webform.documents.consent import Sight
from webform.documents.form import Form
from webform.documents.procedure import Procedure, Step
from webform.records.store import db
from webform.records.tables import Case, Colleague, Document, Message, Party
from webform.rules.agreement import CONSENTS
from webform.rules.consent import View
from webform.rules.folder import Duty
from webform.rules.read_by import what_they_read
from webform.rules.sitting import INTEREST
from webform.rules.summary import Section

from .colleagues import is_theirs
from .consent import sight_of
from .folder import documents_of, duties_of, standing_documents
from .letters import READERS
from .people import is_about
from .pinned import rules_of

OWED = ("open", "late")
STILL_POSSIBLE = (*OWED, "lapsed", "done", "done late")  # a choice may be taken again, and after its date
AHEAD = ("open", "late", "waiting", "arranged", "held")
Known = dict[tuple[str, dt.datetime], dt.datetime]
ENDS_THE_CASE = ("withdraws", "closes")
PROGRESS: Sight = "progress"
THEIR_OWN = "changes-contact"


@dataclass(frozen=True)
class Told:
    """A step that the public reads of: when it was done, or by when it is due and why."""

    says: str
    duty: Duty
    ours: bool  # whether the one who reads it owes it


@dataclass(frozen=True)
class Asked:
    """A form that a party is asked to fill in, or may. `number` is its place in the procedure, for an address that
    says nothing; `says` are the words that go with it, and `reads` what of the request they need to know for it."""

    number: int
    step: Step
    form: Form
    duty: Duty
    says: str
    reads: tuple[Section, ...] = ()

    @property
    def is_choice(self) -> bool:
        """Whether they may fill it in and nobody waits for it; an answer that nobody has given yet is waited for."""
        unanswered = self.form.effect == CONSENTS and self.duty.done_at is None
        again = self.step.again and self.duty.done_at is not None
        return again or (self.step.strength == "choice" and not unanswered)

    @property
    def is_personal(self) -> bool:
        """Whether it is about whoever fills it in, so that no colleague can for them."""
        return any(self.form.meaning(one) for one in ("vote.cast", INTEREST))


@dataclass(frozen=True)
class Standing:
    """Where a case stands, for one party."""

    stage: str
    done: tuple[Told, ...]
    ahead: tuple[Told, ...]
    asked: tuple[Asked, ...]
    can: tuple[Asked, ...]
    letters: tuple[Document, ...]
    by_word: tuple[Told, ...] = ()  # what they are asked for, on a form that only officers fill in
    told_no_more: bool = False  # whoever they ask for has not agreed that they see how it goes on
    is_theirs: bool = True  # whether the case is about them; a body reads what it owes, and nothing of how it stands


def standing_of(case: Case, party: Party, now: dt.datetime) -> Standing:
    """The case as this party may see it."""
    procedure, _ = rules_of(case)
    duties, sight = duties_of(case, now), sight_of(case, party, now)
    asked = forms_for(case, party, now, duties, sight)
    by_word = _by_word(case, party, duties) if PROGRESS in sight.now else ()
    about_them = is_about(procedure, party)
    said = set() if about_them else {one.duty.key for one in asked} | {one.duty.key for one in by_word}
    known = _known_since(case, sight)
    seen = [duty for duty in duties if duty.key not in said and _sees(sight, duty, known)]
    told = [one for duty in seen if (one := _told(procedure, duty, party))]
    goes_on = PROGRESS in sight.now and about_them
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return Standing(
        stage=next((stage.title for stage in procedure.stages if stage.id == case.stage and goes_on), ""),
        done=tuple(sorted((one for one in told if one.duty.done_at), key=lambda one: one.duty.done_at or far)),
        ahead=tuple(
            sorted((one for one in told if not one.duty.done_at), key=lambda one: one.duty.due or far)
        ),
        asked=tuple(one for one in asked if not one.is_choice),
        can=tuple(one for one in asked if one.is_choice),
        letters=letters_of(case, party, sight),
        by_word=by_word,
        told_no_more=PROGRESS not in sight.now,
        is_theirs=about_them,
    )  # fmt: skip


def passed_on(standing: Standing, colleague: Colleague | None) -> Standing:
    """The same for somebody to whom one thing was passed on: that, and nothing else."""
    if colleague is None:
        return standing
    asked = tuple(one for one in standing.asked if is_theirs(one.step, colleague))
    return replace(standing, done=(), ahead=(), asked=asked, can=(), letters=(), by_word=())


def _sees(sight: View, duty: Duty, known: Known) -> bool:
    """Whether they may be told of it: what they could read once it was on file, they go on reading."""
    if PROGRESS in sight.now or duty.done_at is None:
        return PROGRESS in sight.now
    return sight.shows(PROGRESS, known.get((duty.step, duty.done_at), duty.done_at))


def _known_since(case: Case, sight: View) -> Known:
    """Since when it is on file that a step was done at some time: it may have been written down much later.

    Worked out for whoever is told no more; for all others it makes no difference.
    """
    found: Known = {}
    for one in () if PROGRESS in sight.now else documents_of(case):
        found.setdefault((one.step or "", one.effective_at), one.filed_at)
    return found


def _told(procedure: Procedure, duty: Duty, party: Party) -> Told | None:
    """The step of a duty in the words for the public, if it is for this party to read."""
    step = procedure.step(duty.step)
    if step is None or not step.says or duty.state == "waived" or not _concerns(procedure, duty, party):
        return None  # what is left out counts as happening, and nobody has done it
    if duty.done_at is None and (step.strength == "choice" or duty.state not in AHEAD):
        return None
    return Told(step.says if is_about(procedure, party) else procedure.named(step.id), duty, _owes(duty, party))


def _concerns(procedure: Procedure, duty: Duty, party: Party) -> bool:
    """Those whom the case is about read of every step; others of what they owe. Nobody reads of another's."""
    if duty.party not in (None, str(party.id)):
        return False
    return is_about(procedure, party) or party.role in duty.owner


def _owes(duty: Duty, party: Party) -> bool:
    return party.role in duty.owner and duty.party in (None, str(party.id))


def forms_for(
    case: Case, party: Party, now: dt.datetime, duties: tuple[Duty, ...] | None = None, sight: View | None = None
) -> tuple[Asked, ...]:  # fmt: skip
    """The forms that this party is asked for now, the earliest date first; then those that they may fill in.

    Who is told no more of the case is asked nothing about it; how they themselves are reached they can always say.
    """
    procedure, forms = rules_of(case)
    goes_on = PROGRESS in (sight or sight_of(case, party, now)).now
    found: dict[int, Asked] = {}
    for duty in duties_of(case, now) if duties is None else duties:
        number = next((n for n, step in enumerate(procedure.steps, 1) if step.id == duty.step), 0)
        step = procedure.step(duty.step)
        form = forms.get(step.fill or "") if step else None
        if form is None or not (goes_on or form.effect == THEIR_OWN):
            continue
        if step and _owes(duty, party) and _can_be_filled_in(case, step, form, duty):
            says = step.says if is_about(procedure, party) else form.says
            found.setdefault(number, Asked(number, step, form, duty, says, _read_for(case, step, forms, party)))
    return tuple(sorted(found.values(), key=lambda one: (one.is_choice, one.duty.due_on or dt.date.max)))


def _by_word(case: Case, party: Party, duties: tuple[Duty, ...]) -> tuple[Told, ...]:
    """What this party is asked for and can't send here: cases keep the forms that they were opened with, and such a
    form may have been one for officers then, who write down what they are told."""
    procedure, forms = rules_of(case)
    owed = [(procedure.step(one.step), one) for one in duties if one.state in OWED and _owes(one, party)]
    due = [(forms.get(step.fill or ""), one) for step, one in owed if step and step.strength != "choice"]
    return tuple(Told(form.title, one, True) for form, one in due if form and form.audience == "officer")


def _read_for(case: Case, step: Step, forms: Mapping[str, Form], party: Party) -> tuple[Section, ...]:
    """What of the request this party reads before they answer; nothing, where the step does not say."""
    opening = (
        next((one for one in standing_documents(case) if one.effect == "opens-case"), None) if step.reads else None
    )
    if opening is None or opening.answers is None or opening.kind not in forms:
        return ()
    decides = any(step.id == one.rests_on for one in rules_of(case)[0].steps)
    return what_they_read(forms[opening.kind], opening.answers, step.reads, None if decides else party.person)


def _can_be_filled_in(case: Case, step: Step, form: Form, duty: Duty) -> bool:
    if form.audience == "officer" or form.effect == "opens-case" or (case.closed_at and form.effect in ENDS_THE_CASE):
        return False
    if step.again and duty.done_at is not None:
        return not duty.over and case.closed_at is None
    return duty.state in (STILL_POSSIBLE if step.strength == "choice" else OWED)


def letters_of(case: Case, party: Party, sight: View) -> tuple[Document, ...]:
    """The letters that were sent to this party and that they may see, the latest first.

    Those that were copied from another case name people of that case.
    """
    wanted = select(Message.document_id).where(Message.party_id == party.id, Message.document_id.is_not(None))
    mailed = set(db.session.scalars(wanted))
    found = reversed(standing_documents(case))
    letters = ((one, dict(one.answers)) for one in found if one.origin is None and one.body and one.answers)
    theirs = (one for one, how in letters if one.id in mailed or party.id in how.get(READERS, (one.party_id,)))
    return tuple(one for one in theirs if sight.shows("letters", one.filed_at))
