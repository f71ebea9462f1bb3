"""Rules of safe contact: whether an email may go now, and when quiet hours end, whatever the clocks do that night."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webform.rules.calendar import LONDON
from webform.rules.safe_contact import Go, Stop, Wait, email_verdict, quiet_until

ANN = {"email": "ann@people.example"}
NOON = dt.datetime(2026, 5, 11, 11, tzinfo=dt.UTC)
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda number: f"{number // 60:02}:{number % 60:02}")
# Around both nights of 2026 on which the clocks change, and an ordinary one.
MOMENTS = st.builds(
    lambda begin, minutes: begin + dt.timedelta(minutes=minutes),
    st.sampled_from([dt.datetime(2026, month, day, 12, tzinfo=dt.UTC) for month, day in ((3, 28), (10, 24), (5, 11))]),
    st.integers(0, 36 * 60),
)


def is_quiet(contact: dict[str, str], at: dt.datetime) -> bool:
    """By the clock on the wall, in so many words."""
    clock, start, end = at.astimezone(LONDON).strftime("%H:%M"), contact["quiet_from"], contact["quiet_until"]
    return start != end and (start <= clock < end if start < end else clock >= start or clock < end)


@pytest.mark.parametrize(
    ("person", "contact", "verdict"),
    [
        (ANN, {}, Go("ann@people.example")),
        (ANN, {"email_safe": "yes"}, Go("ann@people.example")),
        (ANN, {"email_safe": "no"}, Stop),
        (ANN, {"email_safe": "none"}, Stop),
        (ANN, {"email_safe": "yes", "channel": "none"}, Stop),
        (ANN, {"email_safe": "yes", "channel": "post"}, Go("ann@people.example")),
        (ANN, {"email_safe": "yes", "quiet_from": "", "quiet_until": None}, Go("ann@people.example")),
        (ANN, {"email_safe": "yes", "quiet_from": "12:00", "quiet_until": "13:00"}, Wait),
        (ANN, {"email_safe": "no", "quiet_from": "12:00", "quiet_until": "13:00"}, Stop),
        ({}, {"email_safe": "yes"}, Stop),
    ],
)
def test_what_may_become_of_an_email(person: dict[str, Any], contact: dict[str, Any], verdict: Any) -> None:
    """It goes where that is safe, waits in quiet hours, and stops where email is unsafe or unknown."""
    found = email_verdict(person, contact, NOON)
    assert found == verdict or (isinstance(verdict, type) and isinstance(found, verdict))


@given(start=MINUTES, end=MINUTES, at=MOMENTS)
def test_quiet_hours_end_at_the_first_moment_that_is_not_quiet(start: str, end: str, at: dt.datetime) -> None:
    """Nothing waits outside of them; what waits may go when they end, and at no minute before."""
    contact = {"quiet_from": start, "quiet_until": end}
    until = quiet_until(contact, at)
    assert (until is not None) == is_quiet(contact, at)
    if until is None:
        return
    assert until > at
    assert not is_quiet(contact, until)
    minutes = int((until - at).total_seconds() // 60)
    # When clocks go forward, an end that the wall never shows may come later than it could, never earlier.
    skipped = "01:00" <= end < "02:00" and at.date().month == 3
    assert skipped or all(is_quiet(contact, at + dt.timedelta(minutes=one)) for one in range(minutes))


@pytest.mark.parametrize(
    ("until", "now", "ends"),
    [
        ("07:00", "2026-03-29T00:30", "2026-03-29T06:00"),  # an hour is left out: seven in summer time
        ("07:00", "2026-10-25T00:30", "2026-10-25T07:00"),  # an hour comes twice: seven in winter time
        ("01:30", "2026-10-25T00:10", "2026-10-25T00:30"),  # the first half past one
        ("01:30", "2026-10-25T01:10", "2026-10-25T01:30"),  # it is before half past one once more
        ("01:30", "2026-03-29T00:30", "2026-03-29T01:30"),  # half past one never comes that night
    ],
)
def test_nights_on_which_the_clocks_change(until: str, now: str, ends: str) -> None:
    """Times in UTC, worked out by hand."""
    contact = {"quiet_from": "22:00", "quiet_until": until}
    at, end = (dt.datetime.fromisoformat(one).replace(tzinfo=dt.UTC) for one in (now, ends))
    assert quiet_until(contact, at) == end
