"""Every page that is no page of a form, and every error of it, under axe: public, desk, and when things go wrong.

What there is to see is read from the addresses of the app; pages of forms are in test_error_states.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError

from tests.agency import asked
from tests.browser.checks import Tally, accessible, fits, shows_errors, typed
from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person
from tests.browser.service import CODE, beat, newest_mail, sign_in
from tests.evidence import PDF
from tests.linked_areas import use_linked_areas
from tests.second_reader import STEP as READ_FIRST
from tests.second_reader import use_second_reader
from tests.victim import incident, victim_in_merton
from tests.web.desk import SAM, join, opened, opened_with_files
from tests.web.party import WORD, give_word, party_of
from webform.cases.area_folder import area_folder, keep_area_folders
from webform.cases.colleagues import pass_on
from webform.cases.drafts import start_draft
from webform.cases.erase import erase_case
from webform.cases.file_document import file_document
from webform.cases.folder import Which, documents_of, open_duty
from webform.cases.hand_over import copy
from webform.cases.letters import add_task, draft_letter
from webform.cases.links import mint
from webform.cases.officers import find_officer
from webform.cases.people import Author
from webform.cases.pinned import versions_of
from webform.cases.second_person import ask_second_person
from webform.cases.second_reader import ask_second
from webform.documents.form import Form
from webform.documents.shelf import Shelves, read_shelves
from webform.house import EXTENSION
from webform.records.attachments import Attachment
from webform.records.attempts import Attempt
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline, Party
from webform.settings import SHIPPED
from webform.web import opening
from webform.web.faults import FAULTS
from webform.web.public import NOTICES

Record = Callable[[str, object], None]
PUBLIC = ("public", "draft", "form", "procedure", "blank", "eligibility", "feedback")
PARTY = ("link", "party", "party_form", "hand_on")
ELECTED = ("elected",)  # looked at in test_elected.py
CONSENT = ("declaration",)  # looked at in test_consent.py
BUNDLE = ("bundle", "party_papers")  # looked at in test_bundle.py
FIGURES = ("figures", "publishing", "oversight")  # looked at in test_figures.py
# What a GET brings there is no page of ours.
NO_PAGES = {
    "static": "files",
    "public.leave": "leads to an everyday page elsewhere",
    "security.us_verify_link": "is never found; that page is seen among the faults",
    "mailbox.attachment": "a file",
    "blank.paper": "a PDF for paper; the page beside it is the accessible copy",
    "desk.paper": "a PDF for paper; the page of the case is the accessible copy",
    "mail.post": "a PDF for paper; the page of the document is the accessible copy",
    "post.paper": "a PDF for paper; the pages of the letters are the accessible copies",
    "party.paper": "a PDF for paper; the page of the letter is the accessible copy",
    "mail.text": "plain text to keep; the page of the document is the accessible copy",
    "party.text": "plain text to keep; the page of the letter is the accessible copy",
    "figures.as_csv": "a file for a spreadsheet; the page of the figures has the same in tables",
    "figures.as_json": "data for a machine",
    "status.healthz": "a word for a machine",
    "status.numbers": "data for a machine",
}
LATE = dt.timedelta(days=2)


class Visit:
    """Somebody who looks at pages, and keeps count."""

    def __init__(self, live: Live, page: Page, addresses: Iterable[str], states: Iterable[str], errors: Iterable[str]):
        self.page, self.hands, self._map = page, Mouse(page), live.app.url_map.bind("127.0.0.1")
        self.pages = Tally("pages", {*addresses, *states})
        self.errors = Tally("error states", errors)

    def see(self, *states: str, page: Page | None = None) -> None:
        """The page before them is sound. It counts for its address, or as a special state of it."""
        shown = page or self.page
        accessible(shown)
        fits(shown)
        self.pages(*(states or [self._endpoint(shown)]))

    def _endpoint(self, page: Page) -> str:
        endpoint, found = self._map.match(urlsplit(page.url).path)
        return f"{endpoint} {found['name']}" if endpoint == "public.notice" else str(endpoint)

    def go(self, address: str, *states: str) -> None:
        """Go there and look."""
        self.page.goto(address)
        self.see(*states)

    def err(self, name: str, button: str, *targets: str) -> None:
        """Press a button; the page that comes says what is wrong and leads to these inputs."""
        before = typed(self.page)
        self.hands.press(button)
        shows_errors(self.page, dict.fromkeys(targets, ""), before)
        fits(self.page)
        self.errors(name)

    def check(self, record: Record) -> None:
        """Nothing was left out."""
        self.pages.check(record)
        if self.errors.expected:
            self.errors.check(record)


def addresses(app: Flask, *rooms: str) -> Iterator[str]:
    """The names of all addresses of the pages in these rooms, or of the officers' pages."""
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.split(".")[0]
        wanted = room in rooms if rooms else room not in (*PUBLIC, *PARTY, *ELECTED, *CONSENT, *BUNDLE, *FIGURES)
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES or not wanted:
            continue
        if rule.endpoint == "public.notice":
            yield from (f"public.notice {name}" for name in NOTICES)
        else:
            yield rule.endpoint


@pytest.fixture
def two_areas(live: Live) -> Iterator[None]:
    """A second area, so that there is something to choose."""
    house = live.app.extensions[EXTENSION]
    folder = live.instance / "procedures"
    folder.mkdir(exist_ok=True)
    area = 'extends = "merton"\n[area]\nname = "Elsewhere"\nbody = "Elsewhere Council"\n'
    (folder / "elsewhere.toml").write_text(area)
    live.app.extensions[EXTENSION] = replace(house, shelves=read_shelves(SHIPPED, live.instance))
    yield
    live.app.extensions[EXTENSION] = house


PUBLIC_STATES = (
    "check with gaps", "advice after an alarm", "resume by link", "no form here", "no form here, and typed",
    "erased", "double start", "area found", "area not found", "quick check: dates", "quick check: answer",
    "blank form of an appeal", "word chosen",
)  # fmt: skip
CHECKED = ("things", "report_agency", "incident_problem", "report_named", "one_problem", "action_taken")
PUBLIC_ERRORS = (
    "save: all wrong", "resume: wrong code", "resume: wrong word", "quick check: empty", "quick check: no dates",
    "confirmation: no word", "feedback: all wrong",
)  # fmt: skip


@pytest.mark.usefixtures("two_areas")
def test_public_pages(live: Live, page: Page, shelves: Shelves, record_property: Record) -> None:
    """Every page for the public, and every error on it, passes axe and fits the screen."""
    visit = Visit(live, page, addresses(live.app, *PUBLIC), PUBLIC_STATES, PUBLIC_ERRORS)
    form = shelves.forms[shelves.procedures["merton"].area.opens_with]
    _find_out(visit)
    visit.go("/merton/")
    for name in NOTICES:
        visit.go(f"/merton/{name}")
    _say_what_one_thinks(visit, shelves.forms["feedback"])
    visit.go("/form/check", "no form here")
    page.goto("/merton/")
    visit.hands.press("Start now")
    victim = Person(visit.hands, form, victim_in_merton(danger="yes", incidents=[]), fits)
    victim.answer_page()
    visit.see("advice after an alarm")
    visit.go("/form/check", "check with gaps")
    _save(visit)
    code = page.locator(".service-code").inner_text()
    _resume(visit, code)
    victim.fill_in()
    visit.see()
    _lose_session(visit, form.pages[0].id)
    _send_and_erase(visit, code, form.send_label)
    with live.app.app_context():
        version, _ = versions_of("merton")[0]
    visit.go(f"/merton/procedure/{version}")
    visit.check(record_property)


def _say_what_one_thinks(visit: Visit, form: Form) -> None:
    """Feedback, with every mistake first."""
    visit.go("/merton/feedback")
    visit.hands.type("think_email", "ann at home")
    visit.err("feedback: all wrong", form.send_label, "think_kind", "think_words", "think_email")
    visit.hands.type("think_email", "ann@people.example")
    visit.hands.choose("think_kind", "idea")
    visit.hands.type("think_words", "Ring back sooner.")
    visit.hands.press(form.send_label)
    visit.see()


def _find_out(visit: Visit) -> None:
    """Which area, how it works, the form to print, and whether there may be a review."""
    visit.go("/")
    visit.go("/?q=Mert", "area found")
    visit.go("/?q=Atlantis", "area not found")
    visit.go("/merton/procedure")
    visit.go("/merton/blank")
    visit.hands.go(visit.page.locator("main a[href*='/blank/']:not([href$='.pdf'])").first)
    visit.see("blank form of an appeal")
    visit.go("/merton/check")
    visit.err("quick check: empty", "Continue", *CHECKED)
    visit.hands.choose("things", "1")
    visit.hands.tick("report_agency", ["council"])
    visit.hands.tick("incident_problem", ["noise"])
    visit.hands.tick("report_named", ["yes"])
    visit.hands.choose("one_problem", "yes")
    visit.hands.choose("action_taken", "none")
    visit.hands.press("Continue")
    visit.see("quick check: dates")
    visit.err("quick check: no dates", "See the answer", "incident_date_1-day", "report_date_1-day")
    for question in ("incident_date_1", "report_date_1"):
        for part, value in (("day", "1"), ("month", "2"), ("year", "2026")):
            visit.hands.type(f"{question}-{part}", value)
    visit.hands.press("See the answer")
    visit.see("quick check: answer")


def _save(visit: Visit) -> None:
    """Save for later, with every mistake first."""
    visit.go("/form/save")
    visit.hands.type("word", "abc")
    visit.hands.type("email", "ann at home")
    visit.err("save: all wrong", "Save and show the code", "word", "email", "safe")
    visit.hands.type("word", "Marmalade")
    visit.hands.type("email", "")
    visit.hands.press("Save and show the code")
    visit.see()


def _resume(visit: Visit, code: str) -> None:
    """Come back by code, and by link, with every mistake first. A word is not shown again once typed."""
    visit.go("/resume")
    visit.hands.type("code", "7KQ2-M4XD-90AB-C3EF")
    visit.err("resume: wrong code", "Open the form", "code")
    visit.go(f"/resume/{code}", "resume by link")
    visit.err("resume: wrong word", "Open the form", "word")
    visit.hands.type("word", "Marmalade")
    visit.hands.press("Open the form")


def _lose_session(visit: Visit, first: str) -> None:
    """The browser forgets who it is while an answer is being typed."""
    visit.page.goto(f"/form/{first}")
    kept = visit.page.context.cookies()
    visit.page.context.clear_cookies()
    visit.hands.press("Save and continue")
    visit.see("no form here, and typed")
    visit.page.context.add_cookies(kept)


def _send_and_erase(visit: Visit, code: str, button: str) -> None:
    visit.page.goto("/form/check")
    visit.hands.press(button)
    visit.see()
    visit.err("confirmation: no word", "Save my word", "word")
    visit.hands.type("word", "Marmalade")
    visit.hands.press("Save my word")
    visit.see("word chosen")
    visit.go("/form/copy")
    visit.page.goto("/merton/")
    visit.hands.press("Start now")
    visit.see("double start")
    visit.go("/form/erase")
    visit.hands.press("Delete what I wrote")
    visit.see()
    visit.pages("erased")


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
    _new_request(visit)
    visit.go(f"/desk/case/{reference}", "case not opened")
    visit.hands.press("Open this referral")
    visit.see()
    _officer_form(visit, reference, live.app.extensions[EXTENSION].shelves)
    _letter(visit, live, reference)
    _came_back(visit, live, reference)
    _new_link(visit, reference)
    _hand_over(visit, live, reference)
    _leave(visit, live)
    _correct(visit, reference)
    _second_person(visit, live)
    _app(visit)
    _mailbox(visit, live)
    _carry_on(visit, live, reference)
    _waits_for_others(visit, live, reference)
    _linked(visit, live)
    _files(visit, live)
    _kept_and_erased(visit, live)
    visit.check(record_property)


def _kept_and_erased(visit: Visit, live: Live) -> None:
    """A case that somebody needs beyond its time, and what is left of it later."""
    reference = opened(live.app)
    for state in ("case that is kept", "case that was erased"):
        with live.app.app_context():
            begin_writing()
            case, now = party_of(reference).case, dt.datetime.now(dt.UTC)
            if case.kept_since:
                erase_case(case, now)
            case.seen_at = case.kept_since = case.closed_at = now
            db.session.commit()
        visit.go(f"/desk/case/{reference}", state)


def _waits_for_others(visit: Visit, live: Live, reference: str) -> None:
    """A case whose agency was asked, and wants somebody else to answer."""
    _, party_id = asked(live.app, reference)
    with live.app.app_context():
        begin_writing()
        now = dt.datetime.now(dt.UTC)
        party = db.session.get_one(Party, party_id)
        duty = open_duty(party.case, Which("agency-return", party_id), now)
        for email in ("bo@police.example", "a.very.long.name.indeed@some-other-organisation.example"):
            pass_on(party, duty, "Al Jones", "Bo Smith", email, now)
        db.session.commit()
    visit.go(f"/desk/case/{reference}", "case that waits for others")


def _files(visit: Visit, live: Live) -> None:
    """A file that came with a request: not checked, checked, and with a virus."""
    reference, (key,) = opened_with_files(live.app, (PDF, "a very long name of a letter from the landlord.pdf"))
    visit.go(f"/desk/case/{reference}")
    visit.hands.press("Open this referral")
    visit.see("case with a file")
    for state, seen in (
        ("unscanned", "desk_files.page"),
        ("clean", "clean file"),
        ("quarantined", "file with a virus"),
    ):
        with live.app.app_context():
            begin_writing()
            db.session.execute(update(Attachment).values(state=state))
            db.session.commit()
        visit.go(f"/desk/case/{reference}/file/{key}/", seen)


def _linked(visit: Visit, live: Live) -> None:
    """A case that goes to another body, as both see it, and the duties of an area itself."""
    before = live.app.extensions[EXTENSION]
    use_linked_areas(live.app, live.instance)
    with live.app.app_context():
        now = dt.datetime.now(dt.UTC)
        keep_area_folders(now)
        form = live.app.extensions[EXTENSION].shelves.forms["own-figures"]
        folder = area_folder("merton")
        assert folder
        begin_writing()
        file_document(folder, "own-figures", form, {"note": "Few."}, author=Author("Sam", "spoc"), now=now)
        db.session.commit()
    visit.go("/desk/", "list with own duties")
    visit.go("/status")
    visit.go("/desk/area")
    visit.see("own duties with something on record")
    reference = opened(live.app)
    with live.app.app_context():
        begin_writing()
        case = db.session.query(Case).filter_by(reference=reference).one()
        case.seen_at = now
        further = live.app.extensions[EXTENSION].shelves.forms["further"]
        file_document(case, "further", further, {"why": "It went on."}, author=Author("Sam", "spoc"), now=now)
        copied = copy(documents_of(case)[0], case, now)
        db.session.commit()
        number = copied.number
    visit.go(f"/desk/case/{reference}", "case that went on")
    visit.go(f"/desk/case/{reference}/document/{number}", "document from elsewhere")
    live.app.extensions[EXTENSION] = before


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


def _new_request(visit: Visit) -> None:
    visit.go("/desk/new/")
    boxes = ["received_on-day", "received_on-month", "received_on-year", "received_time"]
    tomorrow = dt.datetime.now(dt.UTC) + LATE

    def type_all(*values: object) -> None:
        for box, value in zip(boxes, values, strict=True):
            visit.hands.type(box, str(value))

    type_all("", "", "", "")
    visit.err("new: all missing", "Continue", "channel", "received_on-day", "received_time")
    visit.hands.choose("channel", "phone")
    type_all(32, 13, 2026, "after tea")
    visit.err("new: all invalid", "Continue", "received_on-day", "received_time")
    type_all(tomorrow.day, tomorrow.month, tomorrow.year, "3pm")
    visit.err("new: future", "Continue", "received_on-year")
    today = dt.datetime.now(dt.UTC)
    type_all(today.day, today.month, today.year, "23:59")
    visit.err("new: later today", "Continue", "received_time")
    type_all(1, 2, 2026, "3pm")
    visit.hands.press("Continue")
    visit.see()
    visit.go(f"{urlsplit(visit.page.url).path.rsplit('/', 1)[0]}/check", "check of a new request")
    visit.go("/desk/new/", "new request with others begun")


def _officer_form(visit: Visit, reference: str, shelves: Shelves) -> None:
    """One officers' form to its check page, and the case after it; the forms' pages are seen elsewhere."""
    step = next(
        step for step in shelves.procedures["merton"].steps
        if step.fill and len(shelves.forms[step.fill].pages) == 1 and shelves.forms[step.fill].audience == "officer"
    )  # fmt: skip
    assert step.fill
    form = shelves.forms[step.fill]
    visit.go(f"/desk/case/{reference}/form/{step.id}/")
    Person(visit.hands, form, {}, fits).fill_in()
    visit.see("check of an officer's form")
    visit.hands.press(form.send_label)
    visit.see("case after a step")
    visit.go(f"/desk/case/{reference}/form/seen/", "form that is on record already")
    visit.page.goto(f"/desk/case/{reference}")
    visit.hands.go(visit.page.get_by_role("table", name="Documents").get_by_role("link").first)
    visit.see()


def _letter(visit: Visit, live: Live, reference: str) -> None:
    visit.go(f"/desk/case/{reference}/form/off-the-case/", "form: for whom")
    at = f"/desk/case/{reference}/letter"
    visit.go(f"{at}/acknowledgement")
    visit.hands.type("subject", "")
    visit.hands.type("markdown", "")
    visit.err("letter: empty", "Send by email", "subject", "markdown")
    visit.page.goto(f"{at}/acknowledgement")
    visit.hands.type("subject", "Words of my own")
    visit.hands.press("Show me how it reads now")
    visit.see("letter: read again")
    visit.go(f"{at}/outcome", "letter with gaps")
    visit.err("letter: gaps", "Send by email", "markdown")
    visit.page.goto(f"/desk/case/{reference}")
    visit.hands.press("Send the letter now")
    visit.hands.go(visit.page.get_by_role("table", name="Documents").get_by_role("link", name=re.compile("cknowledge")))
    visit.see("document: letter")
    sent = visit.page.url
    visit.hands.follow("Send a corrected letter in its place")
    visit.see("letter in the place of another")
    visit.hands.press("Send by email")
    visit.go(sent, "letter whose place was taken")
    _on_paper(visit, opened(live.app, email_safe="no", email=None))


def _on_paper(visit: Visit, reference: str) -> None:
    visit.page.goto(f"/desk/case/{reference}")
    visit.hands.press("Open this referral")
    visit.go(f"/desk/case/{reference}/letter/acknowledgement", "letter on paper")
    today = dt.datetime.now(dt.UTC)
    for name, target, day in (
        ("missing", "posted_on-day", ("", "", "")),
        ("invalid", "posted_on-day", (32, 1, 2026)),
        ("future", "posted_on-year", (1, 1, today.year + 1)),
        ("before the request", "posted_on-day", (1, 1, 2020)),
    ):
        for part, value in zip(("day", "month", "year"), day, strict=True):
            visit.hands.type(f"posted_on-{part}", str(value))
        visit.err(f"posted: {name}", "It is posted", target)
    visit.page.goto(f"/desk/case/{reference}/letter/acknowledgement")
    visit.hands.press("Keep it with the letters for the post")
    visit.go(f"/desk/case/{reference}/letter/acknowledgement", "letter that waits for the post")
    _post(visit)
    visit.page.goto(f"/desk/case/{reference}")
    visit.hands.go(visit.page.get_by_role("table", name="Documents").get_by_role("link", name=re.compile("cknowledge")))
    visit.see("letter on paper that has gone")
    posted = visit.page.url
    visit.hands.follow("The day of posting is wrong")
    visit.see("the day of posting is wrong")
    visit.page.goto(posted)
    visit.hands.press("The post returned this letter")
    visit.see("case with a letter that came back")


def _post(visit: Visit) -> None:
    """Letters that wait for the post, with every mistake."""
    visit.go("/desk/post")
    for name, day in (("missing", ("", "", "")), ("before the request", (1, 1, 2020))):
        for part, value in zip(("day", "month", "year"), day, strict=True):
            visit.hands.type(f"posted_on-{part}", str(value))
        visit.err(f"post: {name}", "They are posted", "posted_on-day")
    visit.page.get_by_role("checkbox").uncheck()
    visit.err("post: none chosen", "They are posted", "letters")
    visit.go("/desk/post")
    visit.hands.press("They are posted")
    visit.see("nothing for the post")


def _came_back(visit: Visit, live: Live, reference: str) -> None:
    """An email came back; the new address is mistyped first."""
    beat(live)
    visit.page.goto(f"/desk/case/{reference}")
    visit.page.locator("#emails").click()
    visit.hands.go(visit.page.get_by_role("button", name=re.compile("This came back")).last)
    visit.see("case with mail that came back")
    visit.hands.go(visit.page.get_by_role("link", name="Enter a new email address"))
    visit.see()
    visit.err("new email: missing", "Use this address", "email")
    visit.hands.type("email", "ann at home")
    visit.err("new email: invalid", "Use this address", "email")


def _new_link(visit: Visit, reference: str) -> None:
    visit.page.goto(f"/desk/case/{reference}")
    visit.hands.follow("Give a new link")
    visit.see()
    visit.err("new link: no way", "Give the new link", "way")
    visit.hands.choose("way", "paper")
    visit.hands.type("word", "abc")
    visit.err("new link: short word", "Give the new link", "word")
    visit.hands.type("word", "")
    visit.hands.press("Give the new link")
    visit.see("a code to print")


def _hand_over(visit: Visit, live: Live, reference: str) -> None:
    visit.go(f"/desk/case/{reference}/hand-over", "nobody to hand over to")
    join(live.app, "bob@merton.example", "Bob Dee", role="officer")
    visit.go(f"/desk/case/{reference}/hand-over")
    visit.err("hand over: to nobody", "Hand it over", "to")


def _leave(visit: Visit, live: Live) -> None:
    join(live.app, "dee@merton.example", "Dee Deputy", role="deputy")
    visit.go("/desk/leave")
    visit.err("leave: all missing", "Put it on record", "first_on-day", "last_on-day", "stand_in")
    today = dt.datetime.now(dt.UTC).date()
    for name in ("first_on", "last_on"):
        for part in ("day", "month", "year"):
            visit.hands.type(f"{name}-{part}", str(getattr(today, part)))
    visit.page.get_by_role("radio", name="Sam Spoc").last.check()
    visit.err("leave: somebody else", "Put it on record", "stand_in")
    visit.page.get_by_role("radio", name="Dee Deputy").last.check()
    visit.hands.press("Put it on record")
    visit.see("leave on record")
    visit.go("/desk/", "my day of whoever is on leave")


def _correct(visit: Visit, reference: str) -> None:
    document = f"/desk/case/{reference}/document/"
    visit.go(f"{document}1")
    visit.hands.follow("Correct or add to it")
    visit.see("forms.form")
    visit.err("correction: no reason", "Save and continue", "correction_kind", "correction_why")
    visit.page.get_by_role("radio").first.check()
    visit.hands.type("correction_why", "She rang. Her letter gives the right day.")
    visit.hands.press("Save and continue")
    visit.see("check of a correction")
    visit.hands.go(visit.page.locator("a[href*='/in-short']"))
    visit.hands.type("headline", "Drums at night, in a headline that is long enough to need a second line")
    visit.hands.press("Save and continue")
    visit.hands.press("Put it on record")
    visit.see("case that was corrected")
    visit.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    visit.see("case with every part open")
    visit.go(f"{document}1", "document that was corrected")
    visit.hands.go(visit.page.get_by_role("link", name=re.compile("^document")))
    visit.see("document that corrects")


def _second_person(visit: Visit, live: Live) -> None:
    """A refusal against the test of the Act, and a letter, both of a colleague who waits for a second person."""
    before, today = use_second_reader(live.app, "spoc"), dt.datetime.now(dt.UTC).date()
    nights = [incident(n, str(today - n * LATE), str(today - n * LATE)) for n in (1, 2, 3)]
    reference = opened(live.app, incidents=nights)
    visit.go(f"/desk/case/{reference}")
    visit.hands.press("Open this referral")
    with live.app.app_context():
        begin_writing()
        case, now = db.session.query(Case).filter_by(reference=reference).one(), dt.datetime.now(dt.UTC)
        bob, shelves = find_officer("bob@merton.example"), live.app.extensions[EXTENSION].shelves
        assert bob
        draft, _ = start_draft(shelves.procedures["merton"], shelves.forms["threshold-decision"], now)
        draft.case_id, draft.officer_id, draft.step = case.id, bob.id, "threshold-decision"
        draft.answers = {"decision": "not-met", "decided_on": str(today), "reasons": "The landlord has acted."}
        ask_second_person(case, Which("threshold-decision"), draft, bob, now)
        letter = draft_letter(case, READ_FIRST, now)
        ask_second(case, letter, letter.written, bob, now)
        db.session.commit()
    visit.go(f"/desk/case/{reference}/form/threshold-decision/", "decision that waits for me")
    visit.err("second person: no reason", "I do not agree", "why")
    visit.go(f"/desk/case/{reference}/letter/{READ_FIRST}", "letter that waits for me")
    visit.err("second reader: no reason", "Send it back", "why")
    live.app.extensions[EXTENSION] = before


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


def _carry_on(visit: Visit, live: Live, reference: str) -> None:
    """A session that ends in the middle of a letter: what was typed comes back after signing in."""
    visit.page.goto(f"/desk/case/{reference}/letter/outcome")
    visit.page.context.clear_cookies(name="session")
    visit.hands.press("Show me how it reads now")
    visit.see("security.us_signin")
    visit.hands.type("identity", SAM)
    visit.hands.press("Email me a code")
    found = CODE.search(newest_mail(live, visit.page.context, SAM))
    assert found
    visit.hands.type("passcode", found[1])
    visit.hands.press("Sign in")
    visit.see("sign-in: carry on")


# --- somebody's own page ----------------------------------------------------------------------------------------------

PARTY_STATES = (
    "could not open", "by code", "first word", "large print", "closed", "word asked again", "typed and asked again",
    "carry on", "form not needed", "check of a form", "page of a closed case", "page of an agency", "passed on",
    "passed on elsewhere",
)  # fmt: skip
PARTY_ERRORS = ("new: no address", "first word: none", "again: wrong word", "colleague: all missing")


def test_party_pages(live: Live, page: Page, monkeypatch: pytest.MonkeyPatch, record_property: Record) -> None:
    """Every page behind a link, and before it, passes axe and fits the screen, errors included."""
    visit = Visit(live, page, addresses(live.app, *PARTY), PARTY_STATES, PARTY_ERRORS)
    reference = opened(live.app)
    give_word(live.app, reference)
    with live.app.app_context():
        begin_writing()
        link = f"/merton/open/{mint(party_of(reference), dt.datetime.now(dt.UTC))}"
        db.session.commit()
    _before_the_door(visit, link)
    visit.page.goto(link)
    visit.hands.type("word", WORD)
    visit.hands.press("Open")
    visit.see()
    here = urlsplit(page.url).path
    _own_letters(visit, here)
    _own_forms(visit, here, live.app.extensions[EXTENSION].shelves)
    _pause(visit, here, monkeypatch)
    page.context.clear_cookies()  # as the way out does, which leads elsewhere
    visit.go(here, "closed")
    _agency(visit, live)
    visit.check(record_property)


def _agency(visit: Visit, live: Live) -> None:
    """An agency before its page passes on what it is asked for: to its own house, and elsewhere."""
    link, _ = asked(live.app, opened(live.app))
    visit.page.goto(link)
    visit.hands.type("word", WORD)
    visit.hands.press("Open")
    visit.page.get_by_text("Who and what it is about").click()
    visit.see("page of an agency")
    here = visit.page.url
    for email, state in (("bo@police.example", "passed on"), ("bo@elsewhere.example", "passed on elsewhere")):
        visit.page.goto(here)
        visit.hands.follow("Pass it on to a colleague")
        visit.see()
        if state == "passed on":
            visit.err("colleague: all missing", "Pass it on", "your_name", "colleague_name", "colleague_email")
        for name, text in (("your_name", "Al"), ("colleague_name", "Bo"), ("colleague_email", email)):
            visit.hands.type(name, text)
        visit.hands.press("Pass it on")
        visit.see(state)


def _before_the_door(visit: Visit, link: str) -> None:
    visit.go(link)
    visit.hands.press("Open")
    visit.see("could not open")
    visit.page.goto(link)
    visit.hands.press("I have not chosen a word yet")
    visit.see("first word")
    visit.err("first word: none", "Open", "word")
    visit.go("/merton/open", "by code")
    visit.go("/merton/open/new")
    visit.err("new: no address", "Send me a new link", "email")
    visit.hands.type("email", "ann@people.example")
    visit.hands.press("Send me a new link")
    visit.see()


def _own_letters(visit: Visit, here: str) -> None:
    visit.hands.go(visit.page.locator("main a[href*='/letter/']").first)
    visit.see()
    visit.hands.follow("Read it in large print")
    visit.see("large print")
    visit.page.goto(here)


def _own_forms(visit: Visit, here: str, shelves: Shelves) -> None:
    """A form to its end, and another that ends the case."""
    for name in ("tell-more", "withdraw"):
        form = shelves.forms[name]
        visit.page.goto(here)
        visit.hands.follow(form.title)
        form_at = urlsplit(visit.page.url).path
        visit.see()
        Person(visit.hands, form, {"stop_pressed": "own"}, fits).fill_in()
        visit.see("check of a form")
        visit.hands.press(form.send_label)
        visit.see()
    visit.go(form_at, "form not needed")
    visit.go(here, "page of a closed case")


def _pause(visit: Visit, here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour without a press, in the middle of a form."""
    visit.hands.follow("Tell us more")
    visit.hands.type("added_words", "Typed for a long time")
    with monkeypatch.context() as patch:
        patch.setattr(opening, "IDLE", dt.timedelta(0))
        visit.hands.press("Save and continue")
        visit.see("typed and asked again")
        visit.err("again: wrong word", "Carry on", "word")
    visit.hands.type("word", WORD)
    visit.hands.press("Carry on")
    visit.see("carry on")
    visit.hands.press("Carry on where you were")
    assert "added" not in visit.page.url  # the next page has come
    with monkeypatch.context() as patch:
        patch.setattr(opening, "IDLE", dt.timedelta(0))
        visit.go(here, "word asked again")


# --- when things go wrong --------------------------------------------------------------------------------------------


@contextmanager
def failing(app: Flask, endpoint: str, error: Exception) -> Iterator[None]:
    """An address whose view fails."""
    view = app.view_functions[endpoint]

    def fail(**_: Any) -> None:
        raise error

    app.view_functions[endpoint] = fail
    app.config["SHOW_FAULTS"] = True
    yield
    app.config["SHOW_FAULTS"] = False
    app.view_functions[endpoint] = view


def test_fault_pages(live: Live, page: Page, browser: Browser, shelves: Shelves, record_property: Record) -> None:
    """The page for each thing that can go wrong passes axe, fits the screen, and keeps what was typed."""
    visit = Visit(live, page, (), [*map(str, FAULTS), "429 at sign-in"], ())
    form = shelves.forms[shelves.procedures["merton"].area.opens_with]
    visit.go("/nowhere", "404")
    visit.go("/merton/begin", "405")
    _forbidden(visit, browser, live)
    page.goto("/merton/")
    visit.hands.press("Start now")
    headline = next(question for one in form.pages for question in one.questions if question.means == "case.headline")
    where = form.page_of(headline.id)
    assert where
    for code, error in (("500", RuntimeError()), ("503", OperationalError("", {}, Exception("locked")))):
        page.goto(f"/form/{where.id}")
        visit.hands.type(headline.id, "Drums all night")
        with failing(live.app, "form.page", error):
            visit.hands.press("Save and continue")
        expect(page.locator("main")).to_contain_text("Drums all night")
        visit.see(code)
    visit.hands.press("Try again")
    assert form.pages  # nothing is lost: the same answers went through
    page.goto(f"/form/{where.id}")
    expect(page.locator(f'[name="{headline.id}"]')).to_have_value("Drums all night")
    page.locator(f'[name="{headline.id}"]').evaluate("box => { box.value = 'x'.repeat(3000000) }")
    visit.hands.press("Save and continue")
    visit.see("413")
    _too_often(visit, live)
    _refused(visit, live)
    visit.check(record_property)


def _forbidden(visit: Visit, browser: Browser, live: Live) -> None:
    """Somebody who comes to a local service through a proxy; and a stale page without a session."""
    far = browser.new_context(base_url=live.url)
    stranger = far.new_page()
    through_proxy = {"X-Forwarded-For": "192.0.2.1"}
    stranger.route("**/merton/", lambda route: route.continue_(headers={**route.request.headers, **through_proxy}))
    stranger.goto("/merton/")
    visit.see("403", page=stranger)
    far.close()
    visit.page.goto("/sign-in")
    visit.page.context.clear_cookies()
    visit.hands.type("identity", SAM)
    visit.hands.press("Email me a code")
    visit.see("400")


def _too_often(visit: Visit, live: Live) -> None:
    """More tries than anybody needs."""
    for _ in range(40):
        visit.page.goto("/resume/7KQ2-M4XD-90AB-C3EF")
        visit.hands.press("Open the form")
        if visit.page.locator("h1", has_text="too often").count():
            break
    visit.see("429")
    for _ in range(10):
        visit.page.goto("/sign-in")
        visit.hands.type("identity", SAM)
        visit.hands.press("Email me a code")
        if visit.page.locator("h1", has_text="Too many tries").count():
            break
    visit.see("429 at sign-in")
    with live.app.app_context():
        begin_writing()
        db.session.execute(delete(Attempt))
        db.session.commit()


def _refused(visit: Visit, live: Live) -> None:
    """A letter that a colleague has sent already."""
    join(live.app)
    reference = opened(live.app)
    sign_in(live, visit.hands, SAM)
    visit.page.goto(f"/desk/case/{reference}")
    visit.hands.press("Open this referral")
    visit.hands.press("Send the letter now")
    visit.go(f"/desk/case/{reference}/letter/acknowledgement", "422")


def test_axe_would_notice(page: Page, live: Live) -> None:
    """The checks themselves work: a picture without words, a target too small and a page too wide are found."""
    page.goto("/merton/")
    wrongs = {
        "image-alt": ("main", "<img>", ""),
        "target-size": ("main", "<button>a</button><button>b</button>", "all: unset; width: 5px; font-size: 5px"),
        "region": ("body", "<p>Outside of everything</p>", ""),
    }
    add = """(one, [html, style]) => {
      one.insertAdjacentHTML('beforeend', html)
      for (const child of [...one.children].slice(-2)) if (style) child.style.cssText = style
    }"""
    for rule, (place, html, style) in wrongs.items():
        page.reload()
        page.locator(place).evaluate(add, [html, style])
        with pytest.raises(AssertionError, match=re.escape(rule)):
            accessible(page)
    page.locator("main").evaluate("one => { one.style.width = '3000px' }")
    with pytest.raises(AssertionError, match="wide"):
        fits(page)
