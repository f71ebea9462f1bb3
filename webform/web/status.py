"""Is the service well? /healthz for a load balancer, /status for whoever watches it. Neither holds personal data."""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask_security import current_user
from sqlalchemy import func, select, text

from webform.cases.desk import CASE
from webform.house import house
from webform.records.outbox import Alarm, Tick
from webform.records.store import db
from webform.records.tables import Case, Deadline, Task
from webform.sending.waiting import status as outbox_status
from webform.web.access import access, guard

pages = Blueprint("status", __name__)
HEADER = "X-Status-Token"


@guard("guarded")
def _watchers_only() -> None:
    """Who holds the token of the settings, or an officer. Anybody else learns not even that the page is there."""
    token = house().settings.status_token
    given = request.headers.get(HEADER, "")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return
    if not current_user.is_authenticated:
        abort(404)


@pages.get("/healthz")
@access("public")
def healthz() -> Response:
    """Whether the service answers and reaches its database."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@pages.get("/status")
@access("guarded")
def status() -> Response:
    """Counts and ages, as JSON."""
    now = dt.datetime.now(dt.UTC)
    outbox = outbox_status(now)
    return jsonify(
        {
            "now": now.isoformat(),
            "outbox": {
                "unsent": outbox.waiting,
                "retrying": outbox.retrying,
                "refused": outbox.refused,
                "oldest_unsent_seconds": _age(outbox.oldest, now),
            },
            "clock": {name: _age(at, now) for name, at in db.session.execute(select(Tick.name, Tick.at))},
            "overdue": _overdue(now),
            "unseen": _count(Case.scope == CASE, Case.seen_at.is_(None), Case.closed_at.is_(None)),
            "tasks": _count(Task.done_at.is_(None)),
            "alarms_pending": _count(Alarm.delivered_at.is_(None)),
        }
    )


def _age(at: dt.datetime | None, now: dt.datetime) -> int | None:
    return None if at is None else int((now - at).total_seconds())


def _count(*conditions: Any) -> int:
    return int(db.session.scalar(select(func.count()).where(*conditions)) or 0)


def _overdue(now: dt.datetime) -> dict[str, int]:
    """How many duties are late, by area."""
    late = (
        select(Case.area, func.count())
        .join(Deadline, Deadline.case_id == Case.id)
        .where(Deadline.due_at < now, Deadline.state.in_(("open", "late")), Case.closed_at.is_(None))
        .group_by(Case.area)
    )
    return dict(db.session.execute(late).all())
