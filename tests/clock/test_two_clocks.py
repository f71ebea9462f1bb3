"""Two real clocks on one installation: one beats, the other takes over when the first is killed, and mail goes once."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.faults.several import clock_process, stage_on
from tests.faults.stage import Stage
from tests.sending.mail_server import MailServer, running
from tests.web.desk import opened
from webform.documents.shelf import Shelves
from webform.records.outbox import Message
from webform.records.store import db

PATIENCE = 60  # seconds before a test gives up waiting


def all_sent(stage: Stage) -> bool:
    with stage.app.app_context():
        return all(row.state == "sent" for row in db.session.scalars(select(Message)))


def wait_until_sent(stage: Stage) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 5):
        if all_sent(stage):
            return
        pause.wait(0.2)
    raise AssertionError("the mail does not go")


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_the_second_clock_takes_over_from_one_that_is_killed(tmp_path: Path, shelves: Shelves, database: str) -> None:
    """The first sends and is killed with SIGKILL; the second begins by itself and sends the rest, each letter once."""
    behaviour = MailServer()
    with stage_on(database, tmp_path, shelves) as stage, running(behaviour, None, stage.mail_port):
        stage.installation.renew()
        opened(stage.app)
        with clock_process(stage) as (first, heard):
            heard.until("the clock runs")
            with clock_process(stage) as (_, said):
                wait_until_sent(stage)
                told = len(behaviour.taken)
                assert told > 0
                os.kill(first.pid, signal.SIGKILL)
                opened(stage.app)
                said.until("the clock runs")
                wait_until_sent(stage)
        with stage.app.app_context():
            written = [row.message_id for row in db.session.scalars(select(Message))]
        assert len(written) > told
        assert sorted(behaviour.ids()) == sorted(written)
