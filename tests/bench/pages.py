"""What a page of the journey costs beside a bare Flask, WTForms and SQLAlchemy form: CPU of the worker, and wall time.

Both walk the same way, page by page, in turns, so that whatever else the computer does hits both.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable
from contextlib import ExitStack

from .site import KINDS, Caller, Server, address_of, served, stage
from .table import at_most, figure, heading
from .walk import Step, begin, walk, way_of

ROUNDS = 6
AIM = 1.3
Costs = dict[str, list[float]]  # milliseconds of CPU and wall a request, round by round


def main(rounds: int = ROUNDS, most_pages: int = 1000) -> None:
    """Each kind of worker, one after the other."""
    with stage() as made:
        way = way_of(made.app, made.shelves)[:most_pages]
        for kind in KINDS:
            heading(f"A request of the journey, {kind}: {len(way)} pages read and sent, {rounds} times")
            with ExitStack() as servers:
                ours, theirs = (servers.enter_context(served(made, what, kind)) for what in ("service", "bare"))
                _told(*_measured(ours, theirs, way, rounds))


def _measured(ours: Server, theirs: Server, way: tuple[Step, ...], rounds: int) -> tuple[Costs, Costs]:
    found: tuple[Costs, Costs] = ({"CPU": [], "wall": []}, {"CPU": [], "wall": []})
    numbers = itertools.count(1)
    for number in range(rounds + 1):
        for server, start, costs in ((ours, begin, found[0]), (theirs, _begin_bare, found[1])):
            cpu, wall = _walked(server, start, way, address_of(next(numbers)))
            if number:  # the first round fills what is kept
                costs["CPU"].append(cpu)
                costs["wall"].append(wall)
    return found


def _begin_bare(caller: Caller) -> None:
    assert caller.post("/begin", {}).status_code == 303


def _walked(
    server: Server, start: Callable[[Caller], None], way: tuple[Step, ...], address: str
) -> tuple[float, float]:
    caller, walls = Caller(server.port, address), []
    start(caller)
    before = server.cpu()
    for method, answer in walk(caller, way):
        assert answer.status_code == (200 if method == "GET" else 303), (method, answer.status_code)
        walls.append(caller.seconds)
    return (server.cpu() - before) * 1000 / len(walls), statistics.median(walls) * 1000


def _told(ours: Costs, theirs: Costs) -> None:
    for what in ("CPU", "wall"):
        own, bare = statistics.median(ours[what]), statistics.median(theirs[what])
        figure(f"{what} a request, in ms: ours, and bare", f"{own:.2f}, {bare:.2f}")
        at_most(f"{what} against the bare form", own / bare, AIM, "times")


if __name__ == "__main__":
    main()
