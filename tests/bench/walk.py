"""The way through the request, walked once and written down, to be walked again as often as a bench likes."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.victim import victim_in_merton
from tests.web.visitor import HIDDEN, Visitor, typed_for
from webform.documents.form import Question
from webform.documents.shelf import Shelves
from webform.rules.calendar import day_of
from webform.rules.journey import places, questions
from webform.web.drafts import utc_now
from webform.web.form_groups import ANOTHER

AREA = "merton"
BUSY = 503  # others were writing for so long that somebody is asked to press again
Typed = Mapping[str, str | list[str]]


class Answer(Protocol):
    """What a browser gets."""

    status_code: int
    location: str | None

    @property
    def text(self) -> str: ...


class Caller(Protocol):
    """Flask's test client, or a browser over real HTTP."""

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, data: Any) -> Answer: ...


@dataclass(frozen=True)
class Step:
    """One page of the way: its address, what is typed there, and the questions that stand on it."""

    address: str
    typed: Typed
    questions: tuple[Question, ...]


def way_of(app: Flask, shelves: Shelves) -> tuple[Step, ...]:
    """Every page of a victim's request, up to check-your-answers."""
    form, answers = shelves.forms[shelves.procedures[AREA].area.opens_with], victim_in_merton()
    today = day_of(utc_now())
    asked = {str(place): questions(form, answers, place, today) for place in places(form, answers, today)}
    order, visitor, steps = list(asked), Visitor(app.test_client()), []
    visitor.begin(AREA)
    while not visitor.address.endswith("/form/check"):
        where = visitor.address.partition("/form/")[2].partition("?")[0]
        typed: dict[str, str | list[str]] = dict(typed_for(form, answers, where, today))
        if f'name="{ANOTHER}"' in visitor.page.text:
            before = order[order.index(where) - 1]
            typed[ANOTHER] = "no" if any(step.address.endswith(f"/form/{before}") for step in steps) else "yes"
        steps.append(Step(urlsplit(visitor.address).path, typed, asked[where]))
        assert visitor.post(typed).status_code == 200, (where, visitor.errors)
    return tuple(steps)


def hidden(page: str) -> dict[str, str]:
    """The hidden inputs of a page, which a browser sends back with what was typed."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def begin(caller: Caller) -> None:
    """Open the start page and press the button."""
    start = f"/{AREA}/"
    answer = caller.post(f"{start}begin", data=hidden(caller.get(start).text))
    assert answer.status_code == 303, answer.status_code


def walk(caller: Caller, way: tuple[Step, ...]) -> Iterator[tuple[str, Answer]]:
    """Every page read and sent, each answer with the method that it was got by."""
    for step in way:
        page = caller.get(step.address)
        yield "GET", page
        yield "POST", caller.post(step.address, data=MultiDict({**hidden(page.text), **step.typed}))


def send(caller: Caller) -> bool:
    """Check-your-answers, the button, and the page that confirms it. False where they were asked to try again."""
    page = caller.get("/form/check")
    if page.status_code == BUSY:
        return False
    answer = caller.post("/form/send", data=hidden(page.text))
    if answer.status_code == BUSY:
        return False
    assert (answer.status_code, answer.location) == (303, "/form/sent"), (answer.status_code, answer.location)
    return caller.get("/form/sent").status_code == 200
