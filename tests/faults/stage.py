"""An installation that can be set back to a scene within milliseconds, with a real web server and clock on it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import psutil
from flask import Flask

from tests.databases import USED, Database, Postgres, SQLite
from tests.installation import Installation, migrator, settings_of
from tests.said import Said
from tests.sending.mail_server import free_port
from webform.documents.shelf import Shelves
from webform.settings import CHECKOUT, Settings

SECONDS = 60
# In JSON, or in the words of a program that set up no log of its own.
BOOTED = re.compile(r"Booting worker with pid: %s.*?values\W+(\d+)")
KILLED = re.compile(r"Worker \(pid:%s\) was sent %s!.*?values\W+(\d+)\W+SIGKILL")
CHECKPOINT = 1000  # frames in the log of SQLite after which a commit writes them back
NEARLY_FULL = CHECKPOINT - 8


class Scenes(Database, Protocol):
    """A database that scenes are kept of. Nobody may be connected when one is kept or brought back."""

    def keep(self, scene: str) -> tuple[str, ...]: ...
    def bring_back(self, scene: str) -> None: ...


class SQLiteScenes(SQLite):
    """Copies of the file, each also with a write-ahead log that is about to be written back."""

    def __init__(self, folder: Path, settings: Settings, shelves: Shelves):
        super().__init__(folder, migrator(settings, shelves))
        self._folder = folder

    def keep(self, scene: str) -> tuple[str, ...]:
        """As it is now, and once more with a full log: the next commit there is followed by a checkpoint."""
        full = f"{scene}, log full"
        shutil.copyfile(self._file, self._kept(scene))
        connection = sqlite3.connect(self._file, isolation_level=None)
        connection.execute("PRAGMA wal_autocheckpoint=0").close()
        for number in range(NEARLY_FULL):
            connection.execute(f"PRAGMA user_version={number}").close()
        for end in ("", "-wal"):
            shutil.copyfile(f"{self._file}{end}", f"{self._kept(full)}{end}")
        connection.close()
        return scene, full

    def bring_back(self, scene: str) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{self._file}{end}").unlink(missing_ok=True)
            if Path(f"{self._kept(scene)}{end}").exists():
                shutil.copyfile(f"{self._kept(scene)}{end}", f"{self._file}{end}")

    def _kept(self, scene: str) -> Path:
        return self._folder / f"{scene}.sqlite3"


class PostgresScenes(Postgres):
    """Databases that serve as templates."""

    def __init__(self, server: str, settings: Settings, shelves: Shelves):
        super().__init__(server, migrator(settings, shelves))

    def keep(self, scene: str) -> tuple[str, ...]:
        self._do(f'CREATE DATABASE "{scene}" TEMPLATE {USED} STRATEGY FILE_COPY')
        return (scene,)

    def bring_back(self, scene: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {USED} WITH (FORCE)")
        self._do(f'CREATE DATABASE {USED} TEMPLATE "{scene}" STRATEGY FILE_COPY')


class Stage:
    """The installation. `app` is for preparing and for looking behind the pages; what is tested runs by itself."""

    def __init__(self, folder: Path, shelves: Shelves, server: str = ""):
        self.folder, self.port, self.mail_port = folder, free_port(), free_port()
        self.on_files = not server
        settings = settings_of(
            folder, base_url=f"http://127.0.0.1:{self.port}", mail_host="127.0.0.1", mail_port=self.mail_port,
            mail_security="none", mail_from="service@localhost.example",
        )  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.database: Scenes = (
            PostgresScenes(server, settings, shelves) if server else SQLiteScenes(folder, settings, shelves)
        )
        self.settings = replace(settings, database_url=self.database.url)
        self.shelves = shelves
        self.installation = Installation(self.settings, shelves, self.database)

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        self.installation.let_go()

    @property
    def app(self) -> Flask:
        return self.installation.app

    def keep(self, scene: str) -> tuple[str, ...]:
        """Remember everything as it is now, under the names that are returned."""
        self.installation.let_go()
        kept = self.database.keep(scene)
        for name in kept:
            shutil.copytree(self._files, self.folder / f"files of {name}")
        return kept

    def bring_back(self, scene: str) -> None:
        """Everything as it was then."""
        self.installation.let_go()
        self.database.bring_back(scene)
        shutil.rmtree(self._files)
        shutil.copytree(self.folder / f"files of {scene}", self._files)

    @property
    def _files(self) -> Path:
        """Where sealed files lie."""
        return self.settings.instance / "attachments"

    @property
    def environment(self) -> dict[str, str]:
        """What the service is started with."""
        settings = self.settings
        named = {
            "LOCAL": "1", "BASE_URL": settings.base_url, "INSTANCE": settings.instance,
            "KEYS_FILE": settings.keys_file, "DATABASE_URL": settings.database_url, "MAIL_HOST": settings.mail_host,
            "MAIL_PORT": settings.mail_port, "MAIL_SECURITY": "none", "MAIL_FROM": settings.mail_from,
        }  # fmt: skip
        return {**os.environ, "PYTHONUNBUFFERED": "1"} | {f"ASB_{name}": str(value) for name, value in named.items()}


class Web:
    """gunicorn with one worker, as the README says to run it."""

    def __init__(self, process: subprocess.Popen[str]):
        self.said = Said(process)
        self.worker = self._next()

    def _next(self) -> int:
        return int(self.said.until(BOOTED.pattern)[1])

    def has_died(self) -> bool:
        """Wait for the next worker; whether the parent's wait told that the one before had died of SIGKILL."""
        before, self.worker = self.worker, self._next()
        killed = (KILLED.search(line) for line in self.said.lines)
        return any(found and int(found[1]) == before for found in killed)

    def kill(self) -> None:
        """Kill the worker from outside: the next one has no connection yet."""
        os.kill(self.worker, signal.SIGKILL)
        assert self.has_died()


def until(condition: Callable[[], bool], otherwise: str) -> None:
    """Wait for something that happens elsewhere and tells nobody."""
    pause = threading.Event()
    for _ in range(SECONDS * 20):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError(otherwise)


@contextmanager
def web_server(stage: Stage, *wrapped_in: str) -> Iterator[Web]:
    """A running web server; it is gone at the end, whatever happened."""
    gunicorn = str(CHECKOUT / ".venv" / "bin" / "gunicorn")
    command = [*wrapped_in, gunicorn, "--bind", f"127.0.0.1:{stage.port}", "--workers", "1"]
    with running(command, stage.environment) as process:
        yield Web(process)


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process of a group of its own, of which nothing is left at the end, not even if we are killed ourselves."""
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *command], cwd=CHECKOUT, env=environment, text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait(SECONDS)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


@contextmanager
def flask_clock(stage: Stage, *wrapped_in: str) -> Iterator[int]:
    """`flask clock`, as the README says to run it: its process."""
    flask = str(CHECKOUT / ".venv" / "bin" / "flask")
    with running([*wrapped_in, flask, "clock"], stage.environment) as process:
        said = Said(process)
        said.until("the clock runs")
        yield process.pid
        assert process.poll() is None, "the clock has ended: " + "\n".join(said.lines)


class Clock:
    """The clock's process, started anew for each trial by a process that has everything loaded."""

    def __init__(self, process: subprocess.Popen[str]):
        self._process, self._said = process, Said(process)
        self._said.until("ready")

    def start(self, minutes_later: float = 0) -> int:
        """A clock that waits for `go`. Returns its process."""
        self._tell(str(minutes_later))
        return int(self._said.until(r"started (\d+)")[1])

    def go(self) -> int:
        """Let it do all its work once. Returns how it ended: 0, or the number of the signal that killed it."""
        self._tell("go")
        return os.waitstatus_to_exitcode(int(self._said.until(r"ended (\d+)")[1]))

    def run(self, minutes_later: float = 0) -> None:
        """All its work once, undisturbed."""
        self.start(minutes_later)
        assert self.go() == 0, "\n".join(self._said.lines[-20:])

    def _tell(self, words: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()


@contextmanager
def clock(stage: Stage) -> Iterator[Clock]:
    """The process that starts clocks."""
    with running([sys.executable, "-m", "tests.faults.clock_process"], stage.environment) as process:
        yield Clock(process)
