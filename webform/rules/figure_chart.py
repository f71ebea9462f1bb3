"""The published figures as pictures: for each figure a bar a period, as long as its number; hidden ones have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .figure_set import Published
from .periods import Period

MOST_BARS = 12  # the latest periods; the table has them all


@dataclass(frozen=True)
class Bar:
    """The number of one period; `width` in per cent of the longest bar of all the pictures."""

    period: Period
    shown: int | None
    width: float


@dataclass(frozen=True)
class Chart:
    """One figure over the periods, the earliest first."""

    figure: str
    title: str
    bars: tuple[Bar, ...]


def titles_of(published: Sequence[Published]) -> dict[str, str]:
    """Every figure that was ever published, by the title that it bears in the latest period that has it."""
    found: dict[str, str] = {}
    for one in published:
        for line in one.now.lines:
            found.setdefault(line.figure, line.title)
    return found


def charts(published: Sequence[Published]) -> tuple[Chart, ...]:
    """A picture for each figure; `published` has the latest period first. One measure for all, so they compare."""
    latest = tuple(reversed(published[:MOST_BARS]))
    shown = [line.shown or 0 for one in latest for line in one.now.lines]
    longest = max(shown, default=0) or 1
    return tuple(
        Chart(figure, title, tuple(_bar(one, figure, longest) for one in latest if one.now.line(figure)))
        for figure, title in titles_of(published).items()
    )


def _bar(published: Published, figure: str, longest: int) -> Bar:
    line = published.now.line(figure)
    shown = line.shown if line else None
    return Bar(published.period, shown, round((shown or 0) * 100 / longest, 2))
