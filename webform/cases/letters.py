"""Letters of a case: drafted with its facts, filed as documents, posted to the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from webform.contacts import POINT_OF_CONTACT
from webform.documents.answers import written_date
from webform.documents.letter import Letter, MissingFact, Written, render
from webform.documents.procedure import SERVICE, Procedure, Step
from webform.errors import Refusal
from webform.house import house
from webform.records.chain import seal_document
from webform.records.store import db
from webform.records.tables import Case, Document, Party, Task
from webform.rules.calendar import day_of
from webform.rules.folder import Duty
from webform.rules.plain_words import joined
from webform.rules.rounds import steps_in
from webform.sending.compose import compose
from webform.sending.outbox import post
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .consent import at_risk_if_asked, kept_out, readers_of
from .facts import case_facts, due_facts, no_address, ways_on
from .folder import PLACE, Which, duties_beside, duties_once_sent, open_duty
from .links import address, expiry, mint, stand_in
from .meetings import entry_in
from .people import Addressee, Author
from .pinned import rules_of

DUE = "due."  # how the fact of a date begins
WAYS_ON = {"case.unhappy", "case.appeal_by"}
READERS = "to"  # beside how a letter went: the parties that it is for, where that is not the document's own alone
INSTEAD = "instead_of"  # the same, of a corrected letter: the number of the one that it takes the place of
NO_LETTER = N_("This step of the procedure has no letter.")
OURSELVES = Author("The service", SERVICE)


@dataclass(frozen=True)
class Draft:
    """A letter ready to be read over. `lacking` names the required facts that nobody has given yet."""

    step: Step
    letter: Letter
    written: Written
    to: tuple[Addressee, ...]
    copies: tuple[Addressee, ...]
    lacking: tuple[str, ...] = ()
    which: Which | None = None  # the duty that it is to fulfil
    kept_out: tuple[str, ...] = ()  # readers whom somebody of the case does not want to be told
    read_first: bool = False  # somebody else has to read it before it goes
    at_risk: bool = False  # another body decided that asking one of its readers would put someone at risk
    instead_of: int | None = None  # the number of a letter that went, and that this one takes the place of

    @property
    def by_email(self) -> bool:
        """Whether everybody it is for can safely have it by email."""
        return bool(self.to) and all(one.email for one in self.to)

    @property
    def ready(self) -> bool:
        """Whether it can go as it is, without anybody looking at it again."""
        return self.by_email and not (self.lacking or self.kept_out or self.read_first or self.at_risk)


def draft_letter(case: Case, which: Which | str, now: dt.datetime) -> Draft:
    """The letter of a duty with today's facts. Raises Refusal when the step sends none, AlreadyDone when it is done."""
    step = rules_of(case)[0].step(Which.read(which).step)
    if step is None or step.send is None:
        raise Refusal(_(NO_LETTER))
    return letter_of(case, open_duty(case, which, now), now)


def letter_of(case: Case, duty: Duty, now: dt.datetime, duties: Iterable[Duty] | None = None) -> Draft:
    """The letter of a duty, to those whom that duty is about: each party of a role has a letter of its own."""
    procedure = rules_of(case)[0]
    step = procedure.step(duty.step)
    if step is None or step.send is None:
        raise Refusal(_(NO_LETTER))
    letter, which = house().shelves.letters[step.send], Which.of(duty)
    to, copies = _readers(case, procedure, duty, which, now), _everybody(case, procedure, step.roles("copy_to"), now)
    facts = {**case_facts(case, now, which.party_id, duties, duty), **reader_facts(case, to, now)}
    facts |= _from_here(case, procedure, letter, duty, now)
    written, lacking = _fill_in(letter, procedure, facts)
    return Draft(
        step, letter, written, to, copies, lacking, which, kept_out(case, (*to, *copies), now),
        bool(procedure.second_readers(step)), at_risk_if_asked(case, to, now),
    )  # fmt: skip


def _from_here(case: Case, procedure: Procedure, letter: Letter, duty: Duty, now: dt.datetime) -> dict[str, str]:
    """What the letter says of what follows it: the dates that count from its own sending, as they will be once it has
    gone, and how somebody goes on who is not satisfied."""
    named = (procedure.step(fact.removeprefix(DUE)) for fact in letter.placeholders() if fact.startswith(DUE))
    following = {
        step.id for step in named if step and duty.step in (*steps_in(step.after), *steps_in(step.counts_from))
    }
    if not following and not WAYS_ON & letter.placeholders():
        return {}
    sent = duties_beside(duties_once_sent(case, duty, now), duty)
    facts = due_facts(sent, int(duty.party) if duty.party else None)
    dates = {name: facts[name] for name in facts if name.removeprefix(DUE) in following}
    return dates | ways_on(procedure, duty.step, sent)


def _readers(case: Case, procedure: Procedure, duty: Duty, which: Which, now: dt.datetime) -> tuple[Addressee, ...]:
    """Those whom the duty says; of a role that several hold the one that it is about."""
    about = db.session.get(Party, which.party_id) if which.party_id else None
    return tuple(
        one
        for role in duty.to
        for one in readers_of(case, procedure, role, now, about.id if about and about.role == role else None)
    )


def _fill_in(letter: Letter, procedure: Procedure, facts: Mapping[str, str]) -> tuple[Written, tuple[str, ...]]:
    """The text, and the facts it still lacks: a draft with gaps can be read and mended, it just can't go."""
    rule = procedure.letters.get(letter.id)
    try:
        return render(letter, facts, rule.requires if rule else ()), ()
    except MissingFact as missing:
        gaps = {name: f"({name}?)" for name in missing.names}
        return render(letter, {**facts, **gaps}), missing.names


def _everybody(case: Case, procedure: Procedure, roles: tuple[str, ...], now: dt.datetime) -> tuple[Addressee, ...]:
    return tuple(one for role in roles for one in readers_of(case, procedure, role, now))


def file_letter(
    case: Case, draft: Draft, written: Written, author: Author, now: dt.datetime, posted_on: dt.datetime | None = None
) -> Document:
    """Put the letter on the record as it goes, word for word; a posted one counts from the day of posting.

    One that takes the place of another fulfils no step: the first has done that.
    """
    which = draft.which or Which(draft.step.id)
    how = {"subject": written.subject, "channel": "paper" if posted_on else "email", PLACE: which.occurrence}
    party_id = which.party_id or _only(draft.to)
    again = {INSTEAD: draft.instead_of} if draft.instead_of else {}
    settle_task(case, _unsent(which), now)
    return seal_document(
        case, kind=draft.letter.id, step=None if again else draft.step.id, effect="records", author=author.name,
        author_role=author.role, party_id=party_id, filed_at=now, effective_at=posted_on,
        answers=how | _read_by(draft.to, party_id) | again, body=written.markdown,
    )  # fmt: skip


def _only(to: Sequence[Addressee]) -> int | None:
    """The party that a letter is for, if it is for that one alone."""
    return to[0].party_id if len(to) == 1 else None


def _read_by(to: Iterable[Addressee], party_id: int | None) -> dict[str, list[int]]:
    """Whom a letter is for, where that is not the party alone that it is about: each finds it on their own page."""
    found = [one.party_id for one in to if one.party_id]
    return {READERS: found} if found != ([party_id] if party_id else []) else {}


def post_letter(
    case: Case, letter: Letter, written: Written, to: Iterable[Addressee], document: Document | None, now: dt.datetime,
    calendar: str = "",
) -> None:  # fmt: skip
    """One message for each of those who can safely have it by email, each with a link to their own page.

    `calendar` is the entry for their calendar, where its step brings none.
    """
    for one in to:
        if one.email:
            composed = compose(_with_own_link(case, written, one, now))
            post(
                one.email, composed, letter=letter.id, purpose=letter.purpose, area=case.area, case_id=case.id,
                role=one.role, party_id=one.party_id, document_id=document.id if document else None, now=now,
                calendar=calendar or entry_in(case, document, one, now),
            )  # fmt: skip


def reader_facts(case: Case, to: Iterable[Addressee], now: dt.datetime) -> dict[str, str]:
    """Who reads a letter, and what stands in it for the link to their own page, if they may have one by email.

    The link itself is made for each reader when the letter goes, and only their own copy ever holds it.
    """
    named = {"reader.name": joined([name for one in to if (name := no_address(one.name))])}
    if not any(one.email and one.party_id for one in to):
        return named
    return {**named, "link.page": stand_in(case), "link.expires": written_date(day_of(expiry(case, now)))}


def _with_own_link(case: Case, written: Written, to: Addressee, now: dt.datetime) -> Written:
    if to.party_id is None or stand_in(case) not in written.markdown:
        return written
    own = address(case.area, mint(db.session.get_one(Party, to.party_id), now))
    return Written(written.subject, written.markdown.replace(stand_in(case), own))


def without_link(case: Case, markdown: str) -> str:
    """The letter for paper, where a link that is made for an email would lead nowhere."""
    return "\n\n".join(part for part in markdown.split("\n\n") if stand_in(case) not in part)


def send_by_itself(case: Case, duty: Duty, duties: Iterable[Duty], now: dt.datetime) -> None:
    """What the software owes: sent where that is possible and safe, else a task for a person, once."""
    draft = letter_of(case, duty, now, duties)
    if draft.ready:
        document = file_letter(case, draft, draft.written, OURSELVES, now)
        post_letter(case, draft.letter, draft.written, (*draft.to, *draft.copies), document, now)
        return
    says = _(
        "The letter “%(subject)s” to %(whom)s did not go by itself: %(why)s.",
        subject=draft.written.subject, whom=_to_whom(case, draft), why=_why(draft),
    )  # fmt: skip
    add_task(case, _unsent(Which.of(duty)), says, now)


def _to_whom(case: Case, draft: Draft) -> str:
    """Whom a letter is for, as they are called; the role, where nobody of it can be named."""
    titles = {role.id: role.title for role in rules_of(case)[0].roles}
    roles = (titles.get(role, role) for role in draft.step.roles("to"))
    return joined([no_address(one.name) for one in draft.to if no_address(one.name)]) or joined(list(roles))


def _why(draft: Draft) -> str:
    """Why it could not go by itself."""
    if draft.kept_out:
        return _("the person affected does not want %(names)s to be told", names=joined(draft.kept_out))
    if draft.at_risk:
        return _("where the case was before, they decided that asking this person would put someone at risk of harm")
    if draft.lacking:
        return _("it lacks %(lacking)s", lacking=", ".join(draft.lacking))
    if not draft.by_email:
        return _("there is no safe email address for it")
    return _("somebody else has to read it first")


def notify(
    case: Case, letter_id: str, role: str, facts: dict[str, str], now: dt.datetime, party_id: int | None = None
) -> bool:
    """Tell a role, or one of those who hold it, something about the case that is no step of the procedure.

    What goes to somebody who is on the case is on record, so that they find it on their page. False when nobody can be
    told.
    """
    procedure = rules_of(case)[0]
    letter = house().shelves.letters[letter_id]
    reached = [one for one in readers_of(case, procedure, role, now, party_id) if one.email]
    if not reached:
        return False  # a letter with a link has none to give to nobody
    written = render(letter, {**case_facts(case, now, party_id), **reader_facts(case, reached, now), **facts})
    post_letter(case, letter, written, reached, file_notice(case, letter, written, reached, now), now)
    return True


def file_notice(
    case: Case, letter: Letter, written: Written, to: Sequence[Addressee], now: dt.datetime
) -> Document | None:
    """A letter that fulfils no step, on record word for word; none where only the council's own are told."""
    if not any(one.party_id for one in to):
        return None
    how = {"subject": written.subject, "channel": "email", **_read_by(to, _only(to))}
    return seal_document(
        case, kind=letter.id, author=OURSELVES.name, author_role=OURSELVES.role, party_id=_only(to), filed_at=now,
        answers=how, body=written.markdown,
    )  # fmt: skip


def _unsent(which: Which) -> str:
    """The kind of the task that the letter of this duty did not go by itself."""
    return f"send:{which}"


def settle_task(case: Case, kind: str, now: dt.datetime) -> None:
    """What a task asked for has happened: nobody has to say so."""
    still_open = (Task.case_id == case.id, Task.kind == kind, Task.done_at.is_(None))
    for task in db.session.scalars(select(Task).where(*still_open)):
        task.done_at = now


def add_task(case: Case, kind: str, says: str, now: dt.datetime) -> None:
    """Ask a person of the area to put something right, and tell the point of contact; once a kind, until it is done."""
    same = select(Task.id).where(Task.case_id == case.id, Task.kind == kind, Task.done_at.is_(None))
    if db.session.scalar(same.limit(1)) is None:
        db.session.add(Task(case_id=case.id, area=case.area, kind=kind, says=says, created_at=now))
        db.session.flush()
        procedure = rules_of(case)[0]
        notify(case, procedure.notices.task, POINT_OF_CONTACT, {"task.says": says}, now)
