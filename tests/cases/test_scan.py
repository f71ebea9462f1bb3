"""Files are scanned by a real clamd: clean, infected, down, or without a verdict. Only its word makes one clean."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests import clamd
from tests.cases.conftest import Opener
from tests.evidence import PDF, kept
from tests.moment import Moment
from tests.records.folders import NOW
from webform.cases import scan
from webform.cases.scan import check_unscanned, scan_due
from webform.house import EXTENSION, house
from webform.records.attachments import Attachment
from webform.records.outbox import Alarm, Task
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Draft

INFECTED = PDF + clamd.EICAR
TOO_LONG = PDF + bytes(clamd.BIGGEST * 3)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real clamd."""
    with clamd.running(tmp_path_factory.mktemp("clamd")) as address:
        yield address


def use(app: Flask, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation scans there."""
    settings = replace(house().settings, clamd=address)
    monkeypatch.setitem(app.extensions, EXTENSION, replace(house(), settings=settings))


@pytest.fixture
def scanned(store: Flask, running: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation has the real clamd."""
    use(store, running, monkeypatch)


@pytest.fixture
def draft(store: Flask, now: Moment) -> Draft:
    """A draft that may have files."""
    begin_writing()
    made = Draft(
        key_digest="k", area="merton", form="request", version="v", created_at=NOW, touched_at=NOW,
        expires_at=NOW + dt.timedelta(days=9),
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def bring(draft: Draft, now: Moment, *contents: bytes) -> list[dict[str, object]]:
    begin_writing()
    brought = [kept(draft, now(), content) for content in contents]
    db.session.commit()
    return brought


def states() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Attachment.state).order_by(Attachment.id)))


def test_each_file_gets_its_verdict(scanned: None, draft: Draft, now: Moment) -> None:
    """Clean or quarantined, of drafts as well, and each is scanned once."""
    bring(draft, now, PDF, INFECTED, PDF + b"%")
    assert scan_due(now()) == 3
    assert states() == ["clean", "quarantined", "clean"]
    assert scan_due(now()) == 0


def test_a_virus_in_a_case_is_told(scanned: None, draft: Draft, now: Moment, opened: Opener) -> None:
    """By one task, without the name of the file; everything else of the case goes on."""
    files = bring(draft, now, INFECTED, PDF)
    case: Case = opened(added_files=files)
    case_id = case.id
    assert scan_due(now()) == 2
    tasks = db.session.scalars(select(Task).where(Task.kind == "virus")).all()
    assert [(task.case_id, task.area) for task in tasks] == [(case_id, "merton")]
    assert "letter" not in tasks[0].says
    assert states() == ["quarantined", "clean"]


def test_while_clamd_is_down_files_wait(
    store: Flask, draft: Draft, now: Moment, tmp_path: Path, running: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are not clean; once it is back, they get their verdict."""
    use(store, str(tmp_path / "nobody.sock"), monkeypatch)
    bring(draft, now, PDF, INFECTED)
    assert scan_due(now()) == 0
    assert states() == ["unscanned", "unscanned"]
    use(store, running, monkeypatch)
    assert scan_due(now()) == 2
    assert states() == ["clean", "quarantined"]


def test_a_file_without_a_verdict_holds_up_no_other(scanned: None, draft: Draft, now: Moment) -> None:
    """One that is longer than clamd takes stays unscanned and is tried again later; those behind it go on."""
    bring(draft, now, TOO_LONG, PDF)
    assert scan_due(now()) == 1
    assert states() == ["unscanned", "clean"]
    now.passes(minutes=11)
    assert scan_due(now()) == 0
    assert states() == ["unscanned", "clean"]


@pytest.mark.parametrize(
    "reply", [b"", b"stream: OK", b"\0", b"stream: OK but no\0", b"ERROR\0", b"stream: FOUND it\0"]
)
def test_only_a_whole_ok_is_clean(
    store: Flask, draft: Draft, now: Moment, monkeypatch: pytest.MonkeyPatch, reply: bytes
) -> None:
    """Whoever answers something else, or hangs up half-way, has said nothing."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        line, _ = server.accept()
        with line:
            heard = b""
            while not heard.endswith(bytes(4)):
                heard += line.recv(1_000_000)
            line.sendall(reply)

    thread = threading.Thread(target=answer)
    thread.start()
    use(store, f"127.0.0.1:{server.getsockname()[1]}", monkeypatch)
    bring(draft, now, PDF)
    scan_due(now())
    thread.join()
    server.close()
    assert states() == ["unscanned"]


def test_a_file_that_is_missing_is_not_clean(scanned: None, draft: Draft, now: Moment) -> None:
    """And harms no other."""
    first, _ = bring(draft, now, PDF, PDF + b"%")
    (house().settings.instance / "attachments" / str(first["file"])).unlink()
    assert scan_due(now()) == 1
    assert states() == ["unscanned", "clean"]


def test_a_file_that_goes_while_it_is_scanned_is_no_trouble(
    scanned: None, draft: Draft, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner has taken it away: there is nothing to mark."""
    real = scan.is_clean

    def then_remove(address: str, chunks: Iterator[bytes]) -> bool:
        verdict = real(address, chunks)
        begin_writing()
        db.session.delete(db.session.scalars(select(Attachment)).one())
        db.session.commit()
        return verdict

    bring(draft, now, INFECTED)
    monkeypatch.setattr(scan, "is_clean", then_remove)
    scan_due(now())
    assert states() == []


def test_files_that_wait_too_long_raise_an_alarm(
    store: Flask, draft: Draft, now: Moment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a day, after an hour, and only where files are scanned at all."""
    bring(draft, now, PDF)
    now.passes(hours=2)
    check_unscanned(now())
    assert db.session.query(Alarm).count() == 0
    use(store, str(tmp_path / "nobody.sock"), monkeypatch)
    for _ in range(2):
        begin_writing()
        check_unscanned(now())
        db.session.commit()
    assert [alarm.kind for alarm in db.session.scalars(select(Alarm))] == ["scan"]
