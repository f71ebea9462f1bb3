"""A form on paper: every question with room to write, in the order of the document.

Entries of a group are printed a few times over, since paper can't add another. What is asked only after a certain
answer says so in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from webform.documents.answers import yes_no
from webform.documents.condition import When
from webform.documents.form import Form, Option, Page, Question
from webform.words import capital
from webform.words import gettext as _

from .plain_words import PlainWords, sentence
from .shown import Asked

Room = Literal["line", "lines", "boxes", "date", "rough-date", "time", "address", "number", "sign", "copies"]
ROOMS: dict[str, Room] = {
    "textarea": "lines", "radios": "boxes", "score": "boxes", "checkboxes": "boxes", "yes-no": "boxes", "date": "date",
    "approximate-date": "rough-date", "time": "time", "address": "address", "number": "number", "declaration": "sign",
    "file": "copies",
}  # fmt: skip
COPIES = (3, 2)  # how often the entries of a group are printed, and those of a group inside one
ONE_LINE = 70  # characters
PER_LINE, MOST_LINES = 400, 8  # characters that one line stands for; lines of one answer


@dataclass(frozen=True)
class FormWords(PlainWords):
    """The words for conditions inside one form, which name its questions without a step."""

    form: Form

    def find(self, name: str) -> Question | None:
        return self.form.question(name)


@dataclass(frozen=True)
class Space:
    """One question and the room for its answer."""

    question: Question
    room: Room
    options: tuple[Option, ...]
    lines: int
    only_if: str

    @property
    def short(self) -> bool:
        """Whether all of the options fit on one line."""
        plain = not any(option.hint for option in self.options)
        return plain and sum(len(option.label) + 6 for option in self.options) <= ONE_LINE


@dataclass(frozen=True)
class Sheet:
    """What one page of the form asks. `caption` is the section or the entry that it belongs to."""

    caption: str
    title: str
    says: str
    only_if: str
    spaces: tuple[Space, ...]
    depth: int  # how deep in groups it stands


def sheets(words: FormWords) -> tuple[Sheet, ...]:
    """The whole form, ready to be printed."""
    return tuple(_Blank(words).inside(None, ""))


class _Blank:
    def __init__(self, words: FormWords):
        self.words = words
        self.asked = Asked(words.form, {})

    def inside(self, group: str | None, name: str) -> Iterator[Sheet]:
        """The sheets of the form, or of one entry: its own pages, and each inner group where its first page stands."""
        depth = len(self.asked.chain(group))
        done: set[str] = set()
        for page in self.words.form.pages:
            chain = self.asked.chain(page.each)
            if group is not None and group not in chain:
                continue
            if len(chain) == depth:
                yield from self._sheet(page, name, depth)
            elif chain[depth] not in done:
                done.add(chain[depth])
                yield from self._entries(chain[depth], name, depth)

    def _entries(self, group: str, name: str, depth: int) -> Iterator[Sheet]:
        question = self.asked.place_of[group][2]
        for number in range(1, COPIES[min(depth, len(COPIES) - 1)] + 1):
            entry = f"{question.entry or 'entry'} {number}"
            yield from self.inside(group, f"{name}, {entry}" if name else capital(entry))

    def _sheet(self, page: Page, name: str, depth: int) -> Iterator[Sheet]:
        spaces = tuple(self._space(question) for question in page.questions if question.type != "group")
        if spaces:
            title = page.title if page.title != spaces[0].question.label else ""
            yield Sheet(name or page.caption, title, page.says, self._only_if(page.show_when), spaces, depth)

    def _space(self, question: Question) -> Space:
        options = yes_no() if question.type == "yes-no" else question.options
        longest = question.longest or 0
        lines = max(2, min(MOST_LINES, longest // PER_LINE)) if question.type == "textarea" else 1
        return Space(question, ROOMS.get(question.type, "line"), options, lines, self._only_if(question.show_when))

    def _only_if(self, when: When | None) -> str:
        return sentence(_("Only if %(condition)s", condition=self.words.condition(when.condition))) if when else ""
