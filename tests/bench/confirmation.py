"""From the confirmation that somebody sees to the mail server's "accepted", with the real clock and real SMTP."""

from __future__ import annotations

import threading
import time

from .caller import Caller
from .drafts import address_of_applicant, complete
from .mail import Taken, mail_server
from .site import address_of, clock, served, stage
from .table import at_most, figure, heading, percentile
from .walk import send

COUNT = 40
APART = 0.7  # seconds between two, so that they fall anywhere between two looks of the clock
AIM = 5.0
PATIENCE = 60.0


def main(count: int = COUNT, apart: float = APART) -> None:
    """Send so many requests one after the other, and wait for the receipt of each."""
    heading(f"From confirmation to accepted by the mail server, {count} requests")
    with stage() as made, mail_server(made) as mail:
        ready = list(complete(made, count))
        pause, shown = threading.Event(), []
        with served(made) as server, clock(made):
            for number, cookies in enumerate(ready):
                send(Caller(server.port, address_of(number), cookies))
                shown.append(time.monotonic())
                pause.wait(apart)
            ends = time.monotonic() + PATIENCE
            while not _all_there(mail, count) and time.monotonic() < ends:
                pause.wait(0.1)
            accepted = mail.at
    waits = [accepted[address_of_applicant(number)] - at for number, at in enumerate(shown)]
    figure("receipts that arrived", f"{len(waits)} of {count}", "all", len(waits) == count)
    figure("half of them within", f"{percentile(waits, 50):.2f} s")
    at_most("99 in a hundred within", percentile(waits, 99), AIM, "s")


def _all_there(mail: Taken, count: int) -> bool:
    return {address_of_applicant(number) for number in range(count)} <= mail.at.keys()


if __name__ == "__main__":
    main()
