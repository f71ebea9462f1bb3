"""Starts the clock again and again without loading the service each time: a process of its own for each start.

It reads from its input how many minutes the time is to be moved, and then "go". The child is the clock as
`flask clock` runs it, metronome, lock and all jobs, until each job has run once.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading

from flask import Flask

from webform import logs
from webform.clock import Job, Stop, run, the_jobs, utc_now
from webform.wiring import build, get_ready


def main() -> None:
    """One child after the other, as long as there is input. How each ended is told as the system told it."""
    logs.begin("clock", sys.stderr)
    app = build(*get_ready(None, None))
    print("ready", flush=True)
    while minutes := sys.stdin.readline():
        wait, go = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(wait, 1)
            os._exit(_clock(app, dt.timedelta(minutes=float(minutes))))
        os.close(wait)
        print("started", pid, flush=True)
        sys.stdin.readline()
        os.write(go, b"!")
        os.close(go)
        print("ended", os.waitpid(pid, 0)[1], flush=True)


def _clock(app: Flask, later: dt.timedelta) -> int:
    """The clock, stopped when every job has run once. They take turns, so that each run goes the same way."""
    stop, turns = threading.Event(), [threading.Event()]
    turns[0].set()

    def once(job: Job) -> Job:
        mine, following = turns[-1], threading.Event()
        turns.append(following)

        def work(now: dt.datetime, told: Stop) -> None:
            mine.wait()
            if following.is_set():
                return
            try:
                job.work(now, told)
            finally:
                following.set()
                if turns[-1].is_set():
                    stop.set()

        return Job(job.name, job.every, work)

    jobs = tuple(once(job) for job in the_jobs(utc_now() + later))
    kept, idle = run(app, stop, jobs, lambda: utc_now() + later)
    return 0 if kept and idle else 1


if __name__ == "__main__":
    main()
