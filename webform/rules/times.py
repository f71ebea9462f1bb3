"""How long the stages of a procedure took, against what it promises. Few cases would tell who somebody is: those are
left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webform.documents.procedure import Procedure


@dataclass(frozen=True)
class Kept:
    """The duties of one step that were done: how many, how many of them late, and the days of all of them together."""

    step: str
    done: int
    late: int
    taken: int
    promised: int


@dataclass(frozen=True)
class StageTime:
    """One stage: how many duties with a date were done there, how many in time, and the days of one on average.

    Everything is None where there were so few that they might tell who somebody is.
    """

    title: str
    done: int | None = None
    in_time: int | None = None
    taken: float | None = None
    promised: float | None = None


def stage_times(procedure: Procedure, kept: Iterable[Kept], fewest: int) -> tuple[StageTime, ...]:
    """Each stage in which anything with a date was done, in the order of the procedure.

    How many were late is a small number like any other: then all that is told is how many were done, and how long
    they took.
    """
    steps = {one.step: one for one in kept}
    found = []
    for stage in procedure.stages:
        here = [steps[step.id] for step in procedure.steps if step.stage == stage.id and step.id in steps]
        if here:
            found.append(_time(stage.title, here, fewest))
    return tuple(found)


def _time(title: str, here: list[Kept], fewest: int) -> StageTime:
    done, late = sum(one.done for one in here), sum(one.late for one in here)
    if done < fewest:
        return StageTime(title)
    small = 0 < late < fewest or 0 < done - late < fewest
    taken, promised = (
        round(sum(days) / done, 1) for days in zip(*((one.taken, one.promised) for one in here), strict=True)
    )
    return StageTime(title, done, None if small else done - late, taken, promised)
