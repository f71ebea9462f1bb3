"""Large files and a real web server: what memory they take, and what is left when it is killed half-way."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.evidence import PDF, bomb, picture, zipped
from tests.faults.sender import FIELD, MEGABYTE, Sender
from tests.faults.stage import SECONDS, Stage, Web, web_server
from tests.faults.upload_kills import UploadKills
from webform.documents.shelf import Shelves
from webform.records.attachments import UNFINISHED, sweep_files


def peak(worker: int) -> int:
    """The most memory that the process ever had, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())
    assert found
    return int(found[1]) * 1024


def forget_peak(worker: int) -> None:
    """From now on."""
    Path(f"/proc/{worker}/clear_refs").write_text("5")


@pytest.fixture
def stage(tmp_path: Path, shelves: Shelves) -> Iterator[Stage]:
    """An installation of the test's own."""
    with Stage(tmp_path, shelves) as made:
        made.installation.renew()
        made.installation.let_go()
        yield made


@pytest.fixture
def web(stage: Stage) -> Iterator[Web]:
    """gunicorn, with one worker."""
    with web_server(stage) as running:
        yield running


def lying(stage: Stage) -> list[Path]:
    return list((stage.settings.instance / "attachments").iterdir())


def test_memory_does_not_grow_with_the_file(stage: Stage, web: Web) -> None:
    """A file of 24 MB that is kept takes no more than one of 1 MB does; one of 200 MB is refused in as little."""
    sender = Sender(stage.port)
    assert sender.send(1 * MEGABYTE)[0] == 303
    used = {}
    for megabytes, status in ((24, 303), (200, 422)):
        forget_peak(web.worker)
        before = peak(web.worker)
        answered, page = sender.send(megabytes * MEGABYTE)
        assert answered == status
        used[megabytes] = peak(web.worker) - before
    assert all(more < 8 * MEGABYTE for more in used.values()), used
    assert "is larger than 25 MB" in page
    assert f'href="#{FIELD}"' in page
    assert len(lying(stage)) == 2
    assert sum(path.stat().st_size for path in lying(stage)) < 26 * MEGABYTE


def test_a_file_over_the_limit_is_gone_before_all_of_it_has_come(stage: Stage, web: Web) -> None:
    """What was kept of it is taken away as soon as it is too large; the rest is read and thrown away."""
    sender = Sender(stage.port)
    line = sender.begin(200 * MEGABYTE, PDF + bytes(5 * MEGABYTE))
    _until(lambda: any(path.stat().st_size > MEGABYTE for path in lying(stage)))
    line.send(bytes(40 * MEGABYTE))
    _until(lambda: lying(stage) == [])
    line.close()


def test_a_picture_is_made_anew_outside_the_web_server(stage: Stage, web: Web) -> None:
    """Its pixels are never in the memory of the process that answers."""
    sender = Sender(stage.port)
    assert sender.send(len(small := picture(size=(100, 100))), small)[0] == 303
    forget_peak(web.worker)
    before = peak(web.worker)
    large = picture(size=(6000, 5000))
    assert sender.send(len(large), large)[0] == 303
    assert peak(web.worker) - before < 20 * MEGABYTE, "90 MB of pixels"


def test_what_swells_when_it_is_opened_takes_no_memory(stage: Stage, web: Web) -> None:
    """A zip bomb and a pixel bomb are refused, and a HEIC of 22 MB of pixels is kept, in less than a tenth of that."""
    sender = Sender(stage.port)
    assert sender.send(len(small := picture(size=(100, 100))), small)[0] == 303
    bombs = {"zip": zipped(a=bytes(60 * MEGABYTE)), "pixels": bomb()}
    used = {}
    for name, content in {**bombs, "heic": picture("HEIF", size=(3000, 2500))}.items():
        forget_peak(web.worker)
        before = peak(web.worker)
        assert sender.send(len(content), content)[0] == (422 if name in bombs else 303), name
        used[name] = peak(web.worker) - before
    assert all(more < 2 * MEGABYTE for more in used.values()), used


def test_a_slow_line_keeps_nobody_waiting(stage: Stage, web: Web) -> None:
    """While a file comes in, others can write: no transaction is open yet."""
    sender = Sender(stage.port)
    line = sender.begin(20 * MEGABYTE, PDF + bytes(5 * MEGABYTE))
    _until(lambda: any(path.stat().st_size > MEGABYTE for path in lying(stage)))
    database = sqlite3.connect(stage.settings.instance.parent / Path(stage.settings.database).name, timeout=0)
    database.execute("BEGIN IMMEDIATE").close()
    database.rollback()
    database.close()
    line.close()


def test_what_a_kill_leaves_is_swept(stage: Stage, web: Web) -> None:
    """Killed in the middle of a file: no row names it, nobody can read it, and the clock takes it away."""
    sender = Sender(stage.port)
    line = sender.begin(20 * MEGABYTE, PDF + bytes(5 * MEGABYTE))
    _until(lambda: any(path.stat().st_size > MEGABYTE for path in lying(stage)))
    web.kill()
    line.close()
    assert len(lying(stage)) == 1
    for path in lying(stage):
        old = time.time() - 2 * UNFINISHED.total_seconds()
        os.utime(path, (old, old))
    with stage.app.app_context():
        assert sweep_files(dt.datetime.now(dt.UTC)) == 1
    assert lying(stage) == []
    assert sender.send(MEGABYTE)[0] == 303


def test_a_kill_at_any_moment_loses_no_file_and_leaves_none(stage: Stage, web: Web) -> None:
    """Every row has its whole file, what was confirmed is there, the same file again is there once, orphans go.

    `make faults` kills at every moment; these are the syncs, and a few of the others.
    """
    kills = UploadKills(stage, web)
    syncs = [point for point in kills.points if "sync" in point.call]
    others = [point for point in kills.points if "sync" not in point.call]
    chosen = [*syncs[:4], *others[-1 :: -(-len(others) // 3)]]
    for point in chosen:
        kills.trial(point)
    assert kills.faults == []
    assert kills.kills > len(chosen) / 2


def test_a_line_that_breaks_leaves_nothing(stage: Stage, web: Web) -> None:
    """The sender is gone: what had come is taken away at once."""
    sender = Sender(stage.port)
    line = sender.begin(20 * MEGABYTE, PDF + bytes(5 * MEGABYTE))
    _until(lambda: any(path.stat().st_size > MEGABYTE for path in lying(stage)))
    line.close()
    _until(lambda: lying(stage) == [])


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        os.sched_yield()
