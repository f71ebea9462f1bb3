"""No published set lets anybody work out a number below the limit, by subtraction or from what was there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from webform.rules.small_numbers import Numbers, Told, hidden, is_small, total

PARTS = (("reviews", "advised"), ("reviews", "appealed"))
COUNTS = st.integers(0, 14)
SETS = st.tuples(COUNTS, COUNTS, COUNTS).map(
    lambda found: {"reviews": max(found), "advised": found[1], "appealed": found[2], "asked": found[0]}
)
Shown = tuple[int | None, ...]


def shown(numbers: Numbers, fewest: int, before: Sequence[Told] = ()) -> Shown:
    """What everybody reads."""
    kept = hidden(numbers, PARTS, fewest, before)
    return tuple(None if name in kept else numbers[name] for name in sorted(numbers))


def small_ones(numbers: Numbers, fewest: int) -> dict[str, int]:
    """Every number that nobody may work out: those that are small, and rests that are."""
    rests = {f"{whole} but for {part}": numbers[whole] - numbers[part] for whole, part in PARTS}
    return {name: number for name, number in {**numbers, **rests}.items() if is_small(number, fewest)}


def test_whoever_knows_the_rule_works_out_nothing() -> None:
    """Of all sets that read alike, at least two differ in each small number: so what is shown does not tell which."""
    fewest, most = 3, 7
    alike: dict[Shown, list[Numbers]] = defaultdict(list)
    for reviews, advised, appealed in product(range(most + 1), repeat=3):
        if max(advised, appealed) <= reviews:
            numbers = {"reviews": reviews, "advised": advised, "appealed": appealed}
            alike[shown(numbers, fewest)].append(numbers)
    for numbers in (one for group in alike.values() for one in group):
        group = alike[shown(numbers, fewest)]
        for name in small_ones(numbers, fewest):
            whole, _, part = name.partition(" but for ")
            values = {one[whole] - (one[part] if part else 0) for one in group}
            assert len(values) > 1, (name, numbers)
    assert len(alike) > 20


@given(SETS, st.integers(3, 6))
def test_no_small_number_is_shown_and_none_by_taking_one_from_another(numbers: Numbers, fewest: int) -> None:
    """Whatever the numbers, no difference of a whole and its part that are both shown is small."""
    kept = hidden(numbers, PARTS, fewest)
    assert not any(is_small(number, fewest) for name, number in numbers.items() if name not in kept)
    for whole, part in PARTS:
        if not {whole, part} & kept:
            assert not is_small(numbers[whole] - numbers[part], fewest)


def _readable(told: Iterable[Told], numbers: Numbers) -> dict[str, set[int]]:
    """What somebody takes each number to be or to have been, who keeps every set that was ever published."""
    found: dict[str, set[int]] = defaultdict(set)
    for one in told:
        for name, number in one.numbers.items():
            if name not in one.hidden:
                found[name].add(number)
    return found


@given(st.lists(SETS, min_size=1, max_size=4), st.integers(3, 6))
def test_corrections_betray_nothing_that_was_hidden(course: list[Numbers], fewest: int) -> None:
    """Whoever fills a gap of one set with the same number from the next or the one before works out no small rest."""
    told: list[Told] = []
    for numbers in course:
        told.append(Told(numbers, hidden(numbers, PARTS, fewest, told)))
    for one in told:
        for whole, part in PARTS:
            rest = one.numbers[whole] - one.numbers[part]
            known = _readable(told, one.numbers)
            if is_small(rest, fewest) and {whole, part} & one.hidden:
                assert not ({whole, part} - one.hidden <= known.keys() and _is_given_away(one, whole, part, known))


def _is_given_away(one: Told, whole: str, part: str, known: dict[str, set[int]]) -> bool:
    """Whether both numbers of the pair stand somewhere in what was published, as they are in this set."""
    return all(one.numbers[name] in known[name] for name in (whole, part))


def test_what_is_known_already_is_no_good_for_hiding() -> None:
    """Five with advice was published and is still five: then it is the whole that is hidden."""
    before = Told({"reviews": 10, "advised": 5}, frozenset())
    assert hidden({"reviews": 7, "advised": 5}, PARTS, 5) == {"advised"}
    assert hidden({"reviews": 7, "advised": 5}, PARTS, 5, [before]) == {"reviews"}


def test_what_was_hidden_stays_hidden_while_it_would_betray_the_set_before() -> None:
    """Eight of ten was hidden for the two others. With fifteen now, eight would still tell of those two."""
    before = Told({"reviews": 10, "advised": 8}, frozenset({"advised"}))
    assert hidden({"reviews": 15, "advised": 8}, PARTS, 5, [before]) == {"advised"}
    assert hidden({"reviews": 15, "advised": 9}, PARTS, 5, [before]) == frozenset()


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=5))
def test_a_total_tells_nothing_that_its_parts_do_not(numbers: list[int | None]) -> None:
    """It is shown where every part is, and only there."""
    assert total(numbers) == (None if None in numbers else sum(number or 0 for number in numbers))
