"""`flask setup`: everything that has to exist before web and clock start. Running it again changes nothing."""

from __future__ import annotations

import datetime as dt
import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from sqlalchemy import exists, select

from .cases.figures import recount
from .cases.officers import add_officer, find_officer
from .contacts import FILE, NEEDED, missing_contacts
from .documents.shelf import Shelves
from .records.figures import FigureDay
from .records.sealed import make_keys
from .records.store import MIGRATIONS, db
from .records.vault import vault
from .roster import TITLES, read_roster
from .settings import Settings
from .stand_ins import officer_address, stand_in_name, write_contacts
from .wiring import build

FOLDERS = ("procedures", "forms", "emails", "mail", "attachments")
LOCK = "setup.lock"


def set_up(settings: Settings, shelves: Shelves) -> tuple[list[str], list[str]]:
    """Make what isn't there yet. Returns what there is now and where, and what a person still has to put right."""
    make_folders(settings.instance)
    with _alone(settings.instance):
        said = [_keys(settings.keys_file)]
        if settings.local:
            write_contacts(settings.instance, shelves.areas(), shelves.forms)
        said.append(f"Contacts: {settings.instance / FILE}")
        app = build(settings, shelves)
        with app.app_context():
            vault().prepare()
            said.append(_database(settings))
            said.extend(_figures())
            if settings.local:
                said.extend((*_officers(shelves), *_elected(settings, shelves), f"Open {settings.base_url}"))
    return said, list(missing_contacts(settings.instance, (area.id for area in shelves.areas())))


def make_folders(instance: Path) -> None:
    """The folders that only this user may look into."""
    for folder in (instance, *(instance / name for name in FOLDERS)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """Two set-ups at once would both find nothing there: the second waits for the first."""
    with (instance / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keys(path: Path) -> str:
    try:
        make_keys(path)
    except FileExistsError:
        return f"Keys: {path} (kept as they are)"
    return f"Keys: {path} (made now). Keep a copy in another safe place: without them nothing can be read"


def _database(settings: Settings) -> str:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade(directory=str(MIGRATIONS))
    where = "the one that ASB_DATABASE_URL names" if settings.database_url else settings.instance / "app.sqlite3"
    return f"Database: {where}"


def _figures() -> Iterator[str]:
    """Cases from before figures were kept as rows are counted once."""
    if not db.session.scalar(select(exists().where(FigureDay.id > 0))):
        if count := recount(dt.datetime.now(dt.UTC)):
            yield f"Figures: {count} cases counted"
        db.session.rollback()


def _officers(shelves: Shelves) -> Iterator[str]:
    """A stand-in officer for each role that has to see a request, in areas that have no such officer yet."""
    for area in shelves.areas():
        for role in NEEDED:
            email = officer_address(area.id, role)
            if find_officer(email) is None:
                add_officer(email, stand_in_name(role), area.id, role)
            yield f"Sign in as the {role} of {area.area.name}: {email} (the code arrives at /mailbox)"
    db.session.commit()


def _elected(settings: Settings, shelves: Shelves) -> Iterator[str]:
    """The councillors and MPs of the roster, whom nobody has to add."""
    for seat in read_roster(settings.instance)[0]:
        if seat.area in shelves.procedures:
            area = shelves.procedures[seat.area].area.name
            yield f"Sign in as the {TITLES[seat.kind]} of {area}: {seat.email}"
