"""Mail scanners that run scripts: a real Chromium opens every address of every mail, and nothing comes of it."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.browser.conftest import Live
from tests.browser.service import beat
from tests.web.desk import SAM, join, opened
from tests.web.site import LOOKED, contents
from tests.web.visitor import Visitor
from webform.cases.links import address, mint
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Case

ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+")
WORD = "marmalade"


def _mails(live: Live) -> list[str]:
    """Mails of every kind that holds a link: of a draft, a case, a party's page, a code."""
    app = live.app
    join(app)
    visitor = Visitor(app.test_client())
    visitor.begin("merton")
    visitor.get("/form/save")
    visitor.post({"word": WORD, "email": "ann@people.example", "safe": "yes"})
    reference = opened(app)
    officer = Visitor(app.test_client())
    officer.get("/sign-in")
    officer.post({"identity": SAM}, "/sign-in/code")
    beat(live)
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        mailed = address(case.area, mint(case.parties[0], case.received_at))
        db.session.commit()
        rows = db.session.scalars(select(Message)).all()
        found = [one for row in rows for one in ADDRESS.findall(f"{row.text} {row.html or ''}")]
    return [*dict.fromkeys((mailed, *found))]


def _kept(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        return contents()


def test_a_scanner_that_runs_scripts_spends_nothing(live: Live, browser: Browser) -> None:
    """Each mailed address is opened with scripts running, twice: no row changes and no browser is let in anywhere."""
    addresses = [one for one in _mails(live) if one.startswith(live.url)]
    assert {one.removeprefix(live.url).split("/")[1] for one in addresses} >= {"resume", "desk", "merton"}
    before = _kept(live.app)
    for mailed in addresses * 2:
        scanner = browser.new_context()
        page = scanner.new_page()
        answer = page.goto(mailed.rstrip("."), wait_until="networkidle")
        assert answer is not None
        assert answer.status < 400, mailed
        page.mouse.wheel(0, 2000)
        for path in ("/desk/", "/form/check"):
            inside = page.goto(f"{live.url}{path}")
            assert inside is not None
            assert "sign-in" in page.url or inside.status >= 400, mailed
        scanner.close()
    assert _kept(live.app) == before
    assert before[LOOKED] == []
