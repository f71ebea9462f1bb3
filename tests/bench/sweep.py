"""What comes due, among few cases and among many: the clock's cost has to follow what is due and nothing else.

The cases are copies of one that was really opened, written in bulk. As many deadlines are due in both databases, and
both are worked off in turns.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time

from sqlalchemy import select, update

from tests.faults.stage import Stage
from webform.cases.sweep import sweep
from webform.records.store import begin_writing, db
from webform.records.tables import Deadline

from .many import FEW, MANY, OPENED, Filled, filled
from .table import at_most, figure, heading

DUE, ROUNDS = 40, 5
AIM = 1.3
NOW = OPENED + dt.timedelta(hours=20)


def main(few: int = FEW, many: int = MANY, due: int = DUE, rounds: int = ROUNDS) -> None:
    """With databases of its own."""
    with filled(few, many) as among:
        measure(among, due, rounds)


def measure(among: Filled, due: int = DUE, rounds: int = ROUNDS) -> None:
    """The same number due, so many times in each database."""
    few, many = among
    heading(f"The sweep with {due} deadlines due among {few} and {many} cases, {rounds} times in turns")
    cpu: dict[int, list[float]] = {few: [], many: []}
    wall: dict[int, list[float]] = {few: [], many: []}
    for number in range(rounds + 1):
        for count, made in among.items():
            one = _swept(made, due, number)
            if number:  # the first round fills what is kept
                cpu[count].append(one[0])
                wall[count].append(one[1])
    for what, costs in (("CPU", cpu), ("wall", wall)):
        own = {count: statistics.median(found) * 1000 / due for count, found in costs.items()}
        figure(f"{what} a deadline in ms: among few, and many", f"{own[few]:.1f}, {own[many]:.1f}")
        at_most(f"{what} among many against few", own[many] / own[few], AIM, "times")


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
