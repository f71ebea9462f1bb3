"""What an officer sees of letters, links and corrections, with every mistake."""

from __future__ import annotations

import datetime as dt
import re

from tests.browser.conftest import Live
from tests.browser.service import beat
from tests.browser.visit import LATE, Visit
from tests.second_reader import STEP as READ_FIRST
from tests.second_reader import use_second_reader
from tests.victim import incident
from tests.web.desk import opened
from webform.cases.drafts import start_draft
from webform.cases.folder import Which
from webform.cases.letters import draft_letter
from webform.cases.officers import find_officer
from webform.cases.second_person import ask_second_person
from webform.cases.second_reader import ask_second
from webform.house import EXTENSION
from webform.records.store import begin_writing, db
from webform.records.tables import Case


def letter(visit: Visit, live: Live, reference: str) -> None:
    """A letter by email: empty, changed, with gaps, gone, and with a corrected one in its place."""
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


def came_back(visit: Visit, live: Live, reference: str) -> None:
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


def new_link(visit: Visit, reference: str) -> None:
    """A new link is given, on paper."""
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


def correct(visit: Visit, reference: str) -> None:
    """The request is corrected."""
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


def second_person(visit: Visit, live: Live) -> None:
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
