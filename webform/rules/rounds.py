"""Rounds: what a reopening, or a step that sends the case back, begins anew (language.md, section 2, sentence 25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from webform.documents.procedure import AllOf, Event, Step
from webform.words import gettext as _

from .course import step_name
from .folder import SPEAKING, Filed
from .papers import Round


def rounds_of(steps: Mapping[str, Step], standing: Iterable[Filed], now: datetime) -> dict[str, Round]:
    """The round that each step is in; a step that was never begun anew is in none."""
    rounds: dict[str, Round] = {}
    anew: dict[str, set[str]] = {}  # what each step that the case is sent back to begins anew
    for paper in standing:
        back_to = _back_to(steps, paper)
        if back_to is None or paper.effective_at > now:
            continue
        if back_to not in anew:
            anew[back_to] = followers(steps, back_to)
        for name in anew[back_to]:
            rounds[name] = Round(paper.effective_at, paper.number, name == back_to, _words(paper))
    return rounds


def _back_to(steps: Mapping[str, Step], paper: Filed) -> str | None:
    """The step that a document sends the case back to."""
    if paper.effect == "reopens":
        return paper.about if paper.about in steps else None
    own = steps.get(paper.step)
    fulfils = paper.effect not in SPEAKING and paper.kind in ("form", "letter")
    return own.back_to if own and fulfils and own.back_to in steps else None


def _words(paper: Filed) -> str:
    return _("the reopening") if paper.effect == "reopens" else step_name(paper.step)


def followers(steps: Mapping[str, Step], first: str) -> set[str]:
    """A step and everything that waits for it, however far down."""
    before = {name: set(waited_for(step)) for name, step in steps.items()}
    found = {first}
    grew = True
    while grew:
        more = {name for name, waits in before.items() if name not in found and not found.isdisjoint(waits)}
        found |= more
        grew = bool(more)
    return found


def waited_for(step: Step) -> Iterator[str]:
    """The steps that have to come before a step opens."""
    yield from steps_in(step.after)
    if step.each:
        yield step.each.partition(".")[0]


def steps_in(event: Event | None) -> Iterator[str]:
    """The steps that an event is made of."""
    if isinstance(event, str):
        yield event.partition(".")[0]
    elif event is not None:
        for part in event.all if isinstance(event, AllOf) else event.any:
            yield from steps_in(part)
