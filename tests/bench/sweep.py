"""What comes due, among few cases and among many: the clock's cost has to follow what is due and nothing else.

The cases are copies of one that was really opened, written in bulk. As many deadlines are due in both databases, and
both are worked off in turns.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select, update

from tests.faults.stage import Stage
from tests.victim import victim_in_merton
from webform.cases.open_case import open_case
from webform.cases.people import Author
from webform.cases.sweep import sweep
from webform.records.store import begin_writing, db
from webform.records.tables import BlindIndex, Case, Deadline, Document, Party

from .site import stage
from .table import at_most, figure, heading
from .walk import AREA

FEW, MANY = 1_000, 130_000  # every council of England and Wales for ten years
DUE, ROUNDS = 40, 5
AIM = 1.3
OPENED = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
NOW = OPENED + dt.timedelta(hours=20)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AT_ONCE = 10_000


def main(few: int = FEW, many: int = MANY, due: int = DUE, rounds: int = ROUNDS) -> None:
    """The same number due, so many times in each database."""
    heading(f"The sweep with {due} deadlines due among {few} and {many} cases, {rounds} times in turns")
    with stage() as small, stage() as large:
        for made, count in ((small, few), (large, many)):
            _fill(made, count)
        cpu: dict[int, list[float]] = {few: [], many: []}
        wall: dict[int, list[float]] = {few: [], many: []}
        for number in range(rounds + 1):
            for made, count in ((small, few), (large, many)):
                one = _swept(made, due, number)
                if number:  # the first round fills what is kept
                    cpu[count].append(one[0])
                    wall[count].append(one[1])
    for what, costs in (("CPU", cpu), ("wall", wall)):
        own = {count: statistics.median(found) * 1000 / due for count, found in costs.items()}
        figure(f"{what} a deadline in ms: among few, and many", f"{own[few]:.1f}, {own[many]:.1f}")
        at_most(f"{what} among many against few", own[many] / own[few], AIM, "times")


def _fill(made: Stage, count: int) -> None:
    """A real case, and copies of it: rows alike but for their keys and references. Nothing of theirs is due."""
    shelves = made.shelves
    procedure = shelves.procedures[AREA]
    form = shelves.forms[procedure.area.opens_with]
    with made.app.app_context():
        begin_writing()
        author = Author("the applicant", "applicant")
        first = open_case(
            shelves,
            procedure,
            form,
            victim_in_merton(),
            received_at=OPENED,
            channel="online",
            now=OPENED,
            author=author,
        )
        db.session.commit()
        for start in range(1, count, AT_ONCE):
            _copy(first.id, range(start, min(count, start + AT_ONCE)))
        db.session.execute(update(Deadline).values(act_at=NOW + dt.timedelta(days=365)))
        db.session.commit()


def _copy(case_id: int, numbers: range) -> None:
    """Copies of a case with all that belongs to it, as they lie in the database: what is sealed stays as it is."""
    begin_writing()
    highest = db.session.scalar(select(func.max(Case.id))) or 0
    cases = {number: highest + place for place, number in enumerate(numbers, 1)}
    parties: dict[tuple[int, int], int] = {}
    for model in (Case, Party, Document, Deadline, BlindIndex):
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
            yield row | {"id": highest, "case_id": new_case} | ({"party_id": party} if "party_id" in row else {})


def _reference(number: int) -> str:
    """A reference for a copy; none is like another."""
    signs = "".join(SIGNS[number >> shift & 31] for shift in range(0, 40, 5))
    return f"{signs[:4]}-{signs[4:]}"


def _swept(made: Stage, due: int, number: int) -> tuple[float, float]:
    """The CPU and wall seconds that so many take, when they come due in cases that were not swept before."""
    with made.app.app_context():
        begin_writing()
        first = db.session.scalars(select(Deadline.step).where(Deadline.action.is_not(None)).limit(1)).one()
        among = select(Deadline.id).where(Deadline.step == first).order_by(Deadline.id)
        chosen = db.session.scalars(among.offset(1 + number * due).limit(due)).all()
        db.session.execute(update(Deadline).where(Deadline.id.in_(chosen)).values(act_at=NOW))
        db.session.commit()
        cpu, wall = time.process_time(), time.perf_counter()
        done = sweep(NOW, due * 2)
        spent = time.process_time() - cpu, time.perf_counter() - wall
        assert done == due == len(chosen), (done, len(chosen))
    return spent


if __name__ == "__main__":
    main()
