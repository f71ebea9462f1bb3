"""Who looked at what of a case: kept whenever somebody does."""

from __future__ import annotations

from flask import g

from webform.records.officers import Access
from webform.records.store import begin_writing, db


def keep_look(look: Access) -> None:
    """Keep it. While reading, in a short transaction of its own.

    A transaction that has read and then writes fails on SQLite as soon as somebody else wrote in between, and one that
    begins with the write lock would keep everybody waiting until the page is drawn.
    """
    if g.reading:
        begin_writing()
    db.session.add(look)
    if g.reading:
        db.session.commit()
