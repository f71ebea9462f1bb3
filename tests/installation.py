"""An installation for tests: its own folder, keys and database, and one app that is made new for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import flask_migrate
from flask import Flask

from tests.databases import Database, Migrate, SQLite
from webform.documents.shelf import Shelves
from webform.records.sealed import make_keys
from webform.records.store import MIGRATIONS, db
from webform.settings import Settings
from webform.setup import make_folders
from webform.stand_ins import write_contacts
from webform.web.limits import limiter
from webform.wiring import build, get_ready

BASE_URL = "http://localhost"


def settings_of(folder: Path, **changes: object) -> Settings:
    """Settings of a local installation in a folder of the test's own."""
    settings = Settings(local=True, base_url=BASE_URL, instance=folder / "instance", keys_file=folder / "keys.json")
    return replace(settings, **changes)  # type: ignore[arg-type]


def prepare(settings: Settings, shelves: Shelves) -> None:
    """What `flask setup` makes, but for the database: folders, keys, contacts."""
    make_folders(settings.instance)
    if not settings.keys_file.exists():
        make_keys(settings.keys_file)
    write_contacts(settings.instance, shelves.areas(), shelves.forms)


def migrator(settings: Settings, shelves: Shelves) -> Migrate:
    """A function that brings a database up to date by the real migrations."""

    prepare(settings, shelves)

    def migrate(url: str) -> None:
        app = build(replace(settings, database_url=url), shelves)
        with app.app_context():
            flask_migrate.upgrade(directory=str(MIGRATIONS))
            db.engine.dispose()

    return migrate


@contextmanager
def installed(folder: Path, shelves: Shelves, **changes: object) -> Iterator[Installation]:
    """An installation with these shelves in that folder, on SQLite; `changes` are of its settings."""
    settings = settings_of(folder, **changes)
    made = Installation(settings, shelves, SQLite(folder, migrator(settings, shelves)))
    yield made
    made.let_go()


class Installation:
    """One app on one database. `renew` before each test."""

    def __init__(self, settings: Settings, shelves: Shelves, database: Database):
        self.settings = replace(settings, database_url=database.url)
        self.shelves = shelves
        self._database = database
        database.renew()
        self.app = self._start()

    def _start(self) -> Flask:
        app = build(*get_ready(self.settings, self.shelves))  # without the watch over the clock: nothing runs by itself
        app.testing = True
        return app

    def renew(self) -> None:
        """Everything as after `flask setup`: no case, no mail, nothing counted."""
        self.let_go()
        self._database.renew()
        shutil.rmtree(self.settings.instance)
        prepare(self.settings, self.shelves)
        limiter.reset(self.app)

    def let_go(self) -> None:
        """Close every connection to the database."""
        with self.app.app_context():
            db.engine.dispose()
