"""Whoever owes a duty is reminded of it: by the clock before and after its date, and by an officer who asks again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.documents.letter import as_typed
from webform.documents.procedure import Procedure
from webform.errors import Refusal
from webform.records.chain import seal_document
from webform.records.store import db, lock_case
from webform.records.tables import Case, Deadline, Document, Party
from webform.rules.calendar import long_instant
from webform.rules.folder import Duty
from webform.sending.reach import called
from webform.words import gettext as _

from .colleagues import remind_colleagues
from .consent import kept_out
from .facts import duty_facts
from .folder import Which, open_duty
from .letters import notify
from .links import area_of
from .people import Author, addressees
from .pinned import rules_of

KIND = "asked-again"
OWED = ("open", "late")
REST = dt.timedelta(days=1)  # between two reminders, whoever sends them


def by_link(procedure: Procedure, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the roles who work by a link, and never sign in."""
    return tuple(role.id for role in procedure.roles if role.external and role.id in roles)


def reminder(case: Case, role: str, of_step: str | None, usual: str) -> str:
    """The letter that reminds a role: the step's own; else one that they can act on, with a link or with a sign-in.

    Which one that is the area says today: cases that were opened before it had one are reminded by it too.
    """
    outside = by_link(rules_of(case)[0], (role,))
    return of_step or (area_of(case).notices.chase if outside else None) or usual


def remind(case: Case, letter: str, role: str, duty: Duty, now: dt.datetime) -> bool:
    """Tell whoever holds the role, or the one of them who owes the duty. False when nobody can safely be told."""
    owner = _owner(role, duty)
    if owner is not None and role in by_link(rules_of(case)[0], (role,)):
        remind_colleagues(case, letter, duty, now)
    return notify(case, letter, role, duty_facts(case, duty), now, owner)


def not_to_be_told(case: Case, role: str, duty: Duty, now: dt.datetime) -> str:
    """Whoever of the role owes the duty and should not be told of the case, as the person affected wants; '' if nobody.

    They were asked before somebody said so: an officer has to find another way, and no reminder goes.
    """
    return ", ".join(kept_out(case, addressees(case, rules_of(case)[0], role, _owner(role, duty)), now))


def _owner(role: str, duty: Duty) -> int | None:
    """Which of those who hold a role owes the duty: nobody else is reminded of it."""
    about = db.session.get(Party, int(duty.party)) if duty.party else None
    return about.id if about and about.role == role else None


def ask_again(case: Case, which: Which | str, author: Author, now: dt.datetime) -> Document:
    """An officer has whoever works by a link reminded of what they owe, once a day at most; that is put on record.

    Raises AlreadyDone when it is done, and Refusal when nobody from outside owes it, when they were reminded within a
    day, or when no email can safely go to them.
    """
    lock_case(case.id)
    duty, procedure = open_duty(case, which, now), rules_of(case)[0]
    step, outside = procedure.step(duty.step), by_link(procedure, duty.owner)
    if step is None or duty.state not in OWED or not outside:
        raise Refusal(_("Nobody outside the council is asked for this now. Nothing was sent."))
    if whom := ", ".join(filter(None, (not_to_be_told(case, role, duty, now) for role in outside))):
        raise Refusal(_("The person affected does not want %(whom)s to be told. Nothing was sent.", whom=whom))
    row = _row(case, duty)
    if last := last_reminded(row, now):
        raise Refusal(
            _(
                "They were reminded on %(last)s. You can ask again one day later. Nothing was sent.",
                last=long_instant(last),
            )
        )
    own = step.overdue if duty.state == "late" else step.remind
    usual = procedure.notices.overdue if duty.state == "late" else procedure.notices.reminder
    letters = {role: reminder(case, role, own.send if own else None, usual) for role in outside}
    told = [remind(case, letter, role, duty, now) for role, letter in letters.items()]
    if not any(told):
        raise Refusal(_("No email can safely go to them. Phone them, or write a letter. Nothing was sent."))
    if row:
        row.chased_at = now
    return _file(case, duty, author, now)


def _row(case: Case, duty: Duty) -> Deadline | None:
    about = Deadline.party_id == int(duty.party) if duty.party else Deadline.party_id.is_(None)
    here = (Deadline.case_id == case.id, Deadline.step == duty.step, Deadline.occurrence == duty.occurrence)
    return db.session.scalar(select(Deadline).where(*here, about))


def last_reminded(row: Deadline | None, now: dt.datetime) -> dt.datetime | None:
    """When the owner of a duty was last reminded, if that is less than a day ago."""
    told = (row.chased_at, row.reminded_at, row.overdue_at) if row else ()
    return max((at for at in told if at and now - at < REST), default=None)


def _file(case: Case, duty: Duty, author: Author, now: dt.datetime) -> Document:
    about = db.session.get(Party, int(duty.party)) if duty.party else None
    what = rules_of(case)[0].named(duty.step)
    if about:
        says = _(
            "A reminder went out about what is owed by %(whom)s: %(what)s.", whom=as_typed(called(about)), what=what
        )
    else:
        says = _("A reminder went out about what is owed: %(what)s.", what=what)
    return seal_document(
        case, kind=KIND, effect="records", author=author.name, author_role=author.role,
        party_id=about.id if about else None, filed_at=now,
        body=says,
    )  # fmt: skip
