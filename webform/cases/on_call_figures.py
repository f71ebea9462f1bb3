"""The counts and ages behind what a person on call is told, of one area or of all. Nothing personal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from webform.records.attachments import QUARANTINED, UNSCANNED, Attachment
from webform.records.outbox import Alarm, Message, Task, Tick
from webform.records.store import db
from webform.records.tables import Case, Deadline, Draft, Register
from webform.sending.alarm import MACHINES_DIFFER
from webform.sending.jump import KIND as JUMP

from .desk import CASE

BACKUP = "backup"  # its tick is written by the command
CLOCK = "clock"


@dataclass(frozen=True)
class Jump:
    """The last time that the machine's clock was moved."""

    at: dt.datetime
    says: str


@dataclass(frozen=True)
class Figures:
    """Counts, and ages in seconds. Clock, backup and alarms are everybody's; all else is the area's where one asked."""

    now: dt.datetime
    outbox: dict[str, int | None]
    clock: dict[str, int]
    last_tick: dt.datetime | None
    jump: Jump | None
    backup: int | None
    overdue: dict[str, int]
    unseen: int
    tasks: int
    alarms_pending: int
    oldest_alarm: int | None
    files: dict[str, int]
    oldest_unscanned: int | None
    drafts: int
    submissions: int


def figures(now: dt.datetime, area: str | None = None) -> Figures:
    """All the counts, of one area or of every one."""
    # A tick that is still to come was written by a clock that was wrong: it says nothing about this one.
    ticks = {tick.name: tick.at for tick in db.session.scalars(select(Tick)) if tick.at <= now + MACHINES_DIFFER}
    ages = {name: _age(at, now) for name, at in ticks.items()}
    cases = (Case.scope == CASE, *_within(Case.area, area))
    files = _files_within(area)
    unscanned = (Attachment.state == UNSCANNED, *files)
    return Figures(
        now=now,
        outbox=_outbox(now, _within(Message.area, area)),
        clock={name: age for name, age in ages.items() if name != BACKUP},
        last_tick=ticks.get(CLOCK),
        jump=_last_jump(),
        backup=ages.get(BACKUP),
        overdue=_overdue(now, area),
        unseen=_count(*cases, Case.seen_at.is_(None), Case.closed_at.is_(None)),
        tasks=_count(Task.done_at.is_(None), *_within(Task.area, area)),
        alarms_pending=_count(Alarm.delivered_at.is_(None)),
        oldest_alarm=_oldest(Alarm.created_at, now, Alarm.delivered_at.is_(None)),
        files={
            "unscanned": _count(*unscanned),
            "quarantined": _count(Attachment.state == QUARANTINED, *files),
        },
        oldest_unscanned=_oldest(Attachment.created_at, now, *unscanned),
        drafts=_count(Draft.submitted_case_id.is_(None), *_within(Draft.area, area)),
        submissions=_count(*cases) if area else db.session.scalar(select(func.max(Register.count))) or 0,
    )


def last_alarms(count: int = 10) -> list[dict[str, str | None]]:
    """The kinds of the newest alarms, when they were raised and when they were taken. Their words stay here."""
    rows = select(Alarm.kind, Alarm.created_at, Alarm.delivered_at).order_by(Alarm.id.desc()).limit(count)
    return [
        {"kind": row.kind, "at": row.created_at.isoformat(), "taken_at": _written(row.delivered_at)}
        for row in db.session.execute(rows)
    ]


def _written(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None


def _outbox(now: dt.datetime, within: tuple[Any, ...]) -> dict[str, int | None]:
    waiting = (Message.state == "waiting", *within)
    return {
        "unsent": _count(*waiting),
        "retrying": _count(*waiting, Message.attempts > 0),
        "refused": _count(Message.state == "refused", *within),
        "bounced": _count(Message.came_back_at.is_not(None), *within),
        "oldest_unsent_seconds": _oldest(Message.created_at, now, *waiting, Message.created_at <= now),
        "down_for_seconds": _oldest(Message.created_at, now, *waiting, Message.held_up),
    }


def _overdue(now: dt.datetime, area: str | None) -> dict[str, int]:
    """How many duties are late, by area."""
    late = (
        select(Case.area, func.count())
        .join(Deadline, Deadline.case_id == Case.id)
        .where(Deadline.due_at < now, Deadline.state.in_(("open", "late")), Case.closed_at.is_(None))
        .where(*_within(Case.area, area))
        .group_by(Case.area)
    )
    return dict(db.session.execute(late).all())


def _last_jump() -> Jump | None:
    latest = select(Alarm.created_at, Alarm.says).where(Alarm.kind == JUMP).order_by(Alarm.id.desc()).limit(1)
    found = db.session.execute(latest).first()
    return Jump(found.created_at, found.says) if found else None


def _files_within(area: str | None) -> tuple[Any, ...]:
    """Files of the area's unsent forms and of its cases."""
    if area is None:
        return ()
    drafts = select(Draft.id).where(Draft.area == area)
    cases = select(Case.id).where(Case.area == area)
    return (or_(Attachment.draft_id.in_(drafts), Attachment.case_id.in_(cases)),)


def _within(column: Any, area: str | None) -> tuple[Any, ...]:
    return () if area is None else (column == area,)


def _oldest(column: Any, now: dt.datetime, *conditions: Any) -> int | None:
    found = db.session.scalar(select(column).where(*conditions).order_by(column).limit(1))
    return None if found is None else _age(found, now)


def _age(at: dt.datetime, now: dt.datetime) -> int:
    return max(0, int((now - at).total_seconds()))  # a clock that was wrong may have written a time to come


def _count(*conditions: Any) -> int:
    return int(db.session.scalar(select(func.count()).where(*conditions)) or 0)
