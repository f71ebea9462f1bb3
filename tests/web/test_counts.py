"""Counting in memory how often somebody asked."""

from __future__ import annotations

import threading

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from tests.moment import Moment
from webform.web.counts import Counts


def test_the_setting_for_memory_means_our_own_counts() -> None:
    """The library's store would start a thread with every count."""
    store = storage_from_string("memory://")
    assert isinstance(store, Counts)
    before = threading.active_count()
    assert [store.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert threading.active_count() == before


def test_a_count_runs_out_and_begins_again(now: Moment) -> None:
    """Two a minute: the third is refused, and the next minute begins at one."""
    store = Counts()
    limit, two = FixedWindowRateLimiter(store), RateLimitItemPerMinute(2)
    assert [limit.hit(two, "Ann") for _ in range(3)] == [True, True, False]
    assert limit.hit(two, "Bob")
    assert limit.get_window_stats(two, "Ann").remaining == 0
    now.passes(seconds=61)
    assert (limit.hit(two, "Ann"), store.get(two.key_for("Ann"))) == (True, 1)
    assert store.reset() == 1  # what had run out was cleared up on the way


def test_counts_can_be_forgotten() -> None:
    """One key, and all."""
    store = Counts()
    store.incr("a", 60)
    store.incr("b", 60)
    store.clear("a")
    assert (store.get("a"), store.get("b"), store.check()) == (0, 1, True)
    store.reset()
    assert store.get("b") == 0
