"""`flask restore` is killed while it works: nothing starts on what it leaves, and once more brings everything back."""

from __future__ import annotations

import datetime as dt
import subprocess

from sqlalchemy import select

from tests.faults.kills import ON_FILES, ON_SOCKETS
from tests.faults.promises import Record, broken, difference, on_record
from tests.faults.scenes import sent
from tests.faults.stage import Stage
from tests.faults.strace import Point, Trace, kill_at
from tests.web.visitor import Visitor
from webform.cases.erase import erase_own_draft
from webform.records.backup import backup
from webform.records.store import begin_writing, db
from webform.records.tables import Draft
from webform.settings import CHECKOUT
from webform.wiring import get_ready

FLASK = str(CHECKOUT / ".venv" / "bin" / "flask")
REFUSED = "A restore was broken off. Run `flask restore` again"
MINUTES = 2  # that one restore may take


class RestoreKills:
    """Kills of the command at every moment. Since the backup a draft was thrown away, and another case was sent."""

    def __init__(self, stage: Stage):
        self.stage, self.log = stage, stage.folder / "strace-restore.log"
        self.faults: list[str] = []
        self.kills = self.refused = 0
        stage.installation.renew()
        self.shown = (sent(stage), sent(stage))
        Visitor(stage.app.test_client()).begin("merton")
        with stage.app.app_context():
            now = dt.datetime.now(dt.UTC)
            self.archive = backup(stage.folder / "backups", instance=stage.settings.instance, now=now)
            begin_writing()
            erase_own_draft(db.session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one(), now)
            db.session.commit()
        sent(stage)
        self.scene = stage.keep("a restore")[0]
        self.before = on_record(stage.app)
        self.points, self.after = self._undisturbed()

    def _undisturbed(self) -> tuple[list[Point], Record]:
        trace = self._watched()
        assert not self._broken_off()
        return trace.points(), on_record(self.stage.app)

    def trial(self, point: Point) -> None:
        """Kill at that moment, look whether anything starts on it, and bring the backup back once more."""
        self.stage.bring_back(self.scene)
        if not self._watched(kill_at(point)).killed:
            return
        self.kills += 1
        found = self._what_starts()
        subprocess.run(self._command("--force"), env=self.stage.environment, check=True, capture_output=True)
        found += broken(self.stage.app, self.shown) + difference(on_record(self.stage.app), self.after)
        found += [f"{left} is left" for left in self.stage.settings.instance.glob(".restore-*")]
        self.faults += [f"{point}: {fault}" for fault in found]

    def _what_starts(self) -> list[str]:
        """The service starts on the records as they were, or with all put right, or not at all."""
        if self._broken_off():
            self.refused += 1
            return []
        return [] if on_record(self.stage.app) in (self.before, self.after) else ["the service starts on half of it"]

    def _broken_off(self) -> bool:
        said = ""
        try:
            get_ready(self.stage.settings, self.stage.shelves)
        except SystemExit as refusal:
            said = str(refusal)
        assert not said or REFUSED in said, said
        return bool(said)

    def _watched(self, inject: str = "") -> Trace:
        """The command under the eyes of strace."""
        calls = f"{ON_FILES},rename,unlink" if self.stage.on_files else ON_SOCKETS
        injected = ["-e", f"inject={inject}"] if inject else []
        watch = ["strace", "-f", "-y", "-e", f"trace={calls}", "-e", "signal=kill", *injected, "-o", str(self.log)]
        process = subprocess.Popen(
            [*watch, *self._command("--force")], env=self.stage.environment, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        process.wait(MINUTES * 60)
        assert inject or process.returncode == 0
        return Trace(process, self.log)

    def _command(self, *options: str) -> list[str]:
        self.stage.installation.let_go()
        return [FLASK, "restore", *options, str(self.archive)]
