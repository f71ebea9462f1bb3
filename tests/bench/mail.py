"""A mail server in a process of its own, which nobody who measures keeps waiting: it says what it took, and when."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.stage import Stage, running
from tests.said import Said
from tests.sending.mail_server import MailServer
from tests.sending.mail_server import running as mail_running

READY = "ready"


class Telling(MailServer):
    """Prints a line for each recipient of what it accepted, with the time."""

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> Any:
        for recipient in envelope.rcpt_tos:
            sys.stdout.write(f"{time.monotonic()} {recipient}\n")
        sys.stdout.flush()
        return "250 OK"


class Taken:
    """What it has accepted until now: when, by recipient."""

    def __init__(self, heard: Said):
        self._heard = heard

    @property
    def at(self) -> dict[str, float]:
        """When the first message to each recipient was accepted, on the clock of `time.monotonic`."""
        found: dict[str, float] = {}
        for line in self._heard.lines[self._heard.lines.index(READY) + 1 :]:
            when, _, recipient = line.partition(" ")
            found.setdefault(recipient, float(when))
        return found


@contextmanager
def mail_server(made: Stage) -> Iterator[Taken]:
    """The mail server of an installation, running."""
    with running([sys.executable, "-m", __name__, str(made.mail_port)], made.environment) as process:
        heard = Said(process)
        heard.until(READY)
        yield Taken(heard)


def main() -> None:
    """Serve until the parent closes our input."""
    with mail_running(Telling(), None, int(sys.argv[1])):
        print(READY, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
