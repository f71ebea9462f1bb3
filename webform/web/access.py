"""Who may use an address. Every view says it, and a test walks the url map to see that none forgot.

Saying it also puts the view, guard included, in its transaction: no view can be without one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar, cast

from flask import g

from webform.documents.bodies import Power

from .transaction import in_transaction
from .uploads import receive

Access = Literal["public", "draft", "party", "elected", "officer", "guarded", "watched", "local"]
View = TypeVar("View", bound=Callable[..., Any])
Needs = Power | Literal["", "any", "read or publish"]
Guard = Callable[[], Any]  # returns None to let in, else the answer that is given instead

GUARDS: dict[Access, Guard] = {"public": lambda: None}


def guard(kind: Access) -> Callable[[Guard], Guard]:
    """Registers what is checked before a view of that kind runs. Each kind has one guard."""

    def register(check: Guard) -> Guard:
        GUARDS[kind] = check
        return check

    return register


def access(kind: Access, files: bool = False, needs: Needs = "") -> Callable[[View], View]:
    """Declares who may use the view. A kind whose guard was never registered lets nobody in.

    `files`: whether a POST may bring files, which are taken in before the transaction begins. `needs`: what an officer
    must be allowed to do; where it says nothing, to read while they look, and to work where they press something.
    """

    def declare(view: View) -> View:
        @wraps(view)
        @in_transaction
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.access, g.needs = kind, needs
            refusal = GUARDS[kind]()
            return view(*args, **kwargs) if refusal is None else refusal

        @wraps(guarded)
        def receiving(*args: Any, **kwargs: Any) -> Any:
            receive()
            return guarded(*args, **kwargs)

        declared = receiving if files else guarded
        declared.access, declared.files, declared.needs = kind, files, needs  # type: ignore[attr-defined]  # read by tests that walk the url map
        return cast(View, declared)

    return declare
