"""The service and the bare peer as real servers, for as long as a bench needs them; nothing is left running."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import structlog
from flask import Flask

from tests.faults.stage import BOOTED, Stage, running
from tests.said import Said
from tests.sending.mail_server import free_port
from webform import logs
from webform.documents.shelf import read_shelves
from webform.records.store import db
from webform.settings import CHECKOUT, SHIPPED, Settings
from webform.web.limits import limiter
from webform.wiring import WEB_PATIENCE_SECONDS, build

from .peer import DATABASE, peer
from .walk import way_of

KINDS: Mapping[str, tuple[str, ...]] = {"sync": (), "threads": ("--worker-class", "gthread", "--threads", "4")}
BIN = CHECKOUT / ".venv" / "bin"


def service() -> Flask:
    """What gunicorn runs: the service with its limits, told by a proxy who asks. Its mail stays here, unsealed."""
    logs.begin("web", sys.stdout)
    settings = replace(Settings.read(os.environ), local=False, proxies=1)
    return build(settings, read_shelves(SHIPPED, settings.instance), WEB_PATIENCE_SECONDS)


def bare() -> Flask:
    """What gunicorn runs beside it: the peer, with the same pages."""
    limiter.enabled = False
    settings = Settings.read(os.environ)
    shelves = read_shelves(SHIPPED, settings.instance)
    app = build(settings, shelves)
    way = way_of(app, shelves)
    with app.app_context():
        db.engine.dispose()
    return peer(way)


@contextmanager
def stage() -> Iterator[Stage]:
    """An installation of its own, on SQLite."""
    limiter.enabled = False  # in this process, which only prepares and looks
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    shelves = read_shelves(SHIPPED)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers end with a bench that is ended
    try:
        with tempfile.TemporaryDirectory(prefix="asb-bench-") as folder, Stage(Path(folder), shelves) as made:
            yield made
    finally:
        signal.signal(signal.SIGTERM, before)


def _clock_of(process: int) -> int:
    """The clock of Linux that counts what one process works, to the nanosecond: others count in hundredths of a second,
    which is more than a request."""
    return (~process << 3) | 2


class Server:
    """gunicorn at work: where it listens, and what its workers have used."""

    def __init__(self, port: int, workers: list[psutil.Process]):
        self.port, self.workers = port, workers

    def cpu(self) -> float:
        """The seconds of CPU that its workers have used so far."""
        return sum(time.clock_gettime(_clock_of(worker.pid)) for worker in self.workers)

    def memory(self) -> list[float]:
        """What each worker has for itself and could not be shared, in MB."""
        return [worker.memory_full_info().uss / 1e6 for worker in self.workers]

    def resident(self) -> list[float]:
        """What each worker has in memory, shared or not, in MB."""
        return [worker.memory_info().rss / 1e6 for worker in self.workers]


@contextmanager
def served(made: Stage, what: str = "service", kind: str = "sync", workers: int = 1) -> Iterator[Server]:
    """The service, or the peer, under gunicorn with workers of that kind."""
    port = free_port()
    environment = made.environment | {
        "ASB_BASE_URL": f"http://127.0.0.1:{port}", DATABASE: f"sqlite:///{made.folder / 'peer.sqlite3'}",
        "PYTHONPATH": str(CHECKOUT),
    }  # fmt: skip
    command = [str(BIN / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", str(workers), *KINDS[kind]]
    with running([*command, f"tests.bench.site:{what}()"], environment) as process:
        heard = Said(process)
        yield Server(port, [psutil.Process(int(heard.until(BOOTED.pattern)[1])) for _ in range(workers)])


@contextmanager
def clock(made: Stage) -> Iterator[psutil.Process]:
    """The real clock of the installation."""
    with running([str(BIN / "flask"), "clock"], made.environment) as process:
        Said(process).until("the clock runs")
        yield psutil.Process(process.pid)


def address_of(number: int) -> str:
    """An address for visitor number so and so."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
