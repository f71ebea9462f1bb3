"""A copy of the service that a scanner may do anything to: own folder, own records, nothing counted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from tests.web.desk import opened
from webform import create_app
from webform.records.officers import Officer
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.settings import CHECKOUT
from webform.web.limits import limiter

AREA = "merton"
PATIENCE = 60


def scanned() -> Flask:
    """The app without limits of pages: a scanner that only ever hears "too often" finds nothing."""
    limiter.enabled = False
    return create_app()


@contextmanager
def running(folder: Path, port: int) -> Iterator[tuple[str, str]]:
    """The copy at work: its address, and a session cookie of an officer with a case that was opened."""
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"], "ASB_LOCAL": "1", "ASB_BASE_URL": url, "ASB_INSTANCE": str(folder / "instance"),
        "ASB_KEYS_FILE": str(folder / "keys.json"), "WEB_CONCURRENCY": "2",
    }  # fmt: skip
    flask = [sys.executable, "-m", "flask", "setup"]
    subprocess.run(flask, cwd=CHECKOUT, env=environment, check=True, stdout=subprocess.DEVNULL)
    os.environ.update({name: value for name, value in environment.items() if name.startswith("ASB_")})
    cookie = _sign_in(create_app())
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "tests.scan.copy:scanned()"],
            cwd=CHECKOUT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_for(url)
            yield url, cookie
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310  our own address
            return
    raise TimeoutError(f"{url} does not answer")


def _sign_in(app: Flask) -> str:
    """The cookie of a session, as if the officer had just typed a code."""
    opened(app, AREA)
    with app.app_context():
        begin_writing()
        officer = db.session.scalars(select(Officer).where(Officer.area == AREA, Officer.role == "spoc")).one()
        db.session.scalars(select(Case)).one().seen_at = officer.create_datetime
        uniquifier = officer.fs_uniquifier
        db.session.commit()
    client = app.test_client()
    now = int(time.time())
    with client.session_transaction() as session:
        session.update(_user_id=uniquifier, _fresh=True, fs_cc="set", fs_paa=now, last_seen=now)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return str(cookie.value)
