"""One transaction a request. POST takes the write lock first, commits on return and rolls back on raise.

A refusal that is *returned* (a 422 with errors) is committed, because the draft has to keep what was typed. A GET may
write nothing but the note of who looked at what.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from webform.records.officers import Access
from webform.records.store import begin_writing, db

View = TypeVar("View", bound=Callable[..., Any])
READING = ("GET", "HEAD", "OPTIONS")


class WroteWhileReading(RuntimeError):
    """A view changed records on a GET. Scanners, previews and browsers GET whatever they like."""


def in_transaction(view: View) -> View:
    """Wraps a view in its transaction."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        g.reading = request.method in READING
        if not g.reading:
            begin_writing()
        try:
            answer = view(*args, **kwargs)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return answer

    return cast(View, wrapped)


@event.listens_for(Session, "before_flush")
def _keep_reading_pure(session: Session, _context: object, _instances: object) -> None:
    if not has_request_context() or not g.get("reading"):
        return
    changed = [*session.new, *(one for one in session.dirty if session.is_modified(one)), *session.deleted]
    if any(not isinstance(one, Access) for one in changed):
        raise WroteWhileReading(f"{request.method} {request.endpoint} changes {type(changed[0]).__name__}")
