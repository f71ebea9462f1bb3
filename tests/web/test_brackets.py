"""A language of brackets: every marked message stands in ⟦ ⟧, so what a page says outside them can't be translated.

The catalogue is made as a translator's is: gathered from the code, compiled, and loaded. A message that is marked where
nothing gathers it, or kept in one language and shown in another, stands bare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from flask import Flask

from tests.moment import Moment
from tests.victim import victim_in_merton
from tests.web.door import Door, everybody
from tests.web.site import Site, rules
from webform import words
from webform.documents.shelf import Shelves
from webform.settings import SHIPPED
from webform.web.limits import limiter

BRACKETS = "x-brackets"
GATHERED = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
WHO = ("nobody", "a person with a draft", "the applicant at their page", "the spoc who wrote it down", "the councillor")
# Written down in the language of its day, pieced together from documents, or for whoever runs the service.
WRITTEN = re.compile(r"/mailbox|/letter|/desk/case/|/paper|/status|/blank|/copy")
# Words of the language of documents that pages show as they are, and the number of an entry that a form names.
AS_THEY_ARE = re.compile(r"(\w+ \d+(, \d+)?|waiting|open|done|late|met|counts|about|yes|no|online)\W*", re.IGNORECASE)
# A task and a flag that were written down, and sentences that begin with one phrase of a document and end with another.
PIECED = re.compile(r"The\s.*by itself:.*|No\s+yet|Other de.*|The relevant\W*")


@pytest.fixture
def brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The catalogue of that language, where catalogues lie."""
    catalogue = Catalog(locale="en", domain="messages")
    for _file, _line, message, _comments, _context in extract_from_dir(SHIPPED, GATHERED, keywords=KEYWORDS):
        several = message if isinstance(message, tuple) else (message,)
        marked = tuple(f"⟦{one}⟧" for one in several)
        catalogue.add(message, marked if len(marked) > 1 else marked[0])
    place = tmp_path / "languages" / "x_brackets" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(words, "LANGUAGES", tmp_path / "languages")
    words.catalogue.cache_clear()
    yield
    words.catalogue.cache_clear()
    words._known.cache_clear()


class Read(HTMLParser):
    """What a page says, text by text."""

    def __init__(self, page: str):
        super().__init__()
        self.text, self._quiet = "", 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("style", "script")
        self.text += "\n" if tag not in ("a", "strong", "span", "em") else ""

    def handle_data(self, data: str) -> None:
        self.text += "" if self._quiet else data


def bare(page: str, known: Iterable[str]) -> list[str]:
    """The texts of a page outside all brackets, without what documents say and people typed."""
    text, before = Read(page).text, ""
    while text != before:
        text, before = re.sub(r"⟦[^⟦⟧]*⟧", " ", text), text
    for phrase in known:
        text = text.replace(phrase, " ").replace(phrase.lower(), " ")
    text = re.sub(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", " ", text)  # references
    lines = (line.strip() for line in text.split("\n"))
    said = (line for line in lines if re.search(r"[A-Za-z]{3}", line))
    return [line for line in said if not AS_THEY_ARE.fullmatch(line) and not PIECED.fullmatch(line)]


def phrases(*said: Any) -> Iterator[str]:
    """Every string in documents and answers, line by line."""
    for one in said:
        if isinstance(one, str):
            yield from (line.strip(" #-*.") for line in one.split("\n") if len(line.strip(" #-*.")) > 2)
        elif isinstance(one, dict):
            yield from phrases(*one.values())
        elif isinstance(one, list | tuple):
            yield from phrases(*one)


@pytest.mark.usefixtures("brackets")
def test_no_page_says_a_word_that_nobody_could_translate(
    app: Flask, shelves: Shelves, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page that anybody may read, but for letters and papers that were written before."""
    monkeypatch.setattr(limiter, "enabled", False)
    with app.app_context():
        site = Site(app, shelves, app.test_client(), now)
        people = {one.name: one for one in everybody(site, "bromley")}
        door = Door(site)
        kept = [one.model_dump(mode="json") for shelf in (shelves.procedures, shelves.forms) for one in shelf.values()]
        own = [
            "Ann Bee", "Jo Hill", "Lee Moor", "Sam Jones", "Look at it", "(stand-in)", "We have your form – ",
            "A question for you – ",
        ]  # fmt: skip
        known = sorted(set(phrases(kept, victim_in_merton(), own)), key=len, reverse=True)
    found, seen = set(), 0
    with words.speaking(BRACKETS):
        for who in WHO:
            for path in (path for rule in rules(app) if "GET" in (rule.methods or ()) for path in site.paths(rule)):
                answer = door.send(people[who], "GET", path)
                if answer.status_code == 200 and answer.mimetype == "text/html" and not WRITTEN.search(path):
                    assert f'<html lang="{BRACKETS}"' in answer.text
                    seen += 1
                    found |= {f"{path}: {line}" for line in bare(answer.text, known)}
    door.close()
    assert seen > 60
    assert "\n".join(sorted(found)) == ""
