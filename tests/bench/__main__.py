"""Every bench, one after the other: `make bench`. `python -m tests.bench.NAME` runs one of them."""

from __future__ import annotations

from . import confirmation, letter, load, pages, rules, start, sweep, weight


def main() -> None:
    """Shortest first; the two minutes of load come last."""
    rules.main()
    for bench in (weight, start, letter, pages, confirmation, sweep, load):
        bench.main()


if __name__ == "__main__":
    main()
