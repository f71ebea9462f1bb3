"""The machine's clock was moved: told to the webhook, once, whichever way it went."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from tests.moment import Moment
from webform.clock import Beat, Job, utc_now
from webform.records.outbox import Alarm, Tick
from webform.records.store import db
from webform.sending import jump


class Machine:
    """A clock process on a machine of which somebody moves the time."""

    def __init__(self, app: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch):
        self.app, self.now, self.running = app, now, 1000.0
        monkeypatch.setattr(jump, "steady", lambda: self.running)
        self.start()

    def start(self) -> None:
        """The clock is started again."""
        self.beat = Beat(self.app, threading.Event(), utc_now)

    def passes(self, seconds: float, moved: float = 0.0) -> None:
        """Time passes, and the clock on the wall shows so much more; then it ticks."""
        self.running += seconds
        self.now.passes(seconds=seconds + moved)
        self.beat.run(Job("clock", 10, self.beat.tick))

    def told(self) -> list[str]:
        """The alarms about time, in order."""
        db.session.rollback()
        return list(db.session.scalars(select(Alarm.says).where(Alarm.kind == jump.KIND).order_by(Alarm.id)))


@pytest.fixture
def machine(store: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine whose clock has ticked twice."""
    made = Machine(store, now, monkeypatch)
    made.passes(10)
    made.passes(10)
    return made


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (3 * 3600, "forward by about 3 hours"),
        (-2 * 3600, "back by about 2 hours"),
        (9 * 86400, "forward by about 9 days"),
    ],
)
def test_a_jump_is_told_once(machine: Machine, moved: float, words: str) -> None:
    """Each jump is one alarm, however often the clock ticks after it; the way back is another one."""
    machine.passes(10, moved)
    machine.passes(10)
    machine.passes(10)
    [said] = machine.told()
    assert words in said
    machine.passes(10, -moved)
    machine.passes(10)
    assert len(machine.told()) == 2


def test_time_that_passes_is_no_jump(machine: Machine) -> None:
    """A pause of days, a step of half an hour and a slow tick tell nobody anything."""
    machine.passes(4 * 86400)
    machine.passes(10, 1800)
    machine.passes(1700)
    assert machine.told() == []


def test_a_clock_that_starts_on_a_machine_that_went_back_tells_it(machine: Machine) -> None:
    """What ticked last lies ahead: the time went back while no clock ran. Told once, and not by the next start."""
    machine.running = 5.0
    machine.start()
    machine.passes(10, -5 * 3600)
    machine.passes(10)
    machine.start()
    machine.passes(10)
    [said] = machine.told()
    assert "back by about 5 hours" in said


def test_a_tick_that_was_not_written_tells_it_the_next_time(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A jump is not forgotten because the database took nothing at that moment."""

    def refuse(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(db.session, "merge", refuse)
        machine.passes(10, 7200)
    assert machine.told() == []
    machine.passes(10)
    assert len(machine.told()) == 1
    assert db.session.get(Tick, "clock") is not None
