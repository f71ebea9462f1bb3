"""Very many cases, written in bulk: copies of a real one, as they would lie in a database after years of use."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select, update

from tests.asked_for import asked_for
from tests.faults.stage import Stage
from tests.victim import victim_in_merton
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.records.store import begin_writing, db
from webform.records.tables import BlindIndex, Case, Deadline, Document, FigureDay, Party

from .site import stage
from .walk import AREA

FEW, MANY = 1_000, 130_000  # MANY: every council of England and Wales, for ten years
OPENED = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
AT_ONCE = 10_000
SHARED = {"surname": 20, "postcode": 5_000}  # one in so many cases has the same
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Filled = dict[int, Stage]  # installations, by how many cases they hold


@contextmanager
def filled(few: int, many: int) -> Iterator[Filled]:
    """Two installations, with few and with many cases."""
    with stage() as small, stage() as large:
        for made, count in ((small, few), (large, many)):
            fill(made, count)
        yield {few: small, many: large}


def fill(made: Stage, count: int) -> None:
    """A real case, and copies of it: rows alike but for their keys and references. Nothing of theirs is due."""
    shelves = made.shelves
    procedure = shelves.procedures[AREA]
    with made.app.app_context():
        first = asked_for(shelves, victim_in_merton(), OPENED, area=AREA)
        seen = next(step for step in procedure.steps if step.fill and shelves.forms[step.fill].effect == "seen")
        file_document(first, seen.id, shelves.forms[str(seen.fill)], {}, author=Author("Sam", "spoc"), now=OPENED)
        db.session.commit()
        for start in range(1, count, AT_ONCE):
            _copy(first.id, range(start, min(count, start + AT_ONCE)))
        db.session.execute(update(Deadline).values(act_at=OPENED + dt.timedelta(days=365)))
        db.session.commit()


def _copy(case_id: int, numbers: range) -> None:
    """Copies of a case with all that belongs to it, as they lie in the database: what is sealed stays as it is."""
    begin_writing()
    highest = db.session.scalar(select(func.max(Case.id))) or 0
    cases = {number: highest + place for place, number in enumerate(numbers, 1)}
    parties: dict[tuple[int, int], int] = {}
    for model in (Case, Party, Document, Deadline, BlindIndex, FigureDay):
        copies = list(_copies(model, case_id, cases, parties))
        names = ", ".join(copies[0])
        places = ", ".join("?" for _ in copies[0])
        statement = f"INSERT INTO {model.__tablename__} ({names}) VALUES ({places})"  # noqa: S608  names of tables
        db.session.connection().exec_driver_sql(statement, [tuple(copy.values()) for copy in copies])
    db.session.commit()


def _copies(
    model: Any, case_id: int, cases: dict[int, int], parties: dict[tuple[int, int], int]
) -> Iterator[dict[str, Any]]:
    """The rows of a table that belong to the case, once for each copy of it."""
    belongs = f"{'id' if model is Case else 'case_id'} = ?"
    statement = f"SELECT * FROM {model.__tablename__} WHERE {belongs}"  # noqa: S608  names of tables
    rows = [dict(row) for row in db.session.connection().exec_driver_sql(statement, (case_id,)).mappings()]
    highest = db.session.scalar(select(func.max(model.id))) or 0
    for number, new_case in cases.items():
        for row in rows:
            highest += 1
            if model is Case:
                yield row | {"id": new_case, "reference": _reference(number), "draft_key": None, "entry": None}
                continue
            if model is Party:
                parties[new_case, row["id"]] = highest
            party = parties.get((new_case, row["party_id"])) if row.get("party_id") else None
            shared = {"digest": _digest(row["kind"], row["digest"], number)} if model is BlindIndex else {}
            yield (
                row | {"id": highest, "case_id": new_case} | ({"party_id": party} if "party_id" in row else {}) | shared
            )


def _digest(kind: str, digest: str, number: int) -> str:
    """What a copy is found by: so many share a surname or a postcode with it, and nobody an address or a number."""
    apart = number % SHARED[kind] if kind in SHARED else number
    return hashlib.sha256(f"{apart} {digest}".encode()).hexdigest() if apart else digest


def _reference(number: int) -> str:
    """A reference for a copy; none is like another."""
    signs = "".join(SIGNS[number >> shift & 31] for shift in range(0, 40, 5))
    return f"{signs[:4]}-{signs[4:]}"
