"""Addresses that are the same for everybody, and so are worked out once. Flask takes long over each."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import request, url_for


def fixed_url(endpoint: str, **values: str) -> str:
    """An address that holds nothing of anybody: a page of the layout has ten of them."""
    return _known(request.script_root, endpoint, **values)


@lru_cache(maxsize=500)
def _known(_root: str, endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values)
