"""A letter that went with something wrong in it: it stays on record, and a corrected one names it and takes its place.

What the first did at its time, such as to end a duty or to begin a time limit, it has done: the second is no step of
the procedure, and nothing is counted from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from webform.documents.answers import written_date
from webform.documents.letter import Written, as_typed
from webform.errors import Refusal
from webform.records.tables import Case, Document
from webform.rules.calendar import day_of
from webform.rules.corrected import before_correction, in_place_of
from webform.words import gettext as _

from .folder import Which, documents_of, done_by, duties_of, turn_of
from .letters import INSTEAD, Draft, letter_of


def duty_of_letter(papers: Sequence[Document], letter: Document) -> Which | None:
    """The duty that a letter, or the one whose place it takes, was sent for; None for what is no such letter."""
    numbered, first = {one.number: one for one in papers}, letter
    while (earlier := (first.answers or {}).get(INSTEAD)) in numbered:
        first = numbered[earlier]
    if first.body is None or first.step is None or first.origin is not None or not first.answers:
        return None
    return Which(first.step, first.party_id, turn_of(first) or 1)


def later_letter(papers: Sequence[Document], letter: Document) -> Document | None:
    """The corrected letter that takes the place of this one."""
    numbers = {one.number for one in before_correction(papers, letter)}
    return next((one for one in papers if (one.answers or {}).get(INSTEAD) in numbers), None)


def draft_again(case: Case, number: int, now: dt.datetime) -> Draft:
    """The letter anew, with today's facts and the name of the one that it takes the place of.

    Raises AlreadyDone when a colleague was quicker, and Refusal for what is no letter of this case, or for nobody.
    """
    papers = documents_of(case)
    letter = in_place_of(papers, number)
    which = duty_of_letter(papers, letter) if letter else None
    duty = next((one for one in duties_of(case, now) if which and which.fits(one)), None)
    if letter is None or duty is None:
        raise Refusal(_("No corrected letter can take the place of this. Write to them in another way."))
    if later := later_letter(papers, letter):
        raise done_by(case, later)
    draft = letter_of(case, duty, now)
    if not draft.to:
        raise Refusal(_("Nobody whom this letter was for is on the case any more."))
    line = _(
        "This letter takes the place of ours of %(day)s, “%(subject)s”. Please go by this one.",
        day=written_date(day_of(letter.effective_at)), subject=as_typed(str((letter.answers or {})["subject"])),
    )  # fmt: skip
    written = Written(draft.written.subject, f"{line}\n\n{draft.written.markdown}")
    return replace(draft, written=written, instead_of=letter.number)
