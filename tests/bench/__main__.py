"""The benches: `make bench` runs every one, `python -m tests.bench NAME...` those that are named, in the same order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection

from . import bundle, confirmation, desk, figures, letter, load, pages, rules, start, sweep, weight
from .many import FEW, MANY, Filled, filled

SHORT: dict[str, Callable[[], None]] = {
    "rules": rules.main, "weight": weight.main, "start": start.main, "letter": letter.main, "bundle": bundle.main,
    "pages": pages.main, "confirmation": confirmation.main,
}  # fmt: skip
AMONG_MANY: dict[str, Callable[[Filled], None]] = {
    "sweep": sweep.measure, "desk": desk.measure, "figures": figures.measure
}  # fmt: skip
LOAD = "load"
NAMES = (*SHORT, *AMONG_MANY, LOAD)


def main(names: Collection[str] = ()) -> None:
    """Shortest first; the two minutes of load come last. The cases that some are measured among are made once."""
    if unknown := set(names) - set(NAMES):
        raise SystemExit(f"There is no bench {', '.join(sorted(unknown))}. There are: {' '.join(NAMES)}.")
    wanted = names or NAMES
    for name in (name for name in SHORT if name in wanted):
        SHORT[name]()
    if any(name in wanted for name in AMONG_MANY):
        with filled(FEW, MANY) as among:
            for name in (name for name in AMONG_MANY if name in wanted):
                AMONG_MANY[name](among)
    if LOAD in wanted:
        load.main()


if __name__ == "__main__":
    main(sys.argv[1:])
