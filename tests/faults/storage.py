"""What can go wrong with the place where everything is kept. Each fault is there within its block, and gone after."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import make_url

from tests.databases import USED
from tests.faults.postgres import Server
from tests.faults.stage import Stage
from tests.faults.strace import attached

WRITES = "pwrite64,pwritev,fallocate"
Fault = Callable[[Stage, list[int]], AbstractContextManager[None]]  # of these processes, which have connected already
# Root may write to what is read-only, and so might a service that root starts for a test; this takes that right away.
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override") if os.geteuid() == 0 else ()


@contextmanager
def no_growth(_stage: Stage, pids: list[int]) -> Iterator[None]:
    """No file may grow, as where a quota is used up."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    try:
        for pid, (_, most) in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def failing(calls: str, error: str) -> Fault:
    """The system answers these calls with an error."""

    @contextmanager
    def fault(stage: Stage, pids: list[int]) -> Iterator[None]:
        with ExitStack() as stack:
            for pid in pids:
                log = stage.folder / f"failing-{pid}.log"
                stack.enter_context(attached(pid, log, calls, f"{calls}:error={error}"))
            yield

    return fault


@contextmanager
def read_only(stage: Stage, _pids: list[int]) -> Iterator[None]:
    """Neither files nor folder of the database can be written to; who is connected already does not notice."""
    paths = [stage.folder, *stage.folder.glob("app.sqlite3*")]
    modes = [path.stat().st_mode for path in paths]
    try:
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield
    finally:
        for path, mode in zip(paths, modes, strict=True):
            if path.exists():
                path.chmod(mode)


@contextmanager
def locked(stage: Stage, _pids: list[int]) -> Iterator[None]:
    """Another writer holds what everybody needs, and does not let go."""
    if stage.on_files:
        writer = sqlite3.connect(Path(str(make_url(stage.settings.database).database)), isolation_level=None)
        writer.execute("BEGIN IMMEDIATE").close()
    else:
        writer = psycopg.connect(stage.settings.database)  # type: ignore[assignment]  # both end with close
        writer.execute("LOCK TABLE cases, drafts, messages, officers IN ACCESS EXCLUSIVE MODE").close()
    try:
        yield
    finally:
        writer.rollback()
        writer.close()


def down(server: Server) -> Fault:
    """PostgreSQL has gone, and comes back."""

    @contextmanager
    def fault(_stage: Stage, _pids: list[int]) -> Iterator[None]:
        server.kill()
        try:
            yield
        finally:
            server.start()
            server.ready()

    return fault


def full(server: Server) -> Fault:
    """There is no room on the disk of PostgreSQL: it can't write what it has to, and is started anew when there is."""

    @contextmanager
    def fault(stage: Stage, _pids: list[int]) -> Iterator[None]:
        with ExitStack() as stack:
            for pid in server.processes():
                log = stage.folder / f"full-{pid}.log"
                try:
                    stack.enter_context(attached(pid, log, WRITES, f"{WRITES}:error=ENOSPC"))
                except AssertionError:
                    assert not psutil.pid_exists(pid), "a process of PostgreSQL can't be watched"
            yield
        server.kill()
        server.start()
        server.ready()

    return fault


def standing_by(server: Server) -> Fault:
    """PostgreSQL takes no changes, as a server that has not yet taken over from another."""

    def tell(words: str) -> None:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {USED} {words}")  # type: ignore[call-overload]  # constants
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(ended, [USED])

    @contextmanager
    def fault(_stage: Stage, _pids: list[int]) -> Iterator[None]:
        tell("SET default_transaction_read_only = on")
        try:
            yield
        finally:
            tell("RESET default_transaction_read_only")

    return fault
