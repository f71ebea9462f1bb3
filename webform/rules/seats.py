"""Whom or what a step has a duty about (language.md, section 2, sentences 5, 11 and 23).

A `by` list is one duty, a `to` list one for each; a plural role gives one for each party, `each` one for each document
or entry, and `every` one for each turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from webform.documents.duration import Duration
from webform.documents.procedure import OPENING, Step

from .calendar import day_of, start_of
from .events import entries_in, first_moment, happening
from .folder import Filed, Member
from .naming import entry_number
from .papers import Seat, Source

if TYPE_CHECKING:
    from .reckoning import Reckoning

MOST_TURNS = 500  # weekly for ten years


def seats_of(r: Reckoning, step: Step) -> tuple[Seat, ...]:
    """The seats of a step, in order; a vacant one where nobody is named yet."""
    seats = _holders(r, step) or [Seat(vacant=True)]
    if step.each:
        seats = [one for seat in seats for one in _each(r, step.each, seat)] or [Seat(vacant=True)]
    if step.every:
        seats = [one for seat in seats for one in _turns(r, step, step.every, seat)]
    if any(seat.turn for seat in seats):
        r.papers.deal(step.id, seats)
    return tuple(seats)


def _holders(r: Reckoning, step: Step) -> list[Seat]:
    by, to = step.roles("by"), _readers(r, step)
    if len(by) == 1 and r.is_plural(by[0]):
        return _members_of(r, by[0], addressed=False)
    if len(by) == 1 and by[0] in r.panels and r.panels[by[0]].joins:
        return [seat for role in r.owing(step, r.panels[by[0]]) for seat in _members_of(r, role, addressed=False)]
    if not to or (len(to) == 1 and not r.is_plural(to[0]) and to[0] not in r.sitters):
        return [Seat()]
    seats = []
    for place, role in enumerate(to, start=1):
        members = _members_of(r, role, addressed=True) if r.is_plural(role) or role in r.sitters else []
        alone = [] if r.is_plural(role) else [Seat(role=role, addressed=True, place=place, width=len(to))]
        seats += members or alone
    return seats


def _readers(r: Reckoning, step: Step) -> tuple[str, ...]:
    """The roles that a step's document goes to; a panel stands for its members."""
    if not step.to:
        return ()
    found: list[str] = []
    for role in step.roles("to"):
        found += r.panels[role].members() if role in r.panels else [role]
    return tuple(dict.fromkeys(found))


def _members_of(r: Reckoning, role: str, *, addressed: bool) -> list[Seat]:
    return [
        Seat(member.id, role, member.joined_at, member.left_at, addressed=addressed, source=_own_entry(r, member))
        for member in r.members
        if member.role == role
    ]


def _own_entry(r: Reckoning, member: Member) -> Source | None:
    """The entry of a group that names the member: what it says is about them and nobody else."""
    rule = r.roles.get(member.role)
    step_id, _, group = ((rule.named_by if rule else None) or "").partition(".")
    number = entry_number(member.role, member.key) if group else None
    return Source(step_id, group, number) if number is not None else None


# --- One for each document or entry -----------------------------------------------------------------------------


def _each(r: Reckoning, name: str, seat: Seat) -> Iterator[Seat]:
    step_id, _, group = name.partition(".")
    if step_id not in r.steps:
        return
    filed = list(r.papers.of(step_id, Seat()))
    papers = [paper for paper in filed if paper.effective_at <= r.now]
    if group:
        yield from _entries(papers, step_id, group, seat)
        return
    parties = [one for one in r.seats(r.steps[step_id]) if one.party]
    if parties or any(r.is_plural(role) for role in r.steps[step_id].roles("by")):
        for one in parties:
            yield replace(one, addressed=False, place=seat.place, width=seat.width)
        return
    turns = sorted(one.first or one.number for one in filed)  # one that is put on record late moves no other
    for place, paper in enumerate(papers, start=1):
        source, turn = Source(step_id, "", paper.number), turns.index(paper.first or paper.number) + 1
        after = papers[place] if place < len(papers) and r.steps[step_id].dated else None
        joined_at = max(paper.effective_at, seat.joined_at or paper.effective_at)
        left_at = min((at for at in (seat.left_at, after.effective_at if after else None) if at), default=None)
        yield replace(seat, turn=turn, source=source, joined_at=joined_at, left_at=left_at)


def _entries(papers: list[Filed], step_id: str, group: str, seat: Seat) -> Iterator[Seat]:
    """A seat for every entry that was ever listed; one that a later document leaves out is gone from then on."""
    listed: dict[int, list[Filed]] = {}
    for paper in papers:
        for number in entries_in(paper.answers, group):
            listed.setdefault(number, []).append(paper)
    for number, found in sorted(listed.items()):
        later = papers[papers.index(found[-1]) + 1 :]
        yield replace(
            seat, turn=number, source=Source(step_id, group, number), joined_at=found[0].effective_at,
            left_at=later[0].effective_at if later else None,
        )  # fmt: skip


# --- One for each turn --------------------------------------------------------------------------------------------


def _turns(r: Reckoning, step: Step, period: Duration, seat: Seat) -> list[Seat]:
    """Occurrence n is the anchor + n periods, whenever the others were done; nothing opens after `until`."""
    anchor = _anchor(r, step, seat)
    if anchor is None:
        return [replace(seat, turn=1)]
    ends = first_moment(happening(r, step.until)) if step.until is not None else None
    found: list[Seat] = []
    filed = r.papers.count(step.id)
    for turn in range(1, MOST_TURNS + 1):
        at = _turn(r, anchor, period, turn)
        if ends and at > ends.at:
            return found or [replace(seat, turn=1, left_at=ends.at)]
        found.append(replace(seat, turn=turn, not_before=at))
        if at > r.now and turn > filed:
            break
    return found


def _anchor(r: Reckoning, step: Step, seat: Seat) -> datetime | None:
    event = step.counts_from if step.counts_from is not None else step.after
    moment = r.opening if event in (None, OPENING) else first_moment(happening(r, event, seat))
    if moment is None:
        return None
    begun = r.rounds.get(step.id)
    edges = [edge for edge in (seat.joined_at, begun.at if begun else None) if edge]
    return max([moment.at, *edges])


def _turn(r: Reckoning, anchor: datetime, period: Duration, turn: int) -> datetime:
    length = Duration(turn * period.amount, period.unit)
    if period.unit == "hours":
        return anchor + timedelta(hours=length.amount)
    return start_of(r.calendar.add(day_of(anchor), length).date)
