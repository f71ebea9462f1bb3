"""When a duty opens, and when it is done (language.md, section 2, sentences 5, 7, 8, 10 and 16)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from webform.documents.condition import Truth
from webform.documents.procedure import Step

from .calendar import start_of
from .course import SKIPPED, Course, Happening, Moment, Phase, step_name
from .events import happening, known_day
from .papers import Seat
from .timeline import Timeline, always, becomes, from_changes
from .truths import truth

if TYPE_CHECKING:
    from .reckoning import Reckoning


def run(r: Reckoning, step: Step, seat: Seat) -> Course:
    """What becomes of a step for a seat: when it is open, and when it is done or waived."""
    after = _after(r, step, seat)
    phase = _phase(r, seat, after, truth(r, step.when, seat))
    waiver = r.papers.waiver(step.id, seat)
    done, undated = _done(r, step, seat)
    waived_at = waiver.effective_at if waiver and waiver.effective_at <= r.now else None
    return Course(step, seat, after, phase, done, waived_at, undated)


def _after(r: Reckoning, step: Step, seat: Seat) -> Timeline[Happening]:
    """The event that the step waits for; a step without one waits for the case alone."""
    if step.after is not None and step.id != r.procedure.area.opens_with:
        return happening(r, step.after, seat)
    return becomes(None, r.opening.at, r.opening) if r.opening else always(None)


def _phase(r: Reckoning, seat: Seat, after: Timeline[Happening], when: Timeline[Truth]) -> Timeline[Phase]:
    def at(instant: datetime) -> Phase:
        event, holds = after.at(instant), when.at(instant)
        if seat.gone(instant) or event == SKIPPED or holds is False:
            return "not needed"
        began = r.opening is None or r.opening.at <= instant
        is_open = isinstance(event, Moment) and holds is True and began and seat.present(instant) and not seat.vacant
        return "open" if is_open else "waiting"

    edges = {edge for edge in (seat.joined_at, seat.left_at, r.opening.at if r.opening else None) if edge}
    return from_changes({*after.instants(), *when.instants(), *edges}, at)


def _done(r: Reckoning, step: Step, seat: Seat) -> tuple[Moment | None, bool]:
    """The first document of the step; of a dated step, the date in the latest. And whether that date is missing."""
    first = next(r.papers.of(step.id, seat), None)
    if first is None:
        return None, False
    what = step_name(step.id)
    if step.dated is None:
        return Moment(first.effective_at, what, receipt=r.comes_from_outside(step)), False
    latest = r.papers.latest(step.id, seat)
    day = known_day(latest.answers.get(step.dated)) if latest else None
    return (Moment(start_of(day), what, whole_day=True), False) if day else (None, True)
