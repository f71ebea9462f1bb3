"""What officers wait for: my day, a list, a search and the page of a case, among few cases and among many.

All cases are of the officer's own area. One in twenty is open, as after ten years; its duties are due on days around
today. Asked for in turns, in this process: without a server in between, so that what differs is the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.faults.stage import Stage
from tests.web.desk import SAM, join, press, sign_in
from webform.records.store import begin_writing, db
from webform.records.tables import Case

from .many import FEW, MANY, Filled, filled
from .table import at_most, figure, heading, percentile

ROUNDS = 25
TIMES, MOST = 1.5, 0.2  # how many times as long among many, and seconds
OPEN_ONE_IN = 20
SURNAME = "Žďárská"
AGED = (
    "UPDATE cases SET closed_at = opened_at WHERE id % :one_in",
    "UPDATE deadlines SET state = 'done', listed = NULL, act_at = NULL WHERE case_id % :one_in",
    "UPDATE deadlines SET due_on = date('now', (case_id / :one_in % 60 - 30) || ' days')"
    " WHERE due_on IS NOT NULL AND NOT case_id % :one_in",
    "ANALYZE",
)
Ask = Callable[[FlaskClient, str], int]


def search(client: FlaskClient, _reference: str) -> int:
    """A name that one in twenty has, so that as many cases are shown of few as of many; asked for on another page."""
    return press(client, "/desk/search", page="/desk/list/closed", q=SURNAME).status_code


PAGES: dict[str, Ask] = {
    "my day": lambda client, _: client.get("/desk/").status_code,
    "open cases": lambda client, _: client.get("/desk/list/open").status_code,
    "closed cases, and a search by surname": search,
    "a case": lambda client, reference: client.get(f"/desk/case/{reference}").status_code,
}


def main(few: int = FEW, many: int = MANY, rounds: int = ROUNDS) -> None:
    """With databases of its own."""
    with filled(few, many) as among:
        measure(among, rounds)


def measure(among: Filled, rounds: int = ROUNDS) -> None:
    """Each page so many times in each database, in turns; every time another case."""
    few, many = among
    heading(f"The desk among {few} and {many} cases, each page {rounds} times in turns")
    officers = {count: _officer(made) for count, made in among.items()}
    cases = {count: _some_open(made, rounds + 1) for count, made in among.items()}
    for page, ask in PAGES.items():
        cpu: dict[int, list[float]] = {few: [], many: []}
        wall: dict[int, list[float]] = {few: [], many: []}
        for number in range(rounds + 1):
            for count in among:
                before, began = time.process_time(), time.perf_counter()
                assert ask(officers[count], cases[count][number % len(cases[count])]) == 200, page
                if number:  # the first draws the page for the first time
                    cpu[count].append(time.process_time() - before)
                    wall[count].append(time.perf_counter() - began)
        own = {count: percentile(found, 95) for count, found in cpu.items()}
        figure(f"{page}: CPU in ms among few and many, 95 in 100", f"{own[few] * 1000:.0f}, {own[many] * 1000:.0f}")
        at_most(f"{page}: among many against few", own[many] / own[few], TIMES, "times")
        at_most(f"{page}: 95 in 100 among many within", percentile(wall[many], 95), MOST, "s")


def _officer(made: Stage) -> FlaskClient:
    """Somebody who is signed in, once the cases are as old as they shall be."""
    with made.app.app_context():
        begin_writing()
        for statement in AGED:
            db.session.execute(text(statement), {"one_in": OPEN_ONE_IN} if ":one_in" in statement else {})
        db.session.commit()
    join(made.app, SAM)
    client = made.app.test_client()
    sign_in(made.app, client)
    return client


def _some_open(made: Stage, count: int) -> list[str]:
    with made.app.app_context():
        here = select(Case.reference).where(Case.closed_at.is_(None), Case.scope == "case").order_by(Case.id.desc())
        return list(db.session.scalars(here.limit(count)))


if __name__ == "__main__":
    main()
