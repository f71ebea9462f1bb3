"""An organisation passes on what it is asked for to a colleague, who has a link and a word of their own for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select

from webform.documents.answers import written_date
from webform.documents.letter import as_typed, render
from webform.documents.procedure import Procedure, Step
from webform.errors import Refusal
from webform.house import house
from webform.records.chain import seal_document
from webform.records.sealed import blind
from webform.records.store import db, lock_case
from webform.records.tables import Case, Colleague, Document, Link, Party
from webform.rules.calendar import day_of
from webform.rules.folder import Duty
from webform.rules.redaction import is_called_like, names_in, own_names
from webform.rules.same_office import same_office
from webform.sending.compose import compose
from webform.sending.outbox import post
from webform.sending.reach import called, email_of
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .consent import kept_out
from .facts import case_facts, duty_facts, no_address
from .folder import Which, open_duty, standing_documents
from .letters import add_task, settle_task
from .links import PAGE, address, area_of, end_links, expiry, mint
from .people import PEOPLE, Author, addressee, is_about
from .pinned import rules_of
from .take_back import take_back
from .titles import title_of_step

KIND = "passed-to-colleague"
MOST = 10  # colleagues at a time for one thing that is asked
REST = dt.timedelta(hours=1)  # before the same colleague gets another link
NOT_THEIRS = N_("%(by)s of %(body)s asks that %(name)s (%(email)s) may answer. The address is not one of theirs.")
WAS_ENDED = N_("%(by)s of %(body)s asks that %(name)s (%(email)s) may answer. Their link was ended before.")
NOT_TO_BE_TOLD = N_(
    "%(by)s of %(body)s asks that %(name)s (%(email)s) may answer. The person affected does not want them to be told."
)
OF_THE_CASE = N_(
    "%(by)s of %(body)s asks that %(name)s (%(email)s) may answer. Somebody of that name or address is named in this"
    " request. Find out if it is the same person before you let them in."
)


def may_pass_on(procedure: Procedure, party: Party) -> bool:
    """Whether a party is an organisation that works by a link. A person answers for themselves."""
    role = next((one for one in procedure.roles if one.id == party.role), None)
    return role is not None and role.external and role.local and party.role not in PEOPLE


def pass_on(party: Party, duty: Duty, by: str, name: str, email: str, now: dt.datetime) -> Colleague:
    """Give a colleague a link for one duty, if their address is one of the same organisation; else an officer is asked.

    An officer is asked as well about whoever an officer has kept out before, about whoever may be somebody whom the
    request is about, and where the person affected does not want the organisation to be told. Either way it is on
    record who passed it on, and to whom. Raises Refusal when too many have it already.
    """
    case = party.case
    lock_case(case.id)
    known = _colleagues(case, party.id, duty.step)
    if len(known) >= MOST:
        raise Refusal(_("This was passed on to many people already. Phone us if somebody else has to have it too."))
    same = next((one for one in known if one.email_digest == blind("email", email)), None)
    colleague = same or Colleague(
        case_id=case.id, party_id=party.id, step=duty.step, name=name, email=email, asked_by=by, asked_at=now,
        email_digest=blind("email", email),
    )  # fmt: skip
    db.session.add(colleague)
    db.session.flush()
    if same is None:
        words = _(
            "%(by)s passed on “%(title)s” to %(name)s, %(email)s.",
            by=as_typed(by), title=title_of_step(case, duty.step), name=as_typed(name), email=as_typed(email),
        )  # fmt: skip
        _file(case, party, words, Author("", party.role, party.id), now)
    if why := _why_an_officer_decides(colleague, party, now):
        if same is None or colleague.joined_at:
            add_task(case, _kind(colleague), _(why, **_asking(colleague, party)), now)
    elif same is None or not _had_one_lately(colleague, now):
        _let_in(colleague, duty, now)
    return colleague


def _why_an_officer_decides(colleague: Colleague, party: Party, now: dt.datetime) -> str:
    """Why nothing goes to a colleague by itself; '' where it may."""
    if kept_out(party.case, [addressee(party)], now):
        return NOT_TO_BE_TOLD
    if colleague.joined_at:
        return ""
    if _is_of_the_case(party.case, colleague):
        return OF_THE_CASE
    if not same_office(colleague.email, email_of(party)):
        return NOT_THEIRS
    return WAS_ENDED if _was_ended(party, colleague) else ""


def _is_of_the_case(case: Case, colleague: Colleague) -> bool:
    """Whether it may be somebody whom the request names, such as the person who does it: people work anywhere."""
    procedure, forms = rules_of(case)
    people = [party for party in case.parties if is_about(procedure, party)]
    if any(colleague.email_digest == blind("email", str(party.person.get("email") or "")) for party in people):
        return True
    opening = next(one for one in standing_documents(case) if one.effect == "opens-case")
    form, said = forms[opening.kind], opening.answers or {}
    return is_called_like(colleague.name, [*names_in(form, said), *own_names(form, said)])


def _asking(colleague: Colleague, party: Party) -> dict[str, str]:
    return {"by": colleague.asked_by, "body": called(party), "name": colleague.name, "email": colleague.email}


def _was_ended(party: Party, colleague: Colleague) -> bool:
    """Whether an officer has said that this address may not answer for the party."""
    wanted = (Colleague.party_id == party.id, Colleague.email_digest == colleague.email_digest)
    return db.session.scalar(select(Colleague.id).where(*wanted, Colleague.left_at.is_not(None)).limit(1)) is not None


def _had_one_lately(colleague: Colleague, now: dt.datetime) -> bool:
    """Whether a link went to them within the hour: pressing again fills nobody's mailbox."""
    wanted = (Link.colleague_id == colleague.id, Link.made_at > now - REST)
    return db.session.scalar(select(Link.id).where(*wanted).limit(1)) is not None


def _kind(colleague: Colleague) -> str:
    return f"colleague:{colleague.id}"


def _file(case: Case, party: Party, words: str, author: Author, now: dt.datetime) -> Document:
    return seal_document(
        case, kind=KIND, effect="records", author=author.name, author_role=author.role, party_id=party.id, filed_at=now,
        body=words,
    )  # fmt: skip


# --- What an officer says of it --------------------------------------------------------------------------------------


def let_in(colleague: Colleague, author: Author, now: dt.datetime) -> None:
    """An officer knows them: they get their link, and that is on record. Raises AlreadyDone when nothing is asked."""
    party = db.session.get_one(Party, colleague.party_id)
    if colleague.joined_at is None:
        words = _("%(name)s, %(email)s, may answer for %(body)s.", **_named(colleague, party))
        duty = open_duty(party.case, Which(colleague.step, party.id), now)
        _file(party.case, party, words, author, now)
        _let_in(colleague, duty, now)
    settle_task(party.case, _kind(colleague), now)


def keep_out(colleague: Colleague, author: Author, now: dt.datetime) -> None:
    """They get no link, or theirs ends at once, and mail to them that has not gone stays; that is on record."""
    party = db.session.get_one(Party, colleague.party_id)
    if colleague.left_at is None:
        words = _("%(name)s, %(email)s, may not answer for %(body)s.", **_named(colleague, party))
        _file(party.case, party, words, author, now)
        colleague.left_at = now
        end_links(Link.colleague_id == colleague.id, now)
        take_back(colleague, _("An officer has ended their link."))
    settle_task(party.case, _kind(colleague), now)


def _named(colleague: Colleague, party: Party) -> dict[str, str]:
    return {"name": as_typed(colleague.name), "email": as_typed(colleague.email), "body": as_typed(called(party))}


# --- Their mail ------------------------------------------------------------------------------------------------------


def _let_in(colleague: Colleague, duty: Duty, now: dt.datetime) -> None:
    colleague.joined_at = colleague.joined_at or now
    case = db.session.get_one(Case, colleague.case_id)
    letter = area_of(case).notices.passed_on
    if letter:
        tell(colleague, letter, duty, now)


def tell(colleague: Colleague, letter_id: str, duty: Duty, now: dt.datetime) -> None:
    """A letter about what they were passed, with a link of their own."""
    case, party = db.session.get_one(Case, colleague.case_id), db.session.get_one(Party, colleague.party_id)
    letter = house().shelves.letters[letter_id]
    facts = {
        **case_facts(case, now, party.id), **duty_facts(case, duty), **own_link(colleague, now),
        "passed.by": no_address(colleague.asked_by), "passed.to": no_address(colleague.name),
    }  # fmt: skip
    post(
        colleague.email, compose(render(letter, facts)), letter=letter.id, purpose=letter.purpose, area=case.area,
        case_id=case.id, role=party.role, party_id=party.id, colleague_id=colleague.id, now=now,
    )  # fmt: skip


def own_link(colleague: Colleague, now: dt.datetime) -> dict[str, str]:
    """The facts of a new link for them."""
    party = db.session.get_one(Party, colleague.party_id)
    token = mint(party, now, colleague=colleague)
    return {
        "link.page": address(party.case.area, token),
        "link.expires": written_date(day_of(expiry(party.case, now))),
    }


def remind_colleagues(case: Case, letter_id: str, duty: Duty, now: dt.datetime) -> None:
    """Those to whom the duty was passed on are reminded with the organisation itself."""
    for one in colleagues_of(case, duty):
        if one.joined_at:
            tell(one, letter_id, duty, now)


# --- Who they are ----------------------------------------------------------------------------------------------------


def colleagues_of(case: Case, duty: Duty) -> tuple[Colleague, ...]:
    """Those to whom a duty was passed on, or who wait for an officer's word."""
    return tuple(_colleagues(case, int(duty.party), duty.step)) if duty.party else ()


def _colleagues(case: Case, party_id: int, step: str) -> list[Colleague]:
    here = (Colleague.case_id == case.id, Colleague.party_id == party_id, Colleague.step == step)
    return list(db.session.scalars(select(Colleague).where(*here, Colleague.left_at.is_(None)).order_by(Colleague.id)))


def colleague_of(case: Case, colleague_id: int) -> Colleague | None:
    """The colleague of that number, if it is one of this case."""
    found = db.session.get(Colleague, colleague_id)
    return found if found and found.case_id == case.id else None


def known_by(email: str, area: str) -> Iterable[Colleague]:
    """Those who have a link in this area and are known by that address."""
    joined = select(Colleague).join(Case, Case.id == Colleague.case_id).join(Party, Party.id == Colleague.party_id)
    standing = (Colleague.left_at.is_(None), Colleague.joined_at.is_not(None), Party.left_at.is_(None))
    wanted = joined.where(Colleague.email_digest == blind("email", email), Case.area == area, *standing)
    return db.session.scalars(wanted.order_by(Colleague.id))


def still_has_link(colleague: Colleague) -> bool:
    """Whether nobody has taken theirs away."""
    wanted = (Link.colleague_id == colleague.id, Link.purpose == PAGE, Link.revoked_at.is_(None))
    return db.session.scalar(select(Link.id).where(*wanted).limit(1)) is not None


def is_theirs(step: Step, colleague: Colleague | None) -> bool:
    """Whether a page that was opened may show a step: somebody it was passed on to sees that one alone."""
    return colleague is None or step.id == colleague.step
