"""What an officer sees of cases and their forms, with every mistake."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from sqlalchemy import update

from tests.agency import asked
from tests.browser.checks import fits
from tests.browser.conftest import Live
from tests.browser.person import Person
from tests.browser.service import CODE, newest_mail
from tests.browser.visit import LATE, Visit
from tests.evidence import PDF
from tests.linked_areas import use_linked_areas
from tests.web.desk import SAM, join, opened, opened_with_files
from tests.web.party import party_of
from webform.cases.area_folder import area_folder, keep_area_folders
from webform.cases.colleagues import pass_on
from webform.cases.erase import erase_case
from webform.cases.file_document import file_document
from webform.cases.folder import Which, documents_of, open_duty
from webform.cases.hand_over import copy
from webform.cases.people import Author
from webform.documents.shelf import Shelves
from webform.house import EXTENSION
from webform.records.attachments import Attachment
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Party


def new_request(visit: Visit) -> None:
    """A request that somebody writes down."""
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


def officer_form(visit: Visit, reference: str, shelves: Shelves) -> None:
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


def hand_over(visit: Visit, live: Live, reference: str) -> None:
    """The case goes to a colleague."""
    visit.go(f"/desk/case/{reference}/hand-over", "nobody to hand over to")
    join(live.app, "bob@merton.example", "Bob Dee", role="officer")
    visit.go(f"/desk/case/{reference}/hand-over")
    visit.err("hand over: to nobody", "Hand it over", "to")


def leave(visit: Visit, live: Live) -> None:
    """Leave is put on record."""
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


def waits_for_others(visit: Visit, live: Live, reference: str) -> None:
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


def linked(visit: Visit, live: Live) -> None:
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


def files(visit: Visit, live: Live) -> None:
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


def carry_on(visit: Visit, live: Live, reference: str) -> None:
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


def kept_and_erased(visit: Visit, live: Live) -> None:
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
