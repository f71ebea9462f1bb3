"""A form that somebody has begun: kept on the server, found again by a code and a word, forgotten in time.

The code is random and stands in the browser's session or on the person's paper; here lies only its keyed hash. The word
is chosen by the person. A draft that nobody touches is deleted; whoever left a safe email address is warned before.
"""

from __future__ import annotations

import datetime as dt
import secrets
import unicodedata
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from werkzeug.security import check_password_hash, generate_password_hash

from webform.documents.answers import first, written_date
from webform.documents.duration import Duration
from webform.documents.form import Form
from webform.documents.letter import render
from webform.documents.procedure import Procedure
from webform.house import house
from webform.records.attempts import Allowance, count, forget, free_at, one_at_a_time
from webform.records.sealed import keyed_hash
from webform.records.store import db
from webform.records.tables import Draft
from webform.rules.calendar import day_of, end_of
from webform.rules.safe_contact import NO_CHANNEL
from webform.sending.compose import compose
from webform.sending.outbox import post

from .calendars import calendar_in_use
from .facts import area_facts

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without letters that look like numbers; 5 bits a sign
SIGNS = 16  # 80 bits
# Wrong words under one code, whoever types them and from wherever.
WRONG_WORDS: tuple[Allowance, ...] = ((5, dt.timedelta(minutes=15)), (15, dt.timedelta(days=1)))
# What a word is held against where there is none, so that it takes as long: no word has this hash.
NOBODYS_WORD = f"scrypt:32768:8:1$nobody${'0' * 128}"
# Every page of a form asks one of these: made once, as making them costs more than asking them.
FOR_READING = select(Draft).where(Draft.key_digest == bindparam("digest"), Draft.expires_at > bindparam("now"))
FOR_WRITING = FOR_READING.with_for_update()


@dataclass(frozen=True)
class Tried:
    """What became of a try to open a draft: it is there, or it isn't, or it is locked until a time."""

    draft: Draft | None = None
    locked_until: dt.datetime | None = None


def start_draft(procedure: Procedure, form: Form, now: dt.datetime) -> tuple[Draft, str]:
    """A new, empty draft and its code, which is known to nobody afterwards but the person."""
    code = new_code()
    draft = Draft(
        key_digest=_digest(code), area=procedure.id, form=form.id, version=house().shelves.version(procedure),
        answers={}, visited=[], created_at=now, touched_at=now, expires_at=expiry(procedure, now),
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft, code


def new_code(length: int = SIGNS) -> str:
    """A fresh code, in groups as it is shown and written down."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return "-".join(signs[start : start + 4] for start in range(0, length, 4))


def _digest(code: str) -> str:
    """The keyed hash of a code, however it was typed."""
    return keyed_hash("draft", plain_code(code))


def plain_code(typed: str) -> str:
    """The signs of a code, however it was typed: letters that look like numbers are read as these."""
    plain = typed.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(sign for sign in plain if sign in ALPHABET)


def find_draft(code: str, now: dt.datetime, lock: bool = False) -> Draft | None:
    """The draft of a code, unless it has expired. `lock` makes other writers wait; SQLite has only one."""
    return db.session.scalar(FOR_WRITING if lock else FOR_READING, {"digest": _digest(code), "now": now})


def can_go_on(draft: Draft) -> bool:
    """Whether area and form are still on the shelves. Where a council has taken them away, the draft stays as it is."""
    return draft.area in house().shelves.procedures and draft.form in house().shelves.forms


def touch(draft: Draft, now: dt.datetime) -> None:
    """Somebody is at work on the draft: its time, which is counted in days, starts again."""
    if not can_go_on(draft):
        return
    if day_of(draft.touched_at) != day_of(now):
        draft.expires_at = expiry(house().shelves.procedures[draft.area], now)
    draft.touched_at, draft.warned_at = now, None


def expiry(procedure: Procedure, now: dt.datetime) -> dt.datetime:
    """When a draft that is touched now will be deleted: the end of the last day of the procedure's time."""
    return end_of(_count(procedure, day_of(now), procedure.retention.drafts, 1))


def _count(procedure: Procedure, day: dt.date, length: Duration, sign: int) -> dt.date:
    calendar = calendar_in_use(procedure, house().settings.instance)
    return (calendar.add if sign > 0 else calendar.back)(day, length).date


# --- the word ------------------------------------------------------------------------------------------------------


def set_word(draft: Draft, word: str, email: str, code: str, now: dt.datetime) -> None:
    """Locks the draft with a word, and mails the way back if an address is given. Says nothing about the form."""
    draft.word_hash = generate_password_hash(plain_word(word))
    draft.email = email or None
    forget(_counter(code))
    touch(draft, now)
    if email:
        _mail(draft, house().shelves.procedures[draft.area].notices.draft_link, code, now)


def open_with_word(code: str, word: str, now: dt.datetime) -> Tried:
    """The draft, if code and word are right. A code that nobody has is locked, counted and tested like any other."""
    counter = _counter(code)
    one_at_a_time(counter)
    if locked_until := free_at(counter, WRONG_WORDS, now):
        return Tried(locked_until=locked_until)
    draft = find_draft(code, now, lock=True)
    word_hash = draft.word_hash if draft else None
    if check_password_hash(word_hash or NOBODYS_WORD, plain_word(word)) and draft and word_hash:
        forget(counter)
        touch(draft, now)
        return Tried(draft)
    count([counter], now)
    return Tried(locked_until=free_at(counter, WRONG_WORDS, now))


def _counter(code: str) -> str:
    return keyed_hash("wrong words", _digest(code))


def plain_word(word: str) -> str:
    """The word as it is compared: capitals and blanks don't matter."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


# --- the end ---------------------------------------------------------------------------------------------------------


def erase_draft(draft: Draft) -> None:
    """Deletes a draft for good."""
    db.session.delete(draft)


def empty_draft(draft: Draft, case_id: int) -> None:
    """A draft that was sent: only the way to its case is left, so that a second press finds the same one."""
    draft.submitted_case_id = case_id
    draft.answers, draft.visited, draft.email, draft.word_hash = {}, [], None, None
    for left in draft.attachments:  # files of pages that were not asked in the end
        db.session.delete(left)


def expire_drafts(now: dt.datetime, limit: int = 100) -> int:
    """Deletes drafts whose time is over, and warns before. How many rows were dealt with."""
    over = db.session.scalars(select(Draft).where(Draft.expires_at <= now).limit(limit)).all()
    for draft in over:
        db.session.delete(draft)
    return len(over) + _warn(now, limit)


def _warn(now: dt.datetime, limit: int) -> int:
    """Tells whoever left an address that the draft is about to go. Each draft is looked at once."""
    warned = 0
    for procedure in house().shelves.areas():
        horizon = end_of(_count(procedure, day_of(now), procedure.retention.warn, 1))
        query = select(Draft).where(
            Draft.area == procedure.id, Draft.expires_at <= horizon, Draft.expires_at > now,
            Draft.warned_at.is_(None), Draft.submitted_case_id.is_(None), Draft.case_id.is_(None),
        )  # fmt: skip
        for draft in db.session.scalars(query.limit(limit)):
            draft.warned_at = now
            warned += 1
            if draft.email and not _said_unsafe(draft):
                _mail(draft, procedure.notices.draft_expires, "", now)
    return warned


def _said_unsafe(draft: Draft) -> bool:
    """Whether the person has said in the form that email is not safe, whatever they ticked when they left it once."""
    form = house().shelves.forms.get(draft.form)
    if form is None:
        return False
    safe, channel = (first(form, draft.answers, f"contact.{rule}") for rule in ("email_safe", "channel"))
    return safe == "no" or channel == NO_CHANNEL


def _mail(draft: Draft, letter_id: str, code: str, now: dt.datetime) -> None:
    procedure = house().shelves.procedures[draft.area]
    letter = house().shelves.letters[letter_id]
    written = render(letter, {**area_facts(procedure), **draft_facts(draft, code)})
    post(
        str(draft.email),
        compose(written),
        letter=letter.id,
        purpose=letter.purpose,
        area=draft.area,
        role=None,
        now=now,
    )


def draft_facts(draft: Draft, code: str) -> dict[str, str]:
    """What letters about a draft may say. The link only leads to where code and word are asked for."""
    base = house().settings.base_url
    return {
        "link.draft": f"{base}/resume/{code}" if code else f"{base}/resume",
        "draft.expires": written_date(day_of(draft.expires_at)),
    }
