"""How a vote of a panel is counted: from the ballots alone, by what the panel's `decides` and `quorum` say.

Who has an interest is not counted, whatever they voted. Who abstains takes part and agrees to nothing. So many "of" so
many is a fixed number of votes: it does not shrink when somebody may not vote. A vote is settled as soon as what is
still open can't change it. Whoever was waited for in vain is absent, and has neither agreed nor refused: a vote that
fails for want of them alone is undecided, like a tie. A late vote counts as long as nothing was decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from webform.documents.procedure import Panel

Said = Literal["", "for", "against", "abstains"]
Outcome = Literal["for", "against", "undecided", "open", "no-quorum", "not-said"]


@dataclass(frozen=True)
class Ballot:
    """What a member of the core has said; `absent`: nothing, and nobody waits for it any more."""

    role: str
    said: Said = ""
    interest: bool = False
    absent: bool = False

    @property
    def counts(self) -> bool:
        """Whether they have taken part."""
        return bool(self.said) and not self.interest

    @property
    def is_open(self) -> bool:
        """Whether it can still come."""
        return not (self.said or self.interest or self.absent)


@dataclass(frozen=True)
class Tally:
    """How a vote stands. `needed` is how many votes carry it; None where that depends on the others, or is not said."""

    outcome: Outcome
    in_favour: int
    against: int
    abstained: int
    still_open: int
    needed: int | None


def tally(panel: Panel, ballots: Iterable[Ballot]) -> Tally:
    """The outcome of a vote, as far as it is known."""
    cast = tuple(ballots)
    said = [one.said for one in cast if one.counts]
    in_favour, against, abstained = (said.count(one) for one in ("for", "against", "abstains"))
    coming = [one.role for one in cast if one.is_open]
    votes = Tally("open", in_favour, against, abstained, len(coming), _needed(panel, cast))
    taken = [one.role for one in cast if one.counts]
    if quorate(panel, taken):
        absent = sum(one.absent and not one.said and not one.interest for one in cast)
        return replace(votes, outcome=_settled(panel, votes, absent))
    return votes if coming and quorate(panel, [*taken, *coming]) else replace(votes, outcome="no-quorum")


def quorate(panel: Panel, roles: Iterable[str]) -> bool:
    """Whether enough members take part, those who have to be among them included. Somebody always has to."""
    there = frozenset(roles)
    return len(there) >= (panel.quorum or 1) and there.issuperset(panel.quorum_of)


def _needed(panel: Panel, cast: tuple[Ballot, ...]) -> int | None:
    """How many votes in favour carry it, where that is known before the others vote."""
    if panel.decides == "all":
        return sum(not one.interest for one in cast)
    number = (panel.decides or "").partition(" of ")[0]
    return 1 if number == "alone" else int(number) if number.isdecimal() else None


def _settled(panel: Panel, votes: Tally, absent: int) -> Outcome:
    """The outcome of a vote in which enough take part."""
    if panel.decides is None:
        return "open" if votes.still_open else "not-said"
    if votes.needed is None:
        return _majority(votes)
    reached = votes.in_favour + votes.still_open
    if votes.in_favour >= votes.needed:
        return "for"
    if reached >= votes.needed:
        return "open"
    return "undecided" if reached + absent >= votes.needed else "against"


def _majority(votes: Tally) -> Outcome:
    if votes.in_favour > votes.against + votes.still_open:
        return "for"
    if votes.against > votes.in_favour + votes.still_open:
        return "against"
    return "open" if votes.still_open else "undecided"
