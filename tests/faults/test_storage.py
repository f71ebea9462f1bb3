"""A full disk, a failing sync, a lock, a server that is gone: people are told, keep their words, and go on after."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.faults.kills import mail_server
from tests.faults.person import Browser, Page
from tests.faults.postgres import Server, postgres_server
from tests.faults.promises import Record, broken, not_arrived, on_record
from tests.faults.scenes import AREA, PHONE, about_to_send, reference_on
from tests.faults.stage import Stage, flask_clock, until, web_server
from tests.faults.storage import AS_ANYBODY, Fault, down, failing, full, locked, no_growth, read_only, standing_by
from tests.web.desk import join, open_referral, opened, sign_in
from tests.web.visitor import Visitor
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Message
from webform.wiring import WEB_PATIENCE_SECONDS

TYPED = "Noise all night, <every> night"
SOON = WEB_PATIENCE_SECONDS + 12  # seconds; the machine may be busy
OF_FILES: dict[str, Fault] = {
    "no file may grow": no_growth,
    "the disk is full": failing("pwrite64", "ENOSPC"),
    "a sync fails": failing("fdatasync", "EIO"),
    "all is read-only": read_only,
    "somebody holds the lock": locked,
}
OF_SERVERS: dict[str, Callable[[Server], Fault]] = {
    "it is gone": down,
    "it takes no changes": standing_by,
    "its disk is full": full,
    "somebody holds the lock": lambda _server: locked,
}


class People:
    """Everybody who is at work when the fault comes: two in public, and an officer with a form for a case."""

    def __init__(self, stage: Stage):
        self.stage = stage
        self.writer, self.officer = (Visitor(self._browser()) for _ in range(2))
        self.writer.begin(AREA)
        self.writer.get("/form/in-short")
        self.sender = about_to_send(stage, self._browser())
        join(stage.app)
        self.reference = opened(stage.app)
        sign_in(stage.app, self.officer.client)
        open_referral(self.officer.client, self.reference)
        self.form = f"/desk/case/{self.reference}/form/panel-meeting"
        self.officer.get(f"{self.form}/invited")

    def _browser(self) -> FlaskClient:
        return cast(FlaskClient, Browser(self.stage.port, {}))

    def try_all(self) -> None:
        """Everybody presses their button: all are told, and lose no word."""
        for visitor, typed, address in (
            (self.writer, {"headline": TYPED}, "/form/in-short"),
            (self.sender, {}, "/form/send"),
            (self.officer, {"invited": TYPED}, f"{self.form}/invited"),
        ):
            begun = time.monotonic()
            page = visitor.post(typed, address, follow=False)
            assert time.monotonic() - begun < SOON, f"{address}: left waiting"
            told(cast(Page, page), *typed.values())

    def try_again(self) -> str:
        """Everybody presses "Try again" on the page that they were shown; the reference that the sender gets."""
        self.writer.post({}, "/form/in-short")
        self.writer.get("/form/in-short")
        assert self.writer.value("headline") == TYPED
        self.officer.post({}, f"{self.form}/invited")
        self.officer.get(f"{self.form}/invited")
        assert self.officer.value("invited") == TYPED
        return reference_on(self.sender.post({}, "/form/send").text)


def told(page: Page, *typed: str) -> None:
    """The page says that nothing was saved, whom to phone, what was typed, and offers to send it again."""
    assert page.status_code == 503
    assert PHONE in page.text
    assert "Try again" in page.text
    for words in typed:
        assert html.escape(words) in page.text


def reads_or_is_told(stage: Stage) -> None:
    """Who only reads gets the page, or is told; nothing else."""
    assert Browser(stage.port, {}).get(f"/{AREA}/").status_code == 200
    assert Browser(stage.port, {}).get("/healthz").status_code in (200, 503)


def without_states(record: Record) -> list[str]:
    """What is on record, but for whether the clock has sent a letter yet."""
    return [re.sub(r" (waiting|sent)$", "", line) for line in record]


def goes_round(stage: Stage, fault: Fault) -> None:
    """One fault from its beginning to its end."""
    with (
        mail_server(stage) as taker,
        web_server(stage, *AS_ANYBODY) as web,
        flask_clock(stage, *AS_ANYBODY) as clock,
    ):
        people = People(stage)
        until(lambda: nothing_waits(stage), "the clock delivers nothing")
        before = without_states(on_record(stage.app))
        stage.installation.let_go()
        with fault(stage, [web.worker, clock]):
            if fault is read_only:
                web.kill()
            people.try_all()
            reads_or_is_told(stage)
        assert without_states(on_record(stage.app)) == before, "something was kept that nobody was told of"
        shown = people.reference, people.try_again()
        assert broken(stage.app, shown) == []
        until(lambda: nothing_waits(stage), "the clock has not gone on by itself")
        assert not_arrived(stage.app, taker) == []


def nothing_waits(stage: Stage) -> bool:
    """Whether the clock has delivered everything."""
    with stage.app.app_context():
        return db.session.scalar(select(func.count()).where(Message.state == "waiting")) == 0


@pytest.mark.parametrize("fault", OF_FILES.values(), ids=OF_FILES.keys())
def test_people_are_told_and_can_go_on(tmp_path: Path, shelves: Shelves, fault: Fault) -> None:
    """Nothing is acknowledged that is not kept; every word typed stays on the page, and one press later it is saved."""
    with Stage(tmp_path, shelves) as stage:
        goes_round(stage, fault)


@pytest.mark.parametrize("fault", OF_SERVERS.values(), ids=OF_SERVERS.keys())
def test_people_are_told_when_the_server_fails(
    tmp_path: Path, shelves: Shelves, fault: Callable[[Server], Fault]
) -> None:
    """The same with PostgreSQL: the service finds back to it by itself, and so does the clock."""
    with postgres_server() as server, Stage(tmp_path, shelves, server.url) as stage:
        goes_round(stage, fault(server))
