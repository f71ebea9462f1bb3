"""What a running process says on its output, for tests and benches that wait for a word of it."""

from __future__ import annotations

import re
import subprocess
import threading
from contextlib import suppress

SECONDS = 60


class Said:
    """What a process says, read at once and all the time: a pipe that nobody empties would make it wait."""

    def __init__(self, process: subprocess.Popen[str]):
        self._process = process
        self.lines: list[str] = []
        self._looked_at, self._ended = 0, False
        self._more = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def until(self, words: str) -> re.Match[str]:
        """The next line in which the words are found."""
        found: list[re.Match[str]] = []
        with self._more:
            self._more.wait_for(lambda: self._finds(words, found) or self._ended, timeout=SECONDS)
        if not found:
            raise AssertionError(f"{words!r} was never said:\n" + "\n".join(self.lines[-20:]))
        return found[0]

    def _finds(self, words: str, found: list[re.Match[str]]) -> bool:
        for line in self.lines[self._looked_at :]:
            self._looked_at += 1
            if match := re.search(words, line):
                found.append(match)
                return True
        return False

    def _listen(self) -> None:
        with suppress(ValueError):  # closed under our hands: whoever ended the process is no longer listening
            for line in self._process.stdout or ():
                with self._more:
                    self.lines.append(line.rstrip("\n"))
                    self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()
