"""The picture of the clock: where each duty begins and ends, and what is marked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from webform.rules.folder import Duty
from webform.rules.picture import Picture, picture

TODAY = dt.date(2026, 5, 21)


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 5, day, 12, tzinfo=dt.UTC)


def duty(state: Any, opens: int | None = None, due: int | None = None, **more: Any) -> Duty:
    return Duty(
        step="a", party=None, occurrence=1, owner=("spoc",), starts=None, opens_at=at(opens) if opens else None,
        due=at(due) if due else None, due_on=dt.date(2026, 5, due) if due else None, state=state, **more,
    )  # fmt: skip


def drawn(*duties: Duty) -> Picture:
    found = picture(duties, TODAY)
    assert found
    return found


@pytest.mark.parametrize(
    ("one", "start", "end", "due", "done"),
    [
        (duty("open", 11, 31), 0, 100, 100, None),
        (duty("open", 11), 0, 50, None, None),
        (duty("late", 11, 16), 0, 50, 25, None),
        (duty("held", 16), 25, 50, None, None),
        (duty("done", 11, 31, done_at=at(16)), 0, 25, 100, 25),
        (duty("done late", 11, 16, done_at=at(31)), 0, 100, 25, 100),
        (duty("waived", 11, 16, done_at=at(12)), 0, 5, 25, 5),
        (duty("arranged", 11, 31, arranged_for=at(21)), 0, 50, 100, None),
        (duty("waiting", None, 31, forecast=True), 100, 100, 100, None),
        (duty("done", 16, done_at=at(11)), 0, 25, None, 0),
    ],
)  # fmt: skip
def test_a_bar_ends_where_the_duty_does(
    one: Duty, start: float, end: float, due: float | None, done: float | None
) -> None:
    """Until it was done, or is due; what is late or on hold goes on until today."""
    frame = (duty("open", 11, 12), duty("waiting", None, 31))
    found = drawn(one, *frame)
    bar = next(bar for bar in found.bars if bar.duty is one)
    assert (bar.start, bar.end, bar.due, bar.done) == (start, end, due, done)
    assert bar.width == end - start
    assert (found.first, found.last, found.today) == (dt.date(2026, 5, 11), dt.date(2026, 5, 31), 50)


def test_what_has_no_day_or_is_not_needed_is_left_out() -> None:
    """A picture shows days alone; without any there is none."""
    assert picture((duty("waiting"), duty("not needed", 11, 12)), TODAY) is None
    assert [bar.duty.state for bar in drawn(duty("waiting"), duty("open", 11)).bars] == ["open"]


def test_bars_go_by_their_beginning() -> None:
    """The earliest stands first, and of two that begin together the one that ends first."""
    later, long, short = duty("open", 12, 14), duty("open", 11, 30), duty("open", 11, 13)
    assert [bar.duty for bar in drawn(later, long, short).bars] == [short, long, later]


def test_a_picture_of_one_day_has_a_width() -> None:
    """Everything on one day stands at its beginning."""
    found = drawn(duty("open", 21, 21))
    assert (found.today, found.bars[0].start, found.bars[0].end) == (0, 0, 0)
