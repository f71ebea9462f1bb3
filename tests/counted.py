"""A pytest plugin: the end of a run says how much of what has to be seen was seen, over all parallel processes."""

from __future__ import annotations

from typing import Any

TALLY = "tally "


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line a kind of thing: "error states 141/141"."""
    sums: dict[str, list[int]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, value in report.user_properties:
                if name.startswith(TALLY):
                    counts = sums.setdefault(name.removeprefix(TALLY), [0, 0])
                    counts[:] = [before + more for before, more in zip(counts, value, strict=True)]
    if sums:
        terminalreporter.section("Looked at")
    for kind, (visited, expected) in sorted(sums.items()):
        terminalreporter.line(f"{kind} {visited}/{expected}")
