"""Alarms reach somebody without email: once for each event, and until the webhook takes them."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
import trustme
from flask import Flask, Response
from sqlalchemy import select

from tests.sending.conftest import NOON, PostOffice
from tests.sending.webhook import Webhook, serve
from webform.house import house
from webform.records.outbox import Alarm, Tick
from webform.records.store import db
from webform.sending import alarm
from webform.sending.alarm import check_clock, check_unsent, deliver_alarms, raise_alarm, watch_clock

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def ring(key: str = "danger K7QM", now: dt.datetime = NOON) -> None:
    raise_alarm(key, "danger", "Case K7QM-24XD was flagged.", now)
    db.session.commit()


def rows() -> list[Alarm]:
    db.session.rollback()
    return list(db.session.scalars(select(Alarm).order_by(Alarm.id)))


def test_an_alarm_says_what_happened(webhook: Webhook) -> None:
    """The webhook gets the kind, the words, the moment and the service, and nothing else."""
    ring()
    assert deliver_alarms(NOON) == 1
    assert webhook.told == [
        {
            "service": "https://reviews.example",
            "id": "danger K7QM",
            "kind": "danger",
            "says": "Case K7QM-24XD was flagged.",
            "at": "2026-05-11T12:00:00+00:00",
        }
    ]
    assert deliver_alarms(NOON + HOUR) == 0


def test_one_event_raises_one_alarm(webhook: Webhook) -> None:
    """However often and however late the same event is raised, it is told once."""
    for minutes in (0, 1, 90):
        ring(now=NOON + minutes * MINUTE)
        deliver_alarms(NOON + minutes * MINUTE)
    assert len(webhook.told) == 1


def test_two_processes_raise_one_alarm(office: PostOffice) -> None:
    """Two processes that see the same event at once raise one alarm, and neither fails."""
    begin = threading.Barrier(2)
    faults: list[Exception] = []

    def work() -> None:
        with office.app.app_context():
            begin.wait(10)
            try:
                ring()
            except Exception as fault:
                faults.append(fault)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert faults == []
    assert len(rows()) == 1


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_it_is_told_until_it_is_taken(webhook: Webhook, answer: int) -> None:
    """Anything but a 2xx answer, a redirect included, is tried again: after a minute, then two."""
    webhook.status = answer
    ring()
    assert deliver_alarms(NOON) == 0
    assert deliver_alarms(NOON + dt.timedelta(seconds=50)) == 0
    assert deliver_alarms(NOON + MINUTE) == 0
    webhook.status = 204
    assert deliver_alarms(NOON + 2 * MINUTE) == 0
    assert deliver_alarms(NOON + 3 * MINUTE) == 1
    assert len(webhook.told) == 3
    assert rows()[0].delivered_at == NOON + 3 * MINUTE


def test_a_webhook_that_nobody_vouches_for_hears_nothing(office: PostOffice) -> None:
    """An alarm is not told to a server whose certificate can't be verified; it waits."""
    hook = Webhook()
    server = serve(hook, trustme.CA())
    office.use(alarm_webhook=hook.url)
    ring()
    assert deliver_alarms(NOON) == 0
    server.shutdown()
    server.server_close()
    assert hook.told == []
    assert rows()[0].delivered_at is None


def test_one_alarm_that_is_not_taken_stops_no_other(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alarms are told one by one; one that fails waits for its own next try."""
    ring("first")
    ring("second", NOON + MINUTE)
    call = alarm._call
    monkeypatch.setattr(alarm, "_call", lambda url, body: 500 if b"first" in body else call(url, body))
    assert deliver_alarms(NOON + MINUTE) == 1
    assert [told["id"] for told in webhook.told] == ["second"]


def test_local_mode_keeps_alarms_in_a_file(office: PostOffice) -> None:
    """Without a webhook in local mode alarms lie in instance/alarms.jsonl, one a line."""
    ring("a")
    ring("b")
    assert deliver_alarms(NOON) == 2
    lines = (house().settings.instance / "alarms.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", "b"]


def test_mail_that_waits_too_long_raises_an_alarm_within_the_hour(office: PostOffice) -> None:
    """Unsent mail is an alarm after 45 minutes, not before, and its words hold no address and no subject."""
    office.write("resident@home.example")
    check_unsent(NOON + 45 * MINUTE)
    db.session.commit()
    assert rows() == []
    check_unsent(NOON + 46 * MINUTE)
    db.session.commit()
    [raised] = rows()
    assert raised.kind == "unsent"
    assert raised.says == "Email has not gone out since 2026-05-11 12:00 UTC; messages waiting: 1."


def unsent_alarms(now: dt.datetime) -> int:
    check_unsent(now)
    db.session.commit()
    return len(rows())


def test_a_backlog_that_drains_raises_no_second_alarm(office: PostOffice) -> None:
    """While an outage is being worked off, the next oldest message is no new event; a later outage is."""
    [first] = office.write("a@home.example")
    [second] = office.write("b@home.example", now=NOON + 30 * MINUTE)
    assert unsent_alarms(NOON + 2 * HOUR) == 1
    for sent in (first, second):
        office.row(sent).state = "sent"
        db.session.commit()
        assert unsent_alarms(NOON + 3 * HOUR) == 1
    office.write("c@home.example", now=NOON + 4 * HOUR)
    assert unsent_alarms(NOON + 6 * HOUR) == 2


def tick(**jobs: dt.datetime) -> None:
    for name, at in jobs.items():
        db.session.merge(Tick(name=name, at=at))
    db.session.commit()


def silent_jobs(now: dt.datetime, since: dt.datetime = NOON) -> list[str]:
    check_clock(now, since)
    db.session.commit()
    return sorted(row.key.split()[1] for row in rows())


def test_a_tick_written_while_we_look_is_no_silence(office: PostOffice) -> None:
    """The clock ticks in the moment between our reading of the time and of the ticks: it runs, and nobody is called."""
    tick(**dict.fromkeys(("clock", "deliver", "sweep"), NOON + 60 * MINUTE + dt.timedelta(milliseconds=1)))
    assert silent_jobs(NOON + 60 * MINUTE) == []


def test_a_silent_clock_raises_one_alarm(office: PostOffice) -> None:
    """Five minutes without a tick are an alarm, once for that silence, and again for the next silence."""
    tick(clock=NOON, deliver=NOON, sweep=NOON)
    assert silent_jobs(NOON + 5 * MINUTE) == []
    assert silent_jobs(NOON + 6 * MINUTE) == ["clock"]
    assert silent_jobs(NOON + 60 * MINUTE) == ["clock"]
    tick(clock=NOON + 70 * MINUTE, deliver=NOON + 70 * MINUTE, sweep=NOON + 70 * MINUTE)
    assert silent_jobs(NOON + 76 * MINUTE) == ["clock", "clock"]


def test_one_job_that_always_fails_raises_an_alarm(office: PostOffice) -> None:
    """A clock that ticks but whose deadlines or mail stand still is as bad as a silent one."""
    tick(clock=NOON + 20 * MINUTE, deliver=NOON + 20 * MINUTE, sweep=NOON)
    assert silent_jobs(NOON + 20 * MINUTE) == ["sweep"]


def test_a_clock_that_never_ran_raises_an_alarm(office: PostOffice) -> None:
    """A service whose clock was never started hears of it five minutes after its web has started."""
    assert silent_jobs(NOON + 4 * MINUTE) == []
    assert silent_jobs(NOON + 6 * MINUTE) == ["clock"]


def test_the_web_looks_after_the_clock(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that comes while the clock is silent tells the webhook, in a thread that it does not wait for."""
    monkeypatch.setattr(alarm, "LOOK_EVERY", 0.0)
    told = threading.Event()
    monkeypatch.setattr(alarm, "deliver_alarms", lambda _now: told.set())
    web = Flask("web")
    watch_clock(web, lambda: NOON)
    [[after]] = web.after_request_funcs.values()
    assert after.__func__ is alarm._Watch.after_request  # type: ignore[attr-defined]
    watch = alarm._Watch(office.app, lambda: NOON + HOUR)
    watch.began -= HOUR.total_seconds()
    watch.after_request(Response())
    assert told.wait(30)
    assert {row.kind for row in rows()} == {"clock"}


def test_a_tick_from_the_future_is_no_tick(office: PostOffice) -> None:
    """After the machine's clock was set back, a clock that died before is noticed all the same."""
    tick(clock=NOON + 72 * HOUR)
    assert silent_jobs(NOON + 4 * MINUTE) == []
    assert silent_jobs(NOON + 6 * MINUTE) == ["clock"]


def test_the_web_looks_at_most_once_a_minute(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy web does not turn into a busy watcher."""
    started: list[str] = []
    monkeypatch.setattr(alarm.threading, "Thread", lambda **given: started.append(given["name"]))
    watch = alarm._Watch(office.app, lambda: NOON)
    for _ in range(100):
        watch.after_request(Response())
    assert started == []
