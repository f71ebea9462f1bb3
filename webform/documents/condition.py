"""The one grammar of conditions, for `when`, `show_when` and the rest (language.md, section 1).

Keys of a table are joined by AND, a list of tables by OR. A value is what the named answer must equal, a list of
values any one of them, or a table of tests: `not`, `any`, `at_least`, `under`, `age_under` with `on`, `passed`,
`empty`, `every`. Truth is three-valued: None is "nobody has said yet" (section 2, sentence 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

Truth = bool | None
Scalar = str | int | float | bool
Test = Literal["equals", "at_least", "under", "age_under", "passed", "empty"]
DEEPEST = 20


class ConditionError(ValueError):
    """A condition that can't be read; the message says what to write instead."""


@dataclass(frozen=True)
class Is:
    """One test of one named answer. `on` names the event whose date an age is taken at."""

    name: str
    test: Test
    value: Scalar
    on: str = ""


@dataclass(frozen=True)
class Every:
    """The condition holds for every entry of the named group."""

    name: str
    inside: Condition


@dataclass(frozen=True)
class Not:
    """The contrary of a condition; what is unknown stays so."""

    inside: Condition


@dataclass(frozen=True)
class Both:
    """All of these (an empty one always holds)."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Either:
    """Any one of these."""

    parts: tuple[Condition, ...]


Condition = Is | Every | Not | Both | Either


def read_condition(written: object, depth: int = 0) -> Condition:
    """A condition from its TOML value. Raises ConditionError."""
    if depth > DEEPEST:
        raise ConditionError(f"This condition is nested more than {DEEPEST} deep. Split it over several rules.")
    if isinstance(written, list):
        if not written:
            raise ConditionError("An empty list is never true. Leave the condition out or name at least one table.")
        return Either(tuple(read_condition(part, depth + 1) for part in written))
    if isinstance(written, dict):
        return _join(Both, [_read_key(key, value, depth) for key, value in written.items()])
    raise ConditionError('Write a condition as a table, such as { still_happening = "yes" }.')


def _join(kind: type[Both] | type[Either], parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def _read_key(key: str, value: object, depth: int) -> Condition:
    if key == "any" and isinstance(value, list):
        return Either(tuple(read_condition(part, depth + 1) for part in value))
    if key == "not":
        return Not(read_condition(value, depth + 1))
    return _read_tests(key, value, depth)


def _read_tests(name: str, value: object, depth: int) -> Condition:
    if depth > DEEPEST:
        raise ConditionError(f"This condition is nested more than {DEEPEST} deep. Split it over several rules.")
    if isinstance(value, str | int | float):
        return Is(name, "equals", value)
    if isinstance(value, list):
        return _join(Either, [_read_tests(name, part, depth + 1) for part in _not_empty(name, value)])
    if isinstance(value, dict):
        tests = dict(value)
        on = tests.pop("on", "")
        return _join(Both, [_read_test(name, test, inner, str(on), depth) for test, inner in tests.items()])
    raise ConditionError(f"{name!r} is compared with {value!r}. Compare it with a word, a number, true or false.")


def _read_test(name: str, test: str, value: object, on: str, depth: int) -> Condition:
    if test == "not":
        return Not(_read_tests(name, value, depth + 1))
    if test == "any":
        return _read_tests(name, value, depth + 1)
    if test == "every":
        return Every(name, read_condition(value, depth + 1))
    if test in ("at_least", "under", "age_under") and isinstance(value, int) and not isinstance(value, bool):
        if test == "age_under" and not on:
            raise ConditionError(f"{name!r}: age_under needs `on`, the event whose date the age is taken at.")
        return Is(name, cast(Test, test), value, on)
    if test in ("passed", "empty") and isinstance(value, bool):
        return Is(name, cast(Test, test), value)
    raise ConditionError(
        f"{name!r}: {test} = {value!r} is not a test. Tests are not, any, at_least, under, age_under (a whole number), "
        "passed, empty (true or false) and every (a condition)."
    )


def _not_empty(name: str, values: list[Any]) -> list[Any]:
    if not values:
        raise ConditionError(f"{name!r} is compared with an empty list. Name at least one value.")
    return values


def named_in(condition: Condition) -> Iterator[Is | Every]:
    """Every named test in the condition, so that the check can look each name up."""
    match condition:
        case Is() | Every():
            yield condition
        case Not(inside):
            yield from named_in(inside)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from named_in(part)


def holds(condition: Condition, judge: Callable[[Is | Every], Truth]) -> Truth:
    """Whether the condition holds; `judge` answers each single test, None where nobody has said yet."""
    match condition:
        case Is() | Every():
            return judge(condition)
        case Not(inside):
            truth = holds(inside, judge)
            return None if truth is None else not truth
        case Both(parts):
            return all_of(holds(part, judge) for part in parts)
        case Either(parts):
            return any_of(holds(part, judge) for part in parts)


def all_of(truths: Iterable[Truth]) -> Truth:
    """AND of three-valued truths: one False decides, else one None leaves it open."""
    found = set(truths)
    return False if False in found else None if None in found else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """OR of three-valued truths: one True decides, else one None leaves it open."""
    found = set(truths)
    return True if True in found else None if None in found else False


class When:
    """A condition inside a pydantic model: keeps what was written, for the JSON, and what it means."""

    def __init__(self, written: object):
        self.written = written
        self.condition = read_condition(written)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, When) and self.written == other.written

    def __hash__(self) -> int:
        return hash(repr(self.written))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda written: written if isinstance(written, When) else cls(written),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda when: when.written),
        )
