"""An agency in a real browser: asked by link, half filled in, passed on, late, escalated, sent."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from tests.agency import ANSWERS
from tests.browser.checks import fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person
from tests.browser.service import newest_mail, sign_in
from tests.browser.test_own_page import NARROW
from tests.victim import incident, report
from tests.web.desk import documents, join, opened
from tests.web.party import FIRST_CODE
from webform.cases.sweep import sweep
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Message
from webform.sending.outbox import deliver_due

SAL = "sal.spoc@shropshire.example"
POLICE, BO = "police.mailbox@shropshire.example", "bo@shropshire.example"
LINK = re.compile(r"/shropshire/open/[0-9a-f]{64}")


@pytest.fixture(params=["with script", "without script"])
def hands(request: pytest.FixtureRequest) -> Mouse:
    """Somebody at a narrow screen, with JavaScript and without."""
    page: Page = request.getfixturevalue("page" if request.param == "with script" else "plain_page")
    page.set_viewport_size(NARROW)
    return Mouse(page)


def first_visit(live: Live, hands: Mouse, context: BrowserContext, email: str, word: str) -> None:
    """From the newest mail to the page: a code comes to the same mailbox, and they choose their word."""
    link = LINK.search(newest_mail(live, context, email))
    assert link
    hands.page.goto(link[0])
    hands.press("I have not chosen a word yet")
    code = FIRST_CODE.search(newest_mail(live, context, email))
    assert code
    hands.type("own-code", code[0])
    hands.type("word", word)
    hands.press("Open")
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("Your page")
    fits(hands.page)


def test_asked_passed_on_late_and_answered(
    live: Live, hands: Mouse, context: BrowserContext, shelves: Shelves
) -> None:  # fmt: skip
    """The police begin, a colleague goes on; late, both are reminded and the officer hears; then it is sent."""
    join(live.app, SAL, "Sal Spoc", area="shropshire")
    reports = [report(1, "2026-05-03", report_agency="police", report_reference="CAD-77")]
    reference = opened(live.app, "shropshire", incidents=[incident(1, "2026-05-02", "2026-05-03", reports=reports)])
    officer = Mouse(context.new_page())
    sign_in(live, officer, SAL)
    officer.page.goto(f"/desk/case/{reference}")
    officer.press("Open this referral")
    officer.press("Send the letter now: send the form for agencies, The police")
    first_visit(live, hands, context, POLICE, "marmalade")
    hands.page.get_by_text("Who and what it is about").click()
    expect(hands.page.locator("main")).to_contain_text("CAD-77")
    home, form = hands.page.url, shelves.forms["agency-return"]
    hands.follow(form.title)
    Person(hands, form, ANSWERS, lambda _page: None).answer_page()
    hands.page.goto(home)
    hands.follow("Pass it on to a colleague")
    for name, typed in (("your_name", "Al"), ("colleague_name", "Bo"), ("colleague_email", BO)):
        hands.type(name, typed)
    hands.press("Pass it on")
    first_visit(live, hands, context, BO, "tangerine")
    _late(live)
    assert escalated(live, reference)
    assert LINK.search(newest_mail(live, context, BO))
    officer.page.goto(f"/desk/case/{reference}")
    expect(officer.page.locator("li", has_text="The police: Say what")).to_contain_text("They were reminded on")
    _send(hands, form.title, Person(hands, form, ANSWERS, fits))
    [filed] = documents(live.app, reference, "agency-return")
    assert filed.answers["body_name"] == ANSWERS["body_name"]


def escalated(live: Live, reference: str) -> bool:
    """Whether the point of contact was told which agency has not answered."""
    with live.app.app_context():
        told = db.session.scalars(select(Message).where(Message.letter == "escalation", Message.role == "spoc"))
        return any("The police" in one.text and reference in one.subject for one in told)


def _late(live: Live) -> None:
    """The clock, a month on: the day of the answer has passed."""
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
    with live.app.app_context():
        while sweep(later):
            pass
        deliver_due(later)


def _send(hands: Mouse, title: str, person: Person) -> None:
    hands.follow(title)
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("What do you know")
    person.fill_in()
    hands.press("Send")
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("We have it")
