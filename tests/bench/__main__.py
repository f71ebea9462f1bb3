"""Every bench, one after the other: `make bench`. `python -m tests.bench.NAME` runs one of them."""

from __future__ import annotations

from . import bundle, confirmation, desk, figures, letter, load, pages, rules, start, sweep, weight
from .many import FEW, MANY, filled


def main() -> None:
    """Shortest first; the two minutes of load come last."""
    rules.main()
    for bench in (weight, start, letter, bundle, pages, confirmation):
        bench.main()
    with filled(FEW, MANY) as among:
        for measured in (sweep, desk, figures):
            measured.measure(among)
    load.main()


if __name__ == "__main__":
    main()
