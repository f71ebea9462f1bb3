"""Limits on signing in that stop guessing and never let a stranger lock an officer out.

Somebody on a computer where this officer has signed in before (it holds a signed cookie) has an allowance of their own.
Anybody else has one for the name that they type from where they are; the network has one for all the names typed there;
and a wide one for the name, wherever it is typed, slows down whoever guesses from many places. A stranger uses up what
is counted where the stranger is: the officer gets in elsewhere, and on the officer's own computer always. Names are
counted whether or not they belong to anybody, so that a limit reveals nothing.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
from dataclasses import dataclass
from typing import Literal

from email_validator import EmailNotValidError, validate_email
from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from webform.house import house
from webform.records.attempts import Allowance, count, free_at, one_at_a_time
from webform.records.sealed import keyed_hash

Kind = Literal["send", "try"]

KNOWN_COOKIE = "known"
KNOWN_FOR = 180 * 24 * 3600
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

# A wrong code is right with a chance of 3 in a million at most, so the daily limits keep a patient guesser out too.
_KNOWN: dict[Kind, tuple[Allowance, ...]] = {"send": ((10, HOUR),), "try": ((10, HOUR), (30, DAY))}
_NAME_HERE: dict[Kind, tuple[Allowance, ...]] = {"send": ((6, HOUR),), "try": ((10, HOUR), (20, DAY))}
_NAME: dict[Kind, tuple[Allowance, ...]] = {"send": ((20, HOUR),), "try": ((60, DAY),)}
_ADDRESS: dict[Kind, tuple[Allowance, ...]] = {"send": ((30, HOUR),), "try": ((60, HOUR),)}


@dataclass(frozen=True)
class _Counter:
    """What is counted together, under a name that only our keys can make, and how much of it is allowed."""

    name: str
    allowances: tuple[Allowance, ...]


def allowed(kind: Kind, name: str) -> bool:
    """Count one attempt for the name that was typed; False when an allowance is used up. Needs a transaction."""
    now = dt.datetime.now(dt.UTC)
    counters = sorted(_counters(kind, _digest(name)), key=lambda counter: counter.name)  # one order: nobody deadlocks
    for counter in counters:
        one_at_a_time(counter.name)
    if any(free_at(counter.name, counter.allowances, now) for counter in counters):
        return False
    count([counter.name for counter in counters], now)
    return True


def remember(response: Response, name: str) -> None:
    """Mark this browser as one where the officer has signed in."""
    response.set_cookie(
        known_cookie(),
        _serializer().dumps([_digest(name), secrets.token_urlsafe(12)]),
        max_age=KNOWN_FOR,
        httponly=True,
        samesite="Lax",
        secure=house().settings.https,
    )


def known_cookie() -> str:
    """The name of the mark: over https one that no other host, and no page of a subdomain, can set."""
    return f"__Host-{KNOWN_COOKIE}" if house().settings.https else KNOWN_COOKIE


def _counters(kind: Kind, digest: str) -> list[_Counter]:
    if browser := _known_browser(digest):
        return [_counter(kind, f"browser {browser}", _KNOWN[kind])]
    return [
        _counter(kind, f"name {digest} at {_network()}", _NAME_HERE[kind]),
        _counter(kind, f"name {digest}", _NAME[kind]),
        _counter(kind, f"address {_network()}", _ADDRESS[kind]),
    ]


def _counter(kind: Kind, what: str, allowances: tuple[Allowance, ...]) -> _Counter:
    return _Counter(keyed_hash(f"attempt to {kind}", what), allowances)


def _known_browser(digest: str) -> str:
    """The mark of a browser where the owner of this name has signed in before, or ''."""
    try:
        owner, mark = _serializer().loads(request.cookies.get(known_cookie(), ""), max_age=KNOWN_FOR)
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(mark) if owner == digest else ""


def _network() -> str:
    """Where the request comes from; of IPv6 the network of one customer, who has addresses without number."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    width = 64 if address.version == 6 else 32
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))


def _digest(name: str) -> str:
    """Of a name however it is spelled, as sign-in looks it up: else each spelling would have its own allowance."""
    try:
        name = validate_email(name.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        name = name.strip()
    return keyed_hash("sign-in", name.casefold())


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known-browser")
