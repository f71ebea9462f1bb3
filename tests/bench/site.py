"""The service and the bare peer as real servers, for as long as a bench needs them; nothing is left running."""

from __future__ import annotations

import http.client
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.faults.person import Page
from tests.faults.stage import BOOTED, Said, Stage, running
from tests.sending.mail_server import free_port
from webform.documents.shelf import read_shelves
from webform.records.store import db
from webform.settings import CHECKOUT, SHIPPED, Settings
from webform.web.limits import limiter
from webform.wiring import build

from .peer import DATABASE, peer
from .walk import way_of

KINDS: Mapping[str, tuple[str, ...]] = {"sync": (), "threads": ("--worker-class", "gthread", "--threads", "4")}
BIN = CHECKOUT / ".venv" / "bin"


def service() -> Flask:
    """What gunicorn runs: the service with its limits, told by a proxy who asks. Its mail stays here, unsealed."""
    settings = replace(Settings.read(os.environ), local=False, proxies=1)
    return build(settings, read_shelves(SHIPPED, settings.instance))


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
    shelves = read_shelves(SHIPPED)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers end with a bench that is ended
    try:
        with tempfile.TemporaryDirectory(prefix="asb-bench-") as folder, Stage(Path(folder), shelves) as made:
            yield made
    finally:
        signal.signal(signal.SIGTERM, before)


class Server:
    """gunicorn at work: where it listens, and what its workers have used."""

    def __init__(self, port: int, workers: list[psutil.Process]):
        self.port, self.workers = port, workers

    def cpu(self) -> float:
        """The seconds of CPU that its workers have used so far."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers)

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
        said = Said(process)
        booted = [psutil.Process(int(said.until(BOOTED.pattern)[1])) for _ in range(workers)]
        yield Server(port, booted)


@contextmanager
def clock(made: Stage) -> Iterator[psutil.Process]:
    """The real clock of the installation."""
    with running([str(BIN / "flask"), "clock"], made.environment) as process:
        Said(process).until("the clock runs")
        yield psutil.Process(process.pid)


class Caller:
    """A browser of its own address, over real HTTP. Remembers how long the last answer took."""

    def __init__(self, port: int, address: str, cookies: Mapping[str, str] | None = None):
        self.port, self.address, self.cookies = port, address, dict(cookies or {})
        self.seconds = 0.0

    def get(self, path: str) -> Page:
        return self._ask("GET", path, None)

    def post(self, path: str, data: Any) -> Page:
        return self._ask("POST", path, urlencode(list(MultiDict(data).items(multi=True))))

    def _ask(self, method: str, path: str, body: str | None) -> Page:
        headers = {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "http", "X-Forwarded-Host": self._host}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = Page(path, answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        self.seconds = time.perf_counter() - began
        for set_cookie in page.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(set_cookie).items()}
        return page

    @property
    def _host(self) -> str:
        return f"127.0.0.1:{self.port}"


def address_of(number: int) -> str:
    """An address for visitor number so and so."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
