"""What goes on around the pages: the clock, the mailbox, officers who sign in."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import BrowserContext

from tests.browser.conftest import Live
from tests.browser.person import Mouse
from webform.clock import the_jobs

CODE = re.compile(r"\b(\d{8})\b")


def beat(live: Live) -> None:
    """The clock, which runs beside the web, does everything that it does, once."""
    now = dt.datetime.now(dt.UTC)
    with live.app.app_context():
        for job in the_jobs(now):
            job.work(now, lambda: False)


def newest_mail(live: Live, context: BrowserContext, to: str) -> str:
    """The words of the newest mail to an address, read in the local mailbox."""
    beat(live)
    tab = context.new_page()
    tab.goto("/mailbox/")
    mail = tab.locator("tbody tr", has=tab.get_by_role("cell", name=to, exact=True)).first
    mail.get_by_role("link").click()
    text = tab.get_by_label("The mail as plain text").inner_text()
    tab.close()
    return " ".join(text.split())


def sign_in(live: Live, hands: Mouse, email: str) -> None:
    """From the desk's address to the desk, with the code that came by mail."""
    hands.page.goto("/desk/")
    hands.type("identity", email)
    hands.press("Email me a code")
    found = CODE.search(newest_mail(live, hands.page.context, email))
    assert found
    hands.type("passcode", found[1])
    hands.press("Sign in")
