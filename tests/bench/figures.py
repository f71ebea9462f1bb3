"""Figures of ten years, among few cases and among many: what the public reads follows the periods and not the cases.

One in five cases was refused, half were reviewed, a third with advice. All cases are of one area, which is more than
any has. Asked for in turns, in this process. A commissioner looks over an area with as many, every duty of
which is done.
"""

from __future__ import annotations

import datetime as dt
import time

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.faults.stage import Stage
from tests.published import approved
from tests.stafford import BODY, COUNCIL, use_stafford
from tests.web.desk import join, sign_in
from webform.records.store import begin_writing, db

from .many import FEW, MANY, Filled, filled
from .table import at_most, figure, heading, percentile
from .walk import AREA

ROUNDS = 25
YEARS = 10
LIKE, MOST = 1.3, 0.3  # how many times as long among many, for the public; and seconds
FIRST = "2016-04-01"
SPREAD = f"UPDATE figure_days SET day = date('{FIRST}', (case_id * 7 % 3652) || ' days')"  # noqa: S608  our own words
SHARES = {"not-met": 5, "reviews": 2, "with-recommendations": 3, "appeals": 9}
MORE = (
    "INSERT INTO figure_days (case_id, area, figure, day, certain) SELECT case_id, area, :figure,"
    " date(day, '30 days'), 1 FROM figure_days WHERE figure = 'applications' AND NOT case_id % :share"
)
PAT = "pat@merton.example"  # other benches have an officer of their own among the same cases
UNA = "una@commissioner.example"
OVER = (
    "INSERT INTO figure_days (case_id, area, figure, day, certain) SELECT case_id, :area, figure, day, 1"
    " FROM figure_days WHERE area = :like"
)
DONE = (
    "UPDATE deadlines SET area = :area, state = 'done', taken = 1, promised = 2,"
    " done_on = date(:first, (case_id * 7 % 3652) || ' days')"
)
# Who asks, and whether it may take only as long among many as among few.
PAGES = {
    "the public page": (f"/{AREA}/figures", PAT, True),
    "JSON": (f"/{AREA}/figures.json", PAT, True),
    "a year, before it is published": ("/desk/figures/2016-04-01", PAT, False),
    "the desk, each year counted anew": ("/desk/figures/", PAT, False),
    "what a commissioner sees of an area": ("/desk/oversight/", UNA, False),
}


def main(few: int = FEW, many: int = MANY, rounds: int = ROUNDS) -> None:
    """With databases of its own."""
    with filled(few, many) as among:
        measure(among, rounds)


def measure(among: Filled, rounds: int = ROUNDS) -> None:
    """Each page so many times in each database, in turns."""
    few, many = among
    heading(f"Figures of {YEARS} years among {few} and {many} cases, each page {rounds} times in turns")
    officers = {(count, PAT): _publisher(made) for count, made in among.items()}
    officers |= {(count, UNA): _commissioner(made) for count, made in among.items()}
    for page, (address, who, is_public) in PAGES.items():
        cpu: dict[int, list[float]] = {few: [], many: []}
        wall: dict[int, list[float]] = {few: [], many: []}
        for number in range(rounds + 1):
            for count in among:
                before, began = time.process_time(), time.perf_counter()
                assert officers[count, who].get(address).status_code == 200, page
                if number:  # the first draws the page for the first time
                    cpu[count].append(time.process_time() - before)
                    wall[count].append(time.perf_counter() - began)
        own = {count: percentile(found, 95) for count, found in cpu.items()}
        figure(f"{page}: CPU in ms among few and many, 95 in 100", f"{own[few] * 1000:.0f}, {own[many] * 1000:.0f}")
        if is_public:
            at_most(f"{page}: among many against few", own[many] / own[few], LIKE, "times")
        at_most(f"{page}: 95 in 100 among many within", percentile(wall[many], 95), MOST, "s")


def _publisher(made: Stage) -> FlaskClient:
    """Somebody who is signed in, once ten years were counted and published."""
    with made.app.app_context():
        begin_writing()
        db.session.execute(text(SPREAD))
        for name, share in SHARES.items():
            db.session.execute(text(MORE), {"figure": name, "share": share})
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        for _ in range(YEARS):
            approved(dt.datetime.now(dt.UTC), AREA)
    join(made.app, PAT)
    return _signed_in(made, PAT)


def _commissioner(made: Stage) -> FlaskClient:
    """Somebody who is signed in at the body that hears appeals of a council with as many cases."""
    use_stafford(made.app, made.settings.instance)
    with made.app.app_context():
        begin_writing()
        for area in (COUNCIL, BODY):
            db.session.execute(text(OVER), {"area": area, "like": AREA})
        db.session.execute(text(DONE), {"area": COUNCIL, "first": FIRST})
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        for _ in range(YEARS):
            approved(dt.datetime.now(dt.UTC), COUNCIL)
    join(made.app, UNA, "Una Upper", BODY)
    return _signed_in(made, UNA)


def _signed_in(made: Stage, email: str) -> FlaskClient:
    client = made.app.test_client()
    sign_in(made.app, client, email)
    return client


if __name__ == "__main__":
    main()
