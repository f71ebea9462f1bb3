"""The clock runs alone, survives what its jobs do, hands over when it goes, and stops when told."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from structlog.testing import capture_logs

from webform import clock
from webform.clock import Beat, Job, run, serve, the_jobs, utc_now
from webform.clock_lock import AdvisoryLock, lock_of
from webform.records.outbox import Tick
from webform.records.store import db

PATIENCE = 20  # seconds before a test gives up waiting for something that takes milliseconds


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same clock with a quicker pulse."""
    monkeypatch.setattr(clock, "STAND_BY", 0.02)
    monkeypatch.setattr(clock, "LOCK_CHECK", 0.02)
    monkeypatch.setattr(clock, "GRACE", 0.5)


class Running:
    """A clock in a thread of its own."""

    def __init__(self, app: Flask, *jobs: Job):
        self.stop = threading.Event()
        self.result: tuple[bool, bool] | None = None
        self._thread = threading.Thread(target=self._run, args=(app, jobs), daemon=True)
        self._thread.start()

    def _run(self, app: Flask, jobs: tuple[Job, ...]) -> None:
        self.result = run(app, self.stop, jobs)

    def end(self) -> tuple[bool, bool] | None:
        self.stop.set()
        self._thread.join(PATIENCE)
        return self.result


@pytest.fixture
def start(store: Flask) -> Iterator[Callable[..., Running]]:
    """Start clocks that are stopped at the end, whatever the test did."""
    started: list[Running] = []

    def begin(*jobs: Job) -> Running:
        started.append(Running(store, *jobs))
        return started[-1]

    yield begin
    for one in started:
        one.end()


def counting(times: int, name: str = "job") -> tuple[Job, threading.Event]:
    """A job that says when it has run so many times."""
    enough, left = threading.Event(), iter(range(times - 1, -1, -1))

    def work(_now: dt.datetime, _stop: Callable[[], bool]) -> None:
        if next(left, 0) == 0:
            enough.set()

    return Job(name, 0.05, work), enough


def test_jobs_run_again_and_again(start: Callable[..., Running]) -> None:
    """A job runs at once and then at its interval, with the time in UTC."""
    job, enough = counting(3)
    running = start(job)
    assert enough.wait(PATIENCE)
    assert running.end() == (True, True)


def test_a_failing_job_stops_nothing(start: Callable[..., Running]) -> None:
    """A job that fails every time runs every time, and the others run beside it."""
    failures = threading.Semaphore(0)

    def fail(_now: dt.datetime, _stop: Callable[[], bool]) -> None:
        failures.release()
        raise RuntimeError("resident@home.example")

    other, enough = counting(3)
    start(Job("failing", 0.05, fail), other)
    assert all(failures.acquire(timeout=PATIENCE) for _ in range(3))
    assert enough.wait(PATIENCE)


def test_a_failure_is_logged_without_its_words(store: Flask) -> None:
    """The log names the job and the kind of fault, and nothing that the fault quotes from a row."""

    def fail(_now: dt.datetime, _stop: Callable[[], bool]) -> None:
        raise RuntimeError("resident@home.example")

    with capture_logs() as logged:
        Beat(store, threading.Event(), utc_now).run(Job("sweep", 1, fail))
    assert [(line["job"], line["fault"]) for line in logged] == [("sweep", "RuntimeError")]
    assert "resident" not in str(logged)


def test_what_a_failing_job_began_is_rolled_back(store: Flask) -> None:
    """A job that fails half-way leaves nothing behind."""

    def half(now: dt.datetime, _stop: Callable[[], bool]) -> None:
        db.session.add(Tick(name="half", at=now))
        db.session.flush()
        raise RuntimeError

    Beat(store, threading.Event(), utc_now).run(Job("half", 1, half))
    assert db.session.get(Tick, "half") is None


def test_a_slow_job_never_runs_twice_at_once(start: Callable[..., Running]) -> None:
    """While a job is still at work its next turn is left out, and nobody else waits for it."""
    inside, most, release = [0], [0], threading.Event()

    def slow(_now: dt.datetime, _stop: Callable[[], bool]) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        release.wait(PATIENCE)
        inside[0] -= 1

    other, enough = counting(5)
    start(Job("slow", 0.01, slow), other)
    assert enough.wait(PATIENCE)
    release.set()
    assert most[0] == 1


def test_a_second_clock_stands_by_and_takes_over(start: Callable[..., Running]) -> None:
    """Of two clocks one beats; when it goes the other begins, without anybody doing anything."""
    first_job, first_ran = counting(2, "first")
    second_job, second_ran = counting(1, "second")
    first = start(first_job)
    assert first_ran.wait(PATIENCE)
    second = start(second_job)
    assert not second_ran.wait(0.3)
    first.end()
    assert second_ran.wait(PATIENCE)
    assert second.end() == (True, True)


def test_a_clock_that_stands_by_can_be_stopped(start: Callable[..., Running]) -> None:
    """A second clock stops when told, though it never ran."""
    job, ran = counting(1)
    start(job)
    assert ran.wait(PATIENCE)
    assert start().end() == (True, True)


def test_a_clock_that_loses_its_lock_stops(
    store: Flask, start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the lock is gone, another clock may run already: this one stops by itself and says so."""
    job, ran = counting(1)
    running = start(job)
    assert ran.wait(PATIENCE)
    monkeypatch.setattr(type(lock_of()), "held", lambda _self: False)
    running._thread.join(PATIENCE)
    assert running.result == (False, True)


def test_a_lock_goes_with_its_connection(postgres_app: Flask) -> None:
    """On PostgreSQL a clock notices that the connection which held its lock was cut, and another can take over."""
    with postgres_app.app_context():
        first, second = AdvisoryLock(), AdvisoryLock()
        assert first.take()
        assert first.held()
        assert not second.take()
        others = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        db.session.execute(db.text(others))
        assert not first.held()
        assert second.take()
        second.release()
        first.release()


def test_it_stops_though_a_job_hangs(start: Callable[..., Running]) -> None:
    """A job that hangs keeps nobody: the clock gives it a moment and goes; the next begins when the job has ended."""
    begun, release = threading.Event(), threading.Event()

    def hang(_now: dt.datetime, _stop: Callable[[], bool]) -> None:
        begun.set()
        release.wait(PATIENCE)

    running = start(Job("hanging", 1, hang))
    assert begun.wait(PATIENCE)
    assert running.end() == (True, False)
    job, ran = counting(1)
    start(job)
    assert not ran.wait(0.2)
    release.set()
    assert ran.wait(PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_stop_it_cleanly(store: Flask, number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM and Ctrl-C end the clock with exit code 0, and the job in hand is told."""
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    told = threading.Event()

    def work(_now: dt.datetime, stop: Callable[[], bool]) -> None:
        os.kill(os.getpid(), number)
        while not told.is_set() and threading.Event().wait(0.01) is False:
            if stop():
                told.set()

    monkeypatch.setattr(clock, "the_jobs", lambda _since: (Job("job", 60, work),))
    try:
        assert serve(store) == 0
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert told.is_set()


def test_it_goes_on_when_the_lock_was_lost(store: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock whose lock went with the database stands by, takes it again and goes on, without anybody's help."""
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    lock, rounds = type(lock_of()), iter(range(2))
    holds = lock.held

    def work(_now: dt.datetime, _stop: Callable[[], bool]) -> None:
        if next(rounds, None) == 0:
            monkeypatch.setattr(lock, "held", lambda _self: False)
        else:
            monkeypatch.setattr(lock, "held", holds)
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(clock, "the_jobs", lambda _since: (Job("job", 60, work),))
    try:
        assert serve(store) == 0
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert next(rounds, None) is None


def test_the_tick_says_when_each_job_last_ran_well(store: Flask) -> None:
    """A job that has failed keeps the tick of its last good run, so that its silence can be seen."""
    moments = iter([dt.datetime(2026, 5, 11, 12, minute, tzinfo=dt.UTC) for minute in range(10)])
    beat = Beat(store, threading.Event(), lambda: next(moments))

    def fail(_now: dt.datetime, _stop: Callable[[], bool]) -> None:
        raise RuntimeError

    beat.run(Job("sweep", 1, lambda _now, _stop: None))
    beat.run(Job("sweep", 1, fail))
    beat.run(Job("clock", 1, beat.tick))
    db.session.rollback()
    assert {tick.name: tick.at.minute for tick in db.session.scalars(select(Tick))} == {"sweep": 0, "clock": 2}


def test_every_job_of_the_clock_runs_on_an_empty_house(store: Flask) -> None:
    """Each real job does its round on a new installation without a fault, and leaves no open work."""
    failed: list[str] = []
    beat = Beat(store, threading.Event(), utc_now)
    for job in the_jobs(utc_now()):
        beat.run(job)
        if job.name not in beat._last:
            failed.append(job.name)
    assert failed == []
    assert {job.name for job in the_jobs(utc_now())} == {
        "deliver",
        "sweep",
        "hand-back",
        "scan",
        "alarms",
        "housekeeping",
        "seats",
        "bundles",
    }
