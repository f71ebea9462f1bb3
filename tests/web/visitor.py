"""A person at a browser without script: reads pages, fills in what is there, presses buttons."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from webform.documents.form import Form
from webform.documents.shelf import Shelves
from webform.rules.journey import entry_answers, places, questions
from webform.web.fields import PageForm
from webform.web.form_groups import ANOTHER

REDIRECTS = (301, 302, 303, 308)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
Typed = Mapping[str, str | list[str]]


class Visitor:
    """Keeps the page that it looks at."""

    def __init__(self, client: FlaskClient):
        self.client = client
        self.address = "/"
        self.page: TestResponse

    def get(self, address: str) -> TestResponse:
        """Opens an address and follows wherever it leads."""
        self.page = self.client.get(address)
        while self.page.status_code in REDIRECTS:
            address = self.page.headers["Location"]
            self.page = self.client.get(address)
        self.address = address
        return self.page

    def post(self, typed: Typed, address: str = "", follow: bool = True) -> TestResponse:
        """Presses the button of the form on this page; `address` is where the form leads, if not here."""
        kept = {name: html.unescape(value) for name, value in HIDDEN.findall(self.page.text)}
        self.page = self.client.post(address or self.address, data=MultiDict({**kept, **typed}))
        if follow and self.page.status_code in REDIRECTS:
            return self.get(self.page.headers["Location"])
        return self.page

    def begin(self, area: str) -> TestResponse:
        """Reads the start page and presses the button."""
        self.get(f"/{area}/")
        return self.post({}, f"/{area}/begin")

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The links of the error summary: where each lands, and what it says."""
        summary = self.page.text.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
        links = re.findall(r'<a href="#([^"]+)"[^>]*>(.*?)</a>', summary, re.DOTALL)
        return [(target, html.unescape(text.strip())) for target, text in links]

    @property
    def heading(self) -> str:
        """The heading of the page."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page.text, re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    def value(self, name: str) -> str:
        """What stands in an input."""
        found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.page.text)
        area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>([^<]*)</textarea>', self.page.text)
        match = found or area
        return html.unescape(match[1]) if match else ""


def typed_for(form: Form, answers: Mapping[str, Any], written: str, today: Any) -> dict[str, list[str]]:
    """What somebody types on one page to give these answers."""
    place = next(place for place in places(form, answers) if str(place) == written)
    page_form = PageForm(questions(form, answers, place), today).fill(entry_answers(form, answers, place))
    names = {
        name: field.typed.get(part, [])
        for field in page_form.questions
        for part, name in zip(field.parts, field.input_names(), strict=True)
    }
    return {name: values for name, values in names.items() if values}


def fill_in(visitor: Visitor, shelves: Shelves, answers: Mapping[str, Any], today: Any) -> list[str]:
    """Goes through the whole request to check-your-answers, adding entries as long as there are more; the way taken."""
    form = shelves.forms["request"]
    asked = [str(place) for place in places(form, answers)]
    way: list[str] = []
    while not visitor.address.endswith("/form/check"):
        where = visitor.address.partition("/form/")[2].partition("?")[0]
        way.append(where)
        typed: dict[str, str | list[str]] = dict(typed_for(form, answers, where, today))
        if 'name="add-another"' in visitor.page.text:
            # the list comes right after its entries: if the last of them was not filled in yet, there is one more
            typed[ANOTHER] = "no" if asked[asked.index(where) - 1] in way else "yes"
        assert visitor.post(typed).status_code == 200, (where, visitor.errors)
    return way
