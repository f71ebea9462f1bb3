"""Three ways to go on for somebody who is not satisfied, each from the request to its very end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person
from tests.browser.service import beat
from tests.browser.whole_case import Officer
from tests.moment import LONDON
from tests.stafford import BODY, COUNCIL, use_stafford
from tests.told_outcome import told_outcome
from webform.cases.figures import numbers_of
from webform.documents.shelf import Shelves
from webform.house import EXTENSION
from webform.records.store import db
from webform.records.tables import Case, Message
from webform.rules.periods import Period

LODGED = {
    "capacity": "me", "name": "Jo Bell", "email_safe": "yes", "email": "jo@people.example", "voicemail_safe": "none",
    "post_safe": "none", "channel": "email", "lead_body": "Stafford Borough Council", "in_time": "unsure",
    "grounds": ["facts"], "headline": "They left out my diary", "consent": "yes",
}  # fmt: skip
TODAY = dt.datetime.now(LONDON).date()
THIS_YEAR = Period(TODAY - dt.timedelta(days=300), TODAY)
OMBUDSMAN = "Local Government and Social Care Ombudsman: 0300 061 0614"


def told(live: Live, reference: str, letter: str) -> list[tuple[str, str]]:
    """To which roles a letter of the case went, and its words."""
    with live.app.app_context():
        rows = select(Message).join(Case).where(Case.reference == reference, Message.letter == letter)
        return [(str(one.role), one.text) for one in db.session.scalars(rows.order_by(Message.id))]


def test_merton_goes_higher(live: Live, page: Page) -> None:
    """The person does not agree to the plan, talks with the point of contact and the lead agency, and the Lead for
    Community Safety, who is told, answers; then the Ombudsman."""
    sam = Officer(live, page, "merton", reference=told_outcome(live.app))
    sam.others_answer({"plan-reply": {"reply": "escalate"}})
    sam.does("escalation-talk", "escalation")
    [(role, text), *_] = [one for one in told(live, sam.reference, "filed") if "Send the case higher" in one[1]]
    assert role == "community-safety-lead"
    sam.does("escalation-view", "escalation-answer")
    [(role, text)] = told(live, sam.reference, "escalation-answer")
    assert role == "applicant"
    assert OMBUDSMAN in text
    sam.ends()


def test_shropshire_appeals_by_letter(live: Live, page: Page) -> None:
    """An appeal comes by post: it is written down, the person and the scrutineer are told, the scrutineer talks with
    the person, decides and answers in writing; then the Ombudsman. A second one, before the first is answered, has its
    own."""
    sam = Officer(live, page, "shropshire", reference=told_outcome(live.app, "shropshire"))
    sam.writes_down("appeal", not_happy="The plan has no dates.")
    assert [role for role, _text in told(live, sam.reference, "appeal-received")] == ["applicant"]
    assert "scrutineer" in [role for role, text in told(live, sam.reference, "filed") if "Appeal" in text]
    sam.does("appeal-talk", "appeal-decision")
    sam.writes_down("appeal", not_happy="Nobody came.")
    sam.does("appeal-answer", "appeal-talk", "appeal-decision", "appeal-answer")
    assert [role for role, text in told(live, sam.reference, "appeal-answer") if OMBUDSMAN in text] == ["applicant"] * 2
    sam.ends()


@pytest.fixture
def stafford(live: Live, tmp_path: Path) -> Iterator[None]:
    """A council whose appeals go to the Commissioner."""
    before = live.app.extensions[EXTENSION]
    use_stafford(live.app, tmp_path)
    yield
    live.app.extensions[EXTENSION] = before


@pytest.mark.usefixtures("stafford")
def test_stafford_appeals_to_the_commissioner(live: Live, page: Page, browser: Browser) -> None:
    """Lodged with the council on the person's own page, decided by the Commissioner, whose finding comes back; then the
    Ombudsman."""
    sam = Officer(live, page, COUNCIL, reference=told_outcome(live.app, COUNCIL))
    sam.others_answer({"appeal": {"grounds": ["facts"], "why": "They left out my diary.", "consent": "yes"}})
    with live.app.app_context():
        there = db.session.scalars(select(Case.reference).where(Case.area == BODY, Case.scope == "case")).one()
    sam.looks_at("appeal-papers/decision")
    elsewhere = browser.new_context(base_url=live.url)
    manager = Officer(live, elsewhere.new_page(), BODY, reference=there)
    manager.does("reviewer", "bodies-named", "documents-request", "grounds-request")
    manager.looks_at("audit/threshold")
    for step in ("documents-supplied", "grounds"):
        manager.takes("waive", left_out=step, left_out_why="What came along is enough.")
    manager.does("report")
    manager.goes_to("commissioner-decision", follows=["refer-information"], reasons="The diary was left out.")
    manager.does("response", "response-bodies")
    [(role, text)] = told(live, there, "appeal-response")
    assert role == "applicant"
    assert OMBUDSMAN in text
    beat(live)
    assert "appeal-outcome" in sam.filed()
    sam.home()
    assert "What Staffordshire Commissioner's Office found has come back" in sam.page.locator("main").inner_text()
    manager.ends()
    elsewhere.close()


def test_an_appeal_about_a_case_that_was_never_here(live: Live, page: Page, shelves: Shelves) -> None:
    """Sent on the Commissioner's own form, with no council of theirs on the service: papers are asked for and come by
    link, the Commissioner decides and answers; then the Ombudsman, and the figures count it."""
    form = shelves.forms[shelves.procedures[BODY].area.opens_with]
    page.goto(f"/{BODY}/")
    jo = Person(Mouse(page), form, LODGED, lambda seen: None)
    jo.hands.press("Start now")
    jo.fill_in()
    jo.hands.press(form.send_label)
    manager = Officer(live, page, BODY, reference=page.locator(".govuk-panel strong").inner_text())
    manager.does("reviewer", "bodies-named", "documents-request", "grounds-request")
    manager.looks_at("commissioner-decision/result")
    assert "Before this can be filed: Send the papers; Give the grounds" in page.locator("main").inner_text()
    manager.others_answer()
    manager.does("report", "commissioner-decision", "response", "response-bodies")
    [(role, text)] = told(live, manager.reference, "appeal-response")
    assert role == "applicant"
    assert OMBUDSMAN in text
    with live.app.app_context():
        assert numbers_of(BODY, THIS_YEAR) == {"appeals": 1, "considered": 1, "referred-back": 1, "ground-facts": 1}
    manager.ends()
