"""Every form of every page, sent with nothing, with far too much and with what belongs nowhere: words at the field, and
nothing that was typed is lost. The forms are those that the pages draw; no page is named here."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.moment import Moment
from tests.web.door import RAW_TOKEN, Door, Person, everybody
from tests.web.site import Site, rules
from webform.documents.shelf import Shelves
from webform.web.limits import limiter

WHO = (
    "nobody", "a person with a draft", "the applicant at their page", "the spoc who wrote it down", "the councillor",
)  # fmt: skip
TYPED = ("text", "email", "tel", "search", "textarea", "number", "password", "date")
LONG, ODD = "Long words " * 500, "٣²½ <b>odd</b> {{x}} %s \U0001f622 ‮"
BAD = {"nothing": "", "far too much": LONG, "what belongs nowhere": ODD}
UNSAID = "nobody-drew-this"


@dataclass
class Drawn:
    """One form of a page: where it goes, what it asks, and its buttons."""

    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # kind, name, value
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of a page that post, the ids on it, and where its error summary leads."""

    def __init__(self, answer: TestResponse):
        super().__init__()
        self.path = answer.request.path
        self.forms: list[Drawn] = []
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.says = ""
        self._form: Drawn | None = None
        self._summary = 0
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.ids.add(has.get("id", ""))
        self._summary += "govuk-error-summary" in has.get("class", "").split()
        if tag == "form":
            self._form = Drawn(has.get("action") or self.path)
            if has.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif tag == "a" and self._summary and has.get("href", "").startswith("#"):
            self.links.append(has["href"][1:])
        elif self._form and has.get("name"):
            self._takes(self._form, tag, has)

    def _takes(self, form: Drawn, tag: str, has: dict[str, str]) -> None:
        kind = has.get("type", "text") if tag == "input" else tag
        if tag == "button":
            form.buttons.append((has["name"], has.get("value", "")))
        else:
            secret = "secret " if has.get("autocomplete") == "off" else ""  # a word or code is never shown again
            form.fields.append((secret + kind, has["name"], has.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "main":
            self._summary = 0


class Walker:
    """Somebody who sends every form that they are shown."""

    def __init__(self, app: Flask, shelves: Shelves, now: Moment):
        self.site = Site(app, shelves, app.test_client(), now)
        self.people = {person.name: person for person in everybody(self.site, "bromley")}
        self.door = Door(self.site)

    def pages(self, person: Person) -> Iterator[Page]:
        """Every page that the person may read."""
        for rule in rules(self.site.app):
            for path in self.site.paths(rule) if "GET" in (rule.methods or ()) else ():
                answer = self.door.send(person, "GET", path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    yield Page(answer)
                self.door.put_back()

    def sent(self, person: Person, form: Drawn, bad: str, button: tuple[str, str] | None) -> TestResponse:
        """The form with one kind of bad input in every box and nobody's choice in every choice."""
        data: dict[str, str] = {}
        for kind, name, value in form.fields:
            if kind == "hidden":
                data[name] = value
            elif kind.removeprefix("secret ") in TYPED:
                data[name] = bad
            elif kind in ("radio", "checkbox", "select") and bad:
                data[name] = UNSAID
        client = self.site.client
        client._cookies.clear()
        with client.session_transaction() as session:
            session.update(person.holds, csrf_token=RAW_TOKEN)
        data |= {"csrf_token": self.door.token} | dict([button] if button else [])
        return client.post(form.action, data=data, headers=dict(person.shows))


def faults(answer: TestResponse, form: Drawn, bad: str) -> Iterator[str]:
    """What is wrong with the answer to bad input."""
    no_paper = answer.status_code == 503 and "PDF" in answer.text  # letters that our font lacks: it says so
    if (answer.status_code >= 500 and not no_paper) or answer.status_code in (404, 405):
        yield f"{answer.status_code}"
    if answer.status_code not in (400, 422, 503) or answer.mimetype != "text/html":
        return
    page = Page(answer)
    if not (page.links or "service-notice" in answer.text or "<h1" in answer.text):
        yield "no word about what is wrong"
    yield from (f"an error leads to #{link}, which is not there" for link in page.links if link not in page.ids)
    text = html.unescape(answer.text)
    kept = bad.strip().replace("‮", "").strip() in text
    if bad and any(kind in TYPED for kind, _, _ in form.fields) and not kept:
        yield "what was typed is lost"


@pytest.mark.parametrize("who", WHO)
def test_bad_input_is_told_at_the_field_and_kept(
    app: Flask, shelves: Shelves, now: Moment, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Nothing, far too much, and what belongs nowhere, in every box of every form, with each of its buttons."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)
    with app.app_context():
        walker = Walker(app, shelves, now)
    kinds = {person.opens for person in walker.people.values() if person.opens - {"guarded", "watched"}}
    assert kinds <= {walker.people[one].opens for one in WHO}, "somebody new comes to the door: send them too"
    person, seen, found = walker.people[who], set(), []
    for page in walker.pages(person):
        for form in page.forms:
            key = (form.action, tuple(name for _, name, _ in form.fields))
            if key in seen:
                continue
            seen.add(key)
            for name, bad in BAD.items():
                for button in form.buttons or [None]:
                    answer = walker.sent(person, form, bad, button)
                    found += [f"{form.action} {button} {name}: {fault}" for fault in faults(answer, form, bad)]
                    walker.door.put_back()
    walker.door.close()
    assert len(seen) > 1
    assert "\n".join(found) == ""
