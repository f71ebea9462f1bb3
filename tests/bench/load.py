"""Requests sent beside pages read, at a steady rate: how long each takes from when it was due, and whether any is lost.

Nobody waits for the answer of somebody else: what is late because the service is slow counts from when it should have
been asked for.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psutil
from sqlalchemy import func, select

from tests.faults.stage import Stage
from webform.records.outbox import Message
from webform.records.store import db
from webform.records.tables import Case

from .caller import Caller
from .drafts import address_of_applicant, complete
from .mail import Taken, mail_server
from .site import KINDS, Server, address_of, clock, served, stage
from .table import at_most, figure, heading, percentile
from .walk import AREA, send

SECONDS = 120.0
SENDS, READS = 10.0, 200.0  # a second
WORKERS = 2
AIM = 1.0
EMPTY_WITHIN = 60.0
AT_ONCE = 64
WARMING = 40
Times = list[float]


def main(seconds: float = SECONDS, sends: float = SENDS, reads: float = READS) -> None:
    """Once with each kind of worker."""
    for kind in KINDS:
        heading(
            f"{sends:g} requests sent and {reads:g} pages read a second for {seconds:g} s, {WORKERS} workers, {kind}"
        )
        with stage() as made, mail_server(made) as mail:
            ready = list(complete(made, int(seconds * sends) + 1))
            with served(made, kind=kind, workers=WORKERS) as server, clock(made) as ticking:
                before = _used(server, ticking)
                taken = _under_load(made, server, ready, (seconds, sends, reads))
                after = _used(server, ticking)
                waited = _until_empty(made)
            _told(made, mail, taken, waited)
            used = (f"{(now - was) / seconds:.2f}" for now, was in zip(after, before, strict=True))
            figure("processors used by workers, clock and whoever asks", ", ".join(used))


def _under_load(
    made: Stage, server: Server, ready: list[dict[str, str]], rate: tuple[float, float, float]
) -> tuple[Times, Times]:
    seconds, sends, reads = rate
    form = made.shelves.forms[made.shelves.procedures[AREA].area.opens_with]
    reader, ahead = ready.pop(), itertools.cycle([f"/form/{page.id}" for page in form.pages if not page.each])
    for path in (one for one, _ in zip(ahead, range(WARMING), strict=False)):  # the first drawing of a page is slow
        Caller(server.port, address_of(1 << 20), reader).get(path)
    senders = iter(enumerate(ready))
    sending: list[Future[float]] = []
    reading: list[Future[float]] = []
    again: list[int] = []

    def send_one() -> None:
        number, cookies = next(senders)
        caller = Caller(server.port, address_of(number), cookies)
        while not send(caller):  # they were asked to press again in a minute; here they do at once
            again.append(number)

    def read_one() -> None:
        answer = Caller(server.port, address_of(1 << 20), reader).get(next(ahead))
        assert answer.status_code in (200, 303), answer.status_code

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        threads = [
            threading.Thread(target=_steadily, args=(crowd, work, at_rate, seconds, taken))
            for work, at_rate, taken in ((send_one, sends, sending), (read_one, reads, reading))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    taken = [one.result() for one in sending], [one.result() for one in reading]
    figure("asked to press again, since others were writing", str(len(again)))
    return taken


def _steadily(
    crowd: ThreadPoolExecutor, work: Callable[[], None], rate: float, seconds: float, taken: list[Future[float]]
) -> None:
    """So many a second, each given to whoever is free; what it took counts from when it was due."""
    began, pause = time.perf_counter(), threading.Event()
    for due in _dues(began, rate, seconds):
        pause.wait(max(0.0, due - time.perf_counter()))
        taken.append(crowd.submit(_timed, work, due))


def _dues(began: float, rate: float, seconds: float) -> Iterator[float]:
    return (began + number / rate for number in range(int(rate * seconds)))


def _timed(work: Callable[[], None], due: float) -> float:
    work()
    return time.perf_counter() - due


def _used(server: Server, ticking: psutil.Process) -> tuple[float, float, float]:
    """The seconds of CPU so far: of the workers, of the clock, and of this process."""
    return server.cpu(), sum(ticking.cpu_times()[:2]), time.process_time()


def _until_empty(made: Stage) -> float:
    """How long it takes until no message waits, at most twice as long as it should."""
    began, pause = time.perf_counter(), threading.Event()
    while (waited := time.perf_counter() - began) < 2 * EMPTY_WITHIN:
        with made.app.app_context():
            if not db.session.scalar(select(func.count()).select_from(Message).where(Message.state == "waiting")):
                return waited
        pause.wait(0.5)
    return waited


def _told(made: Stage, mail: Taken, taken: tuple[Times, Times], waited: float) -> None:
    sending, reading = taken
    with made.app.app_context():
        cases = db.session.scalar(select(func.count()).where(Case.scope == "case")) or 0
    receipts = {address_of_applicant(number) for number in range(len(sending))} & mail.at.keys()
    figure("requests sent, and cases there", f"{len(sending)}, {cases}", "none lost", cases == len(sending))
    figure("receipts that arrived", f"{len(receipts)}", "none lost", len(receipts) == len(sending))
    figure("pages read", f"{len(reading)}")
    figure("a page read: half within", f"{percentile(reading, 50) * 1000:.0f} ms")
    at_most("a page read: 99 in a hundred within", percentile(reading, 99), AIM, "s")
    figure("check, send and confirmation: half within", f"{percentile(sending, 50) * 1000:.0f} ms")
    at_most("check, send and confirmation: 99 in a hundred within", percentile(sending, 99), AIM, "s")
    at_most("outbox empty after", waited, EMPTY_WITHIN, "s", 1)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))  # seconds, requests sent a second, pages read a second
