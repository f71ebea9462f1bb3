"""The clock: one process that keeps the time for every other. `flask clock` runs it.

APScheduler is only the metronome here. It says when to look; the work itself lies in rows that are claimed in
transactions, so a kill at any moment loses nothing and repeats nothing. A second clock stands by and takes over
when the first has gone.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from webform.cases.area_folder import keep_area_folders
from webform.cases.bundles import expire_bundles, make_bundles
from webform.cases.calendars import calendar_faults
from webform.cases.drafts import expire_drafts
from webform.cases.feedback import forget_feedback
from webform.cases.hand_back import hand_back
from webform.cases.retention import keep_to_retention
from webform.cases.scan import check_unscanned, scan_due
from webform.cases.seats import keep_seats
from webform.cases.sweep import sweep
from webform.clock_lock import Lock, lock_of
from webform.house import house
from webform.logs import bind, new_id, places_of
from webform.records.attachments import sweep_files
from webform.records.outbox import Tick
from webform.records.store import begin_writing, db
from webform.sending.alarm import check_clock, check_unsent, deliver_alarms, raise_alarm
from webform.sending.jump import TimeKept
from webform.sending.mailbox import Mailbox
from webform.sending.outbox import deliver_due

log = structlog.get_logger()

STAND_BY = 2.0  # seconds between two tries to become the clock
LOCK_CHECK = 5.0  # seconds between two looks whether we still are
GRACE = 1.5  # seconds that running jobs have to finish when we are told to stop
AT_ONCE = 200  # deadlines in one round of the sweep

Now = Callable[[], dt.datetime]
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Job:
    """Something the clock does every so many seconds. It commits for itself and stops between two steps if told to."""

    name: str
    every: float
    work: Callable[[dt.datetime, Stop], object]


def utc_now() -> dt.datetime:
    """The time, in UTC."""
    return dt.datetime.now(dt.UTC)


def serve(app: Flask) -> int:
    """Be the clock, or stand by, until SIGTERM or SIGINT. Returns the exit code.

    A database that is gone for a while takes the lock with it. The clock stands by then, and goes on when it is back.
    """
    stop = threading.Event()
    gc.freeze()  # what is loaded by now stays for good: no need to look through it for something to throw away

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    while True:
        kept, idle = run(app, stop)
        if not idle:  # a mail server keeps us waiting; what is claimed comes back when its lease ends
            os._exit(0 if kept else 1)
        if kept:
            return 0


def run(
    app: Flask, stop: threading.Event, jobs: tuple[Job, ...] | None = None, now: Now = utc_now
) -> tuple[bool, bool]:
    """Beat until told to stop. Returns whether the lock was kept to the end, and whether every job has come to rest."""
    with app.app_context():
        lock = lock_of()
        while not lock.take():
            if stop.wait(STAND_BY):
                lock.release()
                return True, True
    over = threading.Event()
    beat = Beat(app, over, now)
    scheduler = _metronome(beat, jobs if jobs is not None else the_jobs(now()))
    scheduler.start()
    log.info("the clock runs")
    kept = True
    while kept and not stop.wait(LOCK_CHECK):
        kept = lock.held()
    over.set()
    scheduler.shutdown(wait=False)
    idle = beat.rest(GRACE)
    if idle:
        lock.release()
    else:  # while a job still writes nobody else may be the clock: the lock goes when it ends, or with the process
        threading.Thread(target=_release_at_rest, args=(beat, lock), name="clock-end", daemon=True).start()
    log.info("the clock has stopped", lock_kept=kept, idle=idle)
    return kept, idle


def the_jobs(since: dt.datetime) -> tuple[Job, ...]:
    """Everything that the clock does."""

    def deliver(now: dt.datetime, stop: Stop) -> None:
        deliver_due(now, stop=stop)

    def act_on_deadlines(now: dt.datetime, stop: Stop) -> None:
        for _ in range(AT_ONCE):
            if stop() or not sweep(now, 1):  # it commits each by itself
                return

    def carry_back(now: dt.datetime, _stop: Stop) -> None:
        hand_back(now)

    def alarms(now: dt.datetime, _stop: Stop) -> None:
        begin_writing()
        check_unsent(now)
        check_clock(now, since)
        check_unscanned(now)
        if calendar_faults(house().settings.instance):
            says = "instance/calendar.toml can't be read. Until it is mended, days count as they did before."
            raise_alarm(f"calendar {now:%Y%m%d}", "calendar", says, now)
        db.session.commit()
        deliver_alarms(now)

    def scan(now: dt.datetime, stop: Stop) -> None:
        scan_due(now, stop)

    def housekeeping(now: dt.datetime, stop: Stop) -> None:
        begin_writing()
        expire_drafts(now)
        expire_bundles(now)
        db.session.commit()
        keep_area_folders(now)
        keep_to_retention(now, stop)
        forget_feedback(now)
        sweep_files(now)
        Mailbox(house().settings.mailbox).sweep()

    return (
        Job("deliver", 2, deliver),
        Job("sweep", 20, act_on_deadlines),
        Job("hand-back", 20, carry_back),
        Job("scan", 5, scan),
        Job("bundles", 2, make_bundles),
        Job("seats", 30, lambda now, _stop: keep_seats(now)),
        Job("alarms", 10, alarms),
        # Every hour rather than at a fixed time of night: a machine that was off then would miss it for a day.
        Job("housekeeping", 3600, housekeeping),
    )


class Beat:
    """Runs jobs: each in an app context, its faults logged and kept from the others."""

    def __init__(self, app: Flask, stop: threading.Event, now: Now):
        self.app, self.stop, self.now = app, stop, now
        self._last: dict[str, dt.datetime] = {}
        self._time = TimeKept()
        self._running = 0
        self._quiet = threading.Condition()

    def run(self, job: Job) -> None:
        """One run of one job."""
        with self._quiet:
            if self.stop.is_set():
                return
            self._running += 1
        bind(new_id())  # what it writes and logs bears the number of this run
        try:
            with self.app.app_context():
                now = self.now()
                job.work(now, self.stop.is_set)
            self._last[job.name] = now
        except Exception as fault:
            # What the error says could quote a row, so only its kind and place are logged.
            log.error("a job of the clock failed", job=job.name, fault=type(fault).__name__, at=places_of(fault))
        finally:
            with self._quiet:
                self._running -= 1
                self._quiet.notify_all()

    def tick(self, now: dt.datetime, _stop: Stop) -> None:
        """Write down when each job last ran to its end, so that the web can tell a silent clock, and one that jumps."""
        begin_writing()
        self._time.compare(now)
        for name, at in {**self._last, "clock": now}.items():
            db.session.merge(Tick(name=name, at=at))
        db.session.commit()
        self._time.keep(now)

    def rest(self, seconds: float | None) -> bool:
        """Wait for running jobs, so long or for ever. Returns whether all have finished."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self._running == 0, timeout=seconds)


def _release_at_rest(beat: Beat, lock: Lock) -> None:
    beat.rest(None)
    lock.release()


def _metronome(beat: Beat, jobs: tuple[Job, ...]) -> BackgroundScheduler:
    """In the background, so that the main thread is free for signals and for the lock."""
    every = (*jobs, Job("clock", 10, beat.tick))
    scheduler = BackgroundScheduler(
        timezone=dt.UTC,
        executors={"default": ThreadPoolExecutor(len(every))},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for job in every:
        trigger = IntervalTrigger(seconds=job.every, timezone=dt.UTC)
        scheduler.add_job(beat.run, trigger, args=[job], id=job.name, next_run_time=utc_now())
    return scheduler
