"""No published set lets anybody work out a number below the limit, by subtraction or from what was there before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webform.documents.duration import Duration
from webform.documents.procedure import Figure, Procedure, Publication
from webform.rules.figure_set import SMALLEST_LIMIT, FigureSet, set_of
from webform.rules.periods import Period
from webform.rules.small_numbers import is_small, total

YEAR = Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31))
# Who there is: what somebody complains of, and whether they were asked. Each figure counts some of these.
SORTS = tuple(product(("noise", "litter", "threats"), ("yes", "no")))
World = tuple[int, ...]  # of each sort so many
Count = dict[str, Any]


def figure(name: str, **keys: Any) -> Figure:
    return Figure(id=name, title=name.capitalize(), counts="plan", source="The Act", **keys)


def when(*kinds: str, asked: str = "") -> Count:
    return {"plan.kind": list(kinds)} if not asked else {"plan.kind": list(kinds), "plan.asked": asked}


FIGURES = {
    one.id: one
    for one in (
        figure("all"),
        figure("noise", when=when("noise")),
        figure("litter", when=when("litter")),
        figure("noise-or-litter", when=when("noise", "litter")),
        figure("litter-or-threats", when=[when("litter"), when("threats")]),
        figure("noise-or-threats", when=when("noise", "threats")),
        figure("quiet", when={"not": {"plan.kind": "noise"}}),
        figure("asked", when={"plan.asked": "yes"}),
        figure("noise-asked", when=when("noise", asked="yes")),
    )
}
MEMBERS: Mapping[str, tuple[bool, ...]] = {
    "all": tuple(True for _ in SORTS),
    "noise": tuple(kind == "noise" for kind, _ in SORTS),
    "litter": tuple(kind == "litter" for kind, _ in SORTS),
    "noise-or-litter": tuple(kind != "threats" for kind, _ in SORTS),
    "litter-or-threats": tuple(kind != "noise" for kind, _ in SORTS),
    "noise-or-threats": tuple(kind != "litter" for kind, _ in SORTS),
    "quiet": tuple(kind != "noise" for kind, _ in SORTS),
    "asked": tuple(asked == "yes" for _, asked in SORTS),
    "noise-asked": tuple((kind, asked) == ("noise", "yes") for kind, asked in SORTS),
}


def number_of(name: str, world: World) -> int:
    return sum(count for count, counts in zip(world, MEMBERS[name], strict=True) if counts)


def published(names: Iterable[str], world: World, fewest: int, before: Sequence[FigureSet] = ()) -> FigureSet:
    """The set that a procedure with these figures publishes."""
    publication = Publication(every=Duration(12, "months"), fewest=fewest, source="The Act")
    procedure = Procedure.model_construct(figures=tuple(FIGURES[name] for name in names), publication=publication)
    return set_of(procedure, YEAR, {name: number_of(name, world) for name in names}, before)


# --- what somebody works out who keeps all that was ever published ---------------------------------------------------


def betrayed(sets: Sequence[FigureSet], world: World, fewest: int) -> set[str]:
    """The groups of sorts of which there were few at one time, and of which everybody can reckon how many.

    Whoever reckons takes it that a number that they can't see is what it was, or will be. Where that is true of the
    world as it was, they are right. They solve the equations: what follows from them, follows for each group that
    is a sum of rows. Where there is nobody, that is known of each sort in it, and there are fewer to tell apart.
    """
    readable: dict[str, set[int]] = defaultdict(set)
    for one in sets:
        for line in one.lines:
            if not line.hidden:
                readable[line.figure].add(line.number)
    right = [name for name, numbers in readable.items() if number_of(name, world) in numbers]
    rows = [[int(counts) for counts in MEMBERS[name]] for name in right]
    left = list(range(len(SORTS)))
    while True:
        follows = [group for group in groups(left) if spanned(group, rows, left)]
        nobody = {place for group in follows if not sum(world[place] for place in group) for place in group}
        if not nobody:
            break
        left = [place for place in left if place not in nobody]
    small = [group for group in follows if is_small(sum(world[place] for place in group), fewest)]
    return {" and ".join(" ".join(SORTS[place]) for place in group) for group in small}


def groups(places: Sequence[int]) -> list[tuple[int, ...]]:
    chosen = product((False, True), repeat=len(places))
    return [tuple(place for place, there in zip(places, one, strict=True) if there) for one in chosen if any(one)]


def spanned(group: tuple[int, ...], rows: Sequence[Sequence[int]], left: Sequence[int]) -> bool:
    """Whether the group is a sum of multiples of the rows."""
    wanted = [int(place in group) for place in left]
    known = [[row[place] for place in left] for row in rows]
    return rank(known) == rank([*known, wanted])


def rank(rows: Sequence[Sequence[int]]) -> int:
    rest = [[Fraction(one) for one in row] for row in rows]
    found = 0
    for column in range(len(rest[0]) if rest else 0):
        first = next((row for row in rest[found:] if row[column]), None)
        if first is None:
            continue
        rest.remove(first)
        rest.insert(found, first)
        for place in range(found + 1, len(rest)):
            factor = rest[place][column] / first[column]
            rest[place] = [one - factor * other for one, other in zip(rest[place], first, strict=True)]
        found += 1
    return found


PROCEDURES = st.lists(st.sampled_from(sorted(FIGURES)), min_size=1, max_size=4, unique=True)
WORLDS = st.tuples(*(st.integers(0, 8) for _ in SORTS))
COURSES = st.lists(st.tuples(PROCEDURES, WORLDS), min_size=1, max_size=3)
STEADY = st.tuples(WORLDS, st.lists(PROCEDURES, min_size=1, max_size=3)).map(
    lambda found: [(names, found[0]) for names in found[1]]
)


@settings(max_examples=80)
@given(st.one_of(COURSES, STEADY), st.integers(SMALLEST_LIMIT, 6))
def test_nobody_works_out_a_small_number(course: list[tuple[list[str], World]], fewest: int) -> None:
    """Whatever figures a procedure has, gains or loses, and however the cases are corrected after publication: from
    all that was ever published no group of fewer cases than the limit can be reckoned."""
    sets: list[FigureSet] = []
    for names, world in course:
        sets.append(published(names, world, fewest, sets))
    for _names, world in course:
        assert not betrayed(sets, world, fewest)


def readings(course: Sequence[Sequence[str]], world: World, fewest: int) -> tuple[Any, ...]:
    """What everybody reads of one world, published so many times by procedures with these figures."""
    sets: list[FigureSet] = []
    for names in course:
        sets.append(published(names, world, fewest, sets))
    return tuple(tuple(line.shown for line in one.lines) for one in sets)


@pytest.mark.parametrize("course", [
    [["all", "noise", "litter"]],
    [["all", "noise-or-litter", "noise"]],
    [["all", "noise"], ["noise", "litter"]],
    [["noise"], ["all", "noise", "quiet"]],
], ids=lambda course: "; then ".join(", ".join(names) for names in course))  # fmt: skip
def test_whoever_knows_the_rule_works_out_nothing(course: list[list[str]]) -> None:
    """Of all worlds that read alike, at least two differ in each small number: so what is hidden, and that it is
    hidden, does not tell which. With the smallest limit that a procedure may have, which hides the least."""
    fewest, most = SMALLEST_LIMIT, 7
    alike: dict[tuple[Any, ...], list[World]] = defaultdict(list)
    for noise, litter, threats in product(range(most + 1), repeat=3):
        world = (noise, 0, litter, 0, threats, 0)
        alike[readings(course, world, fewest)].append(world)
    inside = range(most - 1)  # at the edge there are worlds that read alike and were not tried
    for world, group in ((one, same) for same in alike.values() for one in same if {*one} <= {*inside}):
        for places in groups((0, 2, 4)):
            if is_small(sum(world[place] for place in places), fewest):
                assert len({sum(one[place] for place in places) for one in group}) > 1, (world, places)
    assert len(alike) > 20


def shown(sets: Sequence[tuple[Count, set[str]]], fewest: int = 5) -> list[set[str]]:
    """Which figures everybody reads of sets with these numbers, published one after the other; the figures of each."""
    every: list[FigureSet] = []
    for numbers, names in sets:
        publication = Publication(every=Duration(12, "months"), fewest=fewest, source="The Act")
        figures = tuple(FIGURES[name] for name in sorted(names))
        procedure = Procedure.model_construct(figures=figures, publication=publication)
        every.append(set_of(procedure, YEAR, numbers, every))
    return [{line.figure for line in one.lines if not line.hidden} for one in every]


def test_what_is_known_already_is_no_good_for_hiding() -> None:
    """Five of noise was published and is still five: then it is the whole that is hidden."""
    both = {"all", "noise"}
    assert shown([({"all": 7, "noise": 5}, both)]) == [{"all"}]
    assert shown([({"all": 10, "noise": 5}, both), ({"all": 7, "noise": 5}, both)]) == [both, {"noise"}]


def test_a_whole_that_leaves_or_joins_betrays_nothing() -> None:
    """Eight of ten was hidden for the other two. It stays so once the whole is no figure any more; and where it was
    published alone, the whole that joins is hidden."""
    assert shown([({"all": 10, "noise": 8}, {"all", "noise"}), ({"noise": 8}, {"noise"})]) == [{"all"}, set()]
    assert shown([({"noise": 8}, {"noise"}), ({"all": 10, "noise": 8}, {"all", "noise"})]) == [{"noise"}, {"noise"}]


def test_two_parts_of_one_whole_leave_no_few_over() -> None:
    """Five and five of twelve would tell that two were neither; a correction of one of the two tells no more."""
    three = {"all", "noise", "litter"}
    first = {"all": 12, "noise": 5, "litter": 5}
    assert shown([(first, three)]) == [{"all", "noise"}]
    assert shown([(first, three), ({**first, "noise": 6}, three)]) == [{"all", "noise"}] * 2


def test_where_there_is_nobody_more_follows() -> None:
    """All six were about noise, so five who were asked would tell that one was not."""
    assert shown([({"noise": 6, "quiet": 0, "asked": 5}, {"noise", "quiet", "asked"})]) == [{"quiet", "asked"}]
    assert shown([({"noise": 6, "asked": 5}, {"noise", "asked"})]) == [{"noise", "asked"}]


def test_where_conditions_do_not_say_any_may_be_part_of_any() -> None:
    """Two figures of different documents by one date, and conditions on every entry of a list, are compared as well."""
    odd = Figure(id="odd", title="Odd", counts="refusal", dated_by="plan", source="The Act")
    listed = figure("listed", when={"plan.actions": {"every": {"done": "yes"}}})
    for other in (odd, listed):
        publication = Publication(every=Duration(12, "months"), fewest=5, source="The Act")
        procedure = Procedure.model_construct(figures=(FIGURES["noise"], other), publication=publication)
        found = set_of(procedure, YEAR, {"noise": 10, other.id: 8})
        assert [line.shown for line in found.lines] == [None, 8]


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=5))
def test_a_total_tells_nothing_that_its_parts_do_not(numbers: list[int | None]) -> None:
    """It is shown where every part is, and only there."""
    assert total(numbers) == (None if None in numbers else sum(number or 0 for number in numbers))
