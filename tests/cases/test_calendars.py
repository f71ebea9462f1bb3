"""instance/calendar.toml is read while the service runs, by people who may slip."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from webform.cases.calendars import FILE, calendar_in_use
from webform.clock import the_jobs
from webform.documents.shelf import Shelves
from webform.records.outbox import Alarm
from webform.records.store import db
from webform.wiring import get_ready

CHRISTMAS_EVE = dt.date(2026, 12, 24)
CLOSED = f'[[closure]]\ndate = {CHRISTMAS_EVE}\nwhy = "Shut"\nadded = 2026-01-01\n'


def write(instance: Path, text: str, moment: int) -> None:
    """The council saves the file."""
    (instance / FILE).write_text(text)
    os.utime(instance / FILE, (moment, moment))


def test_a_slip_in_the_calendar_costs_nobody_a_page(
    app: Flask, client: FlaskClient, instance: Path, shelves: Shelves
) -> None:
    """While the file can't be read, people start forms and days count as they did before."""
    area = shelves.areas()[0]
    write(instance, CLOSED, 1)
    assert not calendar_in_use(area, instance).is_working_day(CHRISTMAS_EVE)
    write(instance, "[[closure]\n", 2)
    assert client.get(f"/{area.id}/").status_code == 200
    assert not calendar_in_use(area, instance).is_working_day(CHRISTMAS_EVE)
    write(instance, "", 3)
    assert calendar_in_use(area, instance).is_working_day(CHRISTMAS_EVE)


def test_a_slip_in_the_calendar_raises_an_alarm(app: Flask, instance: Path) -> None:
    """The clock tells somebody, once a day, and names nothing but the file."""
    write(instance, "[[closure]\n", 1)
    (alarms,) = (job for job in the_jobs(dt.datetime.now(dt.UTC)) if job.name == "alarms")
    with app.app_context():
        for _ in range(2):
            alarms.work(dt.datetime.now(dt.UTC), lambda: False)
        (alarm,) = db.session.scalars(select(Alarm))
        assert FILE in alarm.says


def test_nothing_starts_on_a_broken_calendar(app: Flask, instance: Path, shelves: Shelves) -> None:
    """At the start a broken calendar is one more thing on the list."""
    write(instance, "[[closure]]\ndate = 2026-02-30\n", 1)
    with pytest.raises(SystemExit, match=FILE):
        get_ready(app.extensions["asb"].settings, shelves)
