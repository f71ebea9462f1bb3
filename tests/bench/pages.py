"""What a page of the journey costs beside a bare Flask, WTForms and SQLAlchemy form: CPU of the worker, and wall time.

Both walk the same way, page by page, in turns, so that whatever else the computer does hits both.
"""

from __future__ import annotations

import statistics
from contextlib import ExitStack

from .caller import Caller
from .site import KINDS, Server, address_of, served, stage
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
    """The costs of both, page by page in turns. The first round fills what is kept, and does not count."""
    found: tuple[Costs, Costs] = ({"CPU": [], "wall": []}, {"CPU": [], "wall": []})
    for number in range(rounds + 1):
        both = [(server, Caller(server.port, address_of(number))) for server in (ours, theirs)]
        for (_, caller), start in zip(both, (begin, _begin_bare), strict=True):
            start(caller)
        before, walls = [server.cpu() for server, _ in both], ([], [])
        for answers in zip(*(walk(caller, way) for _, caller in both), strict=True):
            for (method, answer), (_, caller), taken in zip(answers, both, walls, strict=True):
                assert answer.status_code == (200 if method == "GET" else 303), (method, answer.status_code)
                taken.append(caller.seconds)
        for (server, _), was, taken, costs in zip(both, before, walls, found, strict=True):
            if number:
                costs["CPU"].append((server.cpu() - was) * 1000 / len(taken))
                costs["wall"].append(statistics.median(taken) * 1000)
    return found


def _begin_bare(caller: Caller) -> None:
    assert caller.post("/begin", {}).status_code == 303


def _told(ours: Costs, theirs: Costs) -> None:
    for what in ("CPU", "wall"):
        own, bare = statistics.median(ours[what]), statistics.median(theirs[what])
        figure(f"{what} a request, in ms: ours, and bare", f"{own:.2f}, {bare:.2f}")
        at_most(f"{what} against the bare form", own / bare, AIM, "times")


if __name__ == "__main__":
    main()
