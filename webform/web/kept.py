"""What an officer had typed when the session ran out: carried, sealed, through the sign-in pages and given back after.

It travels in a hidden field, so the server keeps nothing for somebody who may never come back.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from flask import request

from webform.records.sealed import BrokenKeys, keys

FIELD = "kept"
_OWN = ("csrf_token", FIELD)


@dataclass(frozen=True)
class Kept:
    """A POST that could not be taken: where it went and what it said."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep() -> str:
    """This request's POST, sealed for the hidden field; '' when there is nothing to keep."""
    if request.method != "POST":
        return ""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _OWN]
    plain = json.dumps([request.full_path.rstrip("?"), fields]).encode()
    return base64.urlsafe_b64encode(keys().seal(plain)).decode()


def carried() -> str:
    """What the sign-in pages hand on from one to the next."""
    return request.form.get(FIELD, "")


def unseal(written: str) -> Kept | None:
    """The POST that was kept; None for anything that we did not seal ourselves."""
    try:
        path, fields = json.loads(keys().open(base64.urlsafe_b64decode(written.encode())))
    except (BrokenKeys, ValueError):
        return None
    return Kept(str(path), tuple((str(name), str(value)) for name, value in fields))
