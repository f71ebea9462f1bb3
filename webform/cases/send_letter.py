"""Somebody sends a letter: by email, or on paper on the day that it was posted."""

from __future__ import annotations

import datetime as dt

from webform.documents.letter import Written
from webform.errors import Refusal
from webform.records.store import lock_case
from webform.records.tables import Case, Document
from webform.words import gettext as _

from .folder import Which, check_what_comes_first
from .hand_over import hand_over
from .letter_again import draft_again
from .letters import draft_letter, file_letter, post_letter, without_link
from .people import Author
from .put_aside import forget
from .reschedule import move_dates
from .second_reader import check_read, forget_reading
from .up_to_date import bring_up_to_date


def send(
    case: Case, which: Which | str, *, subject: str, markdown: str, author: Author, now: dt.datetime,
    posted_on: dt.datetime | None = None, instead_of: int | None = None,
) -> Document:  # fmt: skip
    """Send the letter of a duty as it was read over, or a corrected one in the place of a letter that went.

    Copies to the council's own people go by email either way.

    Raises AlreadyDone when a colleague was quicker, and Refusal when it may not go this way.
    """
    lock_case(case.id)
    move_dates(case, now)
    draft = draft_again(case, instead_of, now) if instead_of else draft_letter(case, which, now)
    check_what_comes_first(case, draft.which or Which(draft.step.id), now)
    if posted_on is None and not draft.by_email:
        raise Refusal(_("This person can't safely be sent an email. Print the letter and post it instead."))
    check_read(case, draft, Written(subject, markdown))
    written = Written(" ".join(subject.split()), without_link(case, markdown) if posted_on else markdown)
    document = file_letter(case, draft, written, author, now, posted_on)
    forget(case, draft.which or Which.read(which))
    forget_reading(case, draft.which or Which.read(which), now)
    recipients = draft.copies if posted_on else (*draft.to, *draft.copies)
    post_letter(case, draft.letter, written, recipients, document, now)
    if draft.step.opens and not instead_of:
        hand_over(case, draft.step, None, document, author)
    bring_up_to_date(case, now)
    return document
