"""The mail server is down for days, in moved time, with the jobs of the real clock: nothing lost, and somebody told."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import trustme
from flask import Flask
from sqlalchemy import select

from tests.moment import Moment
from tests.sending.conftest import PostOffice, alarms, tasks
from tests.sending.mail_server import MailServer, running
from tests.sending.webhook import Webhook
from tests.web.desk import SAM, ask_for_code, join
from webform.clock import Beat, the_jobs, utc_now
from webform.records.outbox import Message
from webform.records.store import db
from webform.sending.outbox import deliver_due

DAYS = dt.timedelta(days=3)


class Clock:
    """The clock's own jobs, run one after the other at every step of moved time."""

    def __init__(self, app: Flask, now: Moment):
        self.now = now
        self._beat = Beat(app, threading.Event(), utc_now)
        self._jobs = {job.name: job for job in the_jobs(utc_now())}

    def runs(self, **step: float) -> None:
        """Let so much time pass, then do each job once."""
        self.now.passes(**step)
        self._beat.run(self._jobs["deliver"])
        self._beat.run(self._jobs["sweep"])
        self._beat.tick(utc_now(), lambda: False)
        self._beat.run(self._jobs["alarms"])


@pytest.fixture
def clock(office: PostOffice, now: Moment) -> Clock:
    return Clock(office.app, now)


def test_three_days_without_a_mail_server_lose_nothing(
    office: PostOffice, authority: trustme.CA, clock: Clock, webhook: Webhook
) -> None:
    """Letters are written for three days while mail is down: then each goes once, in the order it was written."""
    end, addresses = clock.now() + DAYS, []
    while clock.now() < end:
        if len(addresses) * 4 <= (clock.now() - end + DAYS) / dt.timedelta(hours=1):
            addresses.append(f"r{len(addresses)}@home.example")
            office.write(addresses[-1], now=clock.now())
        clock.runs(minutes=20)
    assert len(addresses) == 18
    assert [told["kind"] for told in webhook.told] == ["unsent"] * 3
    behaviour = MailServer()
    with running(behaviour, authority, office.port):
        for _ in range(14):
            clock.runs(minutes=5)
    assert behaviour.recipients() == addresses
    assert len(set(behaviour.ids())) == len(addresses)
    assert {row.state for row in db.session.scalars(select(Message))} == {"sent"}
    assert tasks() == []


def test_all_goes_at_once_when_the_server_is_back(
    office: PostOffice, authority: trustme.CA, clock: Clock, server_down_for_a_day: list[str]
) -> None:
    """The first letter that finds the server again takes along all that waited, the oldest first."""
    office.write("new@home.example", now=clock.now())
    behaviour = MailServer()
    with running(behaviour, authority, office.port):
        clock.runs(seconds=2)
    assert behaviour.recipients() == [*server_down_for_a_day, "new@home.example"]


@pytest.fixture
def server_down_for_a_day(office: PostOffice, clock: Clock) -> list[str]:
    """Letters that were written at the beginning of a day without a mail server."""
    addresses = [f"r{n}@home.example" for n in range(5)]
    for address in addresses:
        office.write(address, now=clock.now())
        clock.runs(minutes=1)
    for _ in range(24):
        clock.runs(hours=1)
    return addresses


def test_the_alarm_is_there_within_the_hour_though_the_webhook_was_down(
    office: PostOffice, clock: Clock, webhook: Webhook
) -> None:
    """Mail is down, and the webhook too when the alarm is raised: it is told within the hour, once."""
    office.write("a@home.example", now=clock.now())
    began, webhook.status = clock.now(), 503
    heard: list[dt.timedelta] = []
    for minute in range(1, 91):
        webhook.status = 503 if minute < 50 else 200
        before = len(webhook.told)
        clock.runs(minutes=1)
        if len(webhook.told) > before and webhook.status == 200:
            heard.append(clock.now() - began)
    assert len(heard) == 1
    assert heard[0] <= dt.timedelta(hours=1)
    assert webhook.told[-1]["kind"] == "unsent"


def test_a_code_that_has_run_out_is_not_sent(
    office: PostOffice, authority: trustme.CA, clock: Clock, now: Moment
) -> None:
    """A sign-in code that could not go while it was good is cancelled; the letters go, and somebody is told."""
    join(office.app)
    browser = office.app.test_client()
    ask_for_code(browser)
    now.passes(minutes=8)
    office.write("ann@home.example", now=now())
    ask_for_code(browser)
    clock.runs(minutes=2)
    behaviour = MailServer()
    with running(behaviour, authority, office.port):
        clock.runs(minutes=2)
    assert behaviour.recipients() == ["ann@home.example", SAM]
    rows = db.session.scalars(select(Message).order_by(Message.id))
    assert [row.state for row in rows] == ["cancelled", "sent", "sent"]
    assert alarms() == ["unsent"]


def test_a_clock_that_was_wrong_keeps_no_letter(office: PostOffice, authority: trustme.CA, now: Moment) -> None:
    """What was written, put off or claimed while the machine's clock was days ahead goes when it is right again."""
    right = now()
    [claimed] = office.write("a@home.example", now=now.passes(days=3))
    office.row(claimed).lease_until = now() + dt.timedelta(minutes=10)
    db.session.commit()
    office.write("b@home.example", now=now())
    deliver_due(now())  # nobody answers
    office.write("c@home.example", now=now())
    behaviour = MailServer()
    with running(behaviour, authority, office.port):
        assert deliver_due(right) == 3
        assert deliver_due(right + DAYS) == 0
    assert sorted(behaviour.recipients()) == ["a@home.example", "b@home.example", "c@home.example"]
