"""Which numbers are not shown, so that nobody can work out a number that is so small that it tells who somebody is.

A number below `fewest` is hidden, unless it is none at all. So is one from which, with what else is shown and what was
ever published of the same period, such a number can be worked out by adding and taking away (`worked_out`): the rest of
a whole and its part, of two parts, of a whole that was published before. Hidden numbers all look alike, so that nobody
can tell for which reason.

What was published can't be taken back: a number that is known that way is no good for hiding, so another one is hidden.

A sum is shown where every part of it is shown (`total`). It tells nothing new then, and there is nothing to work out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from .worked_out import Fact, worked_out


def is_small(number: int | Fraction, fewest: int) -> bool:
    """Whether a number may tell who somebody is."""
    return 0 < number < fewest


def hidden(numbers: Mapping[str, Fact], fewest: int, before: Iterable[Fact] = ()) -> frozenset[str]:
    """Which of these numbers are not shown. `before`: every number that was shown earlier in their place."""
    known = frozenset(before)
    found = {name for name, fact in numbers.items() if is_small(fact.number, fewest)}
    while betrays := _betrays({name: numbers[name] for name in numbers.keys() - found}, known, fewest):
        found.add(betrays)
    return frozenset(found)


def _betrays(shown: Mapping[str, Fact], known: frozenset[Fact], fewest: int) -> str | None:
    """One of the numbers that have to be hidden as well, while there is any: first where there is no choice.

    Else the greatest part, and only then the whole. To hide the smaller of two parts that lie in each other would say
    that the greater is nearly the whole.
    """
    new = {fact: name for name, fact in sorted(shown.items(), reverse=True) if fact not in known}
    small = (facts for facts, number in worked_out({*known, *new}) if is_small(number, fewest))
    choices = sorted({tuple(sorted(new[fact] for fact in facts if fact in new)) for facts in small} - {()})
    least = min(choices, key=len, default=())
    return min(least, key=lambda name: (shown[name].meant.when == "", -shown[name].number, name), default=None)


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum of what is shown; None where any part of it is hidden."""
    every = list(numbers)
    return sum(one for one in every if one is not None) if None not in every else None
