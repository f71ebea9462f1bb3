"""A panel in a real browser: three members are asked by link, one has an interest, two vote, and the desk decides."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import accessible, fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person
from tests.browser.service import newest_mail, sign_in
from tests.browser.test_agency import NARROW
from tests.moment import LONDON
from tests.web.desk import documents, join, opened
from tests.web.party import FIRST_CODE, give_word, mails
from webform.documents.shelf import Shelves

SAM = "sam.spoc@merton.example"
LINK = re.compile(r"/merton/open/[0-9a-f]{64}")
SOON = (dt.datetime.now(LONDON).date() + dt.timedelta(days=7)).isoformat()
MEETING = {"meeting_on": SOON, "meeting_place": "Room 2", "others": ["none"], "agenda": "The threshold."}


SEEN: set[str] = set()  # pages that axe has looked at, by address without whose they are


def sound(page: Page, again: bool = False) -> None:
    """Axe finds nothing, and nothing is wider than the screen; of a page that was seen before, only if it is new."""
    name = re.sub(r"/page/[^/]+|[0-9a-f]{64}|[A-Z0-9]{4}-[A-Z0-9]{4}", "", urlsplit(page.url).path)
    if again or name not in SEEN:
        SEEN.add(name)
        accessible(page)
        fits(page)


def fills_in(hands: Mouse, shelves: Shelves, form: str, **answers: object) -> None:
    """The form before them, every page seen, to its end."""
    Person(hands, shelves.forms[form], answers, sound).fill_in()
    hands.press(shelves.forms[form].send_label)
    sound(hands.page)


def first_visit(live: Live, context: BrowserContext, role: str) -> Mouse:
    """A member at a narrow screen, from the newest mail to their page."""
    hands, email = Mouse(context.new_page()), f"{role}.mailbox@merton.example"
    hands.page.set_viewport_size(NARROW)
    link = LINK.search(newest_mail(live, context, email))
    assert link
    hands.page.goto(link[0])
    hands.press("I have not chosen a word yet")
    code = FIRST_CODE.search(newest_mail(live, context, email))
    assert code
    hands.type("own-code", code[0])
    hands.type("word", f"word of {role}")
    hands.press("Open")
    sound(hands.page)
    return hands


def comes_back(live: Live, context: BrowserContext, reference: str, role: str) -> Mouse:
    """A member who has chosen their word before, by the link that was mailed last."""
    give_word(live.app, reference, f"word of {role}", role)
    hands = Mouse(context.new_page())
    hands.page.set_viewport_size(NARROW)
    (link,) = LINK.findall(mails(live.app, f"{role}.mailbox@merton.example")[-1].text)
    hands.page.goto(link)
    hands.type("word", f"word of {role}")
    hands.press("Open")
    return hands


def test_three_members_vote_and_one_has_an_interest(
    live: Live, page: Page, context: BrowserContext, shelves: Shelves
) -> None:  # fmt: skip
    """Asked by mail, each on a page of their own; one is let go, one changes their vote; the decision rests on it."""
    join(live.app, SAM, "Sam Spoc")
    reference = opened(live.app)
    sam = Mouse(page)
    sign_in(live, sam, SAM)
    page.goto(f"/desk/case/{reference}")
    sam.press("Open this referral")
    page.goto(f"/desk/case/{reference}/form/panel-meeting/")
    fills_in(sam, shelves, "panel-date", **MEETING)
    page.goto(f"/desk/case/{reference}/form/votes-asked/")
    fills_in(sam, shelves, "votes-asked", vote_by=SOON)
    police = first_visit(live, context, "police")
    clarion, safer = (comes_back(live, context, reference, role) for role in ("clarion", "safer-merton"))
    home = safer.page.url
    clarion.follow("Say whether you have an interest")
    fills_in(clarion, shelves, "interest", interest="yes")
    expect(clarion.page.locator("main")).to_contain_text("your page is closed")
    for hands, said in ((police, "yes"), (safer, "no")):
        at = hands.page.url
        hands.follow("Say whether you have an interest")
        fills_in(hands, shelves, "interest", interest="no")
        hands.page.goto(at)
        hands.follow("Vote on the threshold")
        fills_in(hands, shelves, "vote", vote=said, vote_why="As the reports show.")
    page.goto(f"/desk/case/{reference}")
    expect(page.locator("section[aria-labelledby=threshold]")).to_contain_text("The vote is no.")
    sound(page, again=True)
    safer.page.goto(home)
    safer.follow("Vote on the threshold")
    fills_in(safer, shelves, "vote", vote="yes", vote_why="I read it again.")
    page.goto(f"/desk/case/{reference}/form/threshold-decision/")
    page.get_by_text("Vote on the threshold: The vote is yes.").click()
    expect(page.locator("main")).to_contain_text("Has an interest in the case, and is not counted")
    sound(page, again=True)
    decided = dt.datetime.now(LONDON).date().isoformat()
    fills_in(sam, shelves, "threshold-decision", decision="met", ground="local", decided_on=decided, vexatious="no")
    assert len(documents(live.app, reference, "threshold-decision")) == 1
