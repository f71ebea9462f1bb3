"""A web server is killed while somebody sends a file: none that was confirmed is lost, and none that was not stays."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import time
from pathlib import Path

from sqlalchemy import select

from tests.faults.sender import MEGABYTE, Sender
from tests.faults.stage import Stage, Web
from tests.faults.strace import Point, attached, kill_at
from webform.records.attachments import UNFINISHED, Attachment, items, sweep_files
from webform.records.chunks import BrokenFile
from webform.records.store import db
from webform.records.tables import Draft

CALLS = "fdatasync,fsync,pwrite64,write,unlink,sendto"
SIZE = MEGABYTE // 4  # four chunks
GONE = (ConnectionError, http.client.HTTPException, TimeoutError)


class UploadKills:
    """Kills at every moment of one upload. `faults` is what was broken, `kills` how many are proven."""

    def __init__(self, stage: Stage, web: Web):
        self.stage, self.web = stage, web
        self.log = stage.folder / "strace-upload.log"
        self.faults: list[str] = []
        self.kills = 0
        sender = Sender(stage.port)
        with attached(web.worker, self.log, CALLS) as trace:
            assert sender.send(SIZE)[0] == 303
        self.points = trace.points()

    def trial(self, point: Point) -> None:
        """One person's form: a kill, a look, the same file once more, a look, and what the clock does later."""
        sender = Sender(self.stage.port)
        with attached(self.web.worker, self.log, CALLS, kill_at(point)) as trace:
            status = self._send(sender)
            trace.wait(2.0 if status else 20.0)
        if not trace.killed:
            return
        assert self.web.has_died()
        self.kills += 1
        self._look(point, wanted=status == 303)
        if self._send(sender) != 303:
            self.faults.append(f"{point}: the file could not be sent again")
        self._look(point, wanted=True)
        self._sweep(point)

    def _send(self, sender: Sender) -> int:
        """The status of the answer; 0 where none came."""
        try:
            return sender.send(SIZE)[0]
        except GONE:
            return 0

    def _look(self, point: Point, wanted: bool) -> None:
        """Each row has its whole file, each answer its row, and the person's form the file that they were told of."""
        with self.stage.app.app_context():
            rows = {row.key: row for row in db.session.scalars(select(Attachment))}
            for row in rows.values():
                try:
                    if sum(len(chunk) for chunk in row.chunks()) != SIZE:
                        self.faults.append(f"{point}: a file is not whole")
                except BrokenFile as broken:
                    self.faults.append(f"{point}: {broken}")
            drafts = db.session.scalars(select(Draft).order_by(Draft.id)).all()
            held = [[item["file"] for item in items(draft.answers)] for draft in drafts]
            self.faults += [f"{point}: an answer names no file" for keys in held for key in keys if key not in rows]
            if len(held[-1]) > 1 or (wanted and len(held[-1]) != 1):
                self.faults.append(f"{point}: the form holds {len(held[-1])} files")
            db.session.rollback()

    def _sweep(self, point: Point) -> None:
        """An hour later the clock takes away whatever nobody's answer names."""
        folder: Path = self.stage.settings.instance / "attachments"
        old = time.time() - 2 * UNFINISHED.total_seconds()
        for path in folder.iterdir():
            os.utime(path, (old, old))
        with self.stage.app.app_context():
            sweep_files(dt.datetime.now(dt.UTC))
            named = set(db.session.scalars(select(Attachment.key)))
            db.session.rollback()
        if {path.name for path in folder.iterdir()} != named:
            self.faults.append(f"{point}: a file that nobody names is still there")
