"""Alarms: what somebody has to hear of without email. Rows of their own, posted to the webhook until it takes them.

A silent clock can't report itself, so the web processes look too: after a request, at most once a minute, in a thread
with its own app context. The request waits for nothing, and no GET writes anything in its own transaction.
No alarm ever holds personal data: it names a kind, an area and a reference.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response
from sqlalchemy import func, or_, select, update

from webform.house import house
from webform.logs import bind, new_id, places_of
from webform.records.columns import UTCDateTime
from webform.records.outbox import Alarm, Message, Tick
from webform.records.store import begin_writing, db, insert_unless_there

from .backoff import LONGEST, wait_after

log = structlog.get_logger()

UNSENT_LIMIT = dt.timedelta(minutes=45)  # so that the alarm is there within the hour, with a few tries to tell it
UNSENT_AGAIN = dt.timedelta(days=1)
# How long a job of the clock may go without finishing well. The tick itself comes every ten seconds; a slow mail server
# may hold up one round of deliveries for minutes.
SILENCE = {
    "clock": dt.timedelta(minutes=5),
    "deliver": dt.timedelta(minutes=15),
    "sweep": dt.timedelta(minutes=15),
}
MACHINES_DIFFER = dt.timedelta(minutes=1)  # and a tick may be written while we look: it is no tick to come
LOOK_EVERY = 60.0  # seconds between two looks of one web process
TIMEOUT = (
    10  # seconds that the webhook may keep silent; shorter than the first wait, so no alarm is posted twice at once
)


@dataclass(frozen=True)
class _Call:
    id: int
    body: dict[str, str]


def raise_alarm(key: str, kind: str, says: str, now: dt.datetime) -> None:
    """Add an alarm; one key raises one alarm, however often and by however many it is raised. Never commits.

    What is said once for good of a case has its reference in the key, between colons. Anything else is raised again
    for as long as it is so.
    """
    row = {"key": key[:200], "kind": kind, "says": says[:500], "created_at": now, "next_try_at": now, "attempts": 0}
    insert_unless_there(Alarm, **row)


def drop_alarms(but_of: Iterable[str]) -> None:
    """Forget what nobody has taken yet, but what is about one of these cases, by reference. Never commits.

    Whatever of the rest is still so is raised again within the minute, under the same key.
    """
    going_on = set(but_of)
    for alarm in db.session.scalars(select(Alarm).where(Alarm.delivered_at.is_(None))):
        if not going_on.intersection(alarm.key.split(":")):
            db.session.delete(alarm)
    db.session.flush()


def check_unsent(now: dt.datetime) -> None:
    """Raise an alarm if mail has waited for more than an hour: one for an outage, and again each day. Never commits.

    What somebody's quiet hours hold back waits only from their end.
    """
    waiting = Message.state == "waiting"
    begun = func.min(func.coalesce(Message.held_until, Message.created_at), type_=UTCDateTime)
    oldest = db.session.execute(select(begun).where(waiting)).scalar()
    if oldest is None or now - oldest <= UNSENT_LIMIT:
        return
    last = db.session.execute(select(func.max(Alarm.created_at)).where(Alarm.kind == "unsent")).scalar()
    if last is not None and oldest <= last and now - last < UNSENT_AGAIN:
        return
    count = db.session.execute(select(func.count()).where(waiting)).scalar_one()
    says = f"Email has not gone out since {oldest:%Y-%m-%d %H:%M} UTC; messages waiting: {count}."
    raise_alarm(f"unsent {oldest:%Y%m%dT%H%M%S} {now:%Y%m%d}", "unsent", says, now)


def check_clock(now: dt.datetime, since: dt.datetime) -> None:
    """Raise an alarm if a job of the clock has been silent too long. `since`: when the watcher began to look.

    Never commits.
    """
    # A tick that is still to come was written by a clock that was wrong.
    ticks = {tick.name: tick.at for tick in db.session.scalars(select(Tick)) if tick.at <= now + MACHINES_DIFFER}
    for job, limit in SILENCE.items():
        last = ticks.get(job)
        if now - max(last or since, since) > limit:
            when = f"{last:%Y-%m-%d %H:%M} UTC" if last else "it was installed"
            says = f"The clock's job '{job}' has not run since {when}. Deadlines and email may be standing still."
            raise_alarm(f"clock {job} {last or since:%Y%m%dT%H%M%S}", "clock", says, now)
            return  # with the whole clock silent, its jobs are no further news


def deliver_alarms(now: dt.datetime, limit: int = 20) -> int:
    """Post alarms that are due, each until the webhook takes it. Commits. Returns how many were taken."""
    taken = 0
    for _ in range(limit):
        call = _claim(now)
        if call is None:
            break
        if _post(call.body):
            _mark(call.id, now)
            taken += 1
    return taken


def watch_clock(app: Flask, now: Callable[[], dt.datetime]) -> None:
    """Let this web process look after the clock, after any request."""
    watch = _Watch(app, now)
    app.after_request(watch.after_request)


class _Watch:
    def __init__(self, app: Flask, now: Callable[[], dt.datetime]):
        self.app, self.now, self.began = app, now, time.monotonic()
        self.next_look = time.monotonic() + LOOK_EVERY

    def after_request(self, response: Response) -> Response:
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + LOOK_EVERY
            threading.Thread(target=self.look, name="clock-watch", daemon=True).start()
        return response

    def look(self) -> None:
        """One look, in its own app context and transactions."""
        bind(new_id())
        with self.app.app_context():
            try:
                now = self.now()
                begin_writing()
                check_clock(now, now - dt.timedelta(seconds=time.monotonic() - self.began))
                db.session.commit()
                deliver_alarms(now)
            except Exception as fault:
                log.error("the look after the clock failed", fault=type(fault).__name__, at=places_of(fault))


def _claim(now: dt.datetime) -> _Call | None:
    """Take the earliest alarm that is due; until its next try nobody else does."""
    begin_writing()
    # A try further ahead than any wait was written by a clock that was wrong.
    when = or_(Alarm.next_try_at <= now, Alarm.next_try_at > now + 2 * LONGEST)
    due = (
        select(Alarm.id, Alarm.attempts)
        .where(Alarm.delivered_at.is_(None), when)
        .order_by(Alarm.next_try_at, Alarm.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = db.session.execute(due).first()
    if row is None:
        db.session.rollback()
        return None
    tries = row.attempts + 1
    values = {"attempts": tries, "next_try_at": now + wait_after(tries)}
    db.session.execute(update(Alarm).where(Alarm.id == row.id).values(values))
    alarm = db.session.get_one(Alarm, row.id)
    body = {
        "service": house().settings.base_url,
        "id": alarm.key,
        "kind": alarm.kind,
        "says": alarm.says,
        "at": alarm.created_at.isoformat(),
    }
    db.session.commit()
    return _Call(row.id, body)


def _mark(alarm_id: int, now: dt.datetime) -> None:
    begin_writing()
    db.session.execute(update(Alarm).where(Alarm.id == alarm_id).values(delivered_at=now))
    db.session.commit()


def _post(body: dict[str, str]) -> bool:
    """Whether the alarm was taken. Local mode without a webhook keeps alarms in a file."""
    settings = house().settings
    if settings.local and not settings.alarm_webhook:
        settings.instance.mkdir(parents=True, exist_ok=True)
        with (settings.instance / "alarms.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(body) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return True
    try:
        status = _call(settings.alarm_webhook, json.dumps(body).encode())
    except (OSError, http.client.HTTPException, ValueError) as fault:
        log.error("the alarm webhook can't be reached", alarm=body["kind"], fault=type(fault).__name__)
        return False
    if not 200 <= status < 300:
        log.error("the alarm webhook did not take an alarm", alarm=body["kind"], status=status)
    return 200 <= status < 300


def _call(webhook: str, body: bytes) -> int:
    """One POST. Redirects are not followed: an alarm goes where the settings say and nowhere else."""
    parts = urlsplit(webhook)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT, context=context)
    else:  # the settings allow plain http to this same computer only
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()
