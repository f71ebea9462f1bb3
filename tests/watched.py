"""A client that notices what a request must not do: leave work uncommitted, or write on a GET."""

from __future__ import annotations

import re
from typing import Any

from flask import has_request_context, request
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event
from werkzeug.test import TestResponse

from webform.records.store import db

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
LOOKED = re.compile(r"\s*INSERT INTO accesses\b", re.IGNORECASE)  # who looked at what: the one row that a GET may add
UNSAVED = "unsaved"

written_by_get: list[str] = []


@event.listens_for(Engine, "before_cursor_execute")
def _note_writes(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if not WRITES.match(statement):
        return
    connection.info[UNSAVED] = statement
    if has_request_context() and request.method in ("GET", "HEAD", "OPTIONS") and not LOOKED.match(statement):
        written_by_get.append(f"{request.method} {request.path}: {statement}")


@event.listens_for(Engine, "commit")
@event.listens_for(Engine, "rollback")
def _forget(connection: Connection) -> None:
    if not connection.invalidated:
        connection.info.pop(UNSAVED, None)


class WatchedClient(FlaskClient):
    """Fails the test when a request leaves work uncommitted in its session, or when a GET writes."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        written_by_get.clear()
        with self.application.app_context():  # of this request alone, and still there when it is over
            response = super().open(*args, **kwargs)
            left = _left_over()
        assert not left, f"{response.request.method} {response.request.path} left uncommitted: {left}"
        assert not written_by_get, f"a GET changed something: {written_by_get}"
        return response


def _left_over() -> list[Any]:
    session = db.session()
    left: list[Any] = [*session.new, *session.dirty, *session.deleted]
    if session.in_transaction():
        left += [session.connection().info[UNSAVED]] if UNSAVED in session.connection().info else []
    return left
