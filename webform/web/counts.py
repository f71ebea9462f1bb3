"""Where limits are counted, unless a setting names a store that several workers share: in the memory of this one.

It stands in for the library's own, which starts a thread with every count to clear up ten milliseconds later. That took
a third of the time of saving a page.
"""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

CLEAR_UP = 60.0  # seconds between two looks at what has run out


class Counts(Storage):
    """Counts by key, each until it runs out."""

    STORAGE_SCHEME = None  # it has no address

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str):
        self._counts: dict[str, tuple[int, float]] = {}  # how many, and until when
        self._lock = threading.Lock()
        self._cleared_at = time.time()
        super().__init__(uri, wrap_exceptions=wrap_exceptions)

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """One more. The first begins the time."""
        now = time.time()
        with self._lock:
            if now - self._cleared_at > CLEAR_UP:
                self._counts = {name: count for name, count in self._counts.items() if count[1] > now}
                self._cleared_at = now
            count, until = self._live(key, now) or (0, now + expiry)
            self._counts[key] = (count + amount, until)
        return count + amount

    def _live(self, key: str, now: float) -> tuple[int, float] | None:
        known = self._counts.get(key)
        return known if known and known[1] > now else None

    def get(self, key: str) -> int:
        """How many so far."""
        known = self._live(key, time.time())
        return known[0] if known else 0

    def get_expiry(self, key: str) -> float:
        """When the count of this key runs out."""
        now = time.time()
        known = self._live(key, now)
        return known[1] if known else now

    def check(self) -> bool:
        """Whether the store is there."""
        return True

    def reset(self) -> int:
        """Forget everything."""
        with self._lock:
            count = len(self._counts)
            self._counts = {}
        return count

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._lock:
            self._counts.pop(key, None)
