"""Somebody who fills in forms through the page: by mouse or by keyboard, from a table of answers.

The form document says which page is before them and of which type each question is; the table says what they answer. A
question that the table does not know gets the first thing that its type can take.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from tests.evidence import PDF
from tests.moment import LONDON
from webform.documents.answers import groups_around
from webform.documents.form import Form, Question
from webform.documents.form import Page as FormPage
from webform.rules.journey import Place

CHOSEN = ("radios", "score", "yes-no")
TICKED = ("checkboxes", "declaration")
MANY = 250  # pages: far more than any form has

# Where the keyboard is: on what was looked for? further down the page than before? with a mark that can be seen?
FOCUS = """([wanted, text]) => {
  const clear = /transparent|rgba\\(\\d+, \\d+, \\d+, 0\\)/
  const marked = style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
    && !clear.test(style.outlineColor)) || style.boxShadow !== 'none'
  const here = document.activeElement, before = window.focusWas
  window.focusWas = here
  const beside = here.matches('[type=radio], [type=checkbox]') && here.nextElementSibling
  return {
    there: here.matches(wanted) && here.textContent.replace(/\\s+/g, ' ').includes(text),
    onward: !before || before === here || Boolean(before.compareDocumentPosition(here) & 4),
    visible: marked(getComputedStyle(here)) || Boolean(beside && marked(getComputedStyle(beside, '::before'))),
    at: here.outerHTML.slice(0, 200),
    lost: here === document.body,
  }
}"""


class Mouse:
    """Hands that point and click."""

    def __init__(self, page: Page):
        self.page = page

    def type(self, name: str, text: str) -> None:
        """Type into the input of that name, over whatever stands there."""
        self.page.locator(f'[name="{name}"]').fill(text)

    def choose(self, name: str, value: str) -> None:
        """Choose one of several."""
        self.page.locator(f'[name="{name}"][value="{value}"]').check()

    def tick(self, name: str, values: list[str]) -> None:
        """Tick these boxes and no others."""
        for box in self.page.locator(f'[name="{name}"]').all():
            box.set_checked(box.get_attribute("value") in values)

    def press(self, text: str) -> None:
        """Press a button; another page comes."""
        self.go(self.page.get_by_role("button", name=named(text)).first)

    def follow(self, text: str) -> None:
        """Follow a link; another page comes."""
        self.go(self.page.get_by_role("link", name=named(text)).first)

    def go(self, there: Locator) -> None:
        """Click; another page comes, and is loaded."""
        with self.page.expect_navigation():
            there.click()

    def unfold(self, there: Locator) -> None:
        """Open a part that is folded."""
        there.click()


class Keyboard(Mouse):
    """Hands that use Tab, Space, Enter and the arrows. They fail when the focus hides, jumps back or gets stuck."""

    def type(self, name: str, text: str) -> None:
        """Tab to the input, select what is in it, type."""
        self._reach(f'[name="{name}"]')
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Tab to the group, then arrows."""
        self._reach(f'[name="{name}"]')
        self.page.keyboard.press("Space")
        for _ in self.page.locator(f'[name="{name}"]').all():
            if self._is(f'[name="{name}"][value="{value}"]:checked'):
                return
            self.page.keyboard.press("ArrowDown")
        assert self._is(f'[value="{value}"]:checked'), f"the arrow keys do not reach {value} of {name}"

    def tick(self, name: str, values: list[str]) -> None:
        """Tab to each box, Space."""
        for value in values:
            self._reach(f'[name="{name}"][value="{value}"]')
            if not self._is(":checked"):
                self.page.keyboard.press("Space")

    def press(self, text: str) -> None:
        """Tab to the button, Enter."""
        self._reach("button, a[role=button]", text)
        self._enter()

    def follow(self, text: str) -> None:
        """Tab to the link, Enter."""
        self._reach("a", text)
        self._enter()

    def go(self, there: Locator) -> None:
        """Tab to it, Enter."""
        self._reach_it(there)
        self._enter()

    def unfold(self, there: Locator) -> None:
        """Tab to its heading, Enter."""
        self._reach_it(there)
        self.page.keyboard.press("Enter")

    def _reach_it(self, there: Locator) -> None:
        there.evaluate("one => one.setAttribute('data-wanted', '')")
        self._reach("[data-wanted]")

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _is(self, selector: str) -> bool:
        return bool(self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector))

    def _reach(self, selector: str, text: str = "") -> None:
        for _ in range(400):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS, [selector, text])
            assert not focus["lost"], f"no {selector} {text!r} below on {self.page.url}"
            assert focus["onward"], f"the focus jumps up on {self.page.url} to {focus['at']}"
            assert focus["visible"], f"the focus cannot be seen on {self.page.url} at {focus['at']}"
            if focus["there"]:
                return
        raise AssertionError(f"{selector} {text!r} is never reached on {self.page.url}")


class Person:
    """Somebody with a form before them."""

    def __init__(self, hands: Mouse, form: Form, answers: Mapping[str, Any], look: Callable[[Page], None]):
        self.hands, self.page, self.form, self.answers, self.look = hands, hands.page, form, answers, look

    @property
    def place(self) -> Place | None:
        """The place of the form that the page before them is."""
        return place_in(self.page.url, self.form)

    def fill_in(self) -> None:
        """From the page before them to check-your-answers."""
        for _ in range(MANY):
            self.look(self.page)
            if self.place is None:
                assert self.page.url.endswith("/check"), f"lost at {self.page.url}: {self.page.title()}"
                return
            self.answer_page()
        raise AssertionError("the form never ends")

    def answer_page(self) -> None:
        """Answer whatever is asked and go on."""
        place = self.place
        assert place is not None
        before = self.page.url
        for question in page_of(self.form, place).questions:
            self.answer(question, place)
        self.hands.press("ontinue")
        wrong = self.page.locator(".govuk-error-summary")
        assert not wrong.count(), f"{before}: {wrong.inner_text()}"

    def answer(self, question: Question, place: Place, value: Any = None) -> None:
        """Answer one question, if the page asks it now and the person has an answer."""
        if question.type == "group":
            return self._another(question, place)
        asked = self.page.locator(f'[name="{question.id}"], [name^="{question.id}-"]').count()
        value = self.answer_to(question, place) if value is None else value
        if not asked or value is None:
            return None
        give(self.hands, question, value)
        return None

    def answer_to(self, question: Question, place: Place) -> Any:
        """The table's answer; else something that will do, if there has to be an answer."""
        holder = self._holder(question, place.path)
        return holder.get(question.id, something(question) if question.required else None)

    def _holder(self, question: Question, path: tuple[int, ...]) -> Mapping[str, Any]:
        holder: Mapping[str, Any] = self.answers
        for group, number in zip(groups_around(self.form, question.id), path, strict=False):
            entries = holder.get(group, [])
            holder = next((entry for entry in entries if entry["entry"] == number), {})
        return holder

    def _another(self, group: Question, place: Place) -> None:
        """Add another until there are as many entries as in the table."""
        wanted = len(self._holder(group, place.path).get(group.id, []))
        there = self.page.locator(".govuk-summary-card").count()
        self.hands.choose("add-another", "yes" if there < wanted else "no")


def named(text: str) -> re.Pattern[str]:
    """A name as it is read out: hidden words in it bring spaces of their own."""
    return re.compile(r"\s*".join(map(re.escape, re.split(r"\s+|(?=:)", text))))


def place_in(url: str, form: Form) -> Place | None:
    """The place of a form that an address ends in."""
    pages = {page.id for page in form.pages}
    parts = urlsplit(url).path.strip("/").split("/")
    for number, part in enumerate(parts):
        rest = parts[number + 1 :]
        if part in pages and all(one.isdigit() for one in rest):
            return Place(part, tuple(map(int, rest)))
    return None


def page_of(form: Form, place: Place) -> FormPage:
    """The page of the document that stands at a place."""
    return next(page for page in form.pages if page.id == place.page)


def give(hands: Mouse, question: Question, value: Any) -> None:
    """Give an answer, by the type of the question."""
    if question.type in CHOSEN:
        hands.choose(question.id, value)
    elif question.type == "file":
        hands.page.locator(f'[name="{question.id}"]').set_input_files(value)
    elif question.type in TICKED:
        hands.tick(question.id, [value] if isinstance(value, str) else value)
    else:
        for name, text in written(question, value).items():
            hands.type(name, text)
        if question.type == "approximate-date" and value["earliest"] is None:
            hands.tick(f"{question.id}-unknown", ["yes"])


def written(question: Question, value: Any) -> dict[str, str]:
    """What is typed into each input."""
    if question.type == "address":
        return {f"{question.id}-{part}": text for part, text in value.items()}
    if question.type in ("date", "approximate-date"):
        iso = value if isinstance(value, str) else value["earliest"]
        if iso is None:
            return {}
        day = dt.date.fromisoformat(iso)
        return {f"{question.id}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    return {question.id: str(value)}


def something(question: Question) -> Any:
    """The first thing that a type can take."""
    today = dt.datetime.now(LONDON).date()
    kept = (today + dt.timedelta(days=0 if question.latest == "today" else 1)).isoformat()
    plain: dict[str, Any] = {
        "email": "someone@people.example", "phone": "020 7946 0000", "postcode": "SM4 5DX", "time": "10:30am",
        "number": question.least or 1, "yes-no": "yes", "declaration": "yes", "date": kept,
        "approximate-date": {"earliest": kept, "latest": kept, "words": ""},
        "address": {"line1": "1 Mill Lane", "town": "Morden", "postcode": "SM4 5DX"},
    }  # fmt: skip
    if question.type == "file":
        return {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": PDF}
    if question.options and question.type in CHOSEN:
        return question.options[0].value
    if question.options and question.type == "checkboxes":
        return [question.options[0].value]
    return plain.get(question.type, "Words" + " and words" * ((question.least or 0) // 4))
