"""One trial: kill at one moment, start again, press again, and look whether anything shows."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.databases import USED
from tests.faults.further_scenes import COMINGS, PRESSES
from tests.faults.person import Browser, Page
from tests.faults.postgres import Server
from tests.faults.promises import Record, broken, difference, not_arrived, on_record
from tests.faults.scenes import PHONE, Coming, Press, Scene, filing, overdue, reference_on, submission, waiting_mail
from tests.faults.stage import Clock, Stage, Web, clock, until, web_server
from tests.faults.strace import SECONDS, Point, attached, kill_at
from tests.sending.mail_server import MailServer, running

TRIES, SOON = 4, 2.0
LEASE_OVER = 11  # minutes after which another clock may take up what a killed one had begun
ON_FILES = (
    "fdatasync,fsync,pwrite64,sendto"  # what a process does to SQLite's files and says to a person or mail server
)
AGAIN = "Try again"
ON_SOCKETS = "sendto,recvfrom"  # what it says to PostgreSQL and hears from it


@dataclass
class Tally:
    """What was done and seen."""

    kills: int = 0  # proven by strace, and by what the parent of the process was told
    missed: int = 0  # moments that did not come again
    shown: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.kills, self.missed = self.kills + other.kills, self.missed + other.missed
        self.shown, self.faults = self.shown + other.shown, self.faults + other.faults


class Kills:
    """Kills of one process at every moment of one thing that it does."""

    costly = False  # a trial takes seconds

    def __init__(self, stage: Stage, scene: Scene, kept: str, what: str):
        self.stage, self.scene, self.kept = stage, scene, kept
        self.name = f"{kept}: {what}"
        self.log = stage.folder / "strace.log"
        self.tally = Tally()
        self.points, self.before, self.after = self.undisturbed()

    def undisturbed(self) -> tuple[list[Point], Record, Record]:
        """All of it without any kill: the moments there are, and what is on record before and after."""
        raise NotImplementedError

    def trial(self, point: Point) -> None:
        """Kill at that moment, look, start again, look.

        A moment may not come, because threads or connections went another way than before: then they go once more.
        """
        if any(self.killed(point) for _ in range(TRIES)):
            self.tally.kills += 1
            self.look(point)
        else:
            self.tally.missed += 1

    def killed(self, point: Point) -> bool:
        """Do it, with a kill at that moment. Whether the kill is proven."""
        raise NotImplementedError

    def look(self, point: Point) -> None:
        """What is there now, and after the person or the clock has begun again."""
        raise NotImplementedError

    def found(self, faults: list[str], point: Point) -> None:
        self.tally.faults += [f"{self.name}, {point}: {fault}" for fault in faults]


class WebKills(Kills):
    """Kills of the web server while it does what somebody has pressed a button for."""

    scene: Press

    def __init__(self, stage: Stage, scene: Press, kept: str, web: Web, what: str = "web process"):
        self.web = web
        self.calls = ON_FILES if stage.on_files else ON_SOCKETS
        super().__init__(stage, scene, kept, what)

    def undisturbed(self) -> tuple[list[Point], Record, Record]:
        browser = self.begin()
        before = on_record(self.stage.app)
        with attached(self.target(), self.log, self.calls) as trace:
            assert browser.post(self.scene.to, self.scene.fields).status_code == 303
        after = on_record(self.stage.app)
        self.press_again(browser)
        assert difference(on_record(self.stage.app), after) == [], "pressing again has changed something"
        return trace.points(), before, after

    def begin(self) -> Browser:
        """The scene as it was, and a worker that has just connected."""
        self.web.kill()
        self.stage.bring_back(self.kept)
        browser = Browser(self.stage.port, self.scene.cookies)
        assert browser.get("/healthz").status_code == 200
        return browser

    def target(self) -> int:
        """The process that is killed."""
        return self.web.worker

    def killed(self, point: Point) -> bool:
        browser = self.begin()
        with attached(self.target(), self.log, self.calls, kill_at(point)) as trace:
            page = browser.press(self.scene.to, self.scene.fields)
            trace.wait(SOON if page else SECONDS)
        self.found([] if page is None else self.wrong_with(page), point)
        return trace.killed and self.has_died()

    def has_died(self) -> bool:
        """Whether the parent of the process tells the same as strace."""
        return self.web.has_died()

    def wrong_with(self, page: Page) -> list[str]:
        """A page that is shown in spite of the kill tells the truth."""
        return [] if page.status_code == 303 else [f"answered {page.status_code}"]

    def look(self, point: Point) -> None:
        """All or nothing has been done; pressing again does the rest, once, and every reference is good."""
        browser = Browser(self.stage.port, self.scene.cookies)
        between = on_record(self.stage.app)
        if between not in (self.before, self.after):
            self.found(["half done", *difference(between, self.after)], point)
        shown = (*self.scene.shown, *self.press_again(browser))
        self.found(broken(self.stage.app, shown), point)
        self.found(difference(on_record(self.stage.app), self.after), point)
        self.tally.shown += len(shown)

    def press_again(self, browser: Browser) -> list[str]:
        """Press the same button twice more, as anybody would who saw no answer; the references that are shown."""
        references = []
        for _ in range(2):
            page = browser.post(self.scene.to, self.scene.fields)
            if page.location == "/form/sent":
                references.append(reference_on(browser.get("/form/sent").text))
        return references


class BackendKills(WebKills):
    """Kills of the PostgreSQL process that serves the web server. The server recovers by itself."""

    def __init__(
        self, stage: Stage, scene: Press, kept: str, web: Web, server: Server, what: str = "PostgreSQL backend"
    ):
        self.server = server
        super().__init__(stage, scene, kept, web, what)
        self.points = [point for point in self.points if point.call != "recvfrom"]

    def undisturbed(self) -> tuple[list[Point], Record, Record]:
        self.calls = ON_FILES
        return super().undisturbed()

    def target(self) -> int:
        self.stage.installation.let_go()  # what is left is the connection of the web server
        self.backend = self.server.backend(USED)
        return self.backend

    def has_died(self) -> bool:
        until(lambda: self.server.told_of(self.backend), "PostgreSQL has not noticed that a process of it was killed")
        self.server.ready()
        return True

    def wrong_with(self, page: Page) -> list[str]:
        if page.status_code == 303:
            return []
        wanted = {"status 503": page.status_code == 503, "a phone": PHONE in page.text, "a button": AGAIN in page.text}
        return [f"the page lacks {what}" for what, there in wanted.items() if not there]


class ServerKills(BackendKills):
    """Kills of all of PostgreSQL at once, at moments of the process that serves the web server."""

    costly = True

    def has_died(self) -> bool:
        self.server.kill()
        self.server.start()
        self.server.ready()
        return True


class ClockKills(Kills):
    """Kills of the clock while it delivers and sweeps."""

    scene: Coming

    def __init__(self, stage: Stage, scene: Coming, kept: str, clock: Clock, server: MailServer):
        self.clock, self.server = clock, server
        self.calls = ON_FILES if stage.on_files else ON_SOCKETS
        super().__init__(stage, scene, kept, "clock")

    def undisturbed(self) -> tuple[list[Point], Record, Record]:
        pid = self.begin()
        before = on_record(self.stage.app)
        with attached(pid, self.log, self.calls) as trace:
            assert self.clock.go() == 0
        self.start_again()
        return trace.points(), before, on_record(self.stage.app)

    def begin(self) -> int:
        self.stage.bring_back(self.kept)
        self.server.taken.clear()
        return self.clock.start(self.scene.later)

    def killed(self, point: Point) -> bool:
        pid = self.begin()
        with attached(pid, self.log, self.calls, kill_at(point)) as trace:
            ended = self.clock.go()
        return ended == -signal.SIGKILL and trace.killed

    def start_again(self) -> None:
        for _ in range(2):  # what the first round writes, the second delivers
            self.clock.run(self.scene.later + LEASE_OVER)

    def look(self, point: Point) -> None:
        self.found(broken(self.stage.app, self.scene.shown), point)
        self.start_again()
        self.found(broken(self.stage.app, self.scene.shown), point)
        self.found(difference(on_record(self.stage.app), self.after), point)
        self.found(not_arrived(self.stage.app, self.server), point)
        self.tally.shown += len(self.scene.shown)


def campaigns(stage: Stage, server: Server | None = None) -> Iterator[Kills]:
    """Everything that is killed on a database, one after the other."""
    with web_server(stage) as web:
        for press in (submission(stage), filing(stage)):
            yield from (WebKills(stage, press, kept, web) for kept in press.kept)
            if server:
                yield BackendKills(stage, press, press.kept[0], web, server)
                yield ServerKills(stage, press, press.kept[0], web, server, "all of PostgreSQL")
    expected = waiting_mail(stage), overdue(stage)
    with mail_server(stage) as taker, clock(stage) as one:
        for coming in expected:
            yield from (ClockKills(stage, coming, kept, one, taker) for kept in coming.kept)


def further_campaigns(stage: Stage) -> Iterator[Kills]:
    """What else is killed on either database: the other things that are sent, and what the clock makes and erases."""
    with web_server(stage) as web:
        for press in (about_to_press(stage) for about_to_press in PRESSES):
            yield WebKills(stage, press, press.kept[0], web)
    with mail_server(stage) as taker, clock(stage) as one:
        for coming in (comes(stage) for comes in COMINGS):
            yield ClockKills(stage, coming, coming.kept[0], one, taker)


@contextmanager
def mail_server(stage: Stage) -> Iterator[MailServer]:
    """A real mail server where the settings say that it is."""
    server = MailServer()
    with running(server, None, stage.mail_port):
        yield server
