"""A letter that a second person reads before it goes, where the procedure asks for one.

It is kept as it was written, like a letter for the post, until somebody else in a role that may says yes or sends it
back. What goes is what was read: other words have to be read again.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from webform.documents.letter import Written
from webform.errors import Refusal
from webform.records.chain import seal_document
from webform.records.officers import Officer
from webform.records.sealed import keyed_hash
from webform.records.store import db
from webform.records.tables import Case, Draft
from webform.rules.plain_words import joined
from webform.words import gettext as _

from .drafts import erase_draft, expiry
from .folder import Which
from .letters import Draft as LetterDraft
from .letters import add_task, settle_task
from .pinned import rules_of
from .titles import title_of_step

SECOND = "second-reader"  # the channel of a letter that waits for one, and the kind of the paper that says it was read


@dataclass(frozen=True)
class Reading:
    """How a letter stands that somebody else has to read. `by`: whoever wrote it; '' while nobody has asked."""

    readers: str  # the roles that may read it, in words
    roles: tuple[str, ...]
    written: Written | None = None
    by: str = ""
    by_id: int = 0
    read_by: str = ""
    sent_back_by: str = ""
    words: str = ""  # why it was sent back

    @property
    def waits(self) -> bool:
        """Whether it waits to be read."""
        return bool(self.written) and not self.read_by and not self.sent_back_by

    def may_be_read_by(self, officer: Officer) -> bool:
        """Whether this officer is a second person for it."""
        return self.waits and officer.id != self.by_id and officer.role in self.roles

    def lets_wait(self, written: Written) -> bool:
        """Whether just these words wait to be read."""
        return self.waits and self.written is not None and is_same(self.written, written)

    def lets_go(self, written: Written) -> bool:
        """Whether just these words were read and found good."""
        return bool(self.read_by) and self.written is not None and is_same(self.written, written)


def is_same(one: Written, other: Written) -> bool:
    """Whether nobody would see a difference: a browser changes how lines end."""
    return _lines(one) == _lines(other)


def _lines(written: Written) -> list[str]:
    return [" ".join(written.subject.split()), *(line.rstrip() for line in written.markdown.strip().splitlines())]


def reading_of(case: Case, letter: LetterDraft) -> Reading | None:
    """How the reading of a letter stands; None where the procedure asks for no second reader."""
    procedure = rules_of(case)[0]
    roles = procedure.second_readers(letter.step)
    if not roles:
        return None
    titles = {role.id: role.title for role in procedure.roles}
    readers = joined([titles.get(role, role) for role in roles], "or")
    draft = _kept(case, _which(letter))
    if draft is None:
        return Reading(readers, roles)
    said = draft.answers
    return Reading(
        readers, roles, Written(str(said["subject"]), str(said["markdown"])), str(said["by"]), int(said["by_id"]),
        str(said.get("read_by", "")), str(said.get("sent_back_by", "")), str(said.get("words", "")),
    )  # fmt: skip


def check_read(case: Case, letter: LetterDraft, written: Written) -> None:
    """Raises Refusal while nobody else has read just these words."""
    reading = reading_of(case, letter)
    if reading is not None and not reading.lets_go(written):
        raise Refusal(_("Before this letter goes, somebody else has to read it: %(readers)s.", readers=reading.readers))


def ask_second(case: Case, letter: LetterDraft, written: Written, officer: Officer, now: dt.datetime) -> None:
    """Keep the letter until somebody else has read it, in the place of what was kept for the same duty."""
    reading, which = reading_of(case, letter), _which(letter)
    if reading is None:
        return
    forget_reading(case, which, now)
    db.session.add(
        Draft(
            key_digest=keyed_hash("draft", secrets.token_hex(32)), area=case.area, form=letter.letter.id,
            version=case.version, visited=[], created_at=now, touched_at=now, expires_at=expiry(rules_of(case)[0], now),
            answers={
                "subject": written.subject, "markdown": written.markdown, "by": officer.name, "by_id": officer.id,
            },
            officer_id=officer.id, case_id=case.id, step=which.step, party_id=which.party_id,
            occurrence=which.occurrence, channel=SECOND,
        )
    )  # fmt: skip
    db.session.flush()
    says = _(
        "%(writer)s asks somebody else to read a letter before it goes: “%(title)s”. Who may: %(readers)s.",
        writer=officer.name, title=title_of_step(case, which.step), readers=reading.readers,
    )  # fmt: skip
    if letter.instead_of:
        says += " " + _("It is a corrected letter. Its page begins at document %(number)s.", number=letter.instead_of)
    add_task(case, _asked(which), says, now)


def say_yes(case: Case, letter: LetterDraft, seen: Written, officer: Officer, now: dt.datetime) -> None:
    """Somebody else has read it and lets it go; that is on record. `seen` are the words that they had before them."""
    draft, reading, which = *_to_be_read(case, letter, seen, officer), _which(letter)
    draft.answers = {**draft.answers, "read_by": officer.name}
    words = _(
        "%(reader)s has read the letter “%(title)s”, which %(writer)s wrote. It can go.",
        reader=officer.name, title=title_of_step(case, which.step), writer=reading.by,
    )  # fmt: skip
    seal_document(
        case, kind=SECOND, effect="records", author=officer.name, author_role=officer.role, filed_at=now, body=words
    )  # fmt: skip
    settle_task(case, _asked(which), now)
    add_task(case, _answered(which), words, now)


def send_back(
    case: Case, letter: LetterDraft, seen: Written, why: str, officer: Officer, now: dt.datetime
) -> None:  # fmt: skip
    """Somebody else has read it and says what is to be changed. It stays as it is until somebody writes it anew."""
    draft, reading, which = *_to_be_read(case, letter, seen, officer), _which(letter)
    draft.answers = {**draft.answers, "sent_back_by": officer.name, "words": why}
    words = _(
        "%(reader)s has sent a letter back to %(writer)s: “%(title)s”. The reason stands on its page.",
        reader=officer.name, title=title_of_step(case, which.step), writer=reading.by,
    )  # fmt: skip
    settle_task(case, _asked(which), now)
    add_task(case, _answered(which), words, now)


def _to_be_read(case: Case, letter: LetterDraft, seen: Written, officer: Officer) -> tuple[Draft, Reading]:
    """What waits to be read. Raises Refusal for whoever is no second person, and for words that are not the latest."""
    draft, reading = _kept(case, _which(letter)), reading_of(case, letter)
    if draft is None or reading is None or reading.written is None or not reading.waits:
        raise Refusal(_("This letter does not wait to be read."))
    if not reading.may_be_read_by(officer):
        raise Refusal(_("Somebody else has to read this letter: %(readers)s.", readers=reading.readers))
    if not is_same(reading.written, seen):
        raise Refusal(_("These are not the words that wait to be read. Open the letter again and read it."))
    return draft, reading


def forget_reading(case: Case, which: Which, now: dt.datetime) -> None:
    """The letter went or is written anew: nothing waits, and nobody has to be told."""
    if draft := _kept(case, which):
        erase_draft(draft)
    for kind in (_asked(which), _answered(which)):
        settle_task(case, kind, now)


def _kept(case: Case, which: Which) -> Draft | None:
    about = Draft.party_id == which.party_id if which.party_id else Draft.party_id.is_(None)
    here = (Draft.case_id == case.id, Draft.step == which.step, Draft.occurrence == which.occurrence, about)
    return db.session.scalar(select(Draft).where(*here, Draft.channel == SECOND))


def _which(letter: LetterDraft) -> Which:
    return letter.which or Which(letter.step.id)


def _asked(which: Which) -> str:
    """The kind of the task to read it."""
    return f"read:{which}"


def _answered(which: Which) -> str:
    """The kind of the task to go on with it."""
    return f"was-read:{which}"
