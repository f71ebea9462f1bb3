"""Which numbers are not shown, so that nobody can work out a number that is so small that it tells who somebody is.

A number below `fewest` is hidden, unless it is none at all. Some numbers are part of others: the reviews that made
recommendations are part of the reviews. There the rest counts as well: while both are shown and the rest is below
`fewest`, one of them is hidden too. Hidden numbers all look alike, so that nobody can tell for which reason.

What was published before can't be taken back. A number that is known that way and has not changed is no good for
hiding, so another one is hidden; and what was hidden before stays hidden while it would betray what was published.

A sum is shown where every part of it is shown (`total`). It tells nothing new then, and there is nothing to work out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Numbers = Mapping[str, int]
Part = tuple[str, str]  # the whole, and what is part of it


@dataclass(frozen=True)
class Told:
    """What was published at one time: every number as it was counted, and which of them were hidden."""

    numbers: Numbers
    hidden: frozenset[str]


def is_small(number: int, fewest: int) -> bool:
    """Whether a number may tell who somebody is."""
    return 0 < number < fewest


def hidden(numbers: Numbers, parts: Sequence[Part], fewest: int, before: Sequence[Told] = ()) -> frozenset[str]:
    """Which of these numbers are not shown. `before` is what was published earlier in their place."""
    found = {name for name, number in numbers.items() if is_small(number, fewest)}
    while more := next(_betrayed(numbers, parts, fewest, before, found), None):
        found.add(more)
    return frozenset(found)


def _betrayed(
    numbers: Numbers, parts: Sequence[Part], fewest: int, before: Sequence[Told], found: set[str]
) -> Iterator[str]:
    """One of the numbers that have to be hidden as well, while there is any."""
    for whole, part in parts:
        both = {whole, part} <= numbers.keys() and not {whole, part} & found
        if both and is_small(numbers[whole] - numbers[part], fewest):
            yield part if not _is_known(part, numbers, before) else whole
        for told in before:
            yield from _betrayed_of(told, (whole, part), numbers, fewest, found)


def _is_known(name: str, numbers: Numbers, before: Iterable[Told]) -> bool:
    """Whether everybody knows it from what was published, if they take it that it has not changed."""
    return any(name not in told.hidden and told.numbers.get(name) == numbers[name] for told in before)


def _betrayed_of(told: Told, pair: Part, numbers: Numbers, fewest: int, found: set[str]) -> Iterator[str]:
    """Of a pair that was published with one of the two hidden: that one, if it is still the same and would be shown."""
    if not set(pair) <= told.numbers.keys() or not is_small(told.numbers[pair[0]] - told.numbers[pair[1]], fewest):
        return
    for name in pair:
        if name in told.hidden and name not in found and told.numbers[name] == numbers.get(name):
            yield name


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum of what is shown; None where any part of it is hidden."""
    every = list(numbers)
    return sum(one for one in every if one is not None) if None not in every else None
