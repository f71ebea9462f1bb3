"""Officers join and leave."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func, select, update

from webform.errors import Refusal
from webform.house import house
from webform.records.chain import seal_document
from webform.records.erasures import Kind, note
from webform.records.officers import ELECTED, Absence, Officer
from webform.records.outbox import Task
from webform.records.sealed import keyed_hash
from webform.records.store import db, lock_case
from webform.records.tables import Case, Draft
from webform.rules.powers import powers_of
from webform.words import gettext as _

from .letters import add_task, settle_task
from .people import Author
from .second_person import SECOND

OFFICER: Kind = "officer"  # in the register of erasures, whose way in has ended
HANDED_OVER, TAKEN_OVER = "handed-over", "taken-over"


def find_officer(email: str) -> Officer | None:
    """The officer of that address, whoever writes it in capitals."""
    return db.session.scalar(select(Officer).where(func.lower(Officer.email) == email.strip().lower()))


def add_officer(email: str, name: str, area: str, role: str) -> Officer:
    """Let somebody sign in. Who comes back after leaving gets the old entry, since documents name it; never commits."""
    email, officer = email.strip(), find_officer(email)
    if officer is not None and officer.active and officer.role != ELECTED:
        raise Refusal(
            _(
                "%(email)s belongs to an officer already: %(name)s, %(role)s, %(area)s.",
                email=officer.email,
                name=officer.name,
                role=officer.role,
                area=officer.area,
            )
        )
    if officer is None:
        officer = Officer(email=email)
        db.session.add(officer)
    officer.name, officer.area, officer.role = name.strip(), area, role
    officer.active, officer.left_at, officer.us_totp_secrets = True, None, None
    officer.fs_uniquifier = uuid.uuid4().hex
    db.session.flush()
    return officer


def leave(officer: Officer, hand_to: Officer | None = None) -> int:
    """End every session of an officer who leaves and hand their cases over. Returns how many; never commits."""
    if officer.role == ELECTED:
        said = _("%(name)s is on the roster. To end their access, take them out of contacts.toml.", name=officer.name)
        raise Refusal(said)
    others = {one.id for one in colleagues(officer.area)} - {officer.id}
    if hand_to is not None and hand_to.id not in others:
        raise Refusal(
            _(
                "%(name)s can't take over: choose another officer of %(area)s who works on cases and has not left.",
                name=hand_to.name,
                area=officer.area,
            )
        )
    now = dt.datetime.now(dt.UTC)
    note(OFFICER, keyed_hash(OFFICER, officer.email), now)  # no older backup lets them in again
    let_out(officer, now)
    if hand_to is not None:
        stands_in = (Absence.stand_in_id == officer.id, Absence.officer_id != hand_to.id)
        db.session.execute(update(Absence).where(*stands_in).values(stand_in_id=hand_to.id))
    return _hand_over(officer, hand_to, now)


def let_out(officer: Officer, now: dt.datetime) -> None:
    """Whoever has left can neither sign in nor go on."""
    officer.active, officer.left_at = False, now
    officer.fs_uniquifier = uuid.uuid4().hex  # every session carries the old one
    officer.us_totp_secrets = None


def colleagues(area: str) -> list[Officer]:
    """Those of the area who may look after a case, by name."""
    here = select(Officer).where(Officer.area == area, Officer.active, Officer.role != ELECTED)
    procedure = house().shelves.procedures.get(area)
    found = db.session.scalars(here.order_by(Officer.name)).all()
    return [one for one in found if "work" in powers_of(procedure, one.role)]


def hand_case_to(case: Case, to: Officer, note: str, author: Author, now: dt.datetime) -> None:
    """Let a colleague look after the case from now on. A second press by somebody who saw no answer changes nothing."""
    lock_case(case.id)
    if case.owner_officer_id == to.id:
        return
    case.owner_officer_id = to.id
    said = _("%(giver)s has handed the case over to %(taker)s.", giver=author.name, taker=to.name)
    words = f"{said}\n\n{note}" if note else said
    seal_document(
        case, kind=TAKEN_OVER, effect="records", author=author.name, author_role=author.role, filed_at=now, body=words
    )  # fmt: skip
    settle_task(case, f"{TAKEN_OVER}:{to.id}", now)  # of an earlier time: what is said now would not be told
    add_task(case, f"{TAKEN_OVER}:{to.id}", words, now)


def _hand_over(officer: Officer, hand_to: Officer | None, now: dt.datetime) -> int:
    """The officer's cases and unfinished forms go to the successor; each open case says so in its tasks."""
    cases = db.session.scalars(select(Case).where(Case.owner_officer_id == officer.id, Case.closed_at.is_(None))).all()
    successor = (
        _("%(name)s has taken the case over.", name=hand_to.name)
        if hand_to
        else _("Nobody has taken the case over yet.")
    )
    for case in cases:
        case.owner_officer_id = hand_to.id if hand_to else None
        says = _("%(name)s has left. %(successor)s", name=officer.name, successor=successor)
        db.session.add(Task(case_id=case.id, area=case.area, kind=HANDED_OVER, says=says, created_at=now))
    if hand_to:
        # What waits for a second person is the successor's own to decide: it bears the name of whoever filed it.
        waits = update(Draft).where(Draft.officer_id == officer.id, Draft.channel == SECOND)
        db.session.execute(waits.values(channel=None))
        db.session.execute(update(Draft).where(Draft.officer_id == officer.id).values(officer_id=hand_to.id))
    db.session.flush()
    return len(cases)
