"""A picture of the clock: each duty of a case as a bar over its days, in per cent of the whole width."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from .calendar import day_of
from .folder import Duty

ENDED = ("done", "done late", "waived")


@dataclass(frozen=True)
class Bar:
    """One duty. The bar goes from `start` to `end`; `due` and `done` mark these days, where they are known."""

    duty: Duty
    start: float
    end: float
    due: float | None
    done: float | None

    @property
    def width(self) -> float:
        return round(self.end - self.start, 2)

    @property
    def done_on(self) -> dt.date | None:
        return day_of(self.duty.done_at) if self.duty.done_at else None

    @property
    def kind(self) -> str:
        """How it stands, as a name for a style."""
        return self.duty.state.replace(" ", "-")


@dataclass(frozen=True)
class Picture:
    """Every duty that has a day, the earliest first, between two days; and where today is."""

    first: dt.date
    last: dt.date
    today: float
    bars: tuple[Bar, ...]


def picture(duties: Iterable[Duty], today: dt.date) -> Picture | None:
    """The picture as of a day; None where no duty has begun or is due."""
    spans = [(duty, *span) for duty in duties if duty.state != "not needed" and (span := _span(duty, today))]
    if not spans:
        return None
    days = [today, *(day for duty, start, end in spans for day in (start, end, duty.due_on) if day)]
    first, last = min(days), max(days)
    length = max((last - first).days, 1)

    def place(day: dt.date) -> float:
        return round((day - first).days * 100 / length, 2)

    bars = (
        Bar(
            duty,
            place(start),
            place(end),
            place(duty.due_on) if duty.due_on else None,
            place(day_of(duty.done_at)) if duty.done_at else None,
        )
        for duty, start, end in sorted(spans, key=lambda span: (span[1], span[2]))
    )
    return Picture(first, last, place(today), tuple(bars))


def _span(duty: Duty, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """From which day to which: until it was done; of what is late or on hold until today; else until it is due."""
    began = duty.opens_at or duty.starts
    start = day_of(began) if began else duty.due_on
    if duty.state in ENDED and duty.done_at:
        end: dt.date | None = day_of(duty.done_at)
    elif duty.state in ("late", "held"):
        end = today
    elif duty.arranged_for:
        end = day_of(duty.arranged_for)
    else:
        end = duty.due_on or (today if duty.state == "open" else None)
    if start is None or end is None:
        return None
    return min(start, end), max(start, end)
