"""strace at a running process: it lists system calls, makes them fail, or kills the process as it enters one.

A call that is entered under a kill is never carried out. So a kill at each call in turn is a kill at every moment
that the disk or the other side of a connection can tell from another.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CALL = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)\(")
KILLED = re.compile(r"^(\d+) +\+\+\+ killed by SIGKILL \+\+\+$", re.MULTILINE)
MISSING = "strace is not installed. The fault tests need it: tools/need_strace, or apt-get install strace."
SECONDS = 20


@dataclass(frozen=True)
class Point:
    """The moment at which a thread enters a system call of this name for the nth time."""

    call: str
    nth: int

    def __str__(self) -> str:
        return f"{self.call} {self.nth}"


class Trace:
    """What strace has seen."""

    def __init__(self, process: subprocess.Popen[str], log: Path):
        self._process, self._log = process, log

    def wait(self, seconds: float = SECONDS) -> None:
        """Until the process that is watched has ended, if it does."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    @property
    def text(self) -> str:
        return self._log.read_text("utf-8", "replace")

    @property
    def killed(self) -> bool:
        """Whether a process that was watched has died of SIGKILL."""
        return KILLED.search(self.text) is not None

    def points(self) -> list[Point]:
        """Every moment that was seen: of each call as many as the busiest thread made."""
        seen = Counter(found.groups() for line in self.text.splitlines() if (found := CALL.match(line)))
        most: Counter[str] = Counter()
        for (_, call), times in seen.items():
            most[call] = max(most[call], times)
        return [Point(call, nth) for call in sorted(most) for nth in range(1, most[call] + 1)]


@contextmanager
def attached(pid: int, log: Path, calls: str, inject: str = "", *more: str) -> Iterator[Trace]:
    """strace at a process and all its threads, from here to the end of the block or of the process."""
    injected = ["-e", f"inject={inject}"] if inject else []
    command = ["strace", "-f", "-y", "-e", f"trace={calls}", "-e", "signal=kill", *injected, *more]
    try:
        process = subprocess.Popen(
            [*command, "-o", str(log), "-p", str(pid)], stderr=subprocess.PIPE, text=True, start_new_session=True
        )
    except FileNotFoundError:
        raise AssertionError(MISSING) from None
    assert process.stderr
    try:
        said = process.stderr.readline()
        assert "attached" in said, f"strace can't watch process {pid}: {said}"
        yield Trace(process, log)
    finally:
        process.terminate()  # it lets go of the process and leaves it running
        process.wait(SECONDS)
        process.stderr.close()


def kill_at(point: Point) -> str:
    """What to inject."""
    return f"{point.call}:signal=KILL:when={point.nth}"
