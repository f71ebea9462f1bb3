"""Somebody's own page in a real browser: from the mail to the end of the case, and every door that is shut."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from tests.browser.checks import fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse
from tests.browser.service import beat, newest_mail, sign_in
from tests.web.desk import SAM, documents, effects, join, opened
from tests.web.party import WORD, give_word, party_of
from webform.cases.links import mint, of_token
from webform.records.store import begin_writing, db
from webform.records.tables import Link, Message, Task

ANN = "ann@people.example"
LINK = re.compile(r"/merton/open/[0-9a-f]{64}")
NARROW = {"width": 320, "height": 640}


@pytest.fixture(params=["with script", "without script"])
def hands(request: pytest.FixtureRequest) -> Mouse:
    """Somebody at a narrow screen, with JavaScript and without."""
    page: Page = request.getfixturevalue("page" if request.param == "with script" else "plain_page")
    page.set_viewport_size(NARROW)
    return Mouse(page)


def open_link(hands: Mouse, path: str, word: str = WORD) -> None:
    hands.page.goto(path)
    hands.type("word", word)
    hands.press("Open")


def look(hands: Mouse, heading: str) -> None:
    """The page of that heading, narrow enough; what axe says of it is asked elsewhere."""
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text(heading)
    fits(hands.page)


def link_in(live: Live, context: BrowserContext) -> str:
    """The link of the newest mail, as Ann reads it."""
    found = LINK.search(newest_mail(live, context, ANN))
    assert found
    return found[0]


def test_from_the_mail_to_the_end(live: Live, hands: Mouse, context: BrowserContext) -> None:
    """She opens the link, reads in large print, tells more, has no more email sent to her, and stops."""
    join(live.app)
    reference = opened(live.app)
    give_word(live.app, reference)
    officer = Mouse(context.new_page())
    sign_in(live, officer, SAM)
    officer.page.goto(f"/desk/case/{reference}")
    officer.press("Open this referral")
    officer.press("Send the letter now")
    open_link(hands, link_in(live, context))
    look(hands, "Your page")
    _read(hands)
    _tell_more(hands)
    _no_email(hands)
    _stop(hands)
    assert {"changes-contact", "withdraws"} <= set(effects(live.app, reference))
    beat(live)
    with live.app.app_context():
        late = select(Message.letter).where(Message.party_id.is_not(None), Message.state != "sent")
        assert set(db.session.scalars(late)) == set()  # what went, went while it was safe; nothing was written since
        assert db.session.scalars(select(Task).where(Task.case_id.is_not(None))).first()  # somebody has to tell her


def _read(hands: Mouse) -> None:
    page, home = hands.page, hands.page.url
    hands.go(page.locator("main a[href*='/letter/']").first)
    usual = _size(page)
    hands.follow("Read it in large print")
    assert _size(page) >= 1.25 * usual
    look(hands, "Your request")
    page.goto(home)


def _size(page: Page) -> float:
    """How tall the letters of the letter are."""
    of = "one => parseFloat(getComputedStyle(one).fontSize)"
    return float(page.locator("article p.govuk-body").first.evaluate(of))


def _file(hands: Mouse, link: str, send: str, *answers: Callable[[], None]) -> None:
    """A form of the page, its first pages answered, sent; and back to the page."""
    home = hands.page.url
    hands.follow(link)
    for answer in answers:
        answer()
        hands.press("Save and continue")
    _through(hands)
    hands.press(send)
    look(hands, "We have it")
    hands.page.goto(home)


def _tell_more(hands: Mouse) -> None:
    _file(hands, "Tell us more", "Send", lambda: hands.type("added_words", "It went on last night."))


def _no_email(hands: Mouse) -> None:
    _file(hands, "Change how we contact you", "Save", lambda: hands.choose("email_safe", "no"))


def _stop(hands: Mouse) -> None:
    _file(hands, "Stop your request", "Stop my request")
    expect(hands.page.locator("main")).to_contain_text("This case is closed")


def _through(hands: Mouse) -> None:
    """On to check-your-answers: the first of whatever has to be chosen, or "no", and nothing else."""
    while not hands.page.url.endswith("/check"):
        names = hands.page.locator("main form input[type=radio]").evaluate_all("all => all.map(one => one.name)")
        for name in dict.fromkeys(names):
            no = hands.page.locator(f'[name="{name}"][value="no"]')
            (no if no.count() else hands.page.locator(f'[name="{name}"]').first).check()
        hands.press("Save and continue")
    fits(hands.page)


def test_every_shut_door_leads_to_a_new_link(live: Live, hands: Mouse, context: BrowserContext) -> None:
    """Wrong, expired and revoked links look the same, and each page leads to a new link at the address on record."""
    give_word(live.app, opened(live.app))
    path = link_in(live, context)
    shut = []
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    states: tuple[dict[str, dt.datetime], ...] = (
        {}, {"expires_at": now - day}, {"expires_at": now + day, "revoked_at": now},
    )  # fmt: skip
    for state in states:
        with live.app.app_context():
            begin_writing()
            if state:
                mine = Link.digest == of_token(path.rpartition("/")[2])
                db.session.execute(update(Link).where(mine).values(**state))
            db.session.commit()
        open_link(hands, path if state else path[:-1] + ("0" if path[-1] != "0" else "1"))
        look(hands, "We could not open your page")
        shut.append(hands.page.locator("main").inner_text())
    assert shut[0] == shut[1] == shut[2]
    with live.app.app_context():
        begin_writing()
        db.session.execute(update(Link).values(revoked_at=None))
        db.session.commit()
    hands.follow("Ask for a new link")
    hands.type("email", ANN)
    hands.press("Send me a new link")
    look(hands, "Look at your email")
    new = link_in(live, context)
    assert new != path
    open_link(hands, new)
    look(hands, "Your page")


def test_back_after_sending_files_nothing_twice(live: Live, hands: Mouse) -> None:
    """The back button leads to the form again, and pressing its button once more to the same end."""
    reference = opened(live.app)
    give_word(live.app, reference)
    with live.app.app_context():
        begin_writing()
        token = mint(party_of(reference), dt.datetime.now(dt.UTC))
        db.session.commit()
    open_link(hands, f"/merton/open/{token}")
    hands.follow("Tell us more")
    hands.type("added_words", "Once.")
    hands.press("Save and continue")
    _through(hands)
    hands.press("Send")
    sent = urlsplit(hands.page.url).path
    hands.page.go_back()
    if hands.page.get_by_role("button", name="Send", exact=True).count():  # a browser may show what it had
        hands.press("Send")
        assert urlsplit(hands.page.url).path == sent
    assert len(documents(live.app, reference, "tell-more")) == 1
