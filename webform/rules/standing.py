"""How each report stands to a count: it counts, it doesn't, or it may; and what decided that.

All reports that a rule treats alike share one standing. Its words are put together when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from webform.documents.condition import Truth
from webform.words import gettext as _


@dataclass(frozen=True, eq=False)
class Standing:
    """Whether a report counts, and why. `why` and `wants` take the report's number.

    `source` is the rule's; without one it is that of the count which asks.
    """

    truth: Truth
    why: Callable[[int], str]
    source: str = ""
    wants: Callable[[int], Iterable[str]] = lambda _: ()

    def also(self, other: Standing) -> Standing:
        """After one more rule that isn't met. The first that fails gives the reason; an open one waits for it."""
        return self if self.truth is False or (self.truth is None and other.truth is None) else other


Standings = Sequence[Standing]  # one for each report, in order
COUNTS = Standing(True, lambda _n: _("It counts."))


@dataclass(frozen=True)
class Rule:
    """How a report stands where something doesn't hold of it, and where nobody knows whether it does."""

    fails: Standing
    open: Standing

    @classmethod
    def of(cls, why: Callable[[int, Truth], str], wants: Callable[[int], Iterable[str]] = lambda _: ()) -> Rule:
        """A rule of the count itself, from its words."""
        return cls(
            Standing(False, lambda number: why(number, False)),
            Standing(None, lambda number: why(number, None), "", wants),
        )

    def after(self, standings: Standings, truths: Iterable[Truth]) -> list[Standing]:
        """How the reports stand after this rule as well, where it holds of them or not."""
        pairs = zip(standings, truths, strict=True)
        return [was if truth else was.also(self.open if truth is None else self.fails) for was, truth in pairs]


def owned(standings: Standings, source: str) -> Standings:
    """The same for another count that looks at them: what has no source of its own has this one's."""
    kept = {one: one if one.source or one.truth else replace(one, source=source) for one in set(standings)}
    return [kept[one] for one in standings]
