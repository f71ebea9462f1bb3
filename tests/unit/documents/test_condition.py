"""The one grammar of conditions and its three-valued truth."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webform.documents.condition import (
    Both,
    ConditionError,
    Either,
    Every,
    Is,
    Not,
    all_of,
    any_of,
    holds,
    named_in,
    read_condition,
)

TRUTHS = st.sampled_from([True, False, None])


def judged(written: Any, truths: dict[str, bool | None]) -> bool | None:
    return holds(read_condition(written), lambda test: truths.get(test.name))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"a": "yes"}, Is("a", "equals", "yes")),
        ({"a": True}, Is("a", "equals", True)),
        ({"a": ["x", "y"]}, Either((Is("a", "equals", "x"), Is("a", "equals", "y")))),
        ({"a": {"any": ["x", "y"]}}, Either((Is("a", "equals", "x"), Is("a", "equals", "y")))),
        ({"a": "x", "b": "y"}, Both((Is("a", "equals", "x"), Is("b", "equals", "y")))),
        ([{"a": "x"}, {"b": "y"}], Either((Is("a", "equals", "x"), Is("b", "equals", "y")))),
        ({"any": [{"a": "x"}, {"b": "y"}]}, Either((Is("a", "equals", "x"), Is("b", "equals", "y")))),
        ({"not": {"a": "x"}}, Not(Is("a", "equals", "x"))),
        ({"a": {"not": "x"}}, Not(Is("a", "equals", "x"))),
        ({"a": {"at_least": 3, "under": 9}}, Both((Is("a", "at_least", 3), Is("a", "under", 9)))),
        ({"born": {"age_under": 18, "on": "request"}}, Is("born", "age_under", 18, "request")),
        ({"a": {"passed": True}}, Is("a", "passed", True)),
        ({"a": {"empty": False}}, Is("a", "empty", False)),
        ({"g": {"every": {"x": "y"}}}, Every("g", Is("x", "equals", "y"))),
    ],
)
def test_each_form_of_words_means_one_thing(written: Any, meant: object) -> None:
    """Keys are joined by AND, lists by OR, and every test is read as language.md says."""
    assert read_condition(written) == meant


@pytest.mark.parametrize(
    "written",
    [[], 3, "x", {"a": []}, {"a": None}, {"a": {"at_least": "3"}}, {"a": {"at_least": True}}, {"a": {"age_under": 18}},
     {"a": {"empty": "yes"}}, {"a": {"sort_of": 1}}, {"any": "x", "b": {"every": 3}}],
)  # fmt: skip
def test_what_is_no_condition_is_refused(written: Any) -> None:
    """A condition outside the grammar is refused with words, never approximated."""
    with pytest.raises(ConditionError):
        read_condition(written)


def test_nesting_has_a_floor() -> None:
    """A condition nested without end is refused instead of ending the program."""
    written: Any = {"a": "x"}
    for _ in range(5000):
        written = {"not": written}
    with pytest.raises(ConditionError, match="nested"):
        read_condition(written)


def test_every_name_can_be_looked_up() -> None:
    """The check meets every test of a condition, however deep it stands."""
    written = {"any": [{"a": "x"}, {"not": {"b": {"under": 2}}}], "c": ["y"], "g": {"every": {"d": "z"}}}
    assert {test.name for test in named_in(read_condition(written))} == {"a", "b", "c", "g"}


@given(st.lists(TRUTHS, max_size=5))
def test_unknown_never_decides(truths: list[bool | None]) -> None:
    """AND and OR keep to three-valued logic: an unknown part leaves the whole open unless the others decide it."""
    known = [truth for truth in truths if truth is not None]
    assert all_of(truths) is (False if False in known else None if None in truths else True)
    assert any_of(truths) is (True if True in known else None if None in truths else False)


@given(TRUTHS, TRUTHS)
def test_not_both_is_either_not(a: bool | None, b: bool | None) -> None:
    """De Morgan's law holds for unknown answers too."""
    truths = {"a": a, "b": b}
    left = judged({"not": {"a": "x", "b": "x"}}, truths)
    assert left is judged({"any": [{"a": {"not": "x"}}, {"b": {"not": "x"}}]}, truths)
