"""Who has agreed that somebody else asks for them, what that person may see, and which steps wait for it.

Everything is worked out from the folder: what was said last counts, and what was shown before stays shown. Who lacks
consent is never turned away (the Act lets any other person apply); a step waits only where the procedure says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from webform.documents.condition import Truth
from webform.documents.consent import DECIDED, Sight, Way

from .agreement import CONSENTS, EVERYTHING, Agreement
from .apart import plain
from .folder import Filed, Member
from .holds import Hold
from .papers import Seat
from .timeline import BEGINNING, from_changes
from .truths import truth

if TYPE_CHECKING:
    from .reckoning import Reckoning

Standing = Literal["missing", "given", "in part", "refused", "taken back", "without", "not as asked", "elsewhere"]
STANDING: dict[str, Standing] = {
    "yes": "given", "in-part": "in part", "no": "refused", "takes-back": "taken back", "without": "without",
}  # fmt: skip
AGAINST_IT = ("refused", "taken back")
LETS_GO_ON = ("given", "in part", "without")
ELSEWHERE: Standing = "elsewhere"  # agreed to where the case was before; here they are asked anew
# The law has whoever asks told of the decision and the outcome, so that much is shown until somebody says otherwise.
UNTIL_ANSWERED: frozenset[Sight] = frozenset({"progress", "letters"})
WAITS = "the consent of"
SHORTEST = 3  # of a name that can be told from others


@dataclass(frozen=True)
class Answer:
    """How it stands with the consent of one person. Without `since` nobody has said anything yet.

    `number` is of the document that says it, and `how` the way in which they did.
    """

    party: str | None
    role: str
    standing: Standing
    agreement: Agreement | None = None
    since: datetime | None = None
    number: int = 0
    how: Way | None = None


@dataclass(frozen=True)
class Span:
    """What may be seen of what was filed before `end`; without an end it is what may be seen now."""

    start: datetime
    end: datetime | None
    shows: frozenset[Sight]


@dataclass(frozen=True)
class View:
    """What somebody may see of a case."""

    spans: tuple[Span, ...]

    @cached_property
    def now(self) -> frozenset[Sight]:
        """What they may see of what comes new."""
        return next((span.shows for span in self.spans if span.end is None), frozenset())

    def shows(self, kind: Sight, filed_at: datetime) -> bool:
        """Whether they may see what was filed then: it may be seen now, or could be seen once it was there."""
        return any(kind in span.shows and (span.end is None or span.end > filed_at) for span in self.spans)


ALL = View((Span(BEGINNING, None, EVERYTHING),))


@dataclass(frozen=True)
class Readers:
    """Who gets the letters to whoever asks: that person, and those who want them for themselves."""

    asks: bool
    people: tuple[Answer, ...] = ()


UNCHANGED = Readers(True)


def answers_at(r: Reckoning, at: datetime) -> tuple[Answer, ...]:
    """How it stands at that instant with everybody whose consent the procedure asks for; nobody where it asks none."""
    if _needed_at(r, at) is not True:
        return ()
    return tuple(_answer(r, role, member, at) for role, member in _people(r, at))


def view_of(r: Reckoning, role: str) -> View:
    """What somebody in that role may see. People see their own case; for whoever asks for them, what they allow.

    Where several have to agree, what was told is shown if every one of them allows it; that it goes on, always.
    """
    if role in r.procedure.consent.of or r.opening is None:
        return ALL
    timeline = from_changes(_changes(r), lambda at: _shown_at(r, at))
    points = [(at, shows) for at, shows in timeline.points if at <= r.now]
    ends = [*(at for at, _ in points[1:]), None]
    return View(tuple(Span(at, end, shows) for (at, shows), end in zip(points, ends, strict=True)))


def readers_at(r: Reckoning, at: datetime) -> Readers:
    """Who gets the letters to whoever asks, by what everybody says of the main contact.

    Until somebody says otherwise it is whoever asks: the law has them told. Whoever agrees to part of it and leaves the
    letters out gets them.
    """
    answers = answers_at(r, at)
    if not answers:
        return UNCHANGED
    heeded = {one: one.agreement for one in answers if one.agreement and one.standing in (*LETS_GO_ON, ELSEWHERE)}
    people = tuple(one for one, said in heeded.items() if said.main in ("victim", "both") or _keeps_letters(one, said))
    without = [one for one, said in heeded.items() if said.main == "victim"]
    return Readers("letters" in _shown_at(r, at) and len(without) < len(answers), people)


def _keeps_letters(one: Answer, said: Agreement) -> bool:
    return said.said == "in-part" and "letters" not in said.shows


def kept_from(r: Reckoning, at: datetime) -> frozenset[str]:
    """The names of those who must not be told, as the people of the case gave them, plain to compare."""
    said = (written for one in answers_at(r, at) for written in _not_with(r, one, at))
    return frozenset(name for written in said if len(name := plain(written)) >= SHORTEST)


def _not_with(r: Reckoning, one: Answer, at: datetime) -> tuple[str, ...]:
    """Whom they named. Whoever agrees says it anew; a refusal, or what the council decides, takes no name away."""
    names: tuple[str, ...] = ()
    for paper in _said(r, one.role, one.party, at):
        if said := paper.agreement:
            heard = _standing(r, paper, one.role) in ("given", "in part")
            names = said.not_with if heard else (*names, *said.not_with)
    return names


def is_kept_from(names: frozenset[str], called: str) -> bool:
    """Whether it may be one of these: people write "the police" for a force with a longer name."""
    words = plain(called).removeprefix("the ")
    found = (name.removeprefix("the ") for name in names)
    return bool(words) and any(name in words or words in name for name in found)


def must_not_be_asked(r: Reckoning, role: str, party: str | None, at: datetime) -> bool:
    """Whether another body decided that asking them would put someone at risk, and nobody has said anything since."""
    said = next(reversed(_said(r, role, party, at)), None)
    decided = said.agreement if said and said.elsewhere and _decided(said) else None
    return decided is not None and decided.reason == "risk-of-harm"


def waiting_for_consent(r: Reckoning) -> tuple[Hold, ...]:
    """The spans in which the steps that the procedure names wait for consent, as holds of these steps."""
    stopped = frozenset(r.procedure.consent.stops)
    if not stopped or r.opening is None:
        return ()
    timeline = from_changes(_changes(r), lambda at: _missing(r, at))
    points = [(at, people) for at, people in timeline.points if at <= r.now]
    ends = [*(at for at, _ in points[1:]), None]
    spans = zip(points, ends, strict=True)
    return tuple(Hold(at, end, stopped, f"{WAITS} {people}") for (at, people), end in spans if people)


# --- At one instant -------------------------------------------------------------------------------------------------


def _needed_at(r: Reckoning, at: datetime) -> Truth:
    """Whether consent is asked for in this case; None while nobody has said what that depends on, nor of consent."""
    when = r.procedure.consent.when
    needed = truth(r, when, Seat()).at(at) if when else False
    said = any(paper.agreement and paper.effective_at <= at for paper in r.papers.all)
    return True if needed is None and said else needed


def _people(r: Reckoning, at: datetime) -> Iterable[tuple[str, Member | None]]:
    """Those whose consent is asked for. A role that one person holds is there even if nobody described them."""
    for role in r.procedure.consent.of:
        members = [one for one in r.members if one.role == role]
        here = [one for one in members if one.joined_at <= at and (one.left_at is None or at < one.left_at)]
        yield from ((role, one) for one in here)
        if not members and not r.is_plural(role) and not _is_spoken_for(r, role, at):
            yield role, None


def _is_spoken_for(r: Reckoning, role: str, at: datetime) -> bool:
    """Whether the people of a case are those of another role, such as the members of a group."""
    others = [other for other in r.procedure.consent.of if other != role]
    return any(one.role in others and one.joined_at <= at for one in r.members)


def _answer(r: Reckoning, role: str, member: Member | None, at: datetime) -> Answer:
    party = member.id if member else None
    paper = _latest(r, role, party, at)
    if paper is None or paper.agreement is None:
        return Answer(party, role, "missing")
    standing = _standing(r, paper, role)
    return Answer(party, role, standing, paper.agreement, paper.effective_at, paper.number, _way(paper, role))


def _way(paper: Filed, role: str) -> Way | None:
    """How it was said: as the form says, or by the person themselves on their own page."""
    told = paper.agreement.how if paper.agreement else None
    return told or ("link" if paper.role == role else None)


def _latest(r: Reckoning, role: str, party: str | None, at: datetime) -> Filed | None:
    """What was said last by, or for, that person. What another body decided for lack of an answer is none here."""
    heard = (one for one in reversed(_said(r, role, party, at)) if not (_from_elsewhere(r, one) and _decided(one)))
    return next(heard, None)


def _decided(paper: Filed) -> bool:
    return paper.agreement is not None and paper.agreement.said == DECIDED


def _from_elsewhere(r: Reckoning, paper: Filed) -> bool:
    """Whether it was said to another body, and the procedure does not take it for an answer of its own."""
    return paper.elsewhere and not r.procedure.consent.from_elsewhere


def _said(r: Reckoning, role: str, party: str | None, at: datetime) -> list[Filed]:
    """What was said by, or for, that person, in order. Of a plural role only what names them is theirs."""
    alone = not r.is_plural(role)
    said = (paper for paper in r.papers.all if paper.effect == CONSENTS and paper.agreement)
    theirs = (paper for paper in said if paper.party == party or (alone and paper.party in (None, role)))
    return [paper for paper in theirs if paper.effective_at <= at]


def _standing(r: Reckoning, paper: Filed, role: str) -> Standing:
    ways = r.procedure.consent.how
    standing = STANDING[paper.agreement.said] if paper.agreement else "missing"
    if standing not in ("given", "in part"):
        return standing
    if _from_elsewhere(r, paper):
        return ELSEWHERE
    return "not as asked" if ways and _way(paper, role) not in ways else standing


def _shown_at(r: Reckoning, at: datetime) -> frozenset[Sight]:
    if r.opening is None or at < r.opening.at:
        return frozenset()
    needed = _needed_at(r, at)
    if needed is not True:
        return UNTIL_ANSWERED if needed is None else EVERYTHING
    answers = answers_at(r, at)
    shown = EVERYTHING if answers else UNTIL_ANSWERED  # who has left the case agreed to nothing by that
    for one in answers:
        shown &= _allowed(r, one)
    return shown


def _allowed(r: Reckoning, one: Answer) -> frozenset[Sight]:
    """What one of them allows. Of several who ask together nobody closes the case to the others."""
    heard = one.agreement is not None and one.standing != "not as asked"
    allowed = one.agreement.shows if one.agreement and heard else UNTIL_ANSWERED
    if one.standing == ELSEWHERE:
        allowed &= UNTIL_ANSWERED
    return allowed | UNTIL_ANSWERED if r.is_plural(one.role) else allowed


def _missing(r: Reckoning, at: datetime) -> str:
    """Whose consent is missing, in words; '' if nobody's."""
    roles = dict.fromkeys(one.role for one in answers_at(r, at) if one.standing not in LETS_GO_ON)
    return " and ".join(r.roles[role].title if role in r.roles else role for role in roles)


def _changes(r: Reckoning) -> set[datetime]:
    """The instants at which something of this may change, from the opening on."""
    opening = r.opening.at if r.opening else r.now
    found = {paper.effective_at for paper in r.papers.all}
    found |= {edge for one in r.members for edge in (one.joined_at, one.left_at) if edge}
    return {opening, *(at for at in found if opening < at <= r.now)}
