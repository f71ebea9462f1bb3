"""What a hold stops, and until when (language.md, section 2, sentence 21).

A hold stops what it is filed for: the step that it is about; else what the gate stops that it names, or that proposes
it; else what its stage stops; else everything. "Everything" leaves out choices, so that an appeal window stops only
where it is named, and what follows from the hold itself, such as the notice of it and its end.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from webform.documents.procedure import Event, Gate

from .events import first_moment, happening
from .folder import Filed
from .holds import Hold
from .papers import Seat
from .truths import truth

if TYPE_CHECKING:
    from .reckoning import Reckoning


def holds_of(r: Reckoning) -> tuple[Hold, ...]:
    """The holds that were filed by now, each with what it stops and when it ended."""
    papers = [paper for paper in r.papers.all if paper.effective_at <= r.now]
    return tuple(_hold(r, paper, papers) for paper in papers if paper.effect == "holds")


def _hold(r: Reckoning, paper: Filed, papers: list[Filed]) -> Hold:
    gates = _gates(r, paper)
    ends = [
        other.effective_at
        for other in papers
        if other.effect == "resumes" and _follows(other, paper) and other.gate in ("", paper.gate)
    ]
    for gate in gates:
        if gate.until is not None:
            ends += _ended(r, gate.until, paper.effective_at)
    return Hold(paper.effective_at, min(ends, default=None), _stopped(r, paper, gates))


def _follows(other: Filed, paper: Filed) -> bool:
    return (other.effective_at, other.number) > (paper.effective_at, paper.number)


def _ended(r: Reckoning, event: Event, since: datetime) -> list[datetime]:
    """When the event came that ends a hold, if it came while the hold was in force."""
    moment = first_moment(happening(r, event))
    return [moment.at] if moment and since < moment.at <= r.now else []


def _gates(r: Reckoning, paper: Filed) -> list[Gate]:
    """The gates that a hold is filed for: the one it names, else those that propose a hold by then."""
    if paper.gate:
        return [gate for gate in r.procedure.gates if gate.id == paper.gate]
    proposing = [gate for gate in r.procedure.gates if gate.effect == "propose-hold"]
    truths = [(gate, truth(r, gate.when, Seat()).at(paper.effective_at)) for gate in proposing]
    return [gate for gate, holds in truths if holds is True] or [gate for gate, holds in truths if holds is None]


def _stopped(r: Reckoning, paper: Filed, gates: list[Gate]) -> frozenset[str]:
    """The steps that a hold stops."""
    if paper.about in r.steps and paper.about != paper.step:
        return frozenset([paper.about])
    rules: list[Literal["all"] | tuple[str, ...]] = [gate.stops for gate in gates if gate.stops]
    own = r.steps.get(paper.step)
    if not rules and own:
        rules = [stage.stops for stage in r.procedure.stages if stage.id == own.stage and stage.stops]
    if rules and "all" not in rules:
        return frozenset(name for rule in rules for name in rule)
    spared = _follow_from(r, paper.step)
    return frozenset(step.id for step in r.procedure.steps if step.strength != "choice" and step.id not in spared)


def _follow_from(r: Reckoning, hold: str) -> set[str]:
    """The step of the hold, and those that wait for nothing else."""
    found = {hold}
    while more := {
        step.id
        for step in r.procedure.steps
        if step.id not in found and isinstance(step.after, str) and step.after.partition(".")[0] in found
    }:
        found |= more
    return found
