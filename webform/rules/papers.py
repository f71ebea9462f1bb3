"""Which documents of a folder stand, and whom they serve (language.md, section 2, sentences 1 to 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby

from webform.words import gettext_noop as N_

from .folder import DELIVERY, EXTENSION, SPEAKING, WAIVER, Filed

NOT_FULFILLING = (WAIVER, DELIVERY, EXTENSION)


@dataclass(frozen=True)
class Source:
    """What one of the duties of an `each` step is about: a document of a step, or an entry of a group in it."""

    step: str
    group: str
    number: int


@dataclass(frozen=True)
class Seat:
    """Whom one duty of a step is about: nobody in particular, a member, or the role in one `place` of a `to` list.

    `addressed`: the seat stands for a reader, so that a document without a party serves it too. `vacant`: nobody has
    been named in a plural role yet. `turn` counts the duties of a step that recurs, or has one for each of several
    things: a document that names none of them serves the earliest one that is not done yet. `width` is the length of
    the `to` list, so that turn and place make one number.
    """

    party: str | None = None
    role: str = ""
    joined_at: datetime | None = None
    left_at: datetime | None = None
    addressed: bool = False
    vacant: bool = False
    place: int = 1
    turn: int = 0
    width: int = 1
    source: Source | None = None
    not_before: datetime | None = None

    def __hash__(self) -> int:
        """Enough to tell seats apart: they are looked up thousands of times in a case."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.party, self.role, self.place, self.turn))

    @property
    def occurrence(self) -> int:
        """Which of the duties of its step and party it is."""
        return self.place + (self.turn - 1) * self.width if self.turn else self.place

    def present(self, instant: datetime) -> bool:
        """Whether it is on the case at that instant."""
        joined = self.joined_at is None or self.joined_at <= instant
        return joined and not self.gone(instant)

    def gone(self, instant: datetime) -> bool:
        return self.left_at is not None and self.left_at <= instant

    def serves(self, document: Filed) -> bool:
        """Whether the document is about this seat."""
        if document.occurrence is not None and (self.turn or self.width > 1):
            whose = self.party is None or document.party in (None, self.party)
            return document.occurrence == self.occurrence and whose
        if document.party is None and self.turn:
            return True
        if document.party is None and self.addressed:
            meant_for_another = document.occurrence is not None and self.party is not None
            return self.present(document.effective_at) and not meant_for_another
        if self.party is None:
            return not self.addressed or document.party == self.role
        return document.party == self.party


def standing(documents: Iterable[Filed], now: datetime) -> list[Filed]:
    """The documents that exist by now and were not corrected, in the order in which they took effect.

    A correction takes the place of its original, step and party included, with its own time and answers.
    """
    known = {document.number: document for document in documents if document.filed_at <= now}
    corrected = {document.replaces for document in known.values() if document.replaces in known}
    stands = [_placed(document, known) for document in known.values() if document.number not in corrected]
    return sorted(stands, key=lambda document: (document.effective_at, document.number))


def _placed(document: Filed, known: dict[int, Filed]) -> Filed:
    original = document
    while original.replaces in known and original.replaces < original.number:
        original = known[original.replaces]
    if original is document:
        return document
    kept = ("step", "party", "kind", "effect", "about", "occurrence", "gate")
    return replace(document, first=original.number, **{name: getattr(original, name) for name in kept})


@dataclass(frozen=True)
class Round:
    """When a step was begun anew: what was filed before no longer counts for it (sentence 25)."""

    at: datetime
    number: int
    named: bool  # the step that the reopening names; the others follow from it
    what: str = field(default=N_("the reopening"), compare=False)

    def admits(self, document: Filed) -> bool:
        return (document.effective_at, document.number) > (self.at, self.number)


def _parts(document: Filed) -> Iterator[tuple[str, str]]:
    """What a document is: for which step, and as what. One that speaks of another step fulfils its own as well."""
    speaks = document.kind if document.kind in NOT_FULFILLING else SPEAKING.get(document.effect)
    if speaks is None or (document.about and document.about != document.step):
        yield document.step, ""
    if speaks is not None:
        yield document.about or document.step, speaks


class Papers:
    """The standing documents of a case by step and by what they say of it, those of earlier rounds left out."""

    def __init__(self, standing: list[Filed], rounds: Mapping[str, Round]):
        self.all = standing
        self._by_step: dict[tuple[str, str], list[Filed]] = {}
        self._dealt: dict[tuple[str, Seat], list[Filed]] = {}
        for document in standing:
            for step, says in _parts(document):
                if step not in rounds or rounds[step].admits(document):
                    self._by_step.setdefault((step, says), []).append(document)

    def of(self, step: str, seat: Seat) -> Iterator[Filed]:
        """What fulfils the step for that seat, in order."""
        if seat.turn:
            return iter(self._dealt.get((step, seat), ()))
        return (paper for paper in self._by_step.get((step, ""), ()) if seat.serves(paper))

    def count(self, step: str) -> int:
        """How many documents fulfil the step for anybody."""
        return len(self._by_step.get((step, ""), ()))

    def waiver(self, step: str, seat: Seat) -> Filed | None:
        papers = self._by_step.get((step, WAIVER), ())
        return next((paper for paper in papers if _waives(paper, seat)), None)

    def delivery(self, step: str, seat: Seat) -> Filed | None:
        return next((paper for paper in self._by_step.get((step, DELIVERY), ()) if seat.serves(paper)), None)

    def extensions(self, step: str, seat: Seat) -> list[Filed]:
        """What put off the due date, in order."""
        return [paper for paper in self._by_step.get((step, EXTENSION), ()) if _waives(paper, seat)]

    def latest(self, step: str, seat: Seat, until: datetime | None = None) -> Filed | None:
        """The latest document that fulfils the step, among those in effect by then: the one whose answers are read."""
        found = None
        for paper in self.of(step, seat):
            if until is None or paper.effective_at <= until:
                found = paper
        return found

    def deal(self, step: str, seats: Iterable[Seat]) -> None:
        """Hand the documents of a step with turns out: to the duty that each names, else to the earliest undone."""
        in_order = list(seats)
        for paper in self._by_step.get((step, ""), ()):
            serving = [seat for seat in in_order if seat.serves(paper)]
            serving.sort(key=lambda seat: seat.place)
            for _, row in groupby(serving, key=lambda seat: (seat.place, None if seat.source else seat.party)):
                turns = list(row)
                undone = [seat for seat in turns if (step, seat) not in self._dealt]
                self._dealt.setdefault((step, (undone or turns)[0 if undone else -1]), []).append(paper)


def _waives(paper: Filed, seat: Seat) -> bool:
    """Whether what is said of a step is said for that seat: with no party and no occurrence it is said for all."""
    if paper.party is None and paper.occurrence is None:
        return True
    return seat.serves(paper)
