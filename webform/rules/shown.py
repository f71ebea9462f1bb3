"""Which questions of a form are asked, given what has been answered so far. The ground that journey.py walks on.

A question is asked if its own condition, its page's and (inside a group) the group's are known to hold. A condition
reads only what is asked itself, and only what stands earlier, so an answer left over from another path decides nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from webform.documents.answers import Answers, is_empty
from webform.documents.condition import Condition, Every, Is, Truth, When, all_of, any_of, holds
from webform.documents.form import Form, Page, Question

Path = tuple[int, ...]
ENTRY = "entry"  # the key of an entry's stable number
END = 1_000_000  # later than any question: what a flag may read


def entries_of(holder: Answers, group: str) -> list[Answers]:
    """The entries of a group, in order; none where nothing has been answered yet."""
    return list(holder.get(group) or ())


def age_on(born: dt.date, day: dt.date) -> int:
    """Whole years on that day. Born on 29 February, a birthday falls on 1 March in common years (sentence 37)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Asked:
    """A form and its answers, ready to say what is shown. Made anew for each question put to it; never stored.

    What has been worked out once is kept: the answers don't change while somebody asks about them.
    """

    def __init__(self, form: Form, answers: Answers, today: dt.date | None = None):
        self.form, self.answers, self.today = form, answers, today
        self.layout = form.layout
        self.place_of = self.layout.place_of
        self._shared: dict[tuple[str | None, tuple[str, ...]], int] = {}
        self._entries: dict[tuple[str, Path], dict[int, Answers]] = {}
        self._values: dict[tuple[str, tuple[str, ...], Path], tuple[Any, ...]] = {}
        self._groups: dict[tuple[str, Path, int], bool] = {}
        self._pages: dict[tuple[str, Path, int], bool] = {}

    def chain(self, group: str | None) -> tuple[str, ...]:
        """The groups that a page for this group lies in, outermost first."""
        return self.layout.chain(group)

    def holder(self, group: str | None, path: Path) -> Answers:
        """The answers of the entry that the path leads to; empty if it doesn't exist yet."""
        inside: Answers = self.answers
        for depth, (name, number) in enumerate(zip(self.chain(group), path, strict=False)):
            place = name, path[:depth]
            if place not in self._entries:
                self._entries[place] = {
                    entry[ENTRY]: entry for entry in reversed(entries_of(inside, name)) if ENTRY in entry
                }
            inside = self._entries[place].get(number, {})
        return inside

    def shared(self, group: str | None, around: tuple[str, ...]) -> int:
        """How many groups, from the outermost, the group's questions have in common with those around an entry."""
        place = group, around
        if place not in self._shared:
            pairs = zip(self.chain(group), around, strict=False)
            self._shared[place] = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        return self._shared[place]

    def entries(self, group: str | None, within: Path, around: tuple[str, ...]) -> Iterable[tuple[Path, Answers]]:
        """Every entry of the group that can be seen from an entry: its own where it lies inside, else all of them."""
        chain = self.chain(group)
        own = within[: self.shared(group, around)]
        if len(own) == len(chain):
            return ((own, self.holder(group, own)),)
        return self._unfold(chain, own, self.holder(chain[len(own) - 1] if own else None, own))

    def _unfold(self, chain: tuple[str, ...], path: Path, holder: Answers) -> Iterator[tuple[Path, Answers]]:
        if len(path) == len(chain):
            yield path, holder
            return
        for entry in entries_of(holder, chain[len(path)]):
            yield from self._unfold(chain, (*path, entry[ENTRY]), entry)

    def page_shows(self, page: Page, path: Path, limit: int = END) -> bool:
        """Whether the page is asked for that entry, and so is the group that it belongs to."""
        limit = min(limit, self.layout.first[page.id])
        if page.each and not self.group_shows(page.each, path[:-1], limit):
            return False
        if page.show_when is None:
            return True
        # Most conditions read nothing that the limit hides: then it makes no difference which limit it is.
        place = page.id, path, limit if self.layout.reads[page.id] >= limit else END
        if place not in self._pages:
            self._pages[place] = self._met(page.show_when, page, path, limit)
        return self._pages[place]

    def group_shows(self, name: str, path: Path, limit: int = END) -> bool:
        """Whether the group is asked for, where it stands; its pages are only asked then."""
        if name not in self.place_of:
            return False
        # A group's condition reads only what stands before its entries, or it would depend on itself.
        start = min(limit, self.layout.starts[name])
        place = name, path, start
        if place not in self._groups:
            _, home, group = self.place_of[name]
            self._groups[place] = self.page_shows(home, path, start) and self._met(group.show_when, home, path, start)
        return self._groups[place]

    def asks(self, page: Page, path: Path) -> bool:
        """Whether anything on the page is asked for that entry."""
        if page.id in self.layout.plain:
            return not page.each or self.group_shows(page.each, path[:-1])
        if not self.page_shows(page, path):
            return False
        return any(question.show_when is None or self.question_shows(question, path) for question in page.questions)

    def question_shows(self, question: Question, path: Path) -> bool:
        """Whether the question is asked for that entry."""
        number, page, _ = self.place_of[question.id]
        if not self.page_shows(page, path):
            return False
        return question.show_when is None or self._met(question.show_when, page, path, number)

    def _met(self, when: When | None, page: Page, path: Path, limit: int) -> bool:
        return when is None or self.truth(when.condition, self.chain(page.each), path, limit) is True

    def truth(self, condition: Condition, around: tuple[str, ...] = (), path: Path = (), limit: int = END) -> Truth:
        """Whether the condition holds, seen from an entry, reading nothing from question number `limit` on."""
        return holds(condition, lambda test: self.judge(test, around, path, limit))

    def judge(self, test: Is | Every, around: tuple[str, ...] = (), path: Path = (), limit: int = END) -> Truth:
        """One test, seen from an entry. Of a name inside a group that is seen from outside, any entry will do."""
        if test.name not in self.place_of:
            return None
        if isinstance(test, Every):
            return self._every(test, around, path, limit)
        values = self.values(test.name, around, path, limit)
        if not values:
            return bool(test.value) if test.test == "empty" else None
        if len(values) == 1:
            return self._compare(test, values[0])
        return any_of(self._compare(test, value) for value in values)

    def values(self, name: str, around: tuple[str, ...] = (), path: Path = (), limit: int = END) -> tuple[Any, ...]:
        """What a question was answered, seen from an entry: once for each entry it can mean, None where it wasn't."""
        number, page, question = self.place_of[name]
        if number >= limit:
            return ()
        place = name, around, path
        if place not in self._values:
            seen = self.entries(page.each, path, around)
            self._values[place] = tuple(
                [holder.get(name) if self.question_shows(question, where) else None for where, holder in seen]
            )
        return self._values[place]

    def _every(self, test: Every, around: tuple[str, ...], path: Path, limit: int) -> Truth:
        inside = self.chain(test.name)
        known = self.place_of[test.name][0] < limit
        entries = [entry for entry, _ in self.entries(test.name, path, around)] if known else []
        return all_of(self.truth(test.inside, inside, entry, limit) for entry in entries) if entries else None

    def _compare(self, test: Is, value: Any) -> Truth:
        return compare(test, value, read_day(self.answers.get(test.on)) if test.on in self.place_of else self.today)


def read_day(value: Any) -> dt.date | None:
    """The exact day of an answer, approximate dates included; None if it isn't known to the day."""
    if isinstance(value, Mapping):
        value = value.get("earliest") if value.get("earliest") == value.get("latest") else None
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def compare(test: Is, value: Any, day: dt.date | None) -> Truth:
    """One test of one answer; None where it has none. `day` is when an age, or the passing of a date, is judged."""
    if test.test == "empty":
        return is_empty(value) is test.value
    if is_empty(value):
        return None
    if test.test == "equals":
        return test.value in value if isinstance(value, list) else bool(value == test.value)
    if test.test in ("age_under", "passed"):
        return _dated(test, read_day(value), day)
    amount = len(value) if isinstance(value, list) else value
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not isinstance(test.value, int | float):
        return None
    return amount >= test.value if test.test == "at_least" else amount < test.value


def _dated(test: Is, written: dt.date | None, day: dt.date | None) -> Truth:
    if written is None or day is None:
        return None
    if test.test == "age_under":
        return age_on(written, day) < int(test.value)
    return (written < day) is test.value
