"""Lengths of time, as procedures write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webform.documents.duration import MOST, Duration

UNITS = ("hours", "days", "working days", "weeks", "months")


@given(st.integers(1, MOST), st.sampled_from(UNITS))
def test_what_is_written_is_what_is_read(amount: int, unit: str) -> None:
    """Every length reads back from the words that it prints."""
    length = Duration(amount, unit)
    assert Duration.read(str(length)) == length


def test_one_and_many_are_both_english() -> None:
    """A single unit is written without an s, and both spellings mean the same."""
    assert str(Duration.read("1 working day")) == "1 working day"
    assert Duration.read("1 days") == Duration.read("1 day")


@pytest.mark.parametrize(
    "written",
    [
        3,
        3.5,
        "3",
        "",
        "days",
        "-1 days",
        "0 days",
        "1.5 days",
        "two days",
        "3 fortnights",
        "99999 days",
        "4000 days",
        True,
        None,
        [],
        "2  days",
        "2 Days",
    ],
)
def test_what_has_no_unit_or_no_sense_is_refused_with_a_cure(written: object) -> None:
    """A bare number, an unknown unit or an amount out of range is never guessed at."""
    with pytest.raises(ValueError, match=r"Write an? (number|amount)"):
        Duration.read(written)
