"""Every entry of the groups around a report, and what was answered in each: one column an answer.

A threshold asks the same of all reports, again and again; as columns each answer is looked up once, and a condition is
judged once for all entries that answer alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Any, TypeVar

from webform.documents.answers import Answers
from webform.documents.condition import Every, named_in
from webform.documents.form import Page, Question
from webform.words import gettext as _

from .shown import END, ENTRY, Asked, Path, entries_of

Value = TypeVar("Value")
Column = list[tuple[Any, ...]]


class Entries:
    """The entries of a group that are asked for, in order. `above` are those they lie in; the form is outermost."""

    def __init__(self, asked: Asked, around: tuple[str, ...] = ()):
        self.asked, self.around = asked, around
        self.above = Entries(asked, around[:-1]) if around else None
        self._columns: dict[str, Column] = {}
        rows = list(self._gather(self.above, around[-1])) if self.above is not None else [((), asked.answers, 0)]
        self.paths: list[Path] = [path for path, _, _ in rows]
        self._holders: list[Answers] = [holder for _, holder, _ in rows]
        self._parents: list[int] = [parent for _, _, parent in rows]

    def _gather(self, above: Entries, group: str) -> Iterator[tuple[Path, Answers, int]]:
        for number, shown in enumerate(above.shows(self.asked.place_of[group][2])):
            if shown:
                for entry in entries_of(above._holders[number], group):
                    yield (*above.paths[number], entry[ENTRY]), entry, number

    def __len__(self) -> int:
        return len(self.paths)

    def depth(self, question_id: str) -> int:
        """How much of an entry's path the question can tell apart."""
        return self.asked.shared(self.asked.place_of[question_id][1].each, self.around)

    def answers(self, question_id: str) -> Column:
        """What the question was answered, seen from each entry; None in it where it was not asked or answered."""
        if question_id not in self._columns:
            self._columns[question_id] = self._column(question_id)
        return self._columns[question_id]

    def _column(self, question_id: str) -> Column:
        _, page, question = self.asked.place_of[question_id]
        depth = self.depth(question_id)
        if self.above is not None and depth < len(self.around):
            return self._below(self.above.answers(question_id))
        if depth < len(self.asked.chain(page.each)):  # one of a group inside, or beside: any entry of it is meant
            return [self.asked.values(question_id, self.around, path) for path in self.paths]
        shown = zip(self.shows(question), self._holders, strict=True)
        return [(holder.get(question_id) if asked else None,) for asked, holder in shown]

    def _below(self, above: list[Value]) -> list[Value]:
        """For each entry, what was found for the one that it lies in."""
        return [above[parent] for parent in self._parents]

    def shows(self, question: Question) -> list[bool]:
        """Whether a question of this group is asked in each entry."""
        number, page, _ = self.asked.place_of[question.id]
        return self.alike(_read(page, question), lambda path: self.asked.question_shows(question, path), number)

    @cached_property
    def _pages_asked(self) -> list[bool]:
        """Whether the pages of this group are asked at all, for each entry."""
        if self.above is None:
            return [True]
        group = self.around[-1]
        _, home, question = self.asked.place_of[group]
        start = self.asked.layout.starts[group]
        above = self.above.alike(_read(home, question), lambda path: self.asked.group_shows(group, path), start)
        return self._below(above)

    def alike(self, names: Collection[str] | None, judge: Callable[[Path], Value], limit: int = END) -> list[Value]:
        """What is judged of each entry: once for all that answered these questions alike, as far as they stand before
        question number `limit`. Without names each entry is judged for itself."""
        if names is None:
            return [judge(path) for path in self.paths]
        place_of = self.asked.place_of
        columns = [self.answers(name) for name in names if name in place_of and place_of[name][0] < limit]
        if not columns and self.above is None:
            return [judge(())]
        keys = list(map(repr, zip(self._pages_asked, *columns, strict=True)))
        known = {key: judge(path) for key, path in dict(zip(keys, self.paths, strict=True)).items()}
        return [known[key] for key in keys]


def _read(page: Page, question: Question) -> set[str] | None:
    """The questions that decide whether a question is asked; None where a condition looks into other entries."""
    tests = [test for part in (page, question) if part.show_when for test in named_in(part.show_when.condition)]
    return None if any(isinstance(test, Every) for test in tests) else {test.name for test in tests}


class Reports(Entries):
    """The reports of a request. `incidents` are the paths to the incidents that they are of."""

    def __init__(self, asked: Asked, group: str | None, incident: str | None):
        super().__init__(asked, asked.chain(group))
        depth = self.around.index(incident) + 1 if incident in self.around else len(self.around)
        self.incidents: list[Path] = [path[:depth] for path in self.paths]

    @cached_property
    def names(self) -> list[str]:
        """The reports as the person counts them: by position, not by the number in the address."""
        several, told = Counter(self.incidents), Counter[Path]()
        numbers = {incident: number for number, incident in enumerate(several, 1)}
        names = []
        for incident in self.incidents:
            told[incident] += 1
            number, report = numbers[incident], told[incident]
            if several[incident] > 1:
                names.append(_("Incident %(number)s, report %(report)s", number=number, report=report))
            else:
                names.append(_("Incident %(number)s", number=number))
        return names
