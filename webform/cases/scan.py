"""Files are scanned for viruses after the case is safe: while clamd is down they wait, and nobody can open them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from sqlalchemy import or_, select, update

from webform.house import house
from webform.logs import places_of
from webform.records.attachments import CLEAN, QUARANTINED, UNSCANNED, Attachment
from webform.records.chunks import BrokenFile
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.sending.alarm import raise_alarm
from webform.sending.clamd import ClamdDown, NoVerdict, is_clean

from .evidence import scans, tell_of_virus

log = structlog.get_logger()
AGAIN = dt.timedelta(minutes=10)  # after clamd had no verdict on a file; the others go first
TOO_LONG = dt.timedelta(hours=1)
WAITING = "Files have been waiting for the virus scanner for an hour. Until it answers, nobody can open them."


def scan_due(now: dt.datetime, stop: Callable[[], bool] = lambda: False) -> int:
    """Scans what waits, oldest first, each in a transaction of its own. How many files have a verdict now."""
    done = 0
    while scans() and not stop() and (waiting := _next(now)):
        try:
            clean = is_clean(house().settings.clamd, waiting.chunks())
        except ClamdDown as down:
            log.warning("clamd is down", at=places_of(down))
            return done
        except (NoVerdict, BrokenFile) as fault:
            log.warning("a file can't be scanned", fault=type(fault).__name__, at=places_of(fault))
            _mark(waiting, now, UNSCANNED)
        else:
            _mark(waiting, now, CLEAN if clean else QUARANTINED)
            done += 1
    return done


def check_unscanned(now: dt.datetime) -> None:
    """An alarm, once a day, while a file waits too long."""
    late = select(Attachment.id).where(Attachment.state == UNSCANNED, Attachment.created_at <= now - TOO_LONG)
    if scans() and db.session.scalar(late.limit(1)) is not None:
        raise_alarm(f"unscanned {now:%Y%m%d}", "scan", WAITING, now)


def _next(now: dt.datetime) -> Attachment | None:
    """The next file, read without holding a transaction open while clamd looks at it."""
    due = or_(Attachment.tried_at.is_(None), Attachment.tried_at <= now - AGAIN)
    found = db.session.scalar(
        select(Attachment).where(Attachment.state == UNSCANNED, due).order_by(Attachment.id).limit(1)
    )
    if found is not None:
        db.session.expunge(found)
    db.session.rollback()
    return found


def _mark(file: Attachment, now: dt.datetime, state: str) -> None:
    """Keeps the verdict. The row may have become a case's meanwhile, or be gone."""
    begin_writing()
    db.session.execute(update(Attachment).where(Attachment.id == file.id).values(state=state, tried_at=now))
    row = db.session.get(Attachment, file.id)
    if state == QUARANTINED and row is not None and row.case_id is not None and row.document is not None:
        tell_of_virus(db.session.get_one(Case, row.case_id), row.document, now)
    db.session.commit()
