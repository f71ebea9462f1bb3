"""What anybody can work out from numbers of cases by adding and taking away.

Of two figures that are dated by the same event, one may count some of the cases of the other, or none of them. That
stands in their conditions, which everybody can read. So a figure is a set of sorts of cases, and each group of sorts
that is a sum of figures, each so many times, can be reckoned. Where the conditions don't say how figures lie to each
other, any may be part of any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import prod

from webform.documents.condition import Condition, ConditionError, Every, Is, Truth, holds, named_in, read_condition
from webform.documents.procedure import Figure

MOST_SORTS = 5000  # that conditions are tried on; of more nothing is said
OTHER = "\0"  # an answer that no condition names
Answer = str | int | float | bool | None  # None: nobody has said
Times = tuple[Fraction, ...]  # for each figure, how often it is added; below 0, taken away
Row = list[Fraction]
Sort = tuple[bool, ...]  # for each figure: whether it counts these cases


@dataclass(frozen=True)
class Meant:
    """What a figure counts: the documents of which step, by which date, and which of them, as it is written."""

    counts: str
    dated_by: str
    when: str

    @property
    def is_whole(self) -> bool:
        """Whether it counts every case that has the date."""
        return self.when == "" and self.counts == self.dated_by

    @property
    def condition(self) -> Condition | None:
        return read_condition(json.loads(self.when)) if self.when else None


def meant_by(figure: Figure) -> Meant:
    """What a figure of a procedure counts."""
    when = json.dumps(figure.when.written, sort_keys=True) if figure.when else ""
    return Meant(figure.counts, figure.dated_by or figure.counts, when)


@dataclass(frozen=True)
class Fact:
    """A number that everybody can read, or could at some time."""

    meant: Meant
    number: int


Result = tuple[frozenset[Fact], Fraction]


def worked_out(facts: Iterable[Fact]) -> Iterator[Result]:
    """Every number that these come to, each with those that it is worked out from.

    A sum that is nothing says that there are no cases of its sorts, so that more follows from the rest.
    """
    dates: dict[str, dict[Meant, list[int]]] = {}
    for fact in set(facts):
        dates.setdefault(fact.meant.dated_by, {}).setdefault(fact.meant, []).append(fact.number)
    for numbers in dates.values():
        yield from _of_one_date(numbers)


def _of_one_date(numbers: Mapping[Meant, Sequence[int]]) -> Iterator[Result]:
    every = sorted(numbers, key=repr)
    ways = {tuple(way) for way in _ways(every)}
    done: set[Times] = set()
    while True:
        new = {one for way in ways for one in _sums(way)} - done if ways else set(_differences(len(every)))
        nothing = []
        for times in new:
            results = list(_results(every, times, numbers))
            yield from results
            if any(number == 0 for _facts, number in results):
                nothing.append(times)
        if not (ways and nothing):
            return
        ways = {tuple(sort for sort in way if not any(_has(times, sort) for times in nothing)) for way in ways}
        done |= new


def _has(times: Times, sort: Sort) -> Fraction:
    """How often a sum has a sort of cases."""
    return sum((often for often, counts in zip(times, sort, strict=True) if counts), Fraction(0))


def _differences(count: int) -> Iterator[Times]:
    """Each number but for any others."""
    for signs in product((0, 1, -1), repeat=count):
        if signs.count(1) == 1:
            yield tuple(map(Fraction, signs))


def _results(every: Sequence[Meant], times: Times, numbers: Mapping[Meant, Sequence[int]]) -> Iterator[Result]:
    """What a sum comes to, with each number that its figures ever had."""
    used = [(meant, often) for meant, often in zip(every, times, strict=True) if often]
    for chosen in product(*(numbers[meant] for meant, _often in used)):
        facts = frozenset(Fact(meant, one) for (meant, _), one in zip(used, chosen, strict=True))
        yield facts, sum((often * one for (_, often), one in zip(used, chosen, strict=True)), Fraction(0))


# --- sums ------------------------------------------------------------------------------------------------------------


def _sums(way: Sequence[Sort]) -> Iterator[Times]:
    """Every way of adding figures up to a group of sorts, without a figure that the others make up already."""
    figures = list(zip(*way, strict=True))
    most = len(_solved(figures)[0])
    for chosen in combinations(range(len(figures)), most):
        rows, made_of = _solved([figures[place] for place in chosen])
        if len(rows) == most:
            for times in _groups(rows, made_of):
                found = dict(zip(chosen, times, strict=True))
                yield tuple(found.get(place, Fraction(0)) for place in range(len(figures)))


def _groups(rows: Sequence[Row], made_of: Sequence[Row]) -> Iterator[Row]:
    """The sums of rows that have each sort once or not at all: they have so the first sort of each row, too."""
    for taken in product((False, True), repeat=len(rows)):
        if any(taken) and set(_added(rows, taken)) <= {0, 1}:
            yield _added(made_of, taken)


def _added(rows: Sequence[Row], taken: Sequence[bool]) -> Row:
    chosen = [row for row, there in zip(rows, taken, strict=True) if there]
    return [sum(column, Fraction(0)) for column in zip(*chosen, strict=True)]


def _solved(figures: Sequence[Sequence[bool]]) -> tuple[list[Row], list[Row]]:
    """The equations, solved: each row has a sort that no other row has, and how it is made of the figures."""
    size = len(figures)
    rows = [[*map(Fraction, one), *(Fraction(place == n) for n in range(size))] for place, one in enumerate(figures)]
    width, found = len(rows[0]) - size if rows else 0, 0
    for column in range(width):
        first = next((place for place in range(found, size) if rows[place][column]), None)
        if first is None:
            continue
        rows[found], rows[first] = rows[first], rows[found]
        rows[found] = [one / rows[found][column] for one in rows[found]]
        for place in {*range(size)} - {found}:
            factor = rows[place][column]
            rows[place] = [one - factor * other for one, other in zip(rows[place], rows[found], strict=True)]
        found += 1
    return [row[:width] for row in rows[:found]], [row[width:] for row in rows[:found]]


# --- sorts of cases --------------------------------------------------------------------------------------------------


def _ways(every: Sequence[Meant]) -> list[list[Sort]]:
    """The sorts of cases that there can be: for each name with answers that no condition names, or without,
    and with those who have not answered, or without.

    Nothing where the conditions don't say, or say too much. Whoever ticks several answers is of several sorts: to take
    them for one finds more parts, and so hides more.
    """
    try:
        conditions = [meant.condition for meant in every]
    except (ConditionError, ValueError):
        return []
    tests = [test for condition in conditions if condition is not None for test in named_in(condition)]
    plain = [test for test in tests if isinstance(test, Is)]
    named = _answers(plain)
    parts = [meant for meant in every if not meant.is_whole]
    too_much = len(plain) < len(tests) or prod(3 * (len(values) + 2) for values in named.values()) > MOST_SORTS
    if too_much or len({meant.counts for meant in parts}) > 1:
        return []
    # those without the document that the parts count
    without = {tuple(meant.is_whole for meant in every)} if any(one.counts != one.dated_by for one in parts) else set()
    return [
        sorted(sort for sort in without | _sorts(conditions, dict(zip(named, answers, strict=True))) if any(sort))
        for answers in product(*(_whole_lists(values) for values in named.values()))
    ]


def _whole_lists(values: list[Answer]) -> list[list[Answer]]:
    """What all the answers to a question may be. Where conditions name only one there are others."""
    others = [*values, OTHER]
    return [*([values] if len(values) > 1 else []), others, [*others, None]]


def _sorts(conditions: Sequence[Condition | None], answers: Mapping[str, Sequence[Answer]]) -> set[Sort]:
    every = (dict(zip(answers, chosen, strict=True)) for chosen in product(*answers.values()))
    return {tuple(_counts(condition, said) for condition in conditions) for said in every}


def _answers(tests: Iterable[Is]) -> dict[str, list[Answer]]:
    """For each name that is asked for, the answers that the conditions name, and what is just below a number."""
    found: dict[str, set[Answer]] = {}
    for test in tests:
        values: set[Answer] = {test.value}
        if isinstance(test.value, int) and not isinstance(test.value, bool):
            values.add(test.value - 1)
        found.setdefault(_asked(test), set()).update(values)
    return {name: sorted(values, key=repr) for name, values in found.items()}


def _asked(test: Is) -> str:
    """An age is one for each date that it is taken at, and whether a date has passed is no answer of its own."""
    return f"{test.name} {test.on if test.test == 'age_under' else test.test if test.test == 'passed' else ''}"


def _counts(condition: Condition | None, said: Mapping[str, Answer]) -> bool:
    return condition is None or holds(condition, lambda test: _truth(test, said)) is True


def _truth(test: Is | Every, said: Mapping[str, Answer]) -> Truth:
    answer = said[_asked(test)] if isinstance(test, Is) else None
    if isinstance(test, Is) and test.test == "empty":
        return (answer is None) == test.value
    if isinstance(test, Every) or answer is None:
        return None
    if test.test in ("equals", "passed"):
        return answer == test.value
    number = answer if isinstance(answer, int | float) else float("inf")
    return number >= float(test.value) if test.test == "at_least" else number < float(test.value)
