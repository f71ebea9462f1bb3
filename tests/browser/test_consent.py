"""Consent in a real browser: by link, in part and taken back; on paper; without capacity; and of a group of five."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from tests.browser.checks import accessible, fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person
from tests.browser.service import newest_mail, sign_in
from tests.councillor import finish_with
from tests.evidence import PDF
from tests.victim import victim_in_merton
from tests.web.desk import SAM, effects, join, opened
from tests.web.party import FIRST_CODE, WORD, give_word, mails
from webform.cases.consent import answers_of
from webform.cases.links import set_word
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Case

MAUD = "maud@people.example"
LINK = r"/merton/open/[0-9a-f]{64}"
NARROW = {"width": 320, "height": 640}
FOR_MUM: dict[str, Any] = {
    "capacity": "behalf", "relationship": "carer", "victim_name": "Maud Hill", "born": None, "contact_main": "both",
    "victim_email": MAUD, "victim_email_safe": "yes",
}  # fmt: skip
STREET: dict[str, Any] = {
    "capacity": "group", "organisation": "Mill Lane", "born": None, "members_known": "yes",
    "members": [{"entry": number, "member_name": name} for number, name in enumerate(("Bob", "Cem", "Dee", "Eva"), 1)],
}  # fmt: skip


@pytest.fixture(params=["with script", "without script"])
def hands(request: pytest.FixtureRequest) -> Mouse:
    """Somebody at a narrow screen, with JavaScript and without."""
    page: Page = request.getfixturevalue("page" if request.param == "with script" else "plain_page")
    page.set_viewport_size(NARROW)
    return Mouse(page)


@pytest.fixture
def sam(live: Live, context: BrowserContext) -> Mouse:
    """The single point of contact, signed in."""
    join(live.app)
    officer = Mouse(context.new_page())
    sign_in(live, officer, SAM)
    return officer


def sound(page: Page) -> None:
    """The page passes axe and needs no scrolling sideways; where no script runs, the twin with script is asked."""
    fits(page)
    if page.evaluate("matchMedia('(scripting: enabled)').matches"):
        accessible(page)


def link_for(live: Live, context: BrowserContext, email: str) -> str:
    """The link in the newest mail to somebody."""
    found = re.search(LINK, newest_mail(live, context, email))
    assert found
    return found[0]


def open_page(hands: Mouse, path: str) -> None:
    hands.page.goto(path)
    hands.type("word", WORD)
    hands.press("Open")
    sound(hands.page)


def answer(hands: Mouse, **given: str) -> None:
    """From their own page through the form and back, with what they say."""
    home = hands.page.url
    hands.follow("Your answer")
    for _ in range(4):  # pages; fewer where less is asked
        if hands.page.url.endswith("/check"):
            break
        sound(hands.page)
        for name, value in given.items():
            field = hands.page.locator(f'[name="{name}"]')
            if field.count() and field.first.get_attribute("type") in ("radio", "checkbox"):
                hands.page.locator(f'[name="{name}"][value="{value}"]').check()
            elif field.count():
                field.fill(value)
        hands.press("Save and continue")
    sound(hands.page)
    hands.press("Send my answer")
    sound(hands.page)
    hands.page.goto(home)


def test_by_link_in_part_and_taken_back(live: Live, hands: Mouse, context: BrowserContext) -> None:
    """Maud reads who asks, agrees to part of it, and takes it back; Ann sees as much as Maud allows."""
    reference = opened(live.app, **FOR_MUM)
    for role in ("applicant", "victim"):
        give_word(live.app, reference, role=role)
    open_page(hands, link_for(live, context, MAUD))
    expect(hands.page.locator("main")).to_contain_text("Ann Žďárská")
    answer(hands, said="in-part", shows="progress", not_with="Acme Housing", main="victim")
    ann = Mouse(context.new_page())
    open_page(ann, link_for(live, context, "ann@people.example"))
    expect(ann.page.locator("main")).to_contain_text("Where it stands")
    answer(hands, said="takes-back")
    ann.page.reload()
    expect(ann.page.locator("main")).to_contain_text("has not agreed that we tell you more")
    expect(ann.page.locator("main")).not_to_contain_text("Where it stands")
    sound(ann.page)
    assert effects(live.app, reference).count("consents") == 2


def test_on_paper(live: Live, sam: Mouse) -> None:
    """Sam prints the declaration for the case; it comes back signed, and is written down with a picture of it."""
    reference = opened(live.app, **FOR_MUM)
    page = sam.page
    page.set_viewport_size(NARROW)
    page.goto(f"/desk/case/{reference}")
    sam.press("Open this referral")
    expect(page.locator("main")).to_contain_text("No consent yet")
    sam.follow("Declaration to sign on paper")
    sound(page)
    expect(page.locator(".blank")).to_contain_text("Signed:")
    page.goto(f"/desk/case/{reference}")
    sam.follow("Write down what they say")
    sam.choose("agrees", "yes")
    for part, value in (("day", "1"), ("month", "5"), ("year", "2026")):
        sam.type(f"checked_on-{part}", value)
    sam.press("Save and continue")
    sound(page)
    sam.choose("given_how", "signed")
    sam.type("checked_how", "It came by post. Sam called Maud.")
    sam.press("Save and continue")
    paper = {"name": "d.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator('[name="signed_paper"]').set_input_files([paper])
    sound(page)
    sam.press("Save and continue")
    sam.press("Save and continue")
    sound(page)
    sam.choose("main", "applicant")
    sam.press("Save and continue")
    sam.press("Save")
    expect(page.locator("main")).to_contain_text("Maud Hill: They agree.")
    expect(page.locator("main")).not_to_contain_text("No consent yet")
    sound(page)


def test_without_capacity_and_a_group_of_five(live: Live, sam: Mouse) -> None:
    """A carer asks for somebody who cannot decide: Sam decides, with the reason. Of a group each is shown by name."""
    page = sam.page
    page.set_viewport_size(NARROW)
    page.goto(f"/desk/case/{opened(live.app, **FOR_MUM)}")
    sam.press("Open this referral")
    sam.follow("Write down what they say")
    sam.choose("agrees", "without")
    for part, value in (("day", "1"), ("month", "5"), ("year", "2026")):
        sam.type(f"checked_on-{part}", value)
    sam.press("Save and continue")
    sam.choose("reason", "lacks-capacity")
    sam.type("acts_for_them", "Ann, by a lasting power of attorney")
    sam.type("why", "Letter of the doctor")
    sound(page)
    sam.press("Save and continue")
    sam.tick("shows", ["progress", "letters"])
    sound(page)
    sam.press("Save and continue")
    sam.choose("main", "applicant")
    sam.press("Save and continue")
    sam.press("Save")
    expect(page.locator("main")).to_contain_text("without their answer: they lack capacity to decide this.")
    page.goto(f"/desk/case/{opened(live.app, **STREET)}")
    sam.press("Open this referral")
    expect(page.locator("main")).to_contain_text("No consent yet: 4 of 4")
    for name in ("Bob", "Cem", "Dee", "Eva"):
        expect(page.locator("main")).to_contain_text(f"{name}: No answer yet.")
    sound(page)
    page.goto("/desk/")
    expect(page.locator("main")).to_contain_text("No consent yet: 4 of 4")
    sound(page)


FIVE = {name: f"{name.lower()}@people.example" for name in ("Bob", "Cem", "Dee", "Eva", "Fay")}
TYPED: dict[str, Any] = {
    "capacity": "group", "organisation": "Mill Lane", "name": "Ann Žďárská", "members_known": "yes",
    "members": [
        {"entry": number, "member_name": name, "member_email": email, "member_email_safe": "yes"}
        for number, (name, email) in enumerate(FIVE.items(), start=1)
    ],
}  # fmt: skip


def test_five_neighbours_are_typed_and_each_agrees(
    live: Live, page: Page, plain_page: Page, context: BrowserContext, shelves: Shelves
) -> None:  # fmt: skip
    """Ann types five neighbours into the public form; each opens their own link, without script, and agrees."""
    form = shelves.forms[shelves.procedures["merton"].area.opens_with]
    ann = Person(Mouse(page), form, TYPED, sound)
    page.set_viewport_size(NARROW)
    page.goto("/merton/")
    ann.hands.press("Start now")
    page.goto("/form/who")
    while ann.place and ann.place.page != "messages":
        ann.answer_page()
        fits(page)
    finish_with(live.app, victim_in_merton(born=None))
    page.goto("/form/check")
    sound(page)
    ann.hands.press(form.send_label)
    reference = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", page.locator(".govuk-panel").inner_text())
    assert reference
    neighbour = Mouse(plain_page)
    plain_page.set_viewport_size(NARROW)
    give_words(live, reference[0], set(FIVE) - {"Bob"})
    for name, email in FIVE.items():
        if name == "Bob":
            first_visit(live, neighbour, context, email)
        else:
            [path] = re.findall(LINK, mails(live.app, email)[-1].text)
            open_page(neighbour, path)
        expect(plain_page.locator("main")).to_contain_text("Ann Žďárská")
        answer(neighbour, said="yes", main="applicant")
        assert [consents(live, reference[0])[one] for one in FIVE].count("given") == list(FIVE).index(name) + 1
    assert set(consents(live, reference[0]).values()) == {"given"}


def first_visit(live: Live, hands: Mouse, context: BrowserContext, email: str) -> None:
    """From the mail to the page: a code comes to the same mailbox, and they choose their word."""
    hands.page.goto(link_for(live, context, email))
    hands.press("I have not chosen a word yet")
    code = FIRST_CODE.search(newest_mail(live, context, email))
    assert code
    hands.type("own-code", code[0])
    hands.type("word", WORD)
    hands.press("Open")
    sound(hands.page)


def give_words(live: Live, reference: str, names: set[str]) -> None:
    """These have chosen their word before."""
    with live.app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        for party in case.parties:
            if party.person.get("name") in names:
                set_word(party, WORD)
        db.session.commit()


def consents(live: Live, reference: str) -> dict[str, str]:
    """How it stands with everybody's consent, by name."""
    with live.app.app_context():
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        names = {str(party.id): party.person.get("name", "") for party in case.parties}
        return {names[one.party or ""]: one.standing for one in answers_of(case, dt.datetime.now(dt.UTC))}
