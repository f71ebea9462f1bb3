"""Which documents of a folder stand, and whom they serve (language.md, section 2, sentences 1 to 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from .folder import DELIVERY, WAIVER, Filed


@dataclass(frozen=True)
class Seat:
    """Whom one duty of a step is about: nobody in particular, a member, or the role in one `place` of a `to` list.

    `addressed`: the seat stands for a reader, so that a document without a party serves it too. `vacant`: nobody has
    been named in a plural role yet.
    """

    party: str | None = None
    role: str = ""
    joined_at: datetime | None = None
    left_at: datetime | None = None
    addressed: bool = False
    vacant: bool = False
    place: int = 1

    def present(self, instant: datetime) -> bool:
        """Whether it is on the case at that instant."""
        joined = self.joined_at is None or self.joined_at <= instant
        return joined and not self.gone(instant)

    def gone(self, instant: datetime) -> bool:
        return self.left_at is not None and self.left_at <= instant

    def serves(self, document: Filed) -> bool:
        """Whether the document is about this seat."""
        if document.party is None and self.addressed:
            return self.present(document.effective_at)
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
    return replace(document, step=original.step, party=original.party, kind=original.kind, effect=original.effect)


class Papers:
    """The standing documents of a case by step. Rounds (sentence 25) would narrow what `of` finds."""

    def __init__(self, documents: Iterable[Filed], now: datetime):
        self.all = standing(documents, now)
        self._by_step: dict[str, list[Filed]] = {}
        for document in self.all:
            self._by_step.setdefault(document.step, []).append(document)

    def of(self, step: str, seat: Seat) -> Iterator[Filed]:
        """What fulfils the step for that seat, in order."""
        return (paper for paper in self._about(step, seat) if paper.kind not in (WAIVER, DELIVERY))

    def waiver(self, step: str, seat: Seat) -> Filed | None:
        return next((paper for paper in self._about(step, seat) if paper.kind == WAIVER), None)

    def delivery(self, step: str, seat: Seat) -> Filed | None:
        return next((paper for paper in self._about(step, seat) if paper.kind == DELIVERY), None)

    def latest(self, step: str, seat: Seat, until: datetime | None = None) -> Filed | None:
        """The latest document that fulfils the step, among those in effect by then: the one whose answers are read."""
        found = None
        for paper in self.of(step, seat):
            if until is None or paper.effective_at <= until:
                found = paper
        return found

    def _about(self, step: str, seat: Seat) -> Iterator[Filed]:
        papers = self._by_step.get(step, ())
        return (paper for paper in papers if seat.serves(paper) or (paper.kind == WAIVER and paper.party is None))
