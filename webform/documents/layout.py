"""Where everything stands in a form, worked out once a form: places, pages, the groups around each page, meanings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .condition import Every, When, named_in

if TYPE_CHECKING:
    from .form import Page, Question


class Layout:
    """The order of a form's pages and questions, and how its groups lie in one another."""

    def __init__(self, pages: tuple[Page, ...]):
        self.place_of: dict[str, tuple[int, Page, Question]] = {}  # its place in the document, and where it stands
        self.starts: dict[str, int] = {}  # where the first question of each group stands
        self.first: dict[str, int] = {}  # where the first question of each page stands
        self.pages = {page.id: page for page in pages}
        self.meanings: dict[str, Question] = {}
        self.unknown: dict[str, frozenset[str]] = {}  # the options of a question that say "I do not know"
        self._inside: dict[str | None, tuple[Page | str, ...]] = {}
        for page in pages:
            self.first[page.id] = len(self.place_of)
            self.starts.setdefault(page.each or "", len(self.place_of))
            for question in page.questions:
                self.place_of.setdefault(question.id, (len(self.place_of), page, question))
                if unknown := frozenset(option.value for option in question.options if option.unknown):
                    self.unknown[question.id] = unknown
                if question.means:
                    self.meanings.setdefault(question.means, question)
        # Pages of which something is asked whenever their group is.
        self.plain = frozenset(page.id for page in pages if page.show_when is None and _asks_always(page))
        self.reads = {page.id: self._latest(page.show_when) for page in pages if page.show_when}
        self.chains = {group: self._chain(group) for group in (None, *self.starts)}

    def inside(self, group: str | None) -> tuple[Page | str, ...]:
        """What is asked in one entry of a group, or in the form: its own pages, each inner group at its first page."""
        if group not in self._inside:
            self._inside[group] = tuple(self._parts(group))
        return self._inside[group]

    def _parts(self, group: str | None) -> Iterator[Page | str]:
        depth, done = len(self.chain(group)), set()
        for page in self.pages.values():
            chain = self.chain(page.each)
            if group is not None and group not in chain:
                continue
            if len(chain) == depth:
                yield page
            elif chain[depth] not in done:
                done.add(chain[depth])
                yield chain[depth]

    def _latest(self, when: When) -> int:
        """The place of the latest question that a condition reads, as far as that is plain."""
        tests = list(named_in(when.condition))
        if any(isinstance(test, Every) for test in tests):
            return len(self.place_of)
        return max((self.place_of[test.name][0] for test in tests if test.name in self.place_of), default=-1)

    def chain(self, group: str | None) -> tuple[str, ...]:
        """The groups that a page for this group lies in, outermost first."""
        return self.chains.get(group, ())

    def _chain(self, group: str | None) -> tuple[str, ...]:
        found: list[str] = []
        while group and group not in found and group in self.place_of:
            found.insert(0, group)
            group = self.place_of[group][1].each
        return tuple(found)


def _asks_always(page: Page) -> bool:
    return any(question.show_when is None for question in page.questions)
