"""What officers see of their area's cases: the list, tasks, likely duplicates and links."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from webform.records.store import db
from webform.records.tables import BlindIndex, Case, CaseLink, Task

from .hand_over import HANDED_OVER, body_of

CASE = "case"


def cases_of(area: str) -> list[Case]:
    """The area's open cases: unseen ones first, then by the next date, then the oldest."""
    open_ones = select(Case).where(Case.area == area, Case.scope == CASE, Case.closed_at.is_(None))
    order = (Case.seen_at.is_not(None), Case.next_on.is_(None), Case.next_on, Case.received_at)
    return list(db.session.scalars(open_ones.order_by(*order)))


def case_of(area: str, reference: str) -> Case | None:
    """The case of that reference, if it is this area's; the folder of the area's own duties has one as well."""
    return db.session.scalar(select(Case).where(Case.area == area, Case.reference == reference))


def tasks_of(area: str) -> list[Task]:
    """What waits for a person of the area to put right, the oldest first."""
    waiting = select(Task).where(Task.area == area, Task.done_at.is_(None))
    return list(db.session.scalars(waiting.order_by(Task.created_at)))


def duplicates(case: Case) -> list[Case]:
    """Unlinked cases of the same area that share an email or a phone with this one, or surname and postcode."""
    likely = {other for other, kinds in _shared(case).items() if _is_likely(kinds)}
    wanted = likely - {other.id for other in linked_cases(case)}
    return list(db.session.scalars(select(Case).where(Case.id.in_(wanted), Case.area == case.area).order_by(Case.id)))


def _is_likely(kinds: set[str]) -> bool:
    return bool(kinds & {"email", "phone"}) or kinds >= {"surname", "postcode"}


def _shared(case: Case) -> dict[int, set[str]]:
    """By other case: the kinds of things that stand in both."""
    bodies = {party.id for party in case.parties if party.key and party.person.get("organisation")}
    mine = select(BlindIndex.kind, BlindIndex.digest, BlindIndex.party_id).where(BlindIndex.case_id == case.id)
    found: dict[int, set[str]] = {}
    for kind, digest, party_id in db.session.execute(mine):
        if party_id in bodies:
            continue  # hundreds of cases share the address of an organisation, and mean nothing by it
        same = (BlindIndex.kind == kind, BlindIndex.digest == digest, BlindIndex.case_id != case.id)
        for other in db.session.scalars(select(BlindIndex.case_id).where(*same)):
            found.setdefault(other, set()).add(kind)
    return found


@dataclass(frozen=True)
class Elsewhere:
    """A case of another body that this one went on as, or came from: no more of it than that, and how it stands."""

    body: str
    reference: str
    at: dt.datetime
    ended_at: dt.datetime | None
    came_from: bool


def elsewhere(case: Case) -> list[Elsewhere]:
    """Where the case was handed over to, and where it came from."""
    here = (CaseLink.case_id == case.id) | (CaseLink.other_id == case.id)
    links = db.session.scalars(select(CaseLink).where(here, CaseLink.kind == HANDED_OVER).order_by(CaseLink.id))
    return [_elsewhere(link, link.other_id == case.id) for link in links]


def _elsewhere(link: CaseLink, came_from: bool) -> Elsewhere:
    other = db.session.get_one(Case, link.case_id if came_from else link.other_id)
    return Elsewhere(body_of(other.area), other.reference, link.at, other.closed_at, came_from)


def linked_cases(case: Case) -> list[Case]:
    """Cases that an officer put beside this one, in either direction."""
    links = db.session.scalars(select(CaseLink).where((CaseLink.case_id == case.id) | (CaseLink.other_id == case.id)))
    ids = {link.other_id if link.case_id == case.id else link.case_id for link in links}
    return list(db.session.scalars(select(Case).where(Case.id.in_(ids), Case.area == case.area).order_by(Case.id)))
