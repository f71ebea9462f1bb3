"""A post office for the tests: the store's app with SMTP settings, and a certificate authority that it trusts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from flask import Flask
from sqlalchemy import select

from tests.sending.mail_server import MailServer, free_port, running
from tests.sending.webhook import Webhook, serve
from webform.documents.letter import Written
from webform.house import EXTENSION, House, house
from webform.records.outbox import Alarm, Message, Task
from webform.records.store import db
from webform.sending import smtp
from webform.sending.compose import compose
from webform.sending.outbox import post

NOON = dt.datetime(2026, 5, 11, 12, 0, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Vouches for the certificates of the tests."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The authority, trusted by this process as a real one would be."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


class PostOffice:
    """The app of the store with other settings."""

    def __init__(self, app: Flask):
        self.app = app
        self.port = free_port()

    def use(self, **changes: Any) -> None:
        """Other settings from now on."""
        settings = replace(house().settings, **changes)
        self.app.extensions[EXTENSION] = House(settings, house().shelves)
        smtp.set_up(self.app, settings)

    def write(self, *recipients: str, now: dt.datetime = NOON, **changes: Any) -> list[int]:
        """One committed message to each; returns their row ids."""
        composed = compose(Written("About your request", "Dear Siôn,\n\nWe have your request."))
        given: dict[str, Any] = {
            "letter": "receipt",
            "purpose": "to-applicant",
            "area": "merton",
            "now": now,
            **changes,
        }
        rows = [post(recipient, composed, **given) for recipient in recipients]
        db.session.commit()
        return [row.id for row in rows]

    def row(self, row_id: int) -> Message:
        """The row as it is in the database now."""
        db.session.rollback()
        return db.session.get_one(Message, row_id, populate_existing=True)


@pytest.fixture
def office(store: Flask, trusted: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """SMTP settings for localhost, on each database; its server is started by the test."""
    before = store.extensions[EXTENSION]
    made = PostOffice(store)
    made.use(
        mail_host="localhost",
        mail_port=made.port,
        mail_from="asb@council.example",
        mail_reply_to="spoc@council.example",
    )
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    yield made
    db.session.rollback()
    store.extensions[EXTENSION] = before
    smtp.set_up(store, before.settings)


@pytest.fixture
def server(office: PostOffice, authority: trustme.CA) -> Iterator[MailServer]:
    """A mail server that takes everything until the test tells it otherwise."""
    behaviour = MailServer()
    with running(behaviour, authority, office.port):
        yield behaviour


def tasks() -> list[Task]:
    """Every task, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Task).order_by(Task.id)))


def alarms() -> list[str]:
    """The kinds of every alarm, oldest first."""
    db.session.rollback()
    return [alarm.kind for alarm in db.session.scalars(select(Alarm).order_by(Alarm.id))]


@pytest.fixture
def webhook(office: PostOffice, authority: trustme.CA) -> Iterator[Webhook]:
    """A webhook with a certificate that is trusted, written in the settings."""
    hook = Webhook()
    server = serve(hook, authority)
    office.use(alarm_webhook=hook.url, base_url="https://reviews.example")
    yield hook
    server.shutdown()
    server.server_close()
