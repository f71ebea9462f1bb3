"""The folder of a case as its page shows it: the newest paper first, and only some of them if that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from webform.documents.procedure import Procedure
from webform.records.tables import Document
from webform.words import gettext as _
from webform.words import gettext_noop as N_

Test = Callable[[Document], bool]
EVERYTHING, FORMS, LETTERS, OUTSIDE = "all", "forms", "letters", "outside"
TITLES = {
    EVERYTHING: N_("Everything"),
    FORMS: N_("Forms"),
    LETTERS: N_("Letters and notes"),
    OUTSIDE: N_("From people outside the council"),
}


@dataclass(frozen=True)
class Papers:
    """What is shown, and how many there are of each kind."""

    chosen: str
    shown: list[Document]
    counts: Mapping[str, int]

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        """Each kind that there is something of: its name, what it is called and how many."""
        return [(kind, _(TITLES[kind]), count) for kind, count in self.counts.items() if count]


def papers(documents: list[Document], procedure: Procedure, chosen: str) -> Papers:
    """The papers of a folder; all of them unless a kind was chosen."""
    external = {role.id for role in procedure.roles if role.external}
    tests: dict[str, Test] = {
        EVERYTHING: lambda one: True,
        FORMS: lambda one: one.body is None,
        LETTERS: lambda one: one.body is not None,
        OUTSIDE: lambda one: one.author_role in external,
    }
    chosen = chosen if chosen in tests else EVERYTHING
    counts = {kind: sum(map(test, documents)) for kind, test in tests.items()}
    return Papers(chosen, [one for one in reversed(documents) if tests[chosen](one)], counts)
