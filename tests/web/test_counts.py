"""Counting how often somebody asked, and what happens to those who ask too often."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from tests.moment import Moment
from webform.settings import Settings
from webform.web.counts import Counts
from webform.web.limits import Limiter


class Down(Counts):
    """A store on another computer that can't be reached."""

    STORAGE_SCHEME = ["down"]  # noqa: RUF012  # the library reads it from the class

    @property
    def base_exceptions(self) -> type[Exception]:
        return ConnectionError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise ConnectionError


def _service(limiter: Limiter, store: str = Settings.rate_store) -> Flask:
    """Two pages that may each be sent twice a minute, and read as often as anybody likes."""
    app = Flask("limited")
    app.config["RATE_STORE"] = store
    limiter.init_app(app)
    for name in ("one", "other"):
        view = limiter.limit("2 per minute", methods=["POST"])(lambda: "here")
        app.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])
    return app


def _sent(app: Flask, page: str = "/one", address: str = "10.0.0.1", method: str = "POST") -> int:
    return app.test_client().open(page, method=method, environ_base={"REMOTE_ADDR": address}).status_code


def test_one_address_may_ask_for_one_page_so_often(now: Moment) -> None:
    """The third is refused, for this page, to this address, by this method, until the minute is over."""
    app = _service(Limiter())
    assert [_sent(app) for _ in range(3)] == [200, 200, 429]
    assert (_sent(app, method="GET"), _sent(app, page="/other"), _sent(app, address="10.0.0.2")) == (200, 200, 200)
    now.passes(seconds=61)
    assert _sent(app) == 200


def test_a_store_that_is_down_turns_nobody_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can't be counted is let in; so is everybody where counting is switched off."""
    limiter = Limiter()
    app = _service(limiter, "down://elsewhere")
    monkeypatch.setattr(limiter, "enabled", False)
    assert [_sent(app) for _ in range(3)] == [200, 200, 200]
    monkeypatch.setattr(limiter, "enabled", True)
    assert [_sent(app) for _ in range(3)] == [200, 200, 200]


def test_counting_in_memory_starts_no_thread() -> None:
    """The library's own store would start one with every count."""
    store, before = Counts(), threading.active_count()
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
