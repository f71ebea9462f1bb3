"""Something that changes over time: a value from each of a few instants on.

The schedule is worked out by laying such timelines over one another; "now" only picks a value from the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

Value = TypeVar("Value")

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Timeline(Generic[Value]):
    """`points` are (from when on, value), in order; the first stands from the beginning of time."""

    points: tuple[tuple[datetime, Value], ...]

    def at(self, instant: datetime) -> Value:
        """The value at that instant."""
        value = self.points[0][1]
        for since, later in self.points:
            if since > instant:
                break
            value = later
        return value

    def instants(self) -> Iterable[datetime]:
        """When it changes."""
        return (since for since, _ in self.points)


def always(value: Value) -> Timeline[Value]:
    """A value that never changes."""
    return Timeline(((BEGINNING, value),))


def becomes(before: Value, instant: datetime, after: Value) -> Timeline[Value]:
    """One value until an instant, another from then on."""
    return Timeline(((BEGINNING, before), (instant, after)))


def from_changes(instants: Iterable[datetime], value_at: Callable[[datetime], Value]) -> Timeline[Value]:
    """The timeline of what `value_at` says, looked at whenever it may change."""
    points = [(BEGINNING, value_at(BEGINNING))]
    for instant in sorted({BEGINNING, *instants})[1:]:
        value = value_at(instant)
        if points[-1][1] != value:
            points.append((instant, value))
    return Timeline(tuple(points))


def all_instants(timelines: Iterable[Timeline[Value]]) -> set[datetime]:
    """Every instant at which any of them changes."""
    return {instant for timeline in timelines for instant in timeline.instants()}


def last_start(points: Sequence[tuple[datetime, Value]], value: Value, until: datetime) -> datetime | None:
    """When the last span of that value began, among those that began by `until`."""
    return next((since for since, found in reversed(points) if found == value and since <= until), None)
