"""Time as a test wants it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import time_machine

LONDON = ZoneInfo("Europe/London")


class Moment:
    """The clock of a test. It stands still until the test moves it."""

    def __init__(self, traveller: time_machine.Traveller):
        self._traveller = traveller

    def __call__(self) -> dt.datetime:
        """The moment that it is, in UTC."""
        return dt.datetime.now(dt.UTC)

    def is_(self, written: str) -> dt.datetime:
        """Make it this time in London: "2026-12-23 16:00"."""
        self._traveller.move_to(dt.datetime.fromisoformat(written).replace(tzinfo=LONDON))
        return self()

    def passes(self, **length: float) -> dt.datetime:
        """Let time pass: `now.passes(days=2, hours=1)`."""
        self._traveller.shift(dt.timedelta(**length))
        return self()
