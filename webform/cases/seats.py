"""Councillors and MPs: who holds a seat now, the cases that they raised, and what becomes of these when it ends.

The roster is asked at every request, so a seat ends with its entry. The clock notices the end, shuts what links still
open, and tells the point of contact, who keeps the cases.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from sqlalchemy import select

from webform.house import house
from webform.records.lookup import find_parties
from webform.records.officers import ELECTED, Officer
from webform.records.seats import RosterSeat
from webform.records.store import begin_writing, db
from webform.records.tables import Draft, Party
from webform.roster import TITLES, Elected, read_roster
from webform.rules.at_hand import asks_as
from webform.rules.calendar import day_of
from webform.rules.safe_contact import SEAT_ENDED
from webform.words import gettext as _

from .folder import standing_documents
from .letters import add_task
from .links import revoke
from .officers import find_officer
from .people import PEOPLE
from .pinned import rules_of

SEAT = "seat"


def seats_of(email: str, now: dt.datetime) -> tuple[Elected, ...]:
    """The seats that are held under this address now, one an area."""
    known, day = house().shelves.procedures, day_of(now)
    wanted = email.strip().casefold()
    return tuple(
        one for one in house().roster if one.email == wanted and one.area in known and one.holds_on(day)
    )  # fmt: skip


def may_sign_in(officer: Officer, now: dt.datetime) -> bool:
    """Whether codes of this person open anything now."""
    at_work = officer.active and officer.area in house().shelves.procedures
    return at_work and (officer.role != ELECTED or bool(seats_of(officer.email, now)))


def holder_of(email: str, now: dt.datetime) -> Officer | None:
    """Whoever holds a seat under this address, known to the sign-in from now on; None for anybody else."""
    seats = seats_of(email, now)
    for seat in seats:
        _begin(seat, now)
    return find_officer(email) if seats else None


# --- Their cases ----------------------------------------------------------------------------------------------------


def raised(seats: tuple[Elected, ...]) -> list[Party]:
    """Those who asked in the cases that were raised from these seats, the newest case first."""
    found = [party for seat in seats for party in _theirs(seat) if party.contact.get("email_safe", "yes") == "yes"]
    return sorted(found, key=lambda party: (party.case.received_at, party.case_id), reverse=True)


def raised_in(seats: tuple[Elected, ...], reference: str) -> Party | None:
    """Whoever asked in the case of that reference, if it was raised from one of these seats."""
    return next((party for party in raised(seats) if party.case.reference == reference), None)


def _theirs(seat: Elected) -> Iterator[Party]:
    """Where this person asked as the councillor or MP of somebody in the area. Address, name and answer have to agree:

    a request that somebody else made from the same mailbox, or that a constituent made for themselves, is none of it.
    """
    for party in find_parties("email", seat.email):
        person = party.person
        is_theirs = str(person.get("email", "")).casefold() == seat.email and seat.goes_by(str(person.get("name", "")))
        on_it = party.role == PEOPLE[0] and party.left_at is None and party.case.area == seat.area
        if on_it and is_theirs and _asks_as(party, seat.kind):
            yield party


def _asks_as(party: Party, kind: str) -> bool:
    opening = next(one for one in standing_documents(party.case) if one.effect == "opens-case")
    form = rules_of(party.case)[1].get(opening.kind)
    return form is not None and asks_as(form, party.person.get("relationship"), kind)


def is_of_another(draft: Draft, seats: tuple[Elected, ...]) -> bool:
    """Whether somebody else began it, who held a seat under the same address at that time."""
    here = next((seat for seat in seats if seat.area == draft.area), None)
    before = select(RosterSeat).where(RosterSeat.officer_id == draft.officer_id, RosterSeat.area == draft.area)
    then = before.where(RosterSeat.since <= draft.created_at, RosterSeat.ended_at > draft.created_at)
    return any(not _goes_on(seat, here) for seat in db.session.scalars(then))


# --- Seats begin and end --------------------------------------------------------------------------------------------


def keep_seats(now: dt.datetime) -> None:
    """Notice who is on the roster now and who no longer is. A file that can't be read ends nobody's seat."""
    _, faults = read_roster(house().settings.instance)
    if faults:
        return
    known = house().shelves.procedures
    here = [one for one in house().roster if one.area in known and one.holds_on(day_of(now))]
    standing = {(one.area, one.email): one for one in here}
    open_seats = db.session.scalars(select(RosterSeat).where(RosterSeat.ended_at.is_(None))).all()
    over = [seat for seat in open_seats if not _goes_on(seat, standing.get((seat.area, seat.holder.email)))]
    new = standing.keys() - {(seat.area, seat.holder.email) for seat in open_seats if seat not in over}
    db.session.rollback()  # nothing was written: it only looked
    if over or new:
        begin_writing()
        for seat in over:
            _end(db.session.merge(seat), now)
        for place in sorted(new):
            _begin(standing[place], now)
        db.session.commit()


def _goes_on(seat: RosterSeat, entry: Elected | None) -> bool:
    return entry is not None and entry.kind == seat.kind and entry.goes_by(seat.name)


def _held(seat: RosterSeat) -> Elected:
    """The seat as the roster had it."""
    return Elected(seat.area, seat.name, seat.holder.email, "mp" if seat.kind == "mp" else "councillor")


def _begin(entry: Elected, now: dt.datetime) -> None:
    """The person is known to the sign-in, and what an earlier end has shut is open again."""
    officer = _let_in(entry)
    seats = select(RosterSeat).where(RosterSeat.officer_id == officer.id, RosterSeat.area == entry.area)
    held = db.session.scalars(seats.where(RosterSeat.ended_at.is_(None))).all()
    if any(_goes_on(one, entry) for one in held):
        return
    for one in held:
        _end(one, now)
        _let_in(entry)
    db.session.add(RosterSeat(officer_id=officer.id, area=entry.area, kind=entry.kind, name=entry.name, since=now))
    for party in _theirs(entry):
        party.contact = {rule: value for rule, value in party.contact.items() if rule != SEAT_ENDED}
    db.session.flush()


def _let_in(entry: Elected) -> Officer:
    """Who signs in under that address. An officer of the council stays one, whatever seat they hold beside it."""
    officer = find_officer(entry.email) or Officer(email=entry.email, role=ELECTED, active=False)
    if not officer.active:
        officer.role, officer.active, officer.left_at = ELECTED, True, None
        officer.fs_uniquifier, officer.us_totp_secrets = uuid.uuid4().hex, None
    if officer.role == ELECTED:
        officer.name, officer.area = entry.name, entry.area
    db.session.add(officer)
    db.session.flush()
    return officer


def _end(seat: RosterSeat, now: dt.datetime) -> None:
    """Sessions and links end, no more email goes to the address, and the point of contact is told of each open case."""
    entry, officer = _held(seat), seat.holder
    seat.ended_at = now
    for party in _theirs(entry):
        party.contact = {**party.contact, SEAT_ENDED: entry.email}
        revoke(party, now)
        if party.case.closed_at is None:
            _tell(party, entry, now)
    officer.fs_uniquifier = uuid.uuid4().hex  # every session carries the old one
    others = select(RosterSeat.id).where(RosterSeat.officer_id == officer.id, RosterSeat.ended_at.is_(None))
    db.session.flush()
    if officer.role == ELECTED and db.session.scalar(others.limit(1)) is None:
        officer.active, officer.left_at, officer.us_totp_secrets = False, now, None


def _tell(party: Party, entry: Elected, now: dt.datetime) -> None:
    says = _(
        "%(name)s, who asked for this review, is no longer the %(seat)s on the roster. They can't open the case any"
        " more, and no email goes to their address. Ask the person affected who should be in touch now.",
        name=entry.name, seat=_(TITLES[entry.kind]),
    )  # fmt: skip
    add_task(party.case, f"{SEAT}:{party.id}", says, now)
