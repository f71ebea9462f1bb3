"""Is the service well? /healthz for a load balancer, /status and /metrics for whoever watches it. Nothing personal."""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import text

from webform.cases.on_call import look, versions, worst
from webform.cases.on_call_figures import Figures, figures, last_alarms
from webform.house import house
from webform.records.officers import ELECTED
from webform.records.store import db
from webform.web import metrics
from webform.web.access import access, guard
from webform.web.officer import officer

pages = Blueprint("status", __name__)
HEADER, BEARER = "X-Status-Token", "Bearer "
HIDDEN = ("now", "oldest_alarm", "oldest_unscanned")  # told elsewhere
UNIT = "seconds"


def _has_token() -> bool:
    token = house().settings.status_token
    bearer = request.headers.get("Authorization", "")
    given = request.headers.get(HEADER) or (bearer.removeprefix(BEARER) if bearer.startswith(BEARER) else "")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


@guard("watched")
def _token_only() -> None:
    """Who holds the token of the settings. Anybody else learns not even that the page is there."""
    if not _has_token():
        abort(404)


@guard("guarded")
def _watchers_and_officers() -> None:
    """Who holds the token, or an officer, who sees the figures of their own area."""
    g.watches_area = None
    if _has_token():
        return
    if not current_user.is_authenticated or current_user.role == ELECTED:
        abort(404)
    g.watches_area = officer().area


@pages.get("/healthz")
@access("public")
def healthz() -> Response:
    """Whether the service answers and reaches its database."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@pages.get("/status")
@access("guarded")
def status() -> ResponseReturnValue:
    """How it is and what to do: a page for an officer, with figures of their area; everything as JSON for a watcher.

    The watcher reads 503 when somebody has to do something now.
    """
    now = dt.datetime.now(dt.UTC)
    checks, found = look(now, g.watches_area)
    level = worst(checks)
    if g.watches_area is not None:
        return render_template("desk/status.html", checks=checks, found=found, level=level)
    told: dict[str, Any] = {"now": now.isoformat(), "level": level, "checks": [asdict(one) for one in checks]}
    if found is not None:
        told |= {**_counted(found), **versions(), "alarms": last_alarms()}
    return jsonify(told), 503 if level == "now" else 200


def _counted(found: Figures) -> dict[str, Any]:
    """The figures as JSON has them; `_seconds` says where a number is no count."""
    told = {name: value for name, value in asdict(found).items() if name not in HIDDEN}
    told["last_tick"] = found.last_tick.isoformat() if found.last_tick else None
    told["jump"] = {"at": found.jump.at.isoformat(), "says": found.jump.says} if found.jump else None
    told[f"backup_{UNIT}"] = told.pop("backup")
    return told


@pages.get("/metrics")
@access("watched")
def numbers() -> Response:
    """The same and more, for Prometheus."""
    page = metrics.exposition(figures(dt.datetime.now(dt.UTC)))
    return Response(page, content_type="text/plain; version=0.0.4; charset=utf-8")
