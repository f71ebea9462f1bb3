"""From the confirmation that somebody sees to the mail server's "accepted", with the real clock and real SMTP."""

from __future__ import annotations

import threading
import time
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.sending.mail_server import MailServer
from tests.sending.mail_server import running as mail_running

from .drafts import address_of_applicant, complete
from .site import Caller, address_of, clock, served, stage
from .table import at_most, figure, heading, percentile
from .walk import send

COUNT = 40
APART = 0.7  # seconds between two, so that they fall anywhere between two looks of the clock
AIM = 5.0
PATIENCE = 60.0


class Timed(MailServer):
    """Notes when it accepted what for whom."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, float] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> Any:
        answer = await super().handle_DATA(server, session, envelope)
        for recipient in envelope.rcpt_tos:
            self.at.setdefault(recipient, time.perf_counter())
        return answer


def main(count: int = COUNT, apart: float = APART) -> None:
    """Send so many requests one after the other, and wait for the receipt of each."""
    heading(f"From confirmation to accepted by the mail server, {count} requests")
    mail = Timed()
    with stage() as made, mail_running(mail, None, made.mail_port):
        ready = list(complete(made, count))
        pause, shown = threading.Event(), []
        with served(made) as server, clock(made):
            for number, cookies in enumerate(ready):
                send(Caller(server.port, address_of(number), cookies))
                shown.append(time.perf_counter())
                pause.wait(apart)
            ends = time.monotonic() + PATIENCE
            while not _all_there(mail, count) and time.monotonic() < ends:
                pause.wait(0.1)
    waits = [mail.at[address_of_applicant(number)] - at for number, at in enumerate(shown)]
    figure("receipts that arrived", f"{len(waits)} of {count}", "all", len(waits) == count)
    figure("half of them within", f"{percentile(waits, 50):.2f} s")
    at_most("99 in a hundred within", percentile(waits, 99), AIM, "s")


def _all_there(mail: Timed, count: int) -> bool:
    return all(address_of_applicant(number) in mail.at for number in range(count))


if __name__ == "__main__":
    main()
