"""Figures: how many cases have such a document in a period (language.md, section 2, sentence 31).

A case counts once, in the period of its first document that matches. Figures need not add up: one case may be in many,
and what was asked in one period may be decided in the next. Only somebody's cases are counted, never the folder of an
area's own duties. Documents of every round count, and a correction stands in the place of what it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from webform.documents.condition import Truth
from webform.documents.procedure import Figure, Procedure

from .calendar import WorkingCalendar, day_of
from .events import first_moment, happening
from .folder import Filed, Folder
from .papers import Papers, Seat, Source, standing
from .periods import Period
from .reckoning import Reckoning
from .truths import truth


@dataclass(frozen=True)
class Placed:
    """Where a case stands in a figure: the day that puts it into a period; or, while nobody has said whether it counts
    or when, the days that it may be (None for any)."""

    day: date | None
    perhaps: tuple[date | None, ...] = ()


@dataclass(frozen=True)
class Counted:
    """One figure of a period. `cases` are the places of those that count among the folders, from 1.

    `unclear` are those of which nobody has said yet whether, or when; they are not in the number.
    """

    figure: str
    title: str
    cases: tuple[int, ...]
    unclear: tuple[int, ...]

    @property
    def number(self) -> int:
        return len(self.cases)


def count(
    procedure: Procedure, folders: Iterable[Folder], calendar: WorkingCalendar, period: Period, now: datetime
) -> tuple[Counted, ...]:
    """Every figure of a procedure for one period, as the folders stood at `now`."""
    cases = [(place, folder) for place, folder in enumerate(folders, start=1) if folder.scope == "case"]
    placed = [(place, places(procedure, folder, calendar, now)) for place, folder in cases]
    return tuple(_counted(figure, placed, period) for figure in procedure.figures)


def _counted(figure: Figure, cases: Iterable[tuple[int, Mapping[str, Placed]]], period: Period) -> Counted:
    counts: list[int] = []
    unclear: list[int] = []
    for place, found in cases:
        one = found[figure.id]
        if one.day is not None and period.has(one.day):
            counts.append(place)
        elif any(day is None or period.has(day) for day in one.perhaps):
            unclear.append(place)
    return Counted(figure.id, figure.title, tuple(counts), tuple(unclear))


def places(
    procedure: Procedure, folder: Folder, calendar: WorkingCalendar, now: datetime, foreseen: bool = False
) -> dict[str, Placed]:
    """Where a case stands in each figure. `foreseen`: days that are still to come are told as well."""
    r = _across_rounds(procedure, folder, calendar, now)
    return {figure.id: _placed(list(_matches(r, figure, foreseen))) for figure in procedure.figures}


def _across_rounds(procedure: Procedure, folder: Folder, calendar: WorkingCalendar, now: datetime) -> Reckoning:
    """The folder as figures read it: what was done before a case was opened again was done all the same."""
    r = Reckoning(procedure, folder, calendar, now)
    r.rounds, r.papers = {}, Papers(standing(folder.documents, now), {})
    return r


def _placed(matches: list[tuple[Truth, date | None]]) -> Placed:
    first = next((match for match in matches if match[0] is True), None)
    if first is not None and first[1] is not None:
        return Placed(first[1])
    return Placed(None, tuple(dict.fromkeys(day for _, day in matches)))


def _matches(r: Reckoning, figure: Figure, foreseen: bool) -> Iterator[tuple[Truth, date | None]]:
    """Of each document that the figure may count: whether it does, and the day that puts it into a period."""
    step = figure.counts.partition(".")[0]
    for paper in r.papers.of(step, Seat()):
        if paper.effective_at > r.now and not foreseen:
            continue
        seat = Seat(source=Source(step, "", paper.number))  # a condition on the step reads this very document
        verdict = truth(r, figure.when, seat).at(max(r.now, paper.effective_at))
        if verdict is not False:
            yield from _dated(r, figure, paper, seat, verdict, foreseen)


def _dated(
    r: Reckoning, figure: Figure, paper: Filed, seat: Seat, verdict: Truth, foreseen: bool
) -> Iterator[tuple[Truth, date | None]]:
    """With its day; nothing where that day has not come, unless it is foreseen."""
    event = figure.dated_by or (figure.counts if "." in figure.counts else None)
    if event is None:
        yield verdict, day_of(paper.effective_at)
        return
    moment = first_moment(happening(r, event, seat))
    if moment is None or moment.at <= r.now or foreseen:
        yield verdict, day_of(moment.at) if moment else None
