"""The edge of the web: every request gets its number here, and leaves one line in the log and its mark in the figures.

The line is written when the answer begins. It names the rule of an address, never the address: links carry secrets.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog
from flask import has_request_context, request

from webform.logs import FIT, bind, new_id

from . import metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

HEADER = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})  # others are words of a visitor
NOWHERE = "(no address of ours)"


class Edge:
    """Stands round the whole app. `trusting`: a proxy of our own stands in front, and may have given a number."""

    def __init__(self, app: WSGIApplication, trusting: bool):
        self._app, self._trusting = app, trusting

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        began = time.perf_counter()
        number = self._number(environ)
        bind(number)

        def begin_answer(status: str, heads: list[tuple[str, str]], *fault: Any) -> Any:
            _note(environ["REQUEST_METHOD"], int(status[:3]), time.perf_counter() - began)
            return start_response(status, [*heads, (HEADER, number)], *fault)

        return self._app(environ, begin_answer)

    def _number(self, environ: WSGIEnvironment) -> str:
        given = environ.get("HTTP_X_REQUEST_ID", "").lower() if self._trusting else ""
        return given if FIT.fullmatch(given) else new_id()


def _note(method: str, status: int, seconds: float) -> None:
    rule = request.url_rule.rule if has_request_context() and request.url_rule else NOWHERE
    method = method if method in METHODS else "other"
    metrics.count(rule, status, seconds)
    log.info("request", method=method, rule=rule, status=status, ms=round(seconds * 1000, 1))
