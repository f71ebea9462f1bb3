"""The periods that figures are about: they begin on the day that [publication] names, one after the other.

No two that are published have a day in common. So nobody can take one from another and be left with the cases of a few
days, even where a council changes how long a period is.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webform.documents.procedure import Publication

from .calendar import ONE_DAY

EPOCH = 2000  # the year in which periods begin to be counted; any other would do
MONTHS = 12


@dataclass(frozen=True, order=True)
class Period:
    """From a day to a day, both included, in London."""

    first: dt.date
    last: dt.date

    def has(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: Period) -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


def period_at(publication: Publication, day: dt.date) -> Period:
    """The period that a day lies in."""
    amount, unit = publication.every.amount, publication.every.unit
    if unit == "months":
        first_month = EPOCH * MONTHS + _month(publication) - 1
        turn = (day.year * MONTHS + day.month - 1 - first_month) // amount
        if _start(publication, first_month + turn * amount) > day:
            turn -= 1
        starts = (_start(publication, first_month + (turn + one) * amount) for one in (0, 1))
    else:
        length = amount * (7 if unit == "weeks" else 1)
        begins = _start(publication, EPOCH * MONTHS + _month(publication) - 1)
        turn = (day - begins).days // length
        starts = (begins + dt.timedelta(days=(turn + one) * length) for one in (0, 1))
    first, after = starts
    return Period(first, after - ONE_DAY)


def _month(publication: Publication) -> int:
    return int(publication.begins[:2])


def _start(publication: Publication, months: int) -> dt.date:
    year, month = divmod(months, MONTHS)
    return dt.date(year, month + 1, min(int(publication.begins[3:]), monthrange(year, month + 1)[1]))


def ended(publication: Publication, since: dt.date, today: dt.date) -> Iterator[Period]:
    """Every period that is over, from the one in which a day lies; the earliest first."""
    period = period_at(publication, since)
    while period.last < today:
        yield period
        period = period_at(publication, period.last + ONE_DAY)


def awaited(publication: Publication, since: dt.date, today: dt.date, published: Sequence[Period]) -> list[Period]:
    """The periods that are over and not published yet.

    Where the length was changed, what is published of a period already is cut off at its beginning. What is published
    out of its midst can't be cut off, and nothing more is published of such a period.
    """
    found = []
    for period in ended(publication, since, today):
        rest = period
        while reached := [one.last for one in published if one.has(rest.first)]:
            rest = Period(max(reached) + ONE_DAY, period.last)
        if rest.first <= rest.last and not any(rest.overlaps(one) for one in published):
            found.append(rest)
    return found
