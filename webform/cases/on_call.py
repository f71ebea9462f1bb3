"""What a person on call needs: whether anybody has to do something, what, and how soon. Nothing personal."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webform.house import house
from webform.records.sealed import BrokenKeys, Keys
from webform.records.store import IMMEDIATE, db
from webform.records.vault import RESERVE
from webform.release import PROGRAM
from webform.sending.alarm import SILENCE, UNSENT_LIMIT

from .evidence import scans
from .on_call_figures import Figures, figures

Level = Literal["ok", "look", "now"]  # nothing to do; look on a working day; a person now
LEVELS: tuple[Level, ...] = ("ok", "look", "now")
OLD_BACKUP = dt.timedelta(days=2)
UNHEARD = dt.timedelta(minutes=10)  # that the webhook may take for an alarm
WAITS_FOR_SCAN = dt.timedelta(hours=1)
JUMP_IS_NEWS = dt.timedelta(days=1)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `do` is empty where there is nothing to do."""

    name: str
    level: Level
    says: str
    do: str = ""


def look(now: dt.datetime, area: str | None = None) -> tuple[tuple[Check, ...], Figures | None]:
    """Everything, worst first; without figures where the database gives none."""
    try:
        found = figures(now, area)
        _try_to_write()
    except SQLAlchemyError as fault:
        db.session.rollback()
        trouble = Check(
            "database", "now", f"The database does not answer, or takes no changes ({type(fault).__name__}).",
            "Look whether it runs, whether its disk is full and whether anything holds it. Nothing that was confirmed "
            "is lost; people are told that nothing can be saved now.",
        )  # fmt: skip
        return (trouble, *_worst_first(_around())), None
    checks = (Check("database", "ok", "It answers and takes changes."), *_of_figures(found), *_around())
    return tuple(_worst_first(checks)), found


def versions() -> dict[str, Any]:
    """What runs: the program, the shape of the database, and the rules that a request of today is pinned to."""
    shelves = house().shelves
    return {
        "program": PROGRAM,
        "revision": db.session.scalar(text("SELECT version_num FROM alembic_version")),
        "procedures": {area.id: shelves.version(area) for area in shelves.areas()},
    }


def worst(checks: tuple[Check, ...]) -> Level:
    """The level of the whole service."""
    return max((check.level for check in checks), key=LEVELS.index)


def _of_figures(found: Figures) -> Iterator[Check]:
    yield _clock(found)
    yield _time(found)
    yield _email(found)
    if found.oldest_alarm is not None and found.oldest_alarm > UNHEARD.total_seconds():
        says = f"{found.alarms_pending} alarms could not be delivered, the oldest for {_spoken(found.oldest_alarm)}."
        yield Check("alarms", "now", says, "Look whether the address in ASB_ALARM_WEBHOOK takes a POST.")
    else:
        yield Check("alarms", "ok", "Every alarm was taken.")
    late = found.oldest_unscanned is not None and found.oldest_unscanned > WAITS_FOR_SCAN.total_seconds()
    if scans() and late:
        says = f"{found.files['unscanned']} files wait for the virus scanner, and nobody can open them."
        yield Check("files", "look", says, "Start clamd, and look whether it has its signatures.")
    else:
        yield Check("files", "ok", f"In quarantine: {found.files['quarantined']}.")
    yield _backup(found.backup)


def _clock(found: Figures) -> Check:
    do = "Start the clock again (systemctl restart asb-clock). Until then no email goes and no deadline is told."
    for job, limit in SILENCE.items():
        age = found.clock.get(job)
        if age is None or age > limit.total_seconds():
            says = "has not run yet" if age is None else f"last ran {_spoken(age)} ago"
            return Check("clock", "now", f"The clock's job '{job}' {says}.", do)
    return Check("clock", "ok", "It ticks.")


def _time(found: Figures) -> Check:
    """A clock that was moved stays news for a day, by whichever of the two times it is now."""
    jump = found.jump
    if jump is None or abs(found.now - jump.at) > JUMP_IS_NEWS:
        return Check("time", "ok", "The machine keeps time.")
    do = (
        "Look whether the machine's time is right now (timedatectl) and that something keeps it so. No date of a case "
        "is lost; what was told too early is not taken back."
    )
    return Check("time", "look", jump.says, do)


def _email(found: Figures) -> Check:
    waits, down = found.outbox["oldest_unsent_seconds"] or 0, found.outbox["down_for_seconds"]
    do = "Look whether the mail server answers and takes our name and password. Nothing is lost: all of it goes then."
    if waits > UNSENT_LIMIT.total_seconds():
        return Check("email", "now", f"{found.outbox['unsent']} messages wait, the oldest for {_spoken(waits)}.", do)
    if down is not None:
        return Check("email", "look", f"The mail server has not been reached; mail waits for {_spoken(down)}.", do)
    return Check("email", "ok", f"Waiting: {found.outbox['unsent']}.")


def _backup(age: int | None) -> Check:
    do = "Run `flask backup DIR` every night, and keep a copy on another machine. Ignore this if you copy it otherwise."
    if age is None:
        return Check("backup", "look", "No backup was made with `flask backup`.", do)
    level: Level = "look" if age > OLD_BACKUP.total_seconds() else "ok"
    return Check("backup", level, f"The last one was made {_spoken(age)} ago.", do if level == "look" else "")


def _around() -> Iterator[Check]:
    """What can be looked at without the database."""
    settings = house().settings
    yield _disk("disk", settings.instance)
    if settings.vault.startswith("file://"):
        yield _disk("attachments disk", Path(urlsplit(settings.vault).path))
    try:
        Keys.load(settings.keys_file)
        yield Check("keys", "ok", "The key file can be read.")
    except (BrokenKeys, OSError):
        do = "Bring the copy of the key file back before anything is started again: without it nothing can be read."
        yield Check("keys", "now", "The key file can't be read.", do)


def _disk(name: str, folder: Path) -> Check:
    """`now` where files are refused already, so that requests still find room."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return Check(name, "now", "The folder is not there.", "Bring the disk or the folder back.")
    room = f"{free // 10**6:,} MB are free."
    if free < RESERVE or not os.access(folder, os.W_OK):
        return Check(name, "now", room, "Make room, and look whether the folder can be written to.")
    if free < 5 * RESERVE:
        return Check(name, "look", room, "Make room before it is full.")
    return Check(name, "ok", room)


class ReadOnly(SQLAlchemyError):
    """The database takes no changes."""


def _try_to_write() -> None:
    """Take the lock of a writer, as SQLite gives it only where it can write; PostgreSQL says whether it would."""
    with db.engine.connect().execution_options(**{IMMEDIATE: True}) as connection:
        ask = "SELECT 'off'" if connection.dialect.name == "sqlite" else "SHOW transaction_read_only"
        if connection.scalar(text(ask)) != "off":
            raise ReadOnly


def _worst_first(checks: Any) -> list[Check]:
    return sorted(checks, key=lambda check: -LEVELS.index(check.level))


def _spoken(seconds: int) -> str:
    if seconds < 2 * 3600:
        return f"{seconds // 60} minutes"
    return f"{seconds // 3600} hours" if seconds < 2 * 86400 else f"{seconds // 86400} days"
