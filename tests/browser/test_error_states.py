"""Every page of every form, and every error that any question can raise, caused in a browser and looked at with axe.

What there is to see comes from the form documents alone; the counts of what was seen are printed and have to be equal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Page

from tests.agency import asked
from tests.browser import errors
from tests.browser.checks import Tally, accessible, fits, shows_errors, typed
from tests.browser.conftest import Live
from tests.browser.errors import Mistake
from tests.browser.person import TICKED, Mouse, Person, page_of, place_in, something
from tests.browser.service import sign_in
from tests.victim import victim_in_merton
from tests.web.desk import SAM, join, opened
from tests.web.party import WORD, party_of
from webform.cases.links import mint, set_word
from webform.documents.answers import groups_around
from webform.documents.checks.steps import names_in
from webform.documents.condition import Both, Condition, Either, Is
from webform.documents.form import Form, Question
from webform.documents.form import Page as FormPage
from webform.documents.procedure import Panel, Step
from webform.documents.shelf import read_shelves
from webform.records.chain import seal_document
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Party
from webform.rules.journey import Place
from webform.rules.naming import LEAVING
from webform.rules.offered import offered
from webform.settings import SHIPPED

SHELVES = read_shelves(SHIPPED)
MERTON = next(area for area in SHELVES.areas() if area.id == "merton")
OPENING = SHELVES.forms[MERTON.area.opens_with]


@dataclass(frozen=True)
class Part:
    """The pages of a form under one caption, and the step for which an officer or a party fills the form in."""

    form: Form
    caption: str
    step: str = ""

    @property
    def is_a_party_s(self) -> bool:
        """Whether somebody from outside fills it in on their own page."""
        return bool(self.step) and self.form.audience != "officer"

    @property
    def pages(self) -> tuple[FormPage, ...]:
        return tuple(page for page in self.form.pages if page.caption == self.caption)

    def page_name(self, page: FormPage) -> str:
        return f"{self.form.id}/{page.id}"

    def state_name(self, question: Question, error: str) -> str:
        return f"{self.form.id}/{question.id}/{error}"


def parts() -> Iterator[Part]:
    """Every form that a page of the service shows, part by part."""
    steps = {MERTON.area.opens_with: ""}
    for step in MERTON.steps:
        if step.fill and SHELVES.forms[step.fill].effect != "feedback":  # one page, seen in test_public_pages
            steps.setdefault(step.fill, step.id)
    for form_id, step_id in steps.items():
        form = offered(SHELVES.forms[form_id], MERTON)
        yield from (Part(form, caption, step_id) for caption in dict.fromkeys(page.caption for page in form.pages))


PARTS = list(parts())
FOR_MAUD = {"relationship": "family", "victim_name": "Maud Hill", "victim_agrees": "knows", "contact_main": "applicant"}
WIPE = """all => all.forEach(one => {
  if (['text', 'email', 'tel', 'textarea'].includes(one.type)) one.value = ''
  if (one.type === 'checkbox') one.checked = false
})"""


class Blunderer(Person):
    """Somebody who goes to any page of a form and makes every mistake."""

    def __init__(self, page: Page, part: Part, base: str):
        super().__init__(Mouse(page), part.form, victim_in_merton(), fits)
        self.base = base

    def at(self, place: Place) -> bool:
        """Go straight to a place; whether the form asks it."""
        self.page.goto(f"{self.base}{place}")
        return self.place == place

    def place_of(self, page: FormPage) -> Place:
        """The page, for the first entry of whatever it stands in."""
        return Place(page.id, tuple(1 for _ in groups_around(self.form, page.questions[0].id)))

    def reach(self, page: FormPage) -> None:
        """Go to a page; where it is not asked, first give the answers that bring it up."""
        if self.at(self.place_of(page)):
            return
        for condition in self._conditions(page):
            for test in _tests(condition):
                self._make(test)
        assert self.at(self.place_of(page)), f"{page.id} is never asked"

    def _conditions(self, page: FormPage) -> Iterator[Condition]:
        home = self.form.page_of(page.each) if page.each else None
        if home:
            yield from self._conditions(home)
        if page.show_when:
            yield page.show_when.condition

    def _make(self, test: Is) -> None:
        page = self.form.page_of(test.name)
        assert page is not None
        filled = (test.test, test.value) == ("empty", False)
        assert test.test == "equals" or filled, f"teach the test how to answer {test}"
        self.reach(page)
        self.wipe()
        place = self.place_of(page)
        for question in page.questions:
            wanted = something(question) if filled else test.value
            self.answer(question, place, wanted if question.id == test.name else None)
        self.hands.press("ontinue")

    def wipe(self) -> None:
        """Empty every box: what could not be accepted is still there from the time before."""
        self.page.locator("main form :is(input, textarea)").evaluate_all(WIPE)

    def blank(self) -> dict[Question, Mistake]:
        """Press on without an answer. What that leaves out."""
        place = self.place
        assert place is not None
        left = {one: wrong for one in page_of(self.form, place).questions if (wrong := errors.missing(one))}
        before = typed(self.page)
        self.hands.press("ontinue")
        if left:
            words = {mistake.target: one.errors.missing for one, mistake in left.items()}
            shows_errors(self.page, words, before)
        return left

    def err(self, question: Question, mistake: Mistake) -> None:
        """Answer everything on the page but this one question, which gets a mistake."""
        place = self.place
        assert place is not None
        self.wipe()
        for other in page_of(self.form, place).questions:
            self.answer(other, place)
        if question.type in TICKED:
            self._tick_beside(question)
        for name, text in mistake.inputs.items() if question.type not in TICKED else ():
            self.hands.type(name, text)
        before = typed(self.page)
        if mistake.file:
            self._send(question, mistake.file)
        else:
            self.hands.press("ontinue")
        shows_errors(self.page, {mistake.target: getattr(question.errors, mistake.error, "")}, before)

    def _send(self, question: Question, file: FilePayload) -> None:
        """Our script sends it and puts the answer into the page: the browser goes nowhere."""
        self.page.locator(f'[name="{question.id}"]').set_input_files(file)
        self.page.get_by_role("button", name="ontinue").click()
        self.page.locator(".govuk-error-summary").wait_for()

    def _tick_beside(self, question: Question) -> None:
        """Every box at once, as a browser without our script lets anybody do."""
        self.page.locator(f'[name="{question.id}"]').evaluate_all("all => all.forEach(one => { one.checked = true })")


def _tests(condition: Condition) -> Iterator[Is]:
    """What has to be true for a condition to hold; of several ways the first."""
    if isinstance(condition, Is):
        yield condition
    elif isinstance(condition, Both):
        for inside in condition.parts:
            yield from _tests(inside)
    else:
        assert isinstance(condition, Either), f"teach the test how to fulfil {condition}"
        yield from _tests(condition.parts[0])


@pytest.fixture
def somebody(page: Page, live: Live, request: pytest.FixtureRequest) -> Blunderer:
    """Somebody before the form: in public, on their own page, or an officer with a case."""
    part: Part = request.getfixturevalue("part")
    if part.is_a_party_s:
        return Blunderer(page, part, _own_page(live, page, part))
    if not part.step:
        page.goto("/merton/")
        page.get_by_role("button", name="Start now").click()
        return Blunderer(page, part, "/form/")
    join(live.app)
    reference = opened(live.app, **_asked_by(part))
    hands = Mouse(page)
    sign_in(live, hands, SAM)
    page.goto(f"/desk/case/{reference}")
    hands.press("Open this referral")
    _file_what_it_follows(live, reference, part)
    whom = f".{_somebody_who_takes_part(live, reference)}" if part.form.effect == LEAVING else ""
    return Blunderer(page, part, f"/desk/case/{reference}/form/{part.step}{whom}/")


def _asked_by(part: Part) -> dict[str, Any]:
    """What of the request brings the form up: somebody may have asked for another."""
    when = next(step.when for step in MERTON.steps if step.id == part.step)
    tests = [test for test in _tests(when.condition) if test.name.startswith("request.")] if when else []
    return {test.name.partition(".")[2]: test.value for test in tests} | (FOR_MAUD if tests else {})


def _file_what_it_follows(live: Live, reference: str, part: Part) -> None:
    """What has to be on record before the form is asked for."""
    when = next(step.when for step in MERTON.steps if step.id == part.step)
    for test in _tests(when.condition) if when else ():
        if test.value == "filed":
            with live.app.app_context():
                begin_writing()
                _file(party_of(reference).case, test.name, {"meeting_on": "2030-01-07"})
                db.session.commit()


def _file(case: Case, step_id: str, answers: dict[str, Any], party: Party | None = None) -> None:
    form = next(step.fill for step in MERTON.steps if step.id == step_id)
    assert form
    seal_document(
        case, kind=form, step=step_id, author="Sam", author_role="spoc", filed_at=dt.datetime.now(dt.UTC),
        effect=SHELVES.forms[form].effect, answers=answers, party_id=party.id if party else None,
    )  # fmt: skip


def _somebody_who_takes_part(live: Live, reference: str) -> int:
    """A body on the case, by its number: a form that takes somebody off it is about one of those."""
    with live.app.app_context():
        begin_writing()
        case = party_of(reference).case
        police = Party(
            role="relevant-bodies", key="police", person={"organisation": "The police"}, joined_at=case.opened_at
        )
        case.parties.append(police)
        db.session.commit()
        return police.id


def _whose_it_is(applicant: Party, step: Step) -> Party:
    """Whoever fills the form in: the applicant, or somebody whom an entry of a document names."""
    if panel := next((one for one in MERTON.panels if one.id in step.roles("by")), None):
        return _member(applicant.case, panel, step)
    role = next(one for one in MERTON.roles if one.id == step.roles("by")[0])
    if there := next((party for party in applicant.case.parties if party.role == role.id), None):
        return there
    named_by, _, group = (role.named_by or "").partition(".")
    tests = _tests(step.when.condition) if step.when else ()
    said = {test.name.partition(".")[2]: test.value for test in tests if test.name.startswith(f"{named_by}.")}
    _file(applicant.case, named_by, {group: [{"entry": 1, **said}]})
    named = Party(role=role.id, key=f"{role.id}-1", person={"organisation": "A body"}, joined_at=applicant.joined_at)
    applicant.case.parties.append(named)
    db.session.flush()
    return named


def _member(case: Case, panel: Panel, step: Step) -> Party:
    """A member of the panel, once it is called, who has said what else has to be on record first."""
    _file(case, str(panel.joins), {"meeting_on": "2030-01-07"})
    role, now = panel.core[0], dt.datetime.now(dt.UTC)
    member = Party(role=role, key=role, person={"organisation": "A member"}, joined_at=now)
    case.parties.append(member)
    db.session.flush()
    for test in _tests(step.when.condition) if step.when else ():
        before, _, question = test.name.partition(".")
        if question:
            _file(case, before, {question: test.value}, member)
    return member


def _own_page(live: Live, page: Page, part: Part) -> str:
    """The applicant, or an agency, before their own page when the form is asked for; returns where it lies."""
    number = next(n for n, step in enumerate(MERTON.steps, 1) if step.id == part.step)
    reference = opened(live.app, **_asked_by(part))
    if MERTON.steps[number - 1].roles("by") == ("agency",):
        return _opened(page, asked(live.app, reference, WORD)[0], number)
    with live.app.app_context():
        begin_writing()
        party = _whose_it_is(party_of(reference), MERTON.steps[number - 1])
        set_word(party, WORD)
        for name in names_in(MERTON.steps[number - 1].after):
            if name != "request" and name not in [one.step for one in party.case.documents]:
                now = dt.datetime.now(dt.UTC)
                seal_document(
                    party.case, kind="letter", step=name, author="Sam", author_role="spoc", filed_at=now, body="Words."
                )
        token = mint(party, dt.datetime.now(dt.UTC))
        db.session.commit()
    return _opened(page, f"/merton/open/{token}", number)


def _opened(page: Page, link: str, number: int) -> str:
    page.goto(link)
    hands = Mouse(page)
    hands.type("word", WORD)
    hands.press("Open")
    return f"{urlsplit(page.url).path}form/{number}/"


@pytest.mark.parametrize("part", PARTS, ids=[f"{part.form.id}: {part.caption}" for part in PARTS])
def test_pages_and_errors(somebody: Blunderer, part: Part, record_property: Callable[[str, object], None]) -> None:
    """Every page and every error state of this part of a form passes axe; each error names and finds its input."""
    questions = [question for page in part.pages for question in page.questions]
    pages = Tally("pages", (part.page_name(page) for page in part.pages))
    states = Tally("error states", (part.state_name(one, error) for one in questions for error in errors.names(one)))
    for page in part.pages:
        somebody.reach(page)
        accessible(somebody.page)
        fits(somebody.page)
        pages(part.page_name(page))
        group = next((one for one in page.questions if one.type == "group"), None)
        if group:
            states(*(part.state_name(group, error) for error in group_errors(somebody, page, group)))
            continue
        states(*(part.state_name(one, "missing") for one in somebody.blank()))
        for question in page.questions:
            for mistake in errors.mistakes(question):
                somebody.reach(page)
                somebody.err(question, mistake)
                states(part.state_name(question, mistake.error))
    pages.check(record_property)
    states.check(record_property)


def group_errors(somebody: Blunderer, page: FormPage, group: Question) -> Iterator[str]:
    """The errors of a page that lists entries: no choice, none at all, one too many."""
    remove_all(somebody)
    somebody.reach(page)
    for error, choice in (("unchosen", ""), ("missing", "no")):
        if choice:
            somebody.hands.choose("add-another", choice)
        before = typed(somebody.page)
        somebody.hands.press("ontinue")
        words = group.errors.missing if choice else ""
        shows_errors(somebody.page, {"add-another": words}, before)
        yield error
    fill_up(somebody, page, group)
    somebody.reach(page)
    somebody.hands.choose("add-another", "yes")
    before = typed(somebody.page)
    somebody.hands.press("ontinue")
    shows_errors(somebody.page, {"add-another": group.errors.too_high}, before)
    yield "too_high"


def remove_all(somebody: Blunderer) -> None:
    """Take every entry away again, by its link."""
    while somebody.page.get_by_role("link", name="Remove").count():
        somebody.hands.follow("Remove")
        accessible(somebody.page)
        somebody.hands.press("Yes, remove it")


def fill_up(somebody: Blunderer, page: FormPage, group: Question) -> None:
    """As many entries as the form takes."""
    first = next(one for one in somebody.form.pages if one.each == group.id)
    outer = somebody.place_of(page).path
    for _ in range(group.most or 0):
        somebody.reach(page)
        if place_in(somebody.page.url, somebody.form) == somebody.place_of(page):
            somebody.hands.choose("add-another", "yes")
            somebody.hands.press("ontinue")
        place = somebody.place
        assert place is not None
        assert (place.page, place.path[:-1]) == (first.id, outer)
        somebody.wipe()
        for question in first.questions:
            somebody.answer(question, place)
        somebody.hands.press("ontinue")
