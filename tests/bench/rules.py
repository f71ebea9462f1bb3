"""What the rules cost: CPU time of a threshold, a schedule and a check. Part of `make bench`.

Every figure is the best of several runs in CPU time, so that a busy computer makes little difference. Reports are of a
neighbour's noise, each told to the council a day later; documents go round the steps of the procedure, one an hour.
It measures and prints; whether that is good enough is for whoever reads it.
"""

from __future__ import annotations

import datetime as dt
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from pathlib import Path

import click

from tests.victim import incident, victim_in_merton
from webform.documents.check import check
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves, read_shelves
from webform.rules.calendar import WorkingCalendar
from webform.rules.folder import Filed, Folder
from webform.rules.schedule import schedule
from webform.rules.threshold import assess
from webform.settings import CHECKOUT, SHIPPED

Make = Callable[[Shelves, Procedure, int], Callable[[], object]]

SIZES = (10, 100, 1000)
RECEIVED = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
NOW = RECEIVED + dt.timedelta(days=60)
LONG_ENOUGH = 0.5  # seconds that one figure is measured for
FEWEST = 5  # runs, however long they take
COMMAND = [str(Path(sys.executable).parent / "flask"), "procedure", "check"]


def best(run: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """The fewest seconds that it took; the first run fills what is kept between cases."""
    run()
    times: list[float] = []
    while len(times) < FEWEST or sum(times) < LONG_ENOUGH:
        began = clock()
        run()
        times.append(clock() - began)
    return min(times)


def assessing(
    shelves: Shelves, procedure: Procedure, size: int, by_name: bool = False, read: bool = False
) -> Callable[[], object]:
    """The threshold of a request with that many reports over two months; `by_name`: each by another person; `read`:
    with every reason, as a program gets it."""
    form = shelves.forms[procedure.area.opens_with]
    days = [RECEIVED.date() - dt.timedelta(days=number % 60 + 2) for number in range(size)]
    told = [incident(n, str(day), str(day + dt.timedelta(days=1))) for n, day in enumerate(days, 1)]
    if by_name:
        for one in told:
            one["reports"][0] |= {"report_by": "someone-else", "report_by_name": f"Neighbour {one['entry']}"}
    answers = victim_in_merton(incidents=told)
    if read:
        return lambda: assess(procedure, form, answers, RECEIVED.date()).as_json()
    return lambda: assess(procedure, form, answers, RECEIVED.date())


def scheduling(shelves: Shelves, procedure: Procedure, size: int) -> Callable[[], object]:
    """The duties of a case with that many documents, the request among them."""
    calendar = WorkingCalendar(rule=procedure.calendar)
    opens_with = procedure.area.opens_with
    steps = [step.id for step in procedure.steps if step.scope == "case"]
    documents = [Filed(1, opens_with, "form", "opens-case", None, "applicant", RECEIVED, RECEIVED)]
    for number in range(2, size + 1):
        at = RECEIVED + dt.timedelta(hours=number)
        step = steps[number % len(steps)]
        documents.append(Filed(number, step, "form", "records", None, "spoc", at, at, {"decision": "met"}))
    folder = Folder(tuple(documents))
    return lambda: schedule(procedure, folder, calendar, NOW)


def rows(what: str, make: Make, shelves: Shelves, sizes: tuple[int, ...]) -> Iterable[str]:
    """One line an area: the cost at each size, and how it grows where the case grows tenfold."""
    for procedure in shelves.areas():
        costs = [best(make(shelves, procedure, size)) * 1_000_000 for size in sizes]
        growth = [larger / smaller for smaller, larger in pairwise(costs)]
        told = " ".join(f"{cost:9.0f}" for cost in costs)
        yield f"{what:9} {procedure.id:26} {told:29}   " + " ".join(f"{ratio:7.1f}" for ratio in growth)


def children() -> float:
    """The CPU time of all commands that were run and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def command() -> None:
    subprocess.run(COMMAND, cwd=CHECKOUT, stdout=subprocess.DEVNULL, check=True)


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure everything, printing each figure as soon as it is known."""
    shelves = read_shelves(SHIPPED)
    click.echo(f"Python {platform.python_version()}, {platform.machine()}; CPU time, best of {FEWEST} runs or more\n")
    heads = " ".join(f"{size:9}" for size in sizes)
    click.echo(f"{'microseconds a case at':36} {heads}   and from each to the next")
    for what, make in (("assess", assessing), ("and read", partial(assessing, read=True)), ("schedule", scheduling)):
        for row in rows(what, make, shelves, sizes):
            click.echo(row)
    click.echo("\nassess, where another person by name made each report")
    for row in rows("assess", partial(assessing, by_name=True), shelves, sizes):
        click.echo(row)
    click.echo(f"\nprocedure check of all {len(shelves.areas())} areas, in seconds")
    click.echo(f"reading   {best(lambda: read_shelves(SHIPPED)):.2f}")
    click.echo(f"checking  {best(lambda: check(shelves)):.2f}")
    click.echo(f"command   {best(command, children):.2f}   with the start of Python and Flask")


if __name__ == "__main__":
    main()
