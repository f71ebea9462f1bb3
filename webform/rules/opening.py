"""When a duty opens, and when it is done (language.md, section 2, sentences 5, 7, 8, 10 and 16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from webform.documents.condition import Truth, When, all_of
from webform.documents.duration import Duration
from webform.documents.procedure import Limit, Step

from .calendar import day_of, start_of
from .course import SKIPPED, Course, Happening, Moment, Phase, step_name
from .events import first_moment, happening, known_day
from .papers import Round, Seat
from .timeline import Timeline, always, becomes, from_changes
from .truths import truth

if TYPE_CHECKING:
    from .reckoning import Reckoning

NEVER: Final = datetime.max.replace(tzinfo=UTC)


def run(r: Reckoning, step: Step, seat: Seat) -> Course:
    """What becomes of a step for a seat: when it is open, and when it is done or waived."""
    after = _after(r, step, seat)
    earliest = _earliest(r, step, seat, after)
    phase = _phase(r, seat, after, _when(r, step, seat), earliest)
    waiver = r.papers.waiver(step.id, seat)
    done, undated = _done(r, step, seat)
    waived_at = waiver.effective_at if waiver and waiver.effective_at <= r.now else None
    return Course(step, seat, after, phase, done, waived_at, undated, earliest)


def _after(r: Reckoning, step: Step, seat: Seat) -> Timeline[Happening]:
    """The event that the step waits for; a step without one waits for the case alone. No clock precedes its round."""
    begun = r.rounds.get(step.id)
    if begun and begun.named:
        return becomes(None, begun.at, Moment(begun.at, begun.what))
    if step.after is not None and step.id != r.opening_step:
        found = happening(r, step.after, seat, begun)
    else:
        found = becomes(None, r.opening.at, r.opening) if r.opening else always(None)
    return _in_round(found, begun) if begun else found


def _in_round(timeline: Timeline[Happening], begun: Round) -> Timeline[Happening]:
    def at(instant: datetime) -> Happening:
        value = timeline.at(instant) if instant >= begun.at else None
        return Moment(begun.at, begun.what) if isinstance(value, Moment) and value.at < begun.at else value

    return from_changes({begun.at, *timeline.instants()}, at)


def _invited(r: Reckoning, step: Step, seat: Seat) -> When | None:
    """The condition under which a member of a panel belongs to it."""
    if not seat.addressed or (seat.party and seat.role in r.sitters):
        return None  # who sits on a panel that joins is a party while the condition holds
    panels = [r.panels[role] for role in step.roles("to") if role in r.panels]
    guests = [guest for panel in panels if seat.role not in panel.core for guest in panel.guests()]
    return next((guest.when for guest in guests if guest.role == seat.role), None)


def _was_invited(r: Reckoning, step: Step, seat: Seat) -> bool:
    """Whether a letter has put the meeting into their calendar, in whichever round, since it was last called off."""
    if step.calls_off is None:
        return True
    alike = (one for one in r.procedure.steps if set(one.roles("to")) & set(step.roles("to")))
    inviting = {one.id for one in alike if one.invites_to == step.calls_off}
    asked = [one for one in r.papers.all if one.step in inviting and seat.party in (None, one.party)]
    off = [one for one in r.papers.all if seat.source and one.step == seat.source.step]
    until = next((one.effective_at for one in off if seat.source and one.number == seat.source.number), r.now)
    since = max((one.effective_at for one in off if one.effective_at < until), default=None)
    return any(one.effective_at <= until and (since is None or one.effective_at > since) for one in asked)


def _when(r: Reckoning, step: Step, seat: Seat) -> Timeline[Truth]:
    """The condition of the step, and that under which the seat belongs to its panel."""
    if not _was_invited(r, step, seat):
        return always(False)
    own, invited = truth(r, step.when, seat), _invited(r, step, seat)
    if invited is None:
        return own
    other = truth(r, invited, seat)
    return from_changes({*own.instants(), *other.instants()}, lambda at: all_of((own.at(at), other.at(at))))


def _earliest(r: Reckoning, step: Step, seat: Seat, after: Timeline[Happening]) -> datetime | None:
    """Before when the duty does not open; None where nothing holds it back, the end of time where that is not known."""
    edges = [seat.not_before] if seat.not_before else []
    rule = step.not_before
    if rule is not None:
        event = rule.start if isinstance(rule, Limit) else step.counts_from if isinstance(rule, Duration) else rule
        timeline = after if event is None else happening(r, event, seat)
        length = rule.within if isinstance(rule, Limit) else rule if isinstance(rule, Duration) else None
        moment = first_moment(timeline)
        edges.append(later(r, moment.at, length) if moment else NEVER)
    return max(edges, default=None)


def later(r: Reckoning, instant: datetime, length: Duration | None) -> datetime:
    """The instant before which nothing opens, that much later; the start of a day where whole days are counted."""
    if length is None:
        return instant
    if length.unit == "hours":
        return instant + timedelta(hours=length.amount)
    return start_of(r.calendar.add(day_of(instant), length).date)


def _phase(
    r: Reckoning, seat: Seat, after: Timeline[Happening], when: Timeline[Truth], earliest: datetime | None
) -> Timeline[Phase]:
    opening = r.opening if r.scope == "case" else None  # what the area owes need not wait for its first document

    def at(instant: datetime) -> Phase:
        event, holds = after.at(instant), when.at(instant)
        if seat.gone(instant) or event == SKIPPED or holds is False:
            return "not needed"
        began = (opening is None or opening.at <= instant) and (earliest is None or earliest <= instant)
        is_open = isinstance(event, Moment) and holds is True and began and seat.present(instant) and not seat.vacant
        return "open" if is_open else "waiting"

    known = (seat.joined_at, seat.left_at, earliest, opening.at if opening else None)
    edges = {edge for edge in known if edge and edge != NEVER}
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
