"""`make run` as somebody meets it at a terminal, and a real start that is refused."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from webform.settings import CHECKOUT

SECONDS = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**changes: str) -> dict[str, str]:
    """What a terminal has: nothing of the make that runs these tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    return kept | changes


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`make run` in a terminal of its own, on an installation of its own."""
    where = {"ASB_INSTANCE": str(tmp_path / "instance"), "ASB_KEYS_FILE": str(tmp_path / "keys.json")}
    process = subprocess.Popen(
        ["make", "run", f"PORT={free_port()}"], cwd=CHECKOUT, env=environment(**where), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    yield process
    for left in _family(process.pid):
        left.kill()
    process.wait(SECONDS)
    assert process.stdout
    process.stdout.close()


def said_until(process: subprocess.Popen[str], *words: str) -> str:
    """What is said until all of the words were; an end before that is a failure."""
    assert process.stdout
    said = ""
    while not all(word in said for word in words):
        line = process.stdout.readline()
        assert line, f"it ended before it said {words}: {said}"
        said += line
    return said


def _family(session: int) -> list[psutil.Process]:
    """Who still runs of a terminal's processes; one that has ended and waits to be noticed runs no more."""
    there = [process for process in psutil.process_iter(["status"]) if _session(process.pid) == session]
    return [process for process in there if process.info["status"] != psutil.STATUS_ZOMBIE]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def test_ctrl_c_stops_both(running: subprocess.Popen[str]) -> None:
    """Web server and clock start together, and neither outlives Ctrl-C."""
    said = said_until(running, "Listening at", "the clock runs", "Booting worker")
    assert "the code arrives at /mailbox" in said
    os.killpg(running.pid, signal.SIGINT)  # what a terminal does: everybody in the foreground gets it
    running.wait(SECONDS)
    assert _family(running.pid) == []


def test_one_without_the_other_stops(running: subprocess.Popen[str]) -> None:
    """When the clock dies, a web server that takes requests and sends nothing would be worse than none."""
    said_until(running, "Listening at", "the clock runs")
    clock = next(process for process in _family(running.pid) if "clock" in process.cmdline())
    clock.kill()
    assert running.wait(SECONDS) != 0
    assert _family(running.pid) == []


def test_a_real_start_is_refused_in_one_list() -> None:
    """gunicorn says once what is missing and ends; it does not start again and again."""
    gunicorn = [str(CHECKOUT / ".venv" / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{free_port()}"]
    done = subprocess.run(
        gunicorn, cwd=CHECKOUT, env=environment(ASB_INSTANCE="/nowhere"), capture_output=True, text=True, check=False,
        timeout=SECONDS,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert said.count("The service can't start") == 1
    assert all(name in said for name in ("ASB_BASE_URL", "ASB_MAIL_HOST", "ASB_ALARM_WEBHOOK"))
    assert "Traceback" not in said
