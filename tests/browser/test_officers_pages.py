"""Every page for officers that is no page of a form, and every error of it, under axe.

What there is to see is read from the addresses of the app; pages of forms are in test_error_states.
"""

from __future__ import annotations

import datetime as dt

from passlib.totp import TOTP
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.browser.checks import accessible
from tests.browser.conftest import Live
from tests.browser.service import CODE, beat, newest_mail
from tests.browser.visit import Record, Visit, addresses
from tests.browser.visit_cases import (
    carry_on,
    files,
    hand_over,
    kept_and_erased,
    leave,
    linked,
    new_request,
    officer_form,
    waits_for_others,
)
from tests.browser.visit_letters import came_back, correct, letter, new_link, second_person
from tests.web.desk import SAM, join, opened
from webform.cases.file_document import file_document
from webform.cases.letters import add_task
from webform.cases.people import Author
from webform.house import EXTENSION
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline

DESK_STATES = (
    "sign-in: code", "sign-in: carry on", "list with everything", "case not opened", "case after a step",
    "document: letter", "letter: read again", "letter on paper", "letter that waits for the post",
    "nothing for the post", "letter with gaps", "check of an officer's form",
    "form: for whom",
    "check of a new request", "new request with others begun", "app: set up", "app: in use",
    "cases found", "no case found", "one list, narrowed", "list with own duties",
    "own duties with something on record", "case that went on", "document from elsewhere",
    "case with mail that came back", "form that is on record already",
    "case with a file", "clean file", "file with a virus",
    "a code to print", "nobody to hand over to", "letter on paper that has gone", "case with a letter that came back",
    "case that waits for others", "leave on record", "my day of whoever is on leave",
    "case that is kept", "case that was erased",
    "letter in the place of another", "letter whose place was taken", "the day of posting is wrong",
    "check of a correction", "case that was corrected", "case with every part open", "document that was corrected",
    "document that corrects", "decision that waits for me", "letter that waits for me",
)  # fmt: skip

DESK_ERRORS = (
    "sign-in: no name", "sign-in: wrong code", "letter: empty", "letter: gaps", "posted: missing", "posted: invalid",
    "posted: future", "posted: before the request",
    "post: missing", "post: before the request", "post: none chosen",
    "new: all missing", "new: all invalid", "new: future",
    "new: later today", "app: wrong code", "new email: missing", "new email: invalid",
    "new link: no way", "new link: short word", "hand over: to nobody",
    "leave: all missing", "leave: somebody else", "correction: no reason",
    "second person: no reason", "second reader: no reason",
)  # fmt: skip


def test_officers_pages(live: Live, page: Page, record_property: Record) -> None:
    """Every page for officers, and every error on it, passes axe and fits the screen."""
    visit = Visit(live, page, addresses(live.app), DESK_STATES, DESK_ERRORS)
    join(live.app)
    _sign_in(visit, live)
    visit.go("/desk/")
    reference = _busy_desk(live)
    visit.go("/desk/", "list with everything")
    visit.go("/desk/list/new")
    visit.go("/desk/list/open?owner=nobody", "one list, narrowed")
    for name, state in (("Zdarska", "cases found"), ("Nobody", "no case found")):
        visit.hands.type("q", name)
        visit.hands.press("Find")
        visit.see(state)
    new_request(visit)
    visit.go(f"/desk/case/{reference}", "case not opened")
    visit.hands.press("Open this referral")
    visit.see()
    officer_form(visit, reference, live.app.extensions[EXTENSION].shelves)
    letter(visit, live, reference)
    came_back(visit, live, reference)
    new_link(visit, reference)
    hand_over(visit, live, reference)
    leave(visit, live)
    correct(visit, reference)
    second_person(visit, live)
    _app(visit)
    _mailbox(visit, live)
    carry_on(visit, live, reference)
    waits_for_others(visit, live, reference)
    linked(visit, live)
    files(visit, live)
    kept_and_erased(visit, live)
    visit.check(record_property)


def _sign_in(visit: Visit, live: Live) -> None:
    visit.go("/sign-in")
    visit.err("sign-in: no name", "Email me a code", "identity")
    visit.hands.type("identity", SAM)
    visit.hands.press("Email me a code")
    visit.see("sign-in: code")
    found = CODE.search(newest_mail(live, visit.page.context, SAM))
    assert found
    visit.hands.type("passcode", "000000" if found[1] != "000000" else "000001")
    visit.hands.press("Sign in")
    accessible(visit.page)
    expect(visit.page.locator(".govuk-error-summary")).to_be_focused()
    visit.errors("sign-in: wrong code")  # a code is not shown again once typed
    visit.hands.type("passcode", found[1])
    visit.hands.press("Sign in")


def _busy_desk(live: Live) -> str:
    """Two requests of one person, who is in danger, from elsewhere; and a task."""
    opened(live.app)
    hull = {"line1": "1 High Street", "town": "Hull", "postcode": "HU1 1AA"}
    reference = opened(live.app, danger="yes", address=hull)
    with live.app.app_context():
        begin_writing()
        case = db.session.query(Case).filter_by(reference=reference).one()
        now = dt.datetime.now(dt.UTC)
        add_task(case, "look", "An email did not arrive.", now)
        told = {"part_role": "other-agencies", "part_organisation": "Fire service"}
        naming = live.app.extensions[EXTENSION].shelves.forms["who-takes-part"]
        file_document(case, naming.id, naming, told, author=Author("Sam Spoc", "spoc"), now=now)
        waited = update(Deadline).where(Deadline.case_id == case.id, Deadline.step == "tell-more")
        db.session.execute(waited.values(listed="theirs"))
        db.session.commit()
    return reference


def _app(visit: Visit) -> None:
    visit.go("/sign-in/app/")
    visit.hands.press("Set up an app")
    visit.see("app: set up")
    app = TOTP(key=visit.page.locator(".desk-key").inner_text())
    right = app.generate().token
    visit.hands.type("passcode", f"{(int(right) + 1) % 1_000_000:06}")
    visit.hands.press("Use this app")
    accessible(visit.page)
    expect(visit.page.locator(".govuk-error-summary")).to_be_focused()
    visit.errors("app: wrong code")
    visit.hands.type("passcode", app.generate().token)
    visit.hands.press("Use this app")
    visit.see("app: in use")


def _mailbox(visit: Visit, live: Live) -> None:
    beat(live)
    visit.go("/mailbox/")
    visit.hands.go(visit.page.locator("tbody").get_by_role("link").first)
    visit.see()
    frame = visit.page.locator("iframe").get_attribute("src")
    html = visit.page.request.get(str(frame)).text()
    mail = visit.page.context.new_page()
    mail.set_content(html)  # where it lies no script may run, so axe could not
    visit.see("mailbox.html", page=mail)
    mail.close()
