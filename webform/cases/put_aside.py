"""Letters that wait for the post: kept as they were read over, until they are printed together and posted.

Such a letter is a draft of a duty like any other, which its channel tells apart; it goes when its time is over.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from webform.documents.letter import Written
from webform.records.sealed import keyed_hash
from webform.records.store import db
from webform.records.tables import Case, Draft
from webform.rules.folder import Duty
from webform.words import gettext as _

from .drafts import erase_draft, expiry
from .folder import AlreadyDone, Which, open_duty
from .letters import Draft as LetterDraft
from .letters import draft_letter, letter_of
from .pinned import rules_of
from .second_reader import check_read

POST = "post"  # the channel of a letter that waits for it
MOST = 50  # letters that are printed in one go


@dataclass(frozen=True)
class Waiting:
    """A letter that waits for the post. `letter` is None where it went another way or is not needed any more.

    `doubts`: what has changed since it was put here, or is to be thought of, so that nobody posts it unawares.
    """

    draft: Draft
    case: Case
    which: Which
    written: Written
    letter: LetterDraft | None
    doubts: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What a page calls it. SQLite gives the number of a draft that is gone to the next one."""
        return self.draft.key_digest[:16]


def put_aside(case: Case, which: Which | str, written: Written, officer_id: int, now: dt.datetime) -> None:
    """Keep a letter for the post, in the place of what was kept for the same duty. Raises AlreadyDone if it went,
    and Refusal while somebody else has to read it first."""
    draft = draft_letter(case, which, now)
    check_read(case, draft, written)
    meant = draft.which or Which.read(which)
    forget(case, meant)
    db.session.add(
        Draft(
            key_digest=keyed_hash("draft", secrets.token_hex(32)), area=case.area, form=draft.letter.id,
            version=case.version, answers={"subject": written.subject, "markdown": written.markdown}, visited=[],
            created_at=now, touched_at=now, expires_at=expiry(rules_of(case)[0], now), officer_id=officer_id,
            case_id=case.id, step=meant.step, party_id=meant.party_id, occurrence=meant.occurrence, channel=POST,
        )
    )  # fmt: skip
    db.session.flush()


def kept(case: Case, which: Which) -> Draft | None:
    """The letter that is kept for a duty."""
    about = Draft.party_id == which.party_id if which.party_id else Draft.party_id.is_(None)
    here = (Draft.case_id == case.id, Draft.step == which.step, Draft.occurrence == which.occurrence, about)
    return db.session.scalar(select(Draft).where(*here, Draft.channel == POST))


def forget(case: Case, which: Which) -> None:
    """Nothing is kept for this duty any more: its letter went, or is written anew."""
    if draft := kept(case, which):
        erase_draft(draft)


def text_of(draft: Draft) -> Written:
    """What was kept."""
    return Written(str(draft.answers["subject"]), str(draft.answers["markdown"]))


def waiting(area: str, now: dt.datetime) -> list[Waiting]:
    """The letters of an area that wait for the post, the oldest first; as many as are printed in one go."""
    of_area = select(Draft).where(Draft.area == area, Draft.channel == POST, Draft.case_id.is_not(None))
    drafts = db.session.scalars(of_area.order_by(Draft.created_at, Draft.id).limit(MOST)).all()
    return [_waiting(draft, now) for draft in drafts]


def _waiting(draft: Draft, now: dt.datetime) -> Waiting:
    case = db.session.get_one(Case, draft.case_id)
    which = Which(str(draft.step), draft.party_id, draft.occurrence)
    try:
        duty = open_duty(case, which, now)
    except AlreadyDone:
        return Waiting(draft, case, which, text_of(draft), None)
    letter = letter_of(case, duty, now)
    return Waiting(draft, case, which, text_of(draft), letter, _doubts(case, duty, letter))


def _doubts(case: Case, duty: Duty, letter: LetterDraft) -> tuple[str, ...]:
    """Why a letter should not go into the post without a thought."""
    found = [
        (case.closed_at is not None, _("The case is closed.")),
        (duty.state == "held", _("The case is on hold.")),
        (not letter.to, _("Nobody is to have this letter now. Look at the case, or take it out.")),
        (
            any(not one.address for one in letter.to),
            _("No postal address is safe for everybody, so hand it over."),
        ),
        (letter.at_risk, _("Where the case was before, they decided that asking them would put someone at risk.")),
    ]  # fmt: skip
    names = ", ".join(letter.kept_out)
    kept_from = _("The person affected does not want %(names)s to be told. Decide before you post it.", names=names)
    return (*(words for holds, words in found if holds), *([kept_from] if names else []))
