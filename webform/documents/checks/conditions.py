"""Conditions: every name known, every comparison possible, nothing that can never hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import Any

from ..condition import Condition, Every, Is, Truth, holds, named_in
from ..form import Question
from .report import Report

CHOICES = ("radios", "checkboxes", "score")
DATES = ("date", "approximate-date")
MOST_CASES = 20_000  # combinations of answers that are tried before a condition is let pass
Find = Callable[[str], Question | str]  # the question of a name, or what is wrong with the name


def check_condition(condition: Condition, find: Find, report: Report, key: str) -> None:
    """Every test of the condition, those inside `every` included."""
    for test in every_test(condition):
        question = find(test.name)
        if isinstance(question, str):
            report.error("reference", key, question, "Name a question that is asked before.")
        elif fault := unfit(test, question):
            report.error("comparison", key, *fault)


def every_test(condition: Condition) -> Iterator[Is | Every]:
    """Every named test, and those inside `every`."""
    for test in named_in(condition):
        yield test
        if isinstance(test, Every):
            yield from every_test(test.inside)


def unfit(test: Is | Every, question: Question) -> tuple[str, str] | None:
    """Why a test makes no sense of such a question, and what to do; None if it does."""
    kind = question.type
    if isinstance(test, Every):
        return None if kind == "group" else (f"{test.name!r} is not a group.", "Use `every` with a group question.")
    if test.test == "equals":
        return _unfit_value(test, question)
    if test.test in ("age_under", "passed") and kind not in DATES:
        return f"{test.name!r} is not a date.", f"Use {test.test} with a date question."
    if test.test in ("at_least", "under") and kind not in ("number", "checkboxes", "group"):
        return f"{test.name!r} can't be counted.", f"Use {test.test} with a number, checkboxes or a group."
    return None


def _unfit_value(test: Is, question: Question) -> tuple[str, str] | None:
    allowed = values_of(question)
    if question.type in ("group", "address", *DATES):
        return f"{test.name!r} can't be compared with {test.value!r}.", "Use empty, passed, at_least or every."
    if question.type == "number":
        is_number = isinstance(test.value, int | float) and not isinstance(test.value, bool)
        return None if is_number else (f"{test.name!r} is a number, not {test.value!r}.", "Compare it with a number.")
    if allowed and test.value not in allowed:
        return f"{test.name!r} is never {test.value!r}.", f"It can be: {', '.join(allowed)}."
    return None


def values_of(question: Question) -> tuple[str, ...]:
    """The values that a closed question can have; none for an open one."""
    if question.type == "yes-no":
        return "yes", "no"
    if question.type == "declaration":
        return ("yes",)
    return tuple(option.value for option in question.options) if question.type in CHOICES else ()


def can_hold(condition: Condition, question_of: Callable[[str], Question | None]) -> bool:
    """Whether any answers make the condition hold. Single choices are tried out; every other test is free by itself."""
    choices: dict[str, tuple[Any, ...]] = {}
    free: dict[Is | Every, tuple[bool, ...]] = {}
    for test in named_in(condition):
        question = question_of(test.name)
        closed = question is not None and question.type in ("yes-no", "declaration", "radios", "score")
        if closed and question is not None and isinstance(test, Is) and test.test in ("equals", "empty"):
            choices[test.name] = (None, *values_of(question))
        else:
            free[test] = (True, False)
    sizes = [len(values) for values in (*choices.values(), *free.values())]
    if prod(sizes) > MOST_CASES:
        return True
    cases = product(*choices.values(), *free.values())
    return any(_holds_in(condition, dict(zip((*choices, *free), case, strict=True))) for case in cases)


def _holds_in(condition: Condition, case: dict[str | Is | Every, Any]) -> bool:
    """Whether the condition holds if the questions are answered, and the free tests turn out, as in the case."""

    def judge(test: Is | Every) -> Truth:
        if test in case:
            return bool(case[test])
        value = case[test.name]
        if isinstance(test, Is) and test.test == "empty":
            return (value is None) is test.value
        return None if value is None else isinstance(test, Is) and bool(value == test.value)

    return holds(condition, judge) is True
