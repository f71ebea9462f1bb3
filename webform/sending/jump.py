"""Whether the machine's clock was moved: it is compared with one that nobody can set, from tick to tick.

Every date of the service hangs on the machine's time. When that jumps, a person has to hear of it without email.
"""

from __future__ import annotations

import datetime as dt
import time

from webform.records.outbox import Tick
from webform.records.store import db

from .alarm import raise_alarm

KIND = "time-jump"
JUMP = dt.timedelta(hours=1)


def steady() -> float:
    """Seconds that have passed since the machine started, asleep or not."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class TimeKept:
    """What the time was at the last tick, by both clocks."""

    def __init__(self) -> None:
        self._last: tuple[dt.datetime, float] | None = None

    def compare(self, now: dt.datetime) -> None:
        """Raise one alarm for one jump. Never commits; `keep` has to follow once the tick is on record."""
        expected = self._expected(now)
        if expected is not None and abs(now - expected) > JUMP:
            way = "forward" if now > expected else "back"
            says = (
                f"The machine's clock jumped {way} by about {_spoken(abs(now - expected))}: it says "
                f"{now:%Y-%m-%d %H:%M} UTC and should say {expected:%Y-%m-%d %H:%M} UTC. Every deadline hangs on it."
            )
            raise_alarm(f"{KIND} {expected:%Y%m%dT%H%M%S} {now:%Y%m%dT%H%M%S}", KIND, says, now)

    def keep(self, now: dt.datetime) -> None:
        """Compare with this moment next time."""
        self._last = now, steady()

    def _expected(self, now: dt.datetime) -> dt.datetime | None:
        """What the time should be. After a start only a tick that is still to come tells: it was not yet that late."""
        if self._last is not None:
            at, then = self._last
            return at + dt.timedelta(seconds=steady() - then)
        tick = db.session.get(Tick, "clock")
        return tick.at if tick and tick.at > now else None


def _spoken(length: dt.timedelta) -> str:
    hours = round(length.total_seconds() / 3600)
    if hours >= 48:
        return f"{round(hours / 24)} days"
    return "an hour" if hours == 1 else f"{hours} hours"
