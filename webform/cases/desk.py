"""What officers see of their area's cases: one by its reference, what a search finds, likely duplicates and links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, exists, select

from webform.records.sealed import BlindKind, blind
from webform.records.store import db
from webform.records.tables import BlindIndex, Case, CaseLink

from .hand_over import HANDED_OVER, body_of

CASE = "case"
MOST = 50
DIGITS_OF_A_PHONE = 7


def case_of(area: str, reference: str) -> Case | None:
    """The case of that reference, if it is this area's; the folder of the area's own duties has one as well."""
    return db.session.scalar(select(Case).where(Case.area == area, Case.reference == reference))


@dataclass(frozen=True)
class Hit:
    """A case that a search found, and by what of it."""

    case: Case
    by: tuple[BlindKind, ...]


def search(area: str, typed: str, linked: bool = False) -> tuple[list[Hit], bool]:
    """The area's cases in which what was typed stands, the newest first, and whether there are more than are shown.

    `linked`: among those alone that another body has handed over.
    """
    found: dict[int, list[BlindKind]] = {}
    for kind, value in _read(typed):
        for case_id in db.session.scalars(_having(area, kind, value, linked)):
            found.setdefault(case_id, []).append(kind)
    newest = sorted(found, reverse=True)
    shown = db.session.scalars(select(Case).where(Case.id.in_(newest[:MOST]))).all()
    by_id = {case.id: case for case in shown}
    return [Hit(by_id[one], tuple(found[one])) for one in newest[:MOST]], len(newest) > MOST


def _read(typed: str) -> Iterator[tuple[BlindKind, str]]:
    """What it may be. A name is looked up by its last word, the way it was put into the index."""
    if "@" in typed:
        yield "email", typed
        return
    if words := typed.split():
        yield "surname", words[-1]
        yield from (("reference", typed), ("elsewhere", typed), ("postcode", typed))
    if sum(sign.isdigit() for sign in typed) >= DIGITS_OF_A_PHONE:
        yield "phone", typed


def _having(area: str, kind: BlindKind, value: str, linked: bool) -> Select[int]:
    here = [BlindIndex.kind == kind, BlindIndex.digest == blind(kind, value), BlindIndex.digest != ""]
    if linked:
        here.append(exists().where(handed_over_to(cast(Any, BlindIndex.case_id))))
    of_area = exists().where(Case.id == BlindIndex.case_id, Case.area == area, Case.scope == CASE)
    found = select(BlindIndex.case_id).where(*here, of_area).distinct()
    return found.order_by(BlindIndex.case_id.desc()).limit(MOST + 1)


def duplicates(case: Case) -> list[Case]:
    """Unlinked cases of the same area that share an email or a phone with this one, or surname and postcode."""
    mine = _told_apart_by(case)
    neighbours = _others(case, "postcode", mine)
    likely = _others(case, "email", mine) | _others(case, "phone", mine)
    likely |= _others(case, "surname", mine, neighbours)  # thousands may be called the same, and few live as near
    wanted = likely - {other.id for other in linked_cases(case)}
    return list(db.session.scalars(select(Case).where(Case.id.in_(wanted), Case.area == case.area).order_by(Case.id)))


def _told_apart_by(case: Case) -> dict[str, set[str]]:
    """What stands in the case, by kind. Not of organisations: hundreds of cases share their address, and mean nothing
    by it."""
    bodies = {party.id for party in case.parties if party.key and party.person.get("organisation")}
    rows = select(BlindIndex.kind, BlindIndex.digest, BlindIndex.party_id).where(BlindIndex.case_id == case.id)
    found: dict[str, set[str]] = {}
    for kind, digest, party_id in db.session.execute(rows):
        if party_id not in bodies:
            found.setdefault(kind, set()).add(digest)
    return found


def _others(case: Case, kind: BlindKind, mine: dict[str, set[str]], among: set[int] | None = None) -> set[int]:
    """Other cases, perhaps only some, in which something of that kind is the same."""
    same = (BlindIndex.kind == kind, BlindIndex.digest.in_(mine.get(kind, ())), BlindIndex.case_id != case.id)
    within = () if among is None else (BlindIndex.case_id.in_(among),)
    return set(db.session.scalars(select(BlindIndex.case_id).where(*same, *within)))


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


def came_from_elsewhere(case: Case) -> bool:
    """Whether another body has handed it over to this one."""
    return db.session.scalar(select(CaseLink.id).where(handed_over_to(case.id)).limit(1)) is not None


def handed_over_to(case_id: ColumnElement[int] | int) -> ColumnElement[bool]:
    """The test that a link brought that case here."""
    return (CaseLink.other_id == case_id) & (CaseLink.kind == HANDED_OVER)


def linked_cases(case: Case) -> list[Case]:
    """Cases that an officer put beside this one, in either direction."""
    links = db.session.scalars(select(CaseLink).where((CaseLink.case_id == case.id) | (CaseLink.other_id == case.id)))
    ids = {link.other_id if link.case_id == case.id else link.case_id for link in links}
    return list(db.session.scalars(select(Case).where(Case.id.in_(ids), Case.area == case.area).order_by(Case.id)))
