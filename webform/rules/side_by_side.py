"""What several areas have published, period by period, for whoever looks over all of them.

Everybody may read the numbers themselves. A total is shown where each part of it is, so that it betrays none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .figure_chart import titles_of
from .figure_set import Line, Published
from .periods import Period
from .small_numbers import total


@dataclass(frozen=True)
class Column:
    """One figure of a period: by area its line, where the area has one; and the total of all areas."""

    title: str
    lines: Mapping[str, Line]

    @property
    def total(self) -> int | None:
        """None where the number of any area is hidden."""
        return total(line.shown for line in self.lines.values())


@dataclass(frozen=True)
class Comparison:
    """One period, with the areas that have published it."""

    period: Period
    areas: tuple[str, ...]
    columns: tuple[Column, ...]


def side_by_side(published: Mapping[str, Sequence[Published]]) -> tuple[Comparison, ...]:
    """Each period that any area has published, the latest first. Areas with other periods stand by themselves."""
    periods = sorted({one.period for sets in published.values() for one in sets}, reverse=True)
    return tuple(_comparison(period, published) for period in periods)


def _comparison(period: Period, published: Mapping[str, Sequence[Published]]) -> Comparison:
    found = {area: one for area, sets in published.items() for one in sets if one.period == period}
    columns = (
        Column(title, {area: line for area, one in found.items() if (line := one.now.line(figure))})
        for figure, title in titles_of([*found.values()]).items()
    )
    return Comparison(period, tuple(found), tuple(columns))
