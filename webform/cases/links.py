"""Links to a party's own page: how they are made, what opens them, and how they end.

A link is only half a key. The other half is a word that the party chose, so that whoever gets hold of the message, or
scans it, opens nothing. A wrong link, one that has ended and one that was revoked take the same work and give the same
answer: nobody learns from it which one they hold.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, select
from werkzeug.security import check_password_hash, generate_password_hash

from webform.documents.procedure import Procedure
from webform.house import house
from webform.records.attempts import count, forget, free_at, one_at_a_time
from webform.records.erasures import note
from webform.records.sealed import keyed_hash
from webform.records.store import db
from webform.records.tables import Case, Colleague, Link, Party
from webform.rules.calendar import day_of, end_of

from .calendars import calendar_in_use
from .drafts import NOBODYS_WORD, WRONG_WORDS, new_code, plain_code, plain_word
from .pinned import rules_of

Way = Literal["email", "paper"]
PAGE = "page"  # the purpose of a link that leads to everything of its party
TOKEN_BYTES = 32
CODE_SIGNS = 8  # 40 bits, for an hour, with a few tries
CODE_FOR = dt.timedelta(hours=1)


def mint(
    party: Party, now: dt.datetime, *, way: Way = "email", purpose: str = PAGE, colleague: Colleague | None = None
) -> str:  # fmt: skip
    """A new link for a party, or for a colleague who answers for it: the token of an address, or the code to print.

    It is known to nobody afterwards.
    """
    secret = secrets.token_hex(TOKEN_BYTES) if way == "email" else new_code()
    digest = of_token(secret) if way == "email" else of_code(secret)
    db.session.add(
        Link(
            digest=digest, case_id=party.case_id, party_id=party.id, purpose=purpose, way=way, made_at=now,
            expires_at=expiry(party.case, now), colleague_id=colleague.id if colleague else None,
        )
    )  # fmt: skip
    db.session.flush()
    return secret


def of_token(token: str) -> str:
    """The digest of what stands in the address of a mailed link."""
    return keyed_hash("link", token)


def of_code(typed: str) -> str:
    """The digest of a printed code, however it was typed."""
    return keyed_hash("printed link", plain_code(typed))


def address(area: str, token: str) -> str:
    """The address that a link is mailed as."""
    return f"{house().settings.base_url}/{area}/open/{token}"


def stand_in(case: Case) -> str:
    """What stands in a letter where its reader's own link will be: on the record, and in everybody else's copy."""
    return address(case.area, "yours")


def area_of(case: Case) -> Procedure:
    """The area's procedure of today; the pinned one where the area is gone."""
    return house().shelves.procedures.get(case.area) or rules_of(case)[0]


def expiry(case: Case, now: dt.datetime) -> dt.datetime:
    """When a link that is made now ends: with the last day of the area's time."""
    procedure = area_of(case)
    calendar = calendar_in_use(procedure, house().settings.instance)
    return end_of(calendar.add(day_of(now), procedure.retention.links).date)


def revoke(party: Party, now: dt.datetime) -> None:
    """End every link of a party, whatever for, and with them every page that they opened."""
    end_links(Link.party_id == party.id, now)


def last_ended(party: Party) -> dt.datetime | None:
    """When a link of their own was last taken away: whoever holds the next may be somebody else."""
    theirs = (Link.party_id == party.id, Link.colleague_id.is_(None))
    return db.session.scalar(select(func.max(Link.revoked_at)).where(*theirs))


def end_links(which: ColumnElement[bool], now: dt.datetime) -> None:
    """End the links that are meant. No older backup opens them again."""
    still_open = (which, Link.revoked_at.is_(None), Link.expires_at > now)
    for link in db.session.scalars(select(Link).where(*still_open)):
        note("link", link.digest, now)
        link.revoked_at = now
    db.session.flush()


def find(digest: str, area: str, now: dt.datetime, purpose: str = PAGE) -> Link | None:
    """The link of that digest, if it opens something in this area now. Others wait, so that tries are counted."""
    wanted = _standing(now).where(Link.digest == digest, Link.purpose == purpose, Case.area == area)
    return db.session.scalar(wanted.with_for_update(of=Link))


def still_open(link_id: int, now: dt.datetime, purpose: str = PAGE) -> Link | None:
    """The link, if what it opened may stay open."""
    return db.session.scalar(_standing(now).where(Link.id == link_id, Link.purpose == purpose))


def _standing(now: dt.datetime) -> Select[Link]:
    joined = select(Link).join(Party, Party.id == Link.party_id).join(Case, Case.id == Link.case_id)
    joined = joined.outerjoin(Colleague, Colleague.id == Link.colleague_id)
    still_there = (Party.left_at.is_(None), Colleague.left_at.is_(None))
    return joined.where(Link.revoked_at.is_(None), Link.expires_at > now, *still_there)


# --- the word --------------------------------------------------------------------------------------------------------


def set_word(party: Party, word: str) -> None:
    """The party has chosen their word."""
    party.word_hash = generate_password_hash(plain_word(word))


def open_with_word(digest: str, area: str, word: str, now: dt.datetime) -> Link | None:
    """The link, if the word opens it. The work is the same whether or not there is a link, and whether it rests."""
    rests = _rests(digest, now)
    link = find(digest, area, now)
    known = keeper(link).word_hash if link else None
    right = check_password_hash(known or NOBODYS_WORD, plain_word(word)) and known is not None
    return _counted(digest, link if right and not rests else None, rests, now)


def open_with_code(digest: str, area: str, code: str, word: str, now: dt.datetime) -> Link | None:
    """The link, if the one-time code lets its party choose this word, the first one. A printed link needs no code."""
    rests = _rests(digest, now)
    link = find(digest, area, now)
    chosen = generate_password_hash(plain_word(word))
    right = link is not None and keeper(link).word_hash is None and _proved(link, code, now)
    opened = _counted(digest, link if right and not rests else None, rests, now)
    if opened is not None:
        keeper(opened).word_hash, opened.code_digest, opened.code_until = chosen, None, None
    return opened


def first_code(link: Link, until: dt.datetime) -> str:
    """A one-time code for somebody who has no word yet. It counts for an hour, from when it can reach them."""
    code = new_code(CODE_SIGNS)
    link.code_digest, link.code_until = _code_digest(link, code), until + CODE_FOR
    return code


def keeper(link: Link) -> Party | Colleague:
    """Whose link and word it is: the party's, or a colleague's who answers for it."""
    if link.colleague_id is not None:
        return db.session.get_one(Colleague, link.colleague_id)
    return db.session.get_one(Party, link.party_id)


def case_of(who: Party | Colleague) -> Case:
    """The case that somebody with a link belongs to."""
    return db.session.get_one(Case, who.case_id)


def _proved(link: Link, code: str, now: dt.datetime) -> bool:
    """Whether whoever holds the link has shown that the address on record, or the paper, is theirs."""
    if link.way == "paper":
        return True
    fresh = link.code_until is not None and link.code_until > now
    return fresh and secrets.compare_digest(link.code_digest or "", _code_digest(link, code))


def _code_digest(link: Link, code: str) -> str:
    return keyed_hash("first code", f"{link.id} {plain_code(code)}")


def _rests(digest: str, now: dt.datetime) -> bool:
    """Whether there were too many wrong words under this link. What is no link is counted like one."""
    one_at_a_time(_counter(digest))
    return free_at(_counter(digest), WRONG_WORDS, now) is not None


def _counted(digest: str, opened: Link | None, rests: bool, now: dt.datetime) -> Link | None:
    if opened is not None:
        forget(_counter(digest))
    elif not rests:
        count([_counter(digest)], now)
    return opened


def _counter(digest: str) -> str:
    return keyed_hash("wrong words of a link", digest)
