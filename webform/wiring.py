"""Puts the rooms together: settings, shelves, keys, database, pages. Nothing is decided here but the order."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import structlog
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click import Abort, ClickException
from click.exceptions import Exit
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from .cases.calendars import calendar_faults
from .contacts import missing_contacts
from .documents.faults import BrokenDocuments
from .documents.shelf import Shelves, read_shelves
from .house import EXTENSION, House
from .logs import begin, bind, new_id, places_of
from .records.broken_off import was_broken_off
from .records.sealed import BrokenKeys, Keys
from .records.store import MIGRATIONS, PATIENCE_SECONDS, connect
from .roster import read_roster
from .sending import smtp
from .sending.alarm import watch_clock
from .settings import LOOPBACK, SHIPPED, Settings, SettingsError
from .web import frame, staff, uploads
from .web.edge import Edge

log = structlog.get_logger()

WEB_PATIENCE_SECONDS = 8  # that a person at a page waits for other writers; then they are told
BIGGEST_POST = 2 * 1024 * 1024
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Real-IP")


def get_ready(
    settings: Settings | None, shelves: Shelves | None, restoring: bool = False
) -> tuple[Settings, Shelves]:  # fmt: skip
    """Settings and shelves that a service can start with; SystemExit names everything that is missing or broken.

    `restoring`: it is about to bring a backup back, and may find a database that an earlier try has left half done.
    """
    faults: list[str] = []
    settings, shelves = read_all(settings, shelves, faults)
    faults.extend((*_key_faults(settings), *_register_faults(settings)))
    if not was_broken_off(settings.instance):
        faults.extend(_database_faults(settings))
    elif not restoring:
        faults.append("A restore was broken off. Run `flask restore` again, with the same backup.")
    faults.extend(calendar_faults(settings.instance))
    if shelves:
        faults.extend(missing_contacts(settings.instance, (area.id for area in shelves.areas())))
    faults.extend(fault for fault in read_roster(settings.instance)[1] if fault not in faults)
    if faults or shelves is None:
        raise SystemExit(refusal(faults))
    return settings, shelves


def read_all(settings: Settings | None, shelves: Shelves | None, faults: list[str]) -> tuple[Settings, Shelves | None]:
    """Whatever was not handed in, read from the environment and the shelves; what is wrong is added to the faults."""
    try:
        settings = settings or Settings.read(os.environ)
    except SettingsError as wrong:
        faults.extend(wrong.faults)
        settings = wrong.settings
    try:
        shelves = shelves or read_shelves(SHIPPED, settings.instance)
    except BrokenDocuments as broken:
        faults.extend(fault.line() for fault in broken.faults)
    return settings, shelves


@contextmanager
def service(process: str = "command", log_to: TextIO | None = None, restoring: bool = False) -> Iterator[Flask]:
    """The service of this environment in an app context, for a command that works on its records.

    A command says its answer on stdout, and what it logs elsewhere, unless its log is all that it has to say.
    """
    begin(process, log_to or sys.stderr)
    bind(new_id())
    app = build(*get_ready(None, None, restoring))
    with app.app_context():
        try:
            yield app
        except (ClickException, Exit, Abort):
            raise
        except Exception as fault:  # a traceback would end with words that may quote a row
            log.error("a command failed", fault=type(fault).__name__, at=places_of(fault))
            raise SystemExit(f"That did not work ({type(fault).__name__}). See the log for the place.") from None


def refusal(faults: list[str]) -> str:
    """What the terminal says instead of a traceback."""
    count = "One thing is" if len(faults) == 1 else f"{len(faults)} things are"
    return "\n  - ".join([f"The service can't start. {count} to be put right:", *faults])


def _key_faults(settings: Settings) -> list[str]:
    if not settings.keys_file.exists():
        return [f"{settings.keys_file} does not exist. Run `flask setup` once, before web and clock start."]
    try:
        Keys.load(settings.keys_file)
    except BrokenKeys as broken:
        return [str(broken)]
    return []


def _register_faults(settings: Settings) -> list[str]:
    """Whatever is erased is noted there first: without it nobody could throw away what they typed, or end a link."""
    file = settings.erasures
    there = next(one for one in (file, *file.parents) if one.exists())
    if there.is_file() == (there == file) and os.access(there, os.W_OK):
        return []
    return [f"{file} can't be written to. What is erased is noted there. Let the service write it: ASB_ERASURES_FILE."]


def _database_faults(settings: Settings) -> list[str]:
    """A service on a database of yesterday's shape would fail at somebody's last page instead of here."""
    wanted = ScriptDirectory(str(MIGRATIONS)).get_heads()
    engine = create_engine(settings.database)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError as fault:
        return [f"The database can't be reached: {getattr(fault, 'orig', None) or fault}. Has `flask setup` been run?"]
    finally:
        engine.dispose()
    if set(found) == set(wanted):
        return []
    return ["The database is not the one that this version needs. Run `flask setup`; it keeps what is there."]


def build(settings: Settings, shelves: Shelves, patience: int = PATIENCE_SECONDS) -> Flask:
    """The app of these settings and shelves. It has asked nobody whether it may start."""
    app = Flask(__package__)
    _configure(app, settings)
    app.extensions[EXTENSION] = House(settings, shelves)
    keys = Keys.load(settings.keys_file)
    app.secret_key = keys.flask_secret()
    connect(app, settings.database, keys, patience)
    smtp.set_up(app, settings)
    app.register_error_handler(SecurityError, _wrong_host)
    app.before_request(_no_odd_address)
    if settings.local:
        app.before_request(_only_this_computer)
    elif settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way to wrap the app
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.wsgi_app = Edge(app.wsgi_app, trusting=settings.proxies > 0)  # type: ignore[method-assign]  # as above
    uploads.install(app)
    frame.install(app)
    staff.install(app)
    return app


def watch(app: Flask) -> None:
    """What a running web process does besides answering: look after the clock, which can't report its own silence."""
    watch_clock(app, lambda: dt.datetime.now(dt.UTC))


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        MAX_CONTENT_LENGTH=BIGGEST_POST,
        MAX_FORM_MEMORY_SIZE=BIGGEST_POST,
        TRUSTED_HOSTS=["localhost", "127.0.0.1"] if settings.local else [settings.host],
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-session" if settings.https else "session",
        WTF_CSRF_TIME_LIMIT=None,  # a token that dies after an hour costs somebody their answers
        PREFERRED_URL_SCHEME="https" if settings.https else "http",
        RATE_STORE=settings.rate_store,
        TEMPLATES_AUTO_RELOAD=False,
    )


def _no_odd_address() -> None:
    """A NUL stands in no address of ours, and PostgreSQL keeps none in the note of who looked at what."""
    if "\0" in request.path:
        abort(404)


def _wrong_host(_fault: SecurityError) -> ResponseReturnValue:
    """Without a host there are no addresses, so there can be no page: one plain line."""
    return (
        "This service does not answer to the host name in the address.",
        400,
        {"Content-Type": "text/plain; charset=utf-8"},
    )


def _only_this_computer() -> None:
    """Local mode has stand-in officers and an open mailbox: nobody else may reach it, not even through a proxy."""
    if request.remote_addr not in LOOPBACK or any(name in request.headers for name in FORWARDED):
        abort(403)
