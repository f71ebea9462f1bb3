"""Whole journeys through the page, as people make them: nothing is done here but what a browser can do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import Live
from tests.browser.person import Keyboard, Mouse, Person, place_in
from tests.browser.service import beat, newest_mail, sign_in
from tests.moment import LONDON
from tests.victim import incident, report, victim_in_merton
from tests.web.desk import join
from webform.documents.form import Form, Question
from webform.documents.shelf import Shelves
from webform.stand_ins import officer_address

AREA = "Merton"
SPOC = officer_address("merton", "spoc")
MONDAY = dt.datetime(2026, 5, 11, 10, 0, tzinfo=LONDON)
REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
PHONE_WIDTH = {"width": 320, "height": 640}
# Of a request that is received on 11 May 2026. Monday 25 May is a bank holiday.
SEEN_BY, ACKNOWLEDGED_BY, PANEL_BY = "12 May 2026", "13 May 2026", "26 May 2026"


@pytest.fixture(autouse=True)
def _on_a_monday(live: Live) -> Iterator[None]:
    """It is Monday morning, and the clocks go on. Merton has a single point of contact."""
    with time_machine.travel(MONDAY, tick=True):
        join(live.app, SPOC, "Sam Spoc")
        yield


@pytest.fixture
def form(shelves: Shelves) -> Form:
    """The form that opens a case in Merton."""
    return shelves.forms[shelves.procedures["merton"].area.opens_with]


@dataclass(frozen=True)
class Way:
    """A way of using the pages."""

    hands: type[Mouse] = Mouse
    javascript: bool = True
    phone: bool = False

    def open(self, browser: Browser, live: Live) -> BrowserContext:
        size: Any = {"viewport": PHONE_WIDTH} if self.phone else {}
        context = browser.new_context(base_url=live.url, java_script_enabled=self.javascript, locale="en-GB", **size)
        context.set_default_timeout(10_000)
        return context


WAYS = {
    "with JavaScript": Way(),
    "without JavaScript": Way(javascript=False),
    "at 320 pixels": Way(phone=True),
    "by keyboard": Way(hands=Keyboard),
}


def fits(page: Page) -> None:
    """Nobody has to scroll sideways."""
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= seen, f"{page.url} is {wide} wide on a screen of {seen}"


def three_incidents() -> dict[str, Any]:
    """Three incidents with four reports."""
    second = incident(2, "2026-04-04", "2026-04-05")
    second["reports"] = [*second["reports"], report(2, "2026-04-06", report_agency="police")]
    return victim_in_merton(
        incidents=[incident(1, "2026-03-07", "2026-03-08"), second, incident(3, "2026-05-02", "2026-05-03")]
    )


def begin(page: Page, hands: Mouse) -> None:
    """From the address of the service into the form."""
    page.goto("/")
    if page.get_by_role("link", name=AREA, exact=True).count():  # the only area needs no choice
        hands.follow(AREA)
    hands.press("Start now")


def applicant(page: Page, form: Form, hands: type[Mouse] = Mouse, **changes: Any) -> Person:
    """A victim who has opened the form."""
    person = Person(hands(page), form, {**three_incidents(), **changes}, fits)
    begin(page, person.hands)
    return person


def title(shelves: Shelves, step: str) -> str:
    """What Merton calls a step."""
    return shelves.procedures["merton"].named(step)


def means(form: Form, meaning: str) -> Question:
    """The question that means this."""
    question = form.meaning(meaning)
    assert question is not None
    return question


def change(person: Person, meaning: str, value: Any) -> None:
    """Follow the change link of an answer, give another one, and come back."""
    question = means(person.form, meaning)
    person.hands.follow(f"Change {(question.short or question.label).lower()}")
    place = person.place
    assert place is not None
    person.answer(question, place, value)
    person.hands.press("ontinue")


def send(person: Person) -> str:
    """Send the form; the reference that the page shows."""
    person.hands.press(person.form.send_label)
    fits(person.page)
    return shown_reference(person.page)


def shown_reference(page: Page) -> str:
    """The reference on the confirmation."""
    found = REFERENCE.search(page.locator(".govuk-panel").inner_text())
    assert found
    return found[0]


def open_referral(live: Live, hands: Mouse, reference: str) -> None:
    """The SPOC signs in, finds the case in the list and opens it."""
    sign_in(live, hands, SPOC)
    fits(hands.page)
    hands.follow(reference)
    fits(hands.page)
    hands.press("Open this referral")
    fits(hands.page)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_whole_journey(browser: Browser, live: Live, shelves: Shelves, form: Form, way: Way) -> None:
    """A victim asks for a review; the SPOC reads it and acknowledges it with one press, all by its dates."""
    context = way.open(browser, live)
    victim = applicant(context.new_page(), form, way.hands)
    victim.fill_in()
    change(victim, "case.headline", "Drums until the morning")
    assert victim.page.url.endswith("/check")
    expect(victim.page.locator("main")).to_contain_text("Drums until the morning")
    change(victim, "applicant.name", "Ann Other-Žďárská")
    assert victim.page.url.endswith("/check")
    reference = send(victim)
    for date in (SEEN_BY, ACKNOWLEDGED_BY, PANEL_BY):
        expect(victim.page.locator("main")).to_contain_text(date)
    receipt = newest_mail(live, context, victim.answers["email"])
    assert reference in receipt
    context.close()

    office = way.open(browser, live)
    spoc = way.hands(office.new_page())
    open_referral(live, spoc, reference)
    main = spoc.page.locator("main")
    expect(main).to_contain_text("Drums until the morning")
    expect(main.get_by_role("region", name="Threshold")).to_contain_text("Met mandatory")
    for step, date in (("acknowledgement", ACKNOWLEDGED_BY), ("panel-meeting", PANEL_BY)):
        row = main.get_by_role("region", name="Timetable").locator("tr", has_text=title(shelves, step)).first
        expect(row).to_contain_text(date)
    expect(main.locator("dd", has_text="The police")).to_have_count(1)
    spoc.press(f"Send the letter now: {title(shelves, 'acknowledgement').lower()}")
    fits(spoc.page)
    expect(spoc.page.get_by_role("status")).to_contain_text(title(shelves, "acknowledgement"))
    letter = newest_mail(live, office, victim.answers["email"])
    assert "Dear Ann Other-Žďárská" in letter
    assert "It reached us on Monday 11 May 2026" in letter
    assert f"The panel meets by Tuesday {PANEL_BY}" in letter
    office.close()


def test_skip_link(live: Live, page: Page) -> None:
    """The skip link comes up within the first stops of the keyboard and leads past everything to the heading."""
    page.goto("/merton/")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hash") == "#main-content":
            break
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def save_for_later(person: Person, word: str, email: str = "") -> str:
    """Leave the form in the middle; the code that the page shows."""
    person.hands.press("Save and come back later")
    person.hands.type("word", word)
    if email:
        person.hands.type("email", email)
        person.hands.tick("safe", ["yes"])
    person.hands.press("Save and show the code")
    fits(person.page)
    return person.page.locator(".service-code").inner_text()


def test_save_and_return(browser: Browser, live: Live, page: Page, form: Form) -> None:
    """A code and a word open the form in another browser, with every answer, and another word does not."""
    victim = applicant(page, form)
    while not has_answered(victim, "applicant.capacity"):
        victim.answer_page()
    name = means(form, "applicant.name")
    while (where := place_in(page.url, form)) and form.page_of(name.id).id != where.page:
        victim.answer_page()
    victim.hands.type(name.id, "x" * 300)  # too long to be accepted, and kept all the same
    code = save_for_later(victim, "Marmalade")
    other = browser.new_context(base_url=live.url).new_page()
    other.goto("/merton/")
    hands = Mouse(other)
    hands.follow("Go back to a form that you saved")
    for word in ("Chutney", "marmalade"):
        hands.type("code", code.lower())
        hands.type("word", word)
        hands.press("Open the form")
        assert bool(other.locator(".govuk-error-summary").count()) is (word == "Chutney")
    assert place_in(other.url, form) == where
    expect(other.locator(f'[name="{name.id}"]')).to_have_value("x" * 300)
    hands.type(name.id, "Ann")
    hands.press("Save and continue")
    other.goto("/form/check")
    expect(other.locator("main")).to_contain_text("Myself or my household")


def has_answered(person: Person, meaning: str) -> bool:
    """Whether the page with that question lies behind the person."""
    ids = [page.id for page in person.form.pages]
    asked = person.form.page_of(means(person.form, meaning).id)
    place = person.place
    return place is None or asked is None or ids.index(place.page) > ids.index(asked.id)


def test_mailed_link(browser: Browser, live: Live, page: Page, form: Form) -> None:
    """However often a scanner opens a mailed link, it learns nothing and the link still works for the person."""
    victim = applicant(page, form)
    victim.answer_page()
    where = place_in(page.url, form)
    save_for_later(victim, "Marmalade", "ann@people.example")
    mail = newest_mail(live, page.context, "ann@people.example")
    link = re.search(r"http\S+/resume/\S+", mail)
    assert link
    scanner = browser.new_context().new_page()
    for _ in range(3):
        scanner.goto(link[0])
        expect(scanner.get_by_role("heading", level=1)).to_have_text("Go back to a form")
        scanner.goto(f"{live.url}/form/check")
        expect(scanner.get_by_role("heading", level=1)).to_contain_text("cannot find your form")
    other = browser.new_context().new_page()
    other.goto(link[0])
    hands = Mouse(other)
    hands.type("word", "marmalade")
    hands.press("Open the form")
    assert place_in(other.url, form) == where


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_exit(browser: Browser, live: Live, form: Form, javascript: bool) -> None:
    """One press leaves for an everyday page, and whoever comes next in this browser finds no form."""
    context = browser.new_context(base_url=live.url, java_script_enabled=javascript)
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.fulfill(body="weather"))
    victim = applicant(context.new_page(), form)
    victim.answer_page()
    victim.page.get_by_role("button", name="Exit this page").click()
    victim.page.wait_for_url(re.compile(r"^https://(?!127)"))
    victim.page.goto(f"{live.url}/form/check")
    expect(victim.page.get_by_role("heading", level=1)).to_contain_text("cannot find your form")
    context.close()


def test_erase(page: Page, browser: Browser, live: Live, form: Form) -> None:
    """Whoever deletes what they wrote finds nothing of it, not even with code and word."""
    victim = applicant(page, form)
    victim.answer_page()
    code = save_for_later(victim, "Marmalade")
    victim.hands.press("Carry on with the form")
    victim.hands.follow("Delete what you wrote")
    victim.hands.press("Delete what I wrote")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your form is deleted")
    page.goto("/form/check")
    expect(page.get_by_role("heading", level=1)).to_contain_text("cannot find your form")
    page.goto(f"/resume/{code}")
    victim.hands.type("word", "Marmalade")
    victim.hands.press("Open the form")
    expect(page.locator(".govuk-error-summary")).to_contain_text("deleted")


def test_one_case(page: Page, live: Live, form: Form, browser: Browser) -> None:
    """A double click on send, going back and sending again, and a second tab make one case with one receipt."""
    victim = applicant(page, form)
    victim.fill_in()
    second = page.context.new_page()
    second.goto("/form/check")
    send_again = second.get_by_role("button", name=form.send_label)
    page.get_by_role("button", name=form.send_label).dblclick()
    page.wait_for_url("**/form/sent")
    reference = shown_reference(page)
    page.go_back()
    page.wait_for_url(re.compile("/form/"))
    page.goto("/form/check")
    assert shown_reference(page) == reference
    with second.expect_navigation():
        send_again.click()
    assert shown_reference(second) == reference
    beat(live)
    second.goto("/mailbox/")
    expect(second.get_by_role("cell", name=victim.answers["email"], exact=True)).to_have_count(1)
    office = browser.new_context(base_url=live.url)
    sign_in(live, Mouse(office.new_page()), SPOC)
    expect(office.pages[0].locator("tbody tr")).to_have_count(1)


def test_double_click_without_javascript(plain_page: Page, form: Form, browser: Browser, live: Live) -> None:
    """Without JavaScript, too, a double click on send makes one case."""
    victim = applicant(plain_page, form)
    victim.fill_in()
    plain_page.get_by_role("button", name=form.send_label).dblclick()
    plain_page.wait_for_url("**/form/sent")
    office = browser.new_context(base_url=live.url)
    sign_in(live, Mouse(office.new_page()), SPOC)
    expect(office.pages[0].locator("tbody tr")).to_have_count(1)


def test_two_tabs(page: Page, form: Form) -> None:
    """Two tabs on one form lose nothing: what either saved is there in the end."""
    victim = applicant(page, form)
    while not has_answered(victim, "applicant.capacity"):
        victim.answer_page()
    second = Person(Mouse(page.context.new_page()), form, victim.answers, fits)
    second.page.goto(page.url)
    while not has_answered(second, "contact.channel"):
        second.answer_page()
    while not has_answered(victim, "applicant.name"):
        victim.answer_page()
    victim.page.goto("/form/check")
    for answer in (victim.answers["name"], victim.answers["email"], victim.answers["address"]["line1"]):
        expect(victim.page.locator("main")).to_contain_text(answer)


def test_phone_call(page: Page, live: Live, shelves: Shelves, form: Form) -> None:
    """The SPOC writes down what somebody says on the phone; the clock counts from the day of the call."""
    hands = Mouse(page)
    sign_in(live, hands, SPOC)
    hands.follow("New request")
    hands.choose("channel", "phone")
    for part, number in (("day", "7"), ("month", "5"), ("year", "2026")):
        hands.type(f"received_on-{part}", number)
    hands.type("received_time", "3pm")
    hands.press("Continue")
    caller = Person(hands, form, three_incidents(), fits)
    caller.fill_in()
    hands.press(form.send_label)
    hands.press("Open this referral")
    main = page.locator("main")
    expect(main).to_contain_text("Received 7 May 2026 at 3pm, by phone")
    name = title(shelves, "acknowledgement")
    row = main.get_by_role("region", name="Timetable").locator("tr", has_text=name).first
    expect(row).to_contain_text("11 May 2026")


def test_on_paper(page: Page, browser: Browser, live: Live, shelves: Shelves, form: Form) -> None:
    """Whoever has no safe email gets the acknowledgement on paper: a real PDF, and the day of posting on record."""
    safe = means(form, "contact.email_safe").id
    victim = applicant(page, form, **{safe: "no", means(form, "contact.channel").id: "post"})
    victim.fill_in()
    reference = send(victim)
    spoc = Mouse(browser.new_context(base_url=live.url).new_page())
    open_referral(live, spoc, reference)
    acknowledge = title(shelves, "acknowledgement")
    assert not spoc.page.get_by_role("button", name="Send the letter now").count()
    spoc.follow(f"Print it and post it: {acknowledge.lower()}")
    pdf = printed(spoc.page)
    assert pdf.startswith(b"%PDF-")
    spoc.press("It is posted")
    expect(spoc.page.get_by_role("status")).to_contain_text(title(shelves, "acknowledgement"))
    spoc.go(spoc.page.get_by_role("table", name="Documents").get_by_role("link", name=acknowledge))
    expect(spoc.page.locator("main")).to_contain_text("posted on paper")


def printed(page: Page) -> bytes:
    """What the print button brings, caught on its way to the browser's own PDF viewer; then back to the letter."""
    caught: list[bytes] = []

    def keep(route: Route) -> None:
        answer = route.fetch()
        caught.append(answer.body())
        route.fulfill(response=answer)

    letter = page.url
    page.route(letter, keep)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Print (PDF)", exact=True).click()
    page.unroute(letter)
    page.goto(letter)
    return caught[0]


def test_wrong_code(page: Page, live: Live) -> None:
    """A wrong code lets nobody in, and the right one still works afterwards."""
    hands = Mouse(page)
    page.goto("/desk/")
    hands.type("identity", SPOC)
    hands.press("Email me a code")
    mail = newest_mail(live, page.context, SPOC)
    right = re.search(r"\b\d{8}\b", mail)
    assert right
    hands.type("passcode", f"{(int(right[0]) + 1) % 1_000_000:06}")
    hands.press("Sign in")
    expect(page.locator(".govuk-error-summary")).to_contain_text("The code is not right")
    second = page.context.new_page()
    second.goto("/desk/")
    expect(second.get_by_role("heading", level=1)).to_have_text("Sign in")
    hands.type("passcode", right[0])
    hands.press("Sign in")
    expect(page.get_by_role("heading", level=1)).to_contain_text("My day")
