"""Holds: spans in which the clock of some steps stands still (language.md, section 2, sentences 19 and 20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from .calendar import ONE_DAY, day_of, end_of
from .course import Course

if TYPE_CHECKING:
    from .reckoning import Reckoning


@dataclass(frozen=True)
class Hold:
    """One span in which the clock of some steps stands still; without an end it is still in force."""

    start: datetime
    end: datetime | None
    steps: frozenset[str]
    awaits: str = ""  # what it waits for, where it is no document that put the steps on hold

    def in_force(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)

    def days(self, until: date) -> frozenset[date]:
        """The days, up to that one, at whose end it was in force."""
        found, day = set(), day_of(self.start)
        while day <= until and self.in_force(end_of(day)):
            found.add(day)
            day += ONE_DAY
        return frozenset(found)


def covering(r: Reckoning, course: Course) -> list[Hold]:
    """The holds that stop the clock of a step, in order."""
    return [hold for hold in r.holds if course.step.id in hold.steps]
