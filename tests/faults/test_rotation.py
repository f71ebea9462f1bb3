"""Keys rotate while web workers and a clock are at work in processes of their own: everything stays readable."""

from __future__ import annotations

import re
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.faults.several import BIN, browser_of, clock_process, stage_on, web_workers
from tests.faults.stage import Stage
from tests.web.desk import join, open_referral, opened, sign_in, token_of
from webform.documents.shelf import Shelves
from webform.records.sealed import Keys, use_keys
from webform.records.store import db
from webform.records.tables import Case, Document, Party
from webform.records.verify import look_at_the_record
from webform.settings import CHECKOUT

ROUNDS, OFFICERS = 2, 3


def flask(stage: Stage, command: str) -> str:
    """A command of the service, as a person types it."""
    done = subprocess.run(
        [str(BIN / "flask"), command], cwd=CHECKOUT, env=stage.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_keys_rotate_under_load(tmp_path: Path, shelves: Shelves, database: str) -> None:
    """While keys rotate and all is resealed, officers file and read in other processes, and none of them fails; in
    the end every document opens, and the newest key alone is needed."""
    with stage_on(database, tmp_path, shelves) as stage:
        stage.installation.renew()
        join(stage.app)
        client = stage.app.test_client()
        cases = [opened(stage.app) for _ in range(OFFICERS)]
        sign_in(stage.app, client)
        for case in cases:
            open_referral(client, case)
        token = token_of(client.get(f"/desk/case/{cases[0]}"))
        over, statuses = threading.Event(), []

        def works(case: str) -> None:
            """Read the case, a document and the draft of a letter, and save an answer; again and again."""
            browser = browser_of(stage, client)
            form = f"/desk/case/{case}/form/link/linked-to"
            typed = {"csrf_token": token, "linked_to": "K7QM-24XD", "linked_why": "same-problem"}
            while not over.is_set():
                for page in ("", "/document/1", "/letter/acknowledgement"):
                    statuses.append(browser.get(f"/desk/case/{case}{page}").status_code)
                statuses.append(browser.post(form, typed).status_code)

        with web_workers(stage), clock_process(stage) as (_, said), ThreadPoolExecutor(OFFICERS) as people:
            said.until("the clock runs")
            at_work = [people.submit(works, case) for case in cases]
            try:
                for _ in range(ROUNDS):
                    flask(stage, "rotate")
                    assert re.search(r"[1-9]\d* values", flask(stage, "reseal"))
            finally:
                over.set()
            for one in at_work:
                one.result()
        flask(stage, "reseal")
        assert "The record is whole" in flask(stage, "verify")
        assert set(statuses) == {200, 303}
        assert len(statuses) > 4 * OFFICERS
        with stage.app.app_context():
            ring = Keys.load(stage.settings.keys_file)
            assert len(ring.ids) == ROUNDS + 1
            use_keys(stage.app, Keys(ring.root, ring.sealing[-1:]))
            assert look_at_the_record().faults == ()
            openings = db.session.scalars(select(Document).where(Document.effect == "opens-case")).all()
            assert [document.answers["name"] for document in openings] == ["Ann Žďárská"] * OFFICERS
            assert {party.person["name"] for party in db.session.scalars(select(Party))} == {"Ann Žďárská"}
            assert len(db.session.scalars(select(Case.headline)).all()) >= OFFICERS
