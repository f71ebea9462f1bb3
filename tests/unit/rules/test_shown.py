"""Each test that a condition can make of an answer, and what it makes of silence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.unit.rules.forms_for_tests import form, page
from webform.documents.condition import Is, read_condition
from webform.rules.journey import places
from webform.rules.shown import Asked, compare

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ("noise", "noise", True),
        ("noise", "litter", False),
        ("noise", ["litter", "noise"], True),
        ("noise", ["litter"], False),
        (3, 3, True),
        ({"at_least": 3}, 3, True),
        ({"at_least": 3}, 2, False),
        ({"under": 3}, 3, False),
        ({"under": 3}, 2, True),
        ({"at_least": 2}, ["a", "b"], True),
        ({"at_least": 2}, [{"entry": 1}], False),
        ({"at_least": 2}, "many", None),
        ({"passed": True}, "2026-11-21", True),
        ({"passed": True}, "2026-11-22", False),
        ({"passed": False}, "2026-11-22", True),
        ({"passed": True}, {"earliest": "2026-11-01", "latest": "2026-11-02"}, None),
        ({"passed": True}, "soon", None),
        ({"age_under": 18, "on": "today"}, "2008-11-23", True),
        ({"age_under": 18, "on": "today"}, "2008-11-22", False),
        ({"empty": True}, "", True),
        ({"empty": True}, "x", False),
        ({"empty": False}, "x", True),
        ({"empty": False}, None, False),
    ],
)
def test_each_test_of_an_answer(test: Any, value: Any, expected: bool | None) -> None:
    """What is compared with what, and what can't be said."""
    written = read_condition({"a": test})
    assert isinstance(written, Is)
    assert compare(written, value, TODAY) is expected


@pytest.mark.parametrize("test", ["noise", {"at_least": 3}, {"under": 3}, {"passed": True}])
def test_silence_answers_nothing(test: Any) -> None:
    """Nobody has said: neither true nor false, whatever is asked of it."""
    written = read_condition({"a": test})
    assert isinstance(written, Is)
    assert compare(written, None, TODAY) is None
    assert compare(written, " ", TODAY) is None


def test_an_age_may_be_taken_on_another_date_of_the_form() -> None:
    """How old somebody was when it happened; unknown while that date is."""
    about = form(
        page("born", type="date"),
        page("happened", type="date"),
        page("school", show_when={"born": {"age_under": 18, "on": "happened"}}),
    )
    born = {"born": "2008-06-01"}
    assert "school" in [place.page for place in places(about, born | {"happened": "2026-05-31"}, TODAY)]
    assert "school" not in [place.page for place in places(about, born | {"happened": "2026-06-01"}, TODAY)]
    assert "school" not in [place.page for place in places(about, born, TODAY)]


def test_a_date_passes_as_the_day_is() -> None:
    """Conditions on today know no more than the day they are given."""
    about = form(page("promised", type="date"), page("kept", show_when={"promised": {"passed": True}}))
    answers = {"promised": "2026-11-21"}
    assert [place.page for place in places(about, answers, TODAY)] == ["promised", "kept"]
    assert [place.page for place in places(about, answers, dt.date(2026, 11, 21))] == ["promised"]
    assert [place.page for place in places(about, answers)] == ["promised"]


def test_a_group_without_entries_is_empty_and_says_nothing_else() -> None:
    """Seen from outside, no entry means no answer: empty holds, everything else is open."""
    about = form(page("a", each="group"), page("group", type="group", entry="a"))
    asked = Asked(about, {})
    assert asked.truth(read_condition({"a": {"empty": True}})) is True
    assert asked.truth(read_condition({"a": {"empty": False}})) is False
    assert asked.truth(read_condition({"a": "yes"})) is None
    assert asked.truth(read_condition({"group": {"every": {"a": "yes"}}})) is None
    assert asked.truth(read_condition({"nowhere": "yes"})) is None
