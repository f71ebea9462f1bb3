"""How long to wait before the next try: a minute, doubling to an hour, and then every hour without end."""

from __future__ import annotations

import datetime as dt

FIRST = dt.timedelta(minutes=1)
LONGEST = dt.timedelta(hours=1)


def wait_after(attempts: int) -> dt.timedelta:
    """The wait after that many tries have failed."""
    doublings = min(max(attempts, 1) - 1, 10)  # ten doublings of a minute are far beyond an hour
    return min(FIRST * (1 << doublings), LONGEST)
