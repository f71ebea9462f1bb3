"""How often one address may ask. Generous, because a library or a mobile network is one address for many people.

Counted by the library `limits`, of which web/counts.py is the store in memory. Why not by an extension: ADR 136.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import structlog
from flask import Flask, abort, current_app, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from .counts import Counts

log = structlog.get_logger()

View = TypeVar("View", bound=Callable[..., Any])
BEGINS = "300 per hour"
SAVES = "240 per minute"
RESUMES = "30 per hour"
MAILS = "20 per hour"
PAPERS = "120 per hour"
MEMORY, EXTENSION = "memory", "asb-limits"


class Limiter:
    """Counts the requests of an address to a view, and answers 429 to those above the limit."""

    enabled = True

    def init_app(self, app: Flask) -> None:
        """Count in the store of the settings: memory, or an address that the library knows."""
        store = app.config["RATE_STORE"]
        in_memory = urlsplit(store).scheme == MEMORY
        kept = Counts() if in_memory else storage_from_string(store, wrap_exceptions=True)
        app.extensions[EXTENSION] = FixedWindowRateLimiter(kept)

    def limit(self, allowed: str, methods: Collection[str] = ()) -> Callable[[View], View]:
        """Declares how often one address may ask for the view: by these methods, or by any where none is named."""
        rate = parse(allowed)

        def declare(view: View) -> View:
            @wraps(view)
            def counted(*args: Any, **kwargs: Any) -> Any:
                if self.enabled and (not methods or request.method in methods) and not _may_ask(rate):
                    abort(429)
                return view(*args, **kwargs)

            return cast(View, counted)

        return declare

    def reset(self, app: Flask) -> None:
        """Forget what this app has counted."""
        _counting(app).storage.reset()


def _counting(app: Flask) -> FixedWindowRateLimiter:
    counting: FixedWindowRateLimiter = app.extensions[EXTENSION]
    return counting


def _may_ask(rate: RateLimitItem) -> bool:
    """One more from this address. A store that is down must not turn people away."""
    try:
        return _counting(current_app).hit(rate, str(request.remote_addr), str(request.endpoint))
    except StorageError as fault:
        log.warning("a request could not be counted", fault=type(fault.storage_error).__name__)
        return True


limiter = Limiter()
