"""How somebody comes by a link, or by the code for their first word: only ever at the address on record."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.documents.answers import written_date
from webform.documents.letter import render
from webform.house import house
from webform.records.attempts import Allowance, count, free_at, one_at_a_time
from webform.records.chain import seal_document
from webform.records.lookup import find_parties
from webform.records.sealed import keyed_hash, normalise
from webform.records.store import db
from webform.records.tables import Case, Colleague, Document, Link, Party
from webform.rules.calendar import day_of
from webform.rules.safe_contact import quiet_until
from webform.sending.compose import compose
from webform.sending.outbox import post
from webform.sending.reach import called, email_of
from webform.words import gettext as _

from .colleagues import known_by, still_has_link
from .facts import area_facts
from .letters import add_task
from .links import CODE_FOR, PAGE, address, area_of, case_of, expiry, find, first_code, keeper, mint, revoke, set_word
from .people import Author, bodies_that_owe, may_email

ASKED: tuple[Allowance, ...] = ((3, dt.timedelta(days=1)),)  # new links under one address, be it known or not
CODES: tuple[Allowance, ...] = ((1, dt.timedelta(minutes=1)), (5, dt.timedelta(days=1)))  # first codes of one link
KIND = "link-given"


def ask_anew(area: str, email: str, now: dt.datetime) -> None:
    """Send a new link to whoever is on record under this address. Nothing of it shows to the one who asks."""
    if _too_often(keyed_hash("asked for a link", normalise("email", email)), ASKED, now):
        return
    for party in (*find_parties("email", email), *bodies_that_owe(area, email)):
        case = db.session.get_one(Case, party.case_id)
        if case.area != area or party.left_at is not None or not has_link(party):
            continue
        if may_email(party) and has_link(party, standing=True):
            mail_link(party, now)
        else:
            says = _(
                "Somebody asked for a new link for %(name)s, and it can't go by itself. Contact them in a way that is"
                " safe.",
                name=called(party),
            )
            add_task(case, f"link:{party.id}", says, now)
    for colleague in known_by(email, area):
        if still_has_link(colleague):
            mail_link(colleague, now)


def _too_often(counter: str, allowances: tuple[Allowance, ...], now: dt.datetime) -> bool:
    """Whether that was asked too often; if not, it is counted, whether or not there is anybody to send to."""
    one_at_a_time(counter)
    if free_at(counter, allowances, now):
        return True
    count([counter], now)
    return False


def has_link(party: Party, standing: bool = False) -> bool:
    """Whether they were ever given one of their own; `standing`: and whether nobody has taken it away."""
    wanted = select(Link.id).where(Link.party_id == party.id, Link.purpose == PAGE, Link.colleague_id.is_(None))
    return db.session.scalar((wanted.where(Link.revoked_at.is_(None)) if standing else wanted).limit(1)) is not None


def send_first_code(digest: str, area: str, now: dt.datetime) -> None:
    """Mail the code that somebody needs to choose their first word, if this link and its party can have one."""
    if _too_often(keyed_hash("asked for a code", digest), CODES, now):
        return
    link = find(digest, area, now)
    who = keeper(link) if link else None
    if link is None or who is None or who.word_hash or link.way == "paper" or not _email_of(who):
        return
    if letter := area_of(case_of(who)).notices.first_code:
        quiet = quiet_until(who.contact, now) if isinstance(who, Party) else None
        code = first_code(link, quiet or now)
        _mail(who, letter, {"code": code, "minutes": str(CODE_FOR // dt.timedelta(minutes=1))}, now)


def new_link(party: Party, *, by_email: bool, word: str, author: Author, now: dt.datetime) -> str:
    """Give a party a new link in the place of every older one, and put that on record.

    Their word goes with the old links; an officer may write down the new one if they say it on the phone. Returns the
    code to print, '' where the link goes by email.
    """
    case = party.case
    revoke(party, now)
    party.word_hash = None
    if word:
        set_word(party, word)
    _file(case, party, by_email, author, now)
    if by_email:
        mail_link(party, now)
        return ""
    return mint(party, now, way="paper")


def _file(case: Case, party: Party, by_email: bool, author: Author, now: dt.datetime) -> Document:
    way = _("by email") if by_email else _("on paper")
    return seal_document(
        case, kind=KIND, effect="records", author=author.name, author_role=author.role, party_id=party.id, filed_at=now,
        body=_("A new link to their page was given %(way)s. Links from before no longer work.", way=way),
    )  # fmt: skip


def mail_link(who: Party | Colleague, now: dt.datetime) -> None:
    """A new link goes to their address, beside those that they have."""
    case = case_of(who)
    letter = area_of(case).notices.new_link
    if letter is not None:
        colleague = None if isinstance(who, Party) else who
        token = mint(db.session.get_one(Party, colleague.party_id if colleague else who.id), now, colleague=colleague)
        facts = {"link.page": address(case.area, token), "link.expires": written_date(day_of(expiry(case, now)))}
        _mail(who, letter, facts, now)


def _email_of(who: Party | Colleague) -> str:
    return email_of(who) if isinstance(who, Party) else who.email


def _mail(who: Party | Colleague, letter_id: str, facts: dict[str, str], now: dt.datetime) -> None:
    case, letter = case_of(who), house().shelves.letters[letter_id]
    written = render(letter, {**area_facts(area_of(case)), **facts})
    party, colleague = (who, None) if isinstance(who, Party) else (db.session.get_one(Party, who.party_id), who)
    post(
        _email_of(who), compose(written), letter=letter.id, purpose=letter.purpose, area=case.area, case_id=case.id,
        role=party.role, party_id=party.id, colleague_id=colleague.id if colleague else None, now=now,
    )  # fmt: skip
