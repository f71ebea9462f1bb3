"""Dates that may be exact, rough or unknown, and the windows of a threshold that they have to lie in.

Language.md, section 2, sentences 32 to 34. Whatever is only true for some of the days that a range allows is neither
true nor false: a person has to judge it.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from webform.documents.answers import written_date
from webform.documents.condition import Truth
from webform.documents.duration import Duration
from webform.documents.threshold import Anchor, Window
from webform.words import gettext as _
from webform.words import gettext_noop as N_

ANY = "any"
OWN = ("each-report", "each-incident")
ITSELF = {"reported": "each-report", "happened": "each-incident", "applied": "request"}
RELATIVE: tuple[Anchor, ...] = ("first-report", "latest-report", "first-incident", "latest-incident")
NEVER_AFTER = {
    ("happened", "each-report"), ("happened", "latest-report"), ("happened", "latest-incident"),
    ("reported", "latest-report"),
}  # fmt: skip
NEVER_BEFORE = {
    ("reported", "each-incident"), ("reported", "first-incident"), ("reported", "first-report"),
    ("happened", "first-incident"),
}  # fmt: skip
COUNTABLE = ("days", "weeks", "months", "at once")  # a threshold has no working calendar and no hours


class Span(NamedTuple):
    """The first and last day that something may have happened on; equal where the day is known."""

    first: dt.date
    last: dt.date

    @classmethod
    def read(cls, value: Any) -> Span:
        """The days that an answer allows; any day at all where it is unknown."""
        given = value if isinstance(value, dict) else {"earliest": value, "latest": value}
        earliest, latest = given.get("earliest"), given.get("latest")
        first = _day(earliest, dt.date.min)
        return cls(first, first if first != dt.date.min and earliest == latest else _day(latest, dt.date.max))

    def until(self, last: dt.date) -> Span:
        """Cut off at a last day, unless nothing would be left: then the two contradict and both stand."""
        return Span(self.first, last) if self.first <= last < self.last else self

    def since(self, first: dt.date) -> Span:
        """Cut off before a first day, unless nothing would be left."""
        return Span(first, self.last) if self.first < first <= self.last else self

    @property
    def unknown(self) -> bool:
        return self.first == dt.date.min

    def __str__(self) -> str:
        if self.unknown:
            return _("on a day that is not known")
        if self.first == self.last:
            return f"on {written_date(self.first)}"
        return _("some time from %(first)s to %(last)s", first=written_date(self.first), last=written_date(self.last))


def _day(written: Any, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(written) if isinstance(written, str) else otherwise
    except ValueError:
        return otherwise


def earliest_of(sure: Iterable[Span], possible: Iterable[Span]) -> Span | None:
    """When the first of several was, if some belong for sure and others may."""
    sure, possible = list(sure), list(possible)
    if not sure and not possible:
        return None
    return Span(min(span.first for span in [*sure, *possible]), min(span.last for span in sure or possible))


def latest_of(sure: Iterable[Span], possible: Iterable[Span]) -> Span | None:
    """When the latest of several was, if some belong for sure and others may."""
    sure, possible = list(sure), list(possible)
    if not sure and not possible:
        return None
    return Span(max(span.first for span in sure or possible), max(span.last for span in [*sure, *possible]))


def bounds(window: Window, anchor: dt.date) -> Span:
    """The days of the window, both ends in. Raises ValueError for a length that can't be counted without a calendar."""
    length = window.within or window.not_within
    if length is None or length.unit not in COUNTABLE:
        raise ValueError(f"A window is counted in {', '.join(COUNTABLE[:-1])}.")
    inclusive = window.counting == "inclusive" and length.amount > 0
    return _bounds(anchor, length, inclusive, bool(window.before))


@lru_cache(maxsize=4096)
def _bounds(anchor: dt.date, length: Duration, inclusive: bool, back: bool) -> Span:
    if back:
        return Span(_back(anchor, length, inclusive), anchor)
    return Span(anchor, _forward(anchor, length, inclusive))


def _forward(anchor: dt.date, length: Duration, inclusive: bool) -> dt.date:
    if length.unit == "months":
        end, exists = _months(anchor, length.amount)
        return _days(end, -1) if inclusive and exists else end
    return _days(anchor, _as_days(length) - inclusive)


def _back(anchor: dt.date, length: Duration, inclusive: bool) -> dt.date:
    if length.unit == "months":
        # Without a corresponding day the month's last day stands in; the day after it is the first of the next month.
        start, _exact = _months(anchor, -length.amount)
        return _days(start, 1) if inclusive else start
    return _days(anchor, inclusive - _as_days(length))


def _as_days(length: Duration) -> int:
    return length.amount * 7 if length.unit == "weeks" else length.amount


def _days(day: dt.date, amount: int) -> dt.date:
    ordinal = day.toordinal() + amount
    return dt.date.fromordinal(max(dt.date.min.toordinal(), min(dt.date.max.toordinal(), ordinal)))


def _months(day: dt.date, amount: int) -> tuple[dt.date, bool]:
    """The corresponding day that many months on, or the month's last day; and whether there is one."""
    years, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    if not dt.MINYEAR <= years <= dt.MAXYEAR:
        return (dt.date.min if amount < 0 else dt.date.max), False
    last = calendar.monthrange(years, month + 1)[1]
    return dt.date(years, month + 1, min(day.day, last)), day.day <= last


def lies(window: Window, date: Span, anchor: Span) -> Truth:
    """Whether the date lies where the window wants it: None if only some of the days allowed do."""
    return lie(window, (date,), (anchor,))[0]


def lie(window: Window, dates: Sequence[Span], anchors: Sequence[Span]) -> list[Truth]:
    """Whether each date lies where the window wants it, as seen from its own anchor."""
    inside = _inside(window, dates, anchors)
    return inside if window.not_within is None else [None if truth is None else not truth for truth in inside]


def _inside(window: Window, dates: Sequence[Span], anchors: Sequence[Span]) -> list[Truth]:
    name = window.before or window.after or ""
    if ITSELF[window.date] == name:
        return [True] * len(dates)  # a day is always within any time of itself, known or not
    try:
        reach = {day: bounds(window, day) for day in {day for anchor in anchors for day in anchor}}
    except ValueError:
        return [None] * len(dates)
    found: list[Truth] = []
    ordered, back = _ordered(window, name), bool(window.before)
    for date, anchor in zip(dates, anchors, strict=True):
        early, late = reach[anchor.first], reach[anchor.last]
        if date.last < early.first or date.first > late.last:
            found.append(False)
        elif ordered and date.first <= anchor.last and anchor.first <= date.last:
            # The anchor's own side can't be missed: nobody reports what has not happened yet.
            found.append((date.first >= late.first if back else date.last <= early.last) or None)
        else:
            found.append((date.first >= late.first and date.last <= early.last) or None)
    return found


def _ordered(window: Window, name: str) -> bool:
    """Whether the date can't lie beyond the anchor: an incident not after its own report, nothing after the latest."""
    return (window.date, name) in (NEVER_AFTER if window.before else NEVER_BEFORE)


HAPPENED = {"reported": N_("It was reported"), "happened": N_("It happened"), "applied": N_("The review was asked for")}


def explain(window: Window, date: Span, anchor: Span, truth: Truth) -> str:
    """Why a date lies inside the window, outside it, or on the edge, in words for the person who asked."""
    says = f"{_(HAPPENED[window.date])} {date}."
    if truth is None and date.unknown:
        return " ".join((says, _("Somebody has to find out when, to see whether it counts.")))
    if truth is None and anchor.first != anchor.last:
        return _(
            "%(says)s The time for that depends on a date that is not exact, so a person has to judge it.", says=says
        )
    try:
        allowed = bounds(window, anchor.last)
    except ValueError as error:
        return str(error)
    only = _("No date") if window.not_within else _("Only a date")
    between = f"{only} from {written_date(allowed.first)} to {written_date(allowed.last)} counts."
    if truth is None:
        return _("%(says)s %(between)s A person has to judge which it was.", says=says, between=between)
    return f"{says} {between}"
