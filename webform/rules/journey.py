"""The way through a form: which page comes next, what is still missing, and where an entry's answers live.

Pages keep the order of the document; conditions only skip. Pages with `each` are asked once an entry, and the group's
own page, which lists the entries and offers another, comes after them. Nothing here changes the answers it is given.

An entry keeps its number for good. When an entry is removed, ``"<group>.last"`` beside the group remembers the highest
number that was ever given, so that an old link can never lead to a newer entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import dropwhile
from typing import Any, NamedTuple

from webform.documents.answers import Answers, is_empty
from webform.documents.condition import When
from webform.documents.form import Flag, Form, Page, Question

from .shown import ENTRY, Asked, Path, entries_of


class Place(NamedTuple):
    """A page, and the entry that it is asked for (`path`: entry numbers, outermost first)."""

    page: str
    path: Path = ()

    def __str__(self) -> str:
        """The place as drafts and addresses write it: ``report-date/1/2``."""
        return "/".join((self.page, *map(str, self.path)))

    @classmethod
    def read(cls, written: str) -> Place:
        """The place from its written form. Raises ValueError."""
        page, *numbers = written.split("/")
        return cls(page, tuple(int(number) for number in numbers))


class Way:
    """The way through a form with these answers. What has been worked out once is kept: answers don't change here."""

    def __init__(self, form: Form, answers: Answers, today: dt.date | None = None):
        self.answers = answers
        self.asked = Asked(form, answers, today)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every page that is asked now, in order. A required group without entries is asked for a first entry."""
        return tuple(_walk(self.asked, None, ()))

    def next(self, place: Place) -> Place | None:
        """The place after this one; None when only checking the answers is left."""
        ahead = dropwhile(lambda other: other != place, self._near(place))
        if next(ahead, None) is not None:
            return next(ahead, None)
        return next((other for other in self.places if self._order(other) > self._order(place)), None)

    def _near(self, place: Place) -> Iterator[Place]:
        """The places from this one on, or from the first of its outermost group, and no further than somebody asks."""
        page = self.asked.layout.pages.get(place.page)
        around = self.asked.chain(page.each)[:1] if page else ()
        parts = dropwhile(
            lambda part: part not in around if around else part is not page, self.asked.layout.inside(None)
        )
        return _through(self.asked, parts, None, ())

    def previous(self, place: Place) -> Place | None:
        """The place before this one; None at the first."""
        if place in self.places:
            return self.places[self.places.index(place) - 1] if place != self.places[0] else None
        return next((other for other in reversed(self.places) if self._order(other) < self._order(place)), None)

    def _order(self, place: Place) -> int:
        """Where a page stands in the document, to find the way from a page that is no longer asked."""
        return list(self.asked.layout.pages).index(place.page) if place.page in self.asked.layout.pages else -1

    def first_unanswered(self, visited: Collection[Place]) -> Place | None:
        """The first place that was never visited or still lacks a required answer; None when all is answered."""
        return next((place for place in self.places if place not in visited or self.missing(place)), None)

    def missing(self, place: Place) -> tuple[Question, ...]:
        """The required questions of a place that have no answer yet."""
        page = _page(self.asked.form, place.page)
        holder = self.asked.holder(page.each, place.path)
        return tuple(
            question
            for question in page.questions
            if question.required
            and is_empty(holder.get(question.id))
            and self.asked.question_shows(question, place.path)
        )

    def progress(self, place: Place) -> tuple[int, int, str]:
        """Number, count and title of the section that the place is in. A page without a caption stays in the one
        before."""
        pages, sections = self.asked.layout.pages, dict[str, int]()  # each title with its number
        title, found = "", (0, "")
        for other in self.places:
            title = pages[other.page].caption or title
            number = sections.setdefault(title, len(sections) + 1)
            if other == place:
                found = number, title
        return found[0], len(sections), found[1]

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """What a reader must know first: every flag of the form whose condition is known to hold."""
        return tuple(flag for flag in self.asked.form.flags if self._is_raised(flag))

    @cached_property
    def alarms(self) -> frozenset[str]:
        """The flags among them that somebody should react to at once."""
        return frozenset(flag.id for flag in self.asked.form.flags if flag.alarm and self._is_raised(flag))

    def _is_raised(self, flag: Flag) -> bool:
        return self.asked.truth(flag.when.condition) is True

    def questions(self, place: Place) -> tuple[Question, ...]:
        """The questions that a place asks now."""
        page = _page(self.asked.form, place.page)
        return tuple(question for question in page.questions if self.asked.question_shows(question, place.path))


def places(form: Form, answers: Answers, today: dt.date | None = None) -> tuple[Place, ...]:
    """Every page that is asked now, in order."""
    return Way(form, answers, today).places


def _walk(asked: Asked, group: str | None, path: Path) -> Iterator[Place]:
    """The places inside one entry, or the form: own pages in order, each inner group where its first page stands."""
    yield from _through(asked, asked.layout.inside(group), group, path)


def _through(asked: Asked, parts: Iterable[Page | str], group: str | None, path: Path) -> Iterator[Place]:
    for part in parts:
        if isinstance(part, str):
            for number in _numbers(asked, part, group, path):
                yield from _walk(asked, part, (*path, number))
        elif asked.asks(part, path):
            yield Place(part.id, path)


def _numbers(asked: Asked, inner: str, group: str | None, path: Path) -> list[int]:
    """The entries to ask for: those that exist, else a first one where the group must have one."""
    holder = asked.holder(group, path)
    found = [entry[ENTRY] for entry in entries_of(holder, inner)]
    return found or ([_next_number(holder, inner)] if asked.place_of[inner][2].required else [])


def next_place(form: Form, answers: Answers, place: Place, today: dt.date | None = None) -> Place | None:
    """The place after this one; None when only checking the answers is left."""
    return Way(form, answers, today).next(place)


def previous_place(form: Form, answers: Answers, place: Place, today: dt.date | None = None) -> Place | None:
    """The place before this one; None at the first."""
    return Way(form, answers, today).previous(place)


def first_unanswered(
    form: Form, answers: Answers, visited: Collection[Place], today: dt.date | None = None
) -> Place | None:
    """The first place that was never visited or still lacks a required answer; None when all is answered."""
    return Way(form, answers, today).first_unanswered(visited)


def complete(
    form: Form, answers: Answers, visited: Collection[Place] | None = None, today: dt.date | None = None
) -> bool:
    """Whether every required question is answered and, where `visited` is given, every page was seen."""
    way = Way(form, answers, today)
    return way.first_unanswered(way.places if visited is None else visited) is None


def missing(form: Form, answers: Answers, place: Place, today: dt.date | None = None) -> tuple[Question, ...]:
    """The required questions of a place that have no answer yet."""
    return Way(form, answers, today).missing(place)


def progress(form: Form, answers: Answers, place: Place, today: dt.date | None = None) -> tuple[int, int, str]:
    """Number, count and title of the section that the place is in."""
    return Way(form, answers, today).progress(place)


def flags(form: Form, answers: Answers, today: dt.date) -> tuple[Flag, ...]:
    """What a reader must know first: every flag of the form whose condition is known to hold."""
    return Way(form, answers, today).flags


def holds(when: When, form: Form, answers: Answers) -> bool:
    """Whether a condition is known to hold after these answers."""
    return Asked(form, answers).truth(when.condition) is True


def shows(part: Question | Page, form: Form, answers: Answers, path: Path = (), today: dt.date | None = None) -> bool:
    """Whether a question or page is asked for that entry."""
    asked = Asked(form, answers, today)
    return asked.page_shows(part, path) if isinstance(part, Page) else asked.question_shows(part, path)


def questions(form: Form, answers: Answers, place: Place, today: dt.date | None = None) -> tuple[Question, ...]:
    """The questions that a place asks now."""
    return Way(form, answers, today).questions(place)


def entry_answers(form: Form, answers: Answers, place: Place) -> dict[str, Any]:
    """What is answered where this place stands: the form's own answers, or those of its entry."""
    return dict(Asked(form, answers).holder(_page(form, place.page).each, place.path))


def with_entry_answers(form: Form, answers: Answers, place: Place, given: Mapping[str, Any]) -> dict[str, Any]:
    """New answers in which the place's entry holds what is given; None takes an answer away. Makes a missing entry."""
    chain = Asked(form, answers).chain(_page(form, place.page).each)
    return _changed(answers, chain, place.path, given)


def _changed(holder: Answers, chain: tuple[str, ...], path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    if not chain:
        merged = {**holder, **given}
        return {key: value for key, value in merged.items() if value is not None}
    entries = entries_of(holder, chain[0])
    if all(entry[ENTRY] != path[0] for entry in entries):
        entries = [*entries, {ENTRY: path[0]}]
    changed = [_changed(entry, chain[1:], path[1:], given) if entry[ENTRY] == path[0] else entry for entry in entries]
    return {**holder, chain[0]: changed}


def add_entry(form: Form, answers: Answers, group: str, path: Path = ()) -> tuple[dict[str, Any], int]:
    """New answers with one more entry of the group inside the entry `path`, and its number."""
    outer = Asked(form, answers).chain(group)[:-1]
    holder = Asked(form, answers).holder(outer[-1] if outer else None, path)
    number = _next_number(holder, group)
    return _changed(answers, outer, path, {group: [*entries_of(holder, group), {ENTRY: number}]}), number


def remove_entry(form: Form, answers: Answers, group: str, path: Path) -> dict[str, Any]:
    """New answers without the entry that `path` ends in. Its number is never given again."""
    outer = Asked(form, answers).chain(group)[:-1]
    holder = Asked(form, answers).holder(outer[-1] if outer else None, path[:-1])
    left = [entry for entry in entries_of(holder, group) if entry[ENTRY] != path[-1]]
    return _changed(answers, outer, path[:-1], {group: left or None, _last(group): _next_number(holder, group) - 1})


def _next_number(holder: Answers, group: str) -> int:
    given: list[int] = [holder.get(_last(group), 0), *(entry[ENTRY] for entry in entries_of(holder, group))]
    return max(given) + 1


def _last(group: str) -> str:
    return f"{group}.last"


def _page(form: Form, page_id: str) -> Page:
    return form.layout.pages[page_id]
