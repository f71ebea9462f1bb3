"""Limits on signing in that stop guessing and never let a stranger lock an officer out.

Somebody on a computer where this officer has signed in before (it holds a signed cookie) has an allowance of their own.
Everybody else shares one allowance for the name typed, and one for the address they come from. A stranger can use up
the shared ones; the officer's own computer still works. Names are counted whether or not they belong to anybody, so
that a limit reveals nothing.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from typing import Literal

from flask import Flask, Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from webform.records.sealed import keyed_hash

Kind = Literal["send", "try"]

KNOWN_COOKIE = "known"
KNOWN_FOR = 180 * 24 * 3600
EXTENSION = "asb-attempts"

# A wrong code is right with a chance of about 4 in a million, so the daily limits keep even a patient guesser out.
_KNOWN: dict[Kind, tuple[str, ...]] = {"send": ("10/hour",), "try": ("10/hour", "30/day")}
_NAMED: dict[Kind, tuple[str, ...]] = {"send": ("6/hour",), "try": ("10/hour", "30/day")}
_ADDRESS: dict[Kind, tuple[str, ...]] = {"send": ("30/hour",), "try": ("60/hour",)}


@dataclass(frozen=True)
class _Bucket:
    limit: RateLimitItem
    key: str


def install(app: Flask, store: str) -> None:
    """Give the app its counters. `store` is the rate store of the settings."""
    app.extensions[EXTENSION] = MovingWindowRateLimiter(storage_from_string(store))


def allowed(kind: Kind, name: str) -> bool:
    """Count one attempt for the name that was typed; False when an allowance is used up."""
    counter: MovingWindowRateLimiter = current_app.extensions[EXTENSION]
    buckets = _buckets(kind, _digest(name))
    if not all(counter.test(bucket.limit, kind, bucket.key) for bucket in buckets):
        return False
    hits = [counter.hit(bucket.limit, kind, bucket.key) for bucket in buckets]  # each allowance is used up
    return all(hits)


def remember(response: Response, name: str) -> None:
    """Mark this browser as one where the officer has signed in."""
    response.set_cookie(
        KNOWN_COOKIE,
        _serializer().dumps([_digest(name), secrets.token_urlsafe(12)]),
        max_age=KNOWN_FOR,
        path="/sign-in",
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
    )


def _buckets(kind: Kind, digest: str) -> list[_Bucket]:
    browser = _known_browser(digest)
    if browser:
        return [_Bucket(parse(rate), f"browser:{browser}") for rate in _KNOWN[kind]]
    named = [_Bucket(parse(rate), f"name:{digest}") for rate in _NAMED[kind]]
    return named + [_Bucket(parse(rate), f"address:{_network()}") for rate in _ADDRESS[kind]]


def _known_browser(digest: str) -> str:
    """The mark of a browser where the owner of this name has signed in before, or ''."""
    try:
        owner, mark = _serializer().loads(request.cookies.get(KNOWN_COOKIE, ""), max_age=KNOWN_FOR)
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
    return keyed_hash("sign-in", name.strip().casefold())


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known-browser")
