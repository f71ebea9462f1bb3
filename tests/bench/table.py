"""What a bench prints: a heading, and a line for each figure with its aim and whether it was met."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence

import click


def heading(what: str) -> None:
    """What is measured, and how busy the computer was already: wall time means little on one that is."""
    click.echo(f"\n{what} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors)")


def figure(what: str, result: str, aim: str = "", met: bool | None = None) -> None:
    """One line."""
    told = {None: "", True: "met", False: "MISSED"}[met]
    click.echo(f"  {what:58} {result:>16}  {aim and f'aim {aim}':20} {told}".rstrip())


def at_most(what: str, value: float, aim: float, unit: str, digits: int = 2) -> None:
    """A figure that is not to be above its aim."""
    figure(what, f"{value:.{digits}f} {unit}".strip(), f"{aim:g} {unit}".strip(), value <= aim)


def percentile(values: Sequence[float], share: int) -> float:
    """The value that so many in a hundred are not above."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1] if len(values) > 1 else values[0]
