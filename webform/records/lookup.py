"""Finds cases by an exact email, surname, postcode, phone, reference or flag, although none is stored in plain.

What a case is called elsewhere stands in its documents, which are read in cases/elsewhere.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import delete, select

from .sealed import BlindKind, blind
from .store import begin_writing, db
from .tables import BlindIndex, Case, Party

KINDS: tuple[BlindKind, ...] = ("email", "surname", "postcode", "phone", "reference", "elsewhere", "flag")
ELSEWHERE: BlindKind = "elsewhere"
BATCH = 200


def index_case(case: Case) -> None:
    """Write the index of a case anew, but for its name elsewhere; called when it opens and whenever its parties change.

    Flushed, not committed.
    """
    db.session.flush()
    db.session.execute(delete(BlindIndex).where(BlindIndex.case_id == case.id, BlindIndex.kind != ELSEWHERE))
    found: set[tuple[int | None, str, str]] = {(None, "reference", blind("reference", case.reference))}
    found.update((None, "flag", flagged(case.area, str(flag["id"]))) for flag in case.flags)
    for party in db.session.scalars(select(Party).where(Party.case_id == case.id)):
        found.update((party.id, kind, blind(kind, value)) for kind, value in _known(party.person))
    db.session.add_all(
        BlindIndex(case_id=case.id, party_id=party, kind=kind, digest=digest)
        for party, kind, digest in sorted(found, key=str)
        if digest
    )
    db.session.flush()


def flagged(area: str, flag: str) -> str:
    """The digest under which the cases of an area are found that bear a flag."""
    return blind("flag", f"{area} {flag}")


def index_flag(case: Case, flag: str) -> None:
    """Let a case be found by a flag that it bears from now on."""
    db.session.add(BlindIndex(case_id=case.id, kind="flag", digest=flagged(case.area, flag)))


def index_elsewhere(case: Case, name: str) -> None:
    """Let a case be found by what it is called in another system from now on, and by no earlier name; '' for none."""
    db.session.execute(delete(BlindIndex).where(BlindIndex.case_id == case.id, BlindIndex.kind == ELSEWHERE))
    if digest := blind(ELSEWHERE, name):
        db.session.add(BlindIndex(case_id=case.id, kind=ELSEWHERE, digest=digest))


def find_cases(kind: BlindKind, value: str) -> tuple[int, ...]:
    """The ids of the cases in which this value stands, oldest first."""
    here = (BlindIndex.kind == kind, BlindIndex.digest == blind(kind, value))
    return tuple(db.session.scalars(select(BlindIndex.case_id).where(*here).distinct().order_by(BlindIndex.case_id)))


def find_parties(kind: BlindKind, value: str) -> tuple[Party, ...]:
    """The parties of whom this value is known, oldest first."""
    here = (BlindIndex.kind == kind, BlindIndex.digest == blind(kind, value))
    known = select(BlindIndex.party_id).where(*here)
    return tuple(db.session.scalars(select(Party).where(Party.id.in_(known)).order_by(Party.id)))


def reindex(further: Callable[[Case], None] = lambda case: None) -> int:
    """Write the index of every case anew, some at a time, each batch committed. How many cases there were.

    `further` writes what stands in documents.
    """
    count, last = 0, 0
    while True:
        begin_writing()
        cases = db.session.scalars(select(Case).where(Case.id > last).order_by(Case.id).limit(BATCH)).all()
        for case in cases:
            index_case(case)
            further(case)
            last, count = case.id, count + 1
        db.session.commit()
        if not cases:
            return count


def _known(person: dict[str, Any]) -> Iterator[tuple[BlindKind, str]]:
    """What can be looked up of somebody. The surname is the last word of the name, the way people search."""
    if words := str(person.get("name") or "").split():
        yield "surname", words[-1]
    yield "email", str(person.get("email") or "")
    yield "phone", str(person.get("phone") or "")
    address = person.get("address")
    yield "postcode", str((address.get("postcode") if isinstance(address, dict) else person.get("postcode")) or "")
