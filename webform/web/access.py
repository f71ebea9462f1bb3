"""Who may use an address. Every view says it, and a test walks the url map to see that none forgot.

Saying it also puts the view, guard included, in its transaction: no view can be without one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar, cast

from flask import g

from .transaction import in_transaction

Access = Literal["public", "draft", "party", "officer", "guarded", "local"]
View = TypeVar("View", bound=Callable[..., Any])
Guard = Callable[[], Any]  # returns None to let in, else the answer that is given instead

GUARDS: dict[Access, Guard] = {"public": lambda: None}


def guard(kind: Access) -> Callable[[Guard], Guard]:
    """Registers what is checked before a view of that kind runs. Each kind has one guard."""

    def register(check: Guard) -> Guard:
        GUARDS[kind] = check
        return check

    return register


def access(kind: Access) -> Callable[[View], View]:
    """Declares who may use the view. A kind whose guard was never registered lets nobody in."""

    def declare(view: View) -> View:
        @wraps(view)
        @in_transaction
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.access = kind
            refusal = GUARDS[kind]()
            return view(*args, **kwargs) if refusal is None else refusal

        guarded.access = kind  # type: ignore[attr-defined]  # read by the test that walks the url map
        return cast(View, guarded)

    return declare
