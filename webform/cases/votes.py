"""The votes of a panel's members in a case, what they come to, and whether a meeting had enough of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webform.documents.form import Form
from webform.documents.procedure import Panel, Procedure, Step
from webform.errors import Refusal
from webform.records.store import db
from webform.records.tables import Case, Document
from webform.rules.attendance import attendance, has_quorum, needs_another_chair
from webform.rules.plain_words import joined
from webform.rules.reckoning import Reckoning
from webform.rules.rounds import steps_in
from webform.rules.tally import Outcome
from webform.rules.votes import Vote, Voting, voting
from webform.sending.reach import called
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .folder import calendar_of, folder_of
from .pinned import rules_of

OUTCOMES: Mapping[Outcome, str] = {
    "for": N_("The vote is yes."),
    "against": N_("The vote is no."),
    "undecided": N_("The vote decides nothing: it is a tie, or too few have voted."),
    "open": N_("Votes are still to come."),
    "no-quorum": N_("Too few members can vote."),
    "not-said": N_("Everybody has voted. The procedure does not say how the votes are counted."),
}


@dataclass(frozen=True)
class Line:
    """How it stands with one member, in words."""

    whom: str
    vote: Vote
    says: str


@dataclass(frozen=True)
class Votes:
    """A vote as officers see it."""

    title: str
    voting: Voting
    lines: tuple[Line, ...]

    @property
    def outcome(self) -> str:
        """What it comes to, in words."""
        return _(OUTCOMES[self.voting.tally.outcome])


def votes_of(case: Case, step_id: str | None, now: dt.datetime) -> Votes | None:
    """The vote of a step; None where nobody was asked for one."""
    procedure, forms = rules_of(case)
    step = procedure.step(step_id or "")
    if step is None or not _is_begun(case, step):
        return None
    found = voting(_reckoned(case, procedure, now), forms, step)
    if found is None or not found.asked:
        return None
    names = {str(party.id): called(party) for party in case.parties}
    titles = {role.id: role.title for role in procedure.roles}
    form = forms[step.fill or ""]
    lines = (Line(names.get(one.party or "", titles[one.ballot.role]), one, _words(form, one)) for one in found.votes)
    return Votes(procedure.named(step.id), found, tuple(lines))


def all_votes(case: Case, now: dt.datetime) -> tuple[Votes, ...]:
    """Every vote of the case that somebody was asked for."""
    steps = dict.fromkeys(step.rests_on for step in rules_of(case)[0].steps if step.rests_on)
    return tuple(votes for step in steps if (votes := votes_of(case, step, now)))


def _is_begun(case: Case, step: Step) -> bool:
    """Whether anything is on record that a vote could follow from; most cases need not be reckoned to know it."""
    before = select(Document.id).where(Document.case_id == case.id, Document.step.in_(steps_in(step.after)))
    return db.session.scalar(before.limit(1)) is not None


def _reckoned(case: Case, procedure: Procedure, now: dt.datetime) -> Reckoning:
    return Reckoning(procedure, folder_of(case), calendar_of(procedure), now)


def _words(form: Form, vote: Vote) -> str:
    ballot = vote.ballot
    if ballot.interest:
        return _("Has an interest in the case, and is not counted")
    if ballot.said:
        question = form.meaning("vote.cast")
        options = question.options if question else ()
        return next(option.label for option in options if option.counts_as == ballot.said)
    return _("No vote came in time") if ballot.absent else _("Has not voted yet")


# --- What rests on it -------------------------------------------------------------------------------------------------


def goes_against_the_vote(case: Case, step: Step, form: Form, answers: Mapping[str, Any], now: dt.datetime) -> bool:
    """Whether a decision says something else than the vote that it rests on, as far as the procedure counts it."""
    question = form.meaning("vote.result")
    votes = votes_of(case, step.rests_on, now) if step.rests_on and question else None
    if votes is None or question is None or votes.voting.tally.outcome == "not-said":
        return False
    chosen = next((one.counts_as for one in question.options if one.value == answers.get(question.id)), "")
    return bool(chosen) and chosen != votes.voting.tally.outcome


def check_meeting(procedure: Procedure, step: Step, form: Form, answers: Mapping[str, Any]) -> None:
    """Raises Refusal where the record of a meeting says that too few members were there, or the wrong chair."""
    panel = next((one for one in procedure.panels if one.id == step.sits), None)
    if panel is None:
        return
    found = attendance(form, answers)
    if not has_quorum(panel, found):
        raise Refusal(_too_few(procedure, panel, found.there & set(panel.members())))
    if needs_another_chair(procedure, panel, found):
        raise Refusal(
            _(
                "The procedure asks for a chair who has had no part in the case. Call the meeting off and arrange one"
                " with another chair. Nothing that you wrote is lost."
            )
        )


def _too_few(procedure: Procedure, panel: Panel, there: frozenset[str]) -> str:
    titles = {role.id: role.title for role in procedure.roles}
    among = joined([titles[role] for role in panel.quorum_of], "and")
    came = joined(sorted(titles[role] for role in there), "and") or _("nobody")
    must = _(", %(among)s among them", among=among) if among else ""
    return _(
        "The meeting had no quorum, so its record can’t be saved. At least %(least)s members have to be there without"
        " an interest in the case%(must)s. You wrote down: %(came)s. Add who else was there, or call the meeting off"
        " and arrange another. Nothing that you wrote is lost.",
        least=panel.quorum, must=must, came=came,
    )  # fmt: skip
