"""The votes of a panel in a case: what each member of its core has said, and what that comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webform.documents.answers import first
from webform.documents.form import Form
from webform.documents.procedure import Panel, Step

from .course import Moment
from .folder import Filed
from .papers import Seat
from .reckoning import Reckoning
from .sitting import has_interest
from .tally import Ballot, Said, Tally, tally

SAID: Mapping[str, Said] = {"for": "for", "against": "against", "abstains": "abstains"}


@dataclass(frozen=True)
class Vote:
    """How it stands with one seat of the core: who holds it, if anybody does, and what they said, when and why."""

    ballot: Ballot
    party: str | None = None
    at: datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class Voting:
    """A vote as it stands: seat by seat, and what it comes to."""

    step: Step
    panel: Panel
    votes: tuple[Vote, ...]
    tally: Tally
    asked: bool  # whether what a vote waits for has happened


def voting(r: Reckoning, forms: Mapping[str, Form], step: Step) -> Voting | None:
    """The vote of a step, as a panel owes it; None where none does."""
    panel = next((r.panels[role] for role in step.roles("by") if role in r.panels), None)
    if panel is None:
        return None
    votes = tuple(_of_role(r, forms, step, role) for role in panel.core)
    asked = any(isinstance(course.after.at(r.now), Moment) for course in r.courses(step))
    return Voting(step, panel, votes, tally(panel, (vote.ballot for vote in votes)), asked)


def _of_role(r: Reckoning, forms: Mapping[str, Form], step: Step, role: str) -> Vote:
    """Of those who have held a seat, whoever holds it now; else whoever had to leave it over an interest."""
    held = [_vote(r, forms, step, seat) for seat in r.seats(step) if seat.role == role and seat.party]
    there = [one for one in held if not one.ballot.absent and not one.ballot.interest]
    stepped_back = [one for one in held if one.ballot.interest]
    return next(iter([*there, *stepped_back[-1:], *held[-1:]]), Vote(Ballot(role, absent=True)))


def _vote(r: Reckoning, forms: Mapping[str, Form], step: Step, seat: Seat) -> Vote:
    paper, form = r.papers.latest(step.id, seat), forms.get(step.fill or "")
    course = r.course(step, seat)
    due = r.due(course).known
    in_vain = course.waived_at is not None or (due is not None and due < r.now) or seat.gone(r.now)
    interest = _interest(r, forms, seat)
    if paper is None or form is None or seat.gone(r.now):
        return Vote(Ballot(seat.role, "", interest, in_vain), seat.party)
    why = str(first(form, paper.answers, "vote.why") or "")
    return Vote(Ballot(seat.role, _said(form, paper.answers), interest), seat.party, paper.effective_at, why)


def _said(form: Form, answers: Mapping[str, object]) -> Said:
    question = form.meaning("vote.cast")
    given = answers.get(question.id) if question else None
    chosen = next((one.counts_as for one in question.options if one.value == given), "") if question else ""
    return SAID.get(chosen, "")


def _interest(r: Reckoning, forms: Mapping[str, Form], seat: Seat) -> bool:
    """What whoever holds the seat has said last."""
    papers = (paper for paper in r.papers.all if paper.party == seat.party)
    said = (has_interest(_form_of(r, forms, paper), paper.answers) for paper in papers)
    return next(iter([one for one in said if one is not None][-1:]), False)


def _form_of(r: Reckoning, forms: Mapping[str, Form], paper: Filed) -> Form | None:
    step = r.steps.get(paper.step)
    return forms.get(step.fill or "") if step else None
