"""A set of figures: the numbers of one period as they are put before the public, and what was corrected afterwards.

It is kept with every number as it was counted, and with which of them are hidden. What the public reads is `told` of
it: nothing that is hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webform.documents.procedure import Procedure

from .periods import Period
from .small_numbers import hidden
from .worked_out import Fact, Meant, meant_by

SMALLEST_LIMIT = 4  # of a procedure without [publication]


@dataclass(frozen=True)
class Line:
    """One figure of a set."""

    figure: str
    title: str
    number: int
    hidden: bool
    meant: Meant

    @property
    def fact(self) -> Fact:
        return Fact(self.meant, self.number)

    @property
    def shown(self) -> int | None:
        """What everybody may read; None where it is hidden."""
        return None if self.hidden else self.number


@dataclass(frozen=True)
class FigureSet:
    """The figures of a period, as they were approved. `document`: its number in the area's own folder."""

    period: Period
    lines: tuple[Line, ...]
    fewest: int
    note: str = ""
    published_on: dt.date | None = None
    document: int = 0

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What everybody may read of it."""
        return tuple(one.fact for one in self.lines if not one.hidden)

    def line(self, figure: str) -> Line | None:
        return next((one for one in self.lines if one.figure == figure), None)

    def as_answers(self) -> dict[str, Any]:
        """As it is kept in its document."""
        return {
            "first": self.period.first.isoformat(), "last": self.period.last.isoformat(),
            "fewest": self.fewest, "note": self.note,
            "figures": [
                {"id": one.figure, "title": one.title, "number": one.number, "hidden": one.hidden, **vars(one.meant)}
                for one in self.lines
            ],
        }  # fmt: skip


def read_set(answers: Mapping[str, Any], published_on: dt.date, document: int) -> FigureSet:
    """The set that a document holds."""
    period = Period(dt.date.fromisoformat(answers["first"]), dt.date.fromisoformat(answers["last"]))
    lines = (Line(one["id"], one["title"], one["number"], one["hidden"], _meant(one)) for one in answers["figures"])
    return FigureSet(period, tuple(lines), answers["fewest"], answers["note"], published_on, document)


def _meant(said: Mapping[str, Any]) -> Meant:
    """What a published figure counts. Sets that are older than ADR 133 do not say: theirs has to do with no other."""
    return Meant(said.get("counts", said["id"]), said.get("dated_by", said["id"]), said.get("when", ""))


def set_of(
    procedure: Procedure, period: Period, numbers: Mapping[str, int], before: Sequence[FigureSet] = (), note: str = ""
) -> FigureSet:
    """What would be published of a period. `before`: what was published of it already, the earliest first."""
    figures = [figure for figure in procedure.figures if figure.public]
    counted = {one.id: Fact(meant_by(one), numbers.get(one.id, 0)) for one in figures}
    fewest = procedure.publication.fewest if procedure.publication else SMALLEST_LIMIT
    kept = hidden(counted, fewest, [fact for one in before for fact in one.facts])
    lines = (Line(one.id, one.title, counted[one.id].number, one.id in kept, counted[one.id].meant) for one in figures)
    return FigureSet(period, tuple(lines), fewest, note)


@dataclass(frozen=True)
class Published:
    """What is published of a period: the latest set, and those that it corrects, the earliest first."""

    now: FigureSet
    earlier: tuple[FigureSet, ...] = ()

    @property
    def period(self) -> Period:
        return self.now.period

    @property
    def versions(self) -> tuple[FigureSet, ...]:
        return (*self.earlier, self.now)

    def corrections(self, figure: str) -> tuple[tuple[dt.date | None, int | None], ...]:
        """What the figure was before, each with the day on which it was published as that; the earliest first."""
        found: list[tuple[dt.date | None, int | None]] = []
        for one, after in zip(self.earlier, self.versions[1:], strict=True):
            line, then = one.line(figure), after.line(figure)
            if line and (then is None or then.shown != line.shown):
                found.append((one.published_on, line.shown))
        return tuple(found)

    def differs(self, numbers: FigureSet) -> bool:
        """Whether a count made now comes to other numbers than those that are published."""
        return _numbers(numbers) != _numbers(self.now)


def _numbers(figures: FigureSet) -> dict[str, int]:
    return {line.figure: line.number for line in figures.lines}


def by_period(sets: Iterable[FigureSet]) -> tuple[Published, ...]:
    """Sets in the order in which they were published, brought together by their periods; the latest period first."""
    found: dict[Period, list[FigureSet]] = {}
    for one in sets:
        found.setdefault(one.period, []).append(one)
    return tuple(Published(found[period][-1], tuple(found[period][:-1])) for period in sorted(found, reverse=True))
