"""Counts of a threshold: distinct values over the reports that are left in one group (sentences 29, 30 and 35).

A report counts, doesn't count, or may count. What is sure gives the least that can be counted, what may count the most,
and a number between the two needs judgement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from webform.documents.condition import Truth, all_of, any_of
from webform.documents.threshold import Among, Count, Counted, Feature, Window

from .apart import Apart, fewest_of, most_of
from .finding import COUNTS, ConditionFinding, ReportFinding
from .told import Pair, Told
from .windows import ANY, OWN, RELATIVE, Span, earliest_of, explain, latest_of, lies

UNITS: dict[Counted, tuple[str, str]] = {
    "incidents": ("separate incident", "separate incidents"),
    "reports": ("report", "reports"),
    "people": ("person who reported", "people who reported"),
    "households": ("household", "households"),
    "groups": ("group", "groups"),
    "agencies": ("organisation told", "organisations told"),
    "dates": ("different day", "different days"),
}
OF_OTHERS = ("reports", "people", "households")
ANY_NUMBER = 1_000_000  # others reported it, and nobody knows how many
SAME = {"problem": "about the same problem", "place": "in the same place", "culprit": "by the same people",
        "reporter": "reported by the same person"}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A report in a group: whether it counts so far, and why not where it doesn't."""

    pair: Pair
    truth: Truth = True
    why: str = ""
    source: str = ""
    unanswered: tuple[str, ...] = ()

    def also(self, truth: Truth, why: str, source: str, unanswered: Iterable[str] = ()) -> Member:
        """The member after one more condition. The first that fails gives the reason; an open one waits for it."""
        if self.truth is False or truth is True or (self.truth is None and truth is None):
            return self
        return Member(self.pair, truth, why, source, tuple(unanswered) if truth is None else ())

    def finding(self, source: str) -> ReportFinding:
        """What is said about the report; `source` is the rule's, for what counts."""
        why = self.why or "It counts."
        pair = self.pair
        return ReportFinding(pair.name, pair.incident, pair.path, COUNTS[self.truth], why, self.source or source)


@dataclass(frozen=True)
class Tally:
    """What one group comes to: the least and the most that its reports can be counted as."""

    members: tuple[Member, ...]
    truth: Truth
    counted: tuple[tuple[Counted, int, int, int], ...]  # unit, needed, least, most
    parts: tuple[ConditionFinding, ...] = ()

    def rank(self) -> tuple[int, int, int]:
        """The better of two groups is the one that is met, or else comes closer."""
        least, most = self.counted[0][2:] if self.counted else (0, 0)
        return {True: 2, None: 1, False: 0}[self.truth], least, most


class Counting:
    """Counts what has been told."""

    def __init__(self, told: Told):
        self.told = told
        self.apart = Apart(told)
        self._looked: list[tuple[Among, Iterable[Member], list[Member]]] = []

    def judge(self, count: Count, members: Iterable[Member], source: str) -> ConditionFinding:
        """Whether enough is left in any one group."""
        source = count.source or source
        admitted = self._admitted(count, members, source)
        tallies = [
            self._tally(count, windowed, source)
            for group in self._groups(count.same, admitted, source)
            for windowed in self._slid(count.among.windows, group, source)
        ]
        best = max(tallies, key=Tally.rank)
        return ConditionFinding(
            kind="count",
            truth=any_of(tally.truth for tally in tallies),
            why=_says(count, best),
            source=source,
            parts=best.parts,
            reports=tuple(member.finding(source) for member in best.members),
            unanswered=tuple(dict.fromkeys(want for member in best.members for want in member.unanswered)),
        )

    def _admitted(self, count: Count, members: Iterable[Member], source: str) -> list[Member]:
        """The members after the count's own conditions; counts that look at the same reports look once."""
        for among, seen, known in self._looked:
            if seen is members and (among is count.among or among == count.among):
                return [_with_source(before, after, source) for before, after in zip(members, known, strict=True)]
        admitted = [self._admit(count, member, source) for member in members]
        if isinstance(members, tuple):
            self._looked.append((count.among, members, admitted))
        return admitted

    # --- Which reports ------------------------------------------------------------------------------------------------

    def _admit(self, count: Count, member: Member, source: str) -> Member:
        """The member after the conditions, and the windows that need no look at the others."""
        if member.truth is False:
            return member
        if count.among.when:
            condition = count.among.when.condition
            truth = self.told.truth(condition, member.pair.path)
            if truth is not True:
                path = member.pair.path
                why, wants = self.told.answers_in(condition, path), self.told.unanswered(condition, path)
                member = member.also(truth, why, source, wants)
        for window in count.among.windows:
            if _anchor_name(window) not in (*RELATIVE, ANY):
                member = self._apply(window, member, self._own_anchor(window, member.pair), source)
        return member

    def _apply(self, window: Window, member: Member, anchor: Span, source: str) -> Member:
        date = self._date(window, member.pair)
        truth = lies(window, date, anchor)
        return member if truth is True else member.also(truth, explain(window, date, anchor, truth), source)

    def _date(self, window: Window, pair: Pair) -> Span:
        applied = Span(self.told.received, self.told.received)
        return {"reported": pair.reported, "happened": pair.happened, "applied": applied}[window.date]

    def _own_anchor(self, window: Window, pair: Pair) -> Span:
        name = _anchor_name(window)
        if name in OWN:
            return pair.reported if name == "each-report" else pair.happened
        return Span(self.told.received, self.told.received)

    def _slid(self, windows: tuple[Window, ...], group: list[Member], source: str) -> Iterator[list[Member]]:
        """The group under each position of its sliding windows; once, as it is, if none slides."""
        sliding = [window for window in windows if _anchor_name(window) == ANY]
        starts = [member for member in group if member.truth is not False] if sliding else []
        if not starts:
            yield group
        for start in starts:
            moved = list(group)
            for window in sliding:
                anchor = self._date(window, start.pair)
                moved = [
                    one if one.pair is start.pair else self._apply(window, one, anchor, source) for one in moved
                ]  # fmt: skip
            yield moved

    # --- Groups -----------------------------------------------------------------------------------------------------

    def _groups(self, same: tuple[Feature, ...], members: list[Member], source: str) -> list[list[Member]]:
        """The groups whose members all share one of the features; links do not chain (sentence 35)."""
        groups = [group for feature in same for group in self._sharing(feature, members, source)]
        alone = [[member.also(None, "What it has in common with others is not known.", source) for member in members]]
        return groups or (alone if same else [members])

    def _sharing(self, feature: Feature, members: list[Member], source: str) -> Iterator[list[Member]]:
        """A group for each key of the feature. How a report stands outside is the same for all names of a kind."""
        owns = [self.apart.shared(feature, member.pair) for member in members]
        outside: dict[tuple[str, bool], list[Member]] = {}
        for key in dict.fromkeys(key for own in owns for key in own or ()):
            kind, named = key[0], key[1] != ""
            if (kind, named) not in outside:
                outside[kind, named] = [self._outside(member, feature, kind, named, source) for member in members]
            rows = zip(members, owns, outside[kind, named], strict=True)
            yield [member if named and own and key in own else other for member, own, other in rows]

    def _outside(self, member: Member, feature: Feature, kind: str, named: bool, source: str) -> Member:
        """How a report that is not in the group stands to it."""
        own = self.apart.shared(feature, member.pair)
        if not own or any(one == kind and not (named and other) for one, other in own):
            return member.also(None, f"Whether it was {SAME[feature]} as the others is not known.", source)
        if any(one == kind for one, _ in own) and self.apart.loose(feature, kind):
            why = f"Somebody has to compare whether it was {SAME[feature]} as the others: it is worded differently."
            return member.also(None, why, source)
        return member.also(False, f"It was not {SAME[feature]} as the others.", source)

    # --- How many -----------------------------------------------------------------------------------------------------

    def _tally(self, count: Count, group: list[Member], source: str) -> Tally:
        relative = [window for window in count.among.windows if _anchor_name(window) in RELATIVE]
        anchors = [(window, _relative_anchor(_anchor_name(window), group)) for window in relative]
        for window, anchor in anchors:
            if anchor:
                group = [self._apply(window, member, anchor, source) for member in group]
        counted = tuple(
            (unit, needed, *self._count(unit, group, count.same)) for unit, needed in count.at_least.items()
        )
        parts = tuple(self.judge(inner, group, source) for inner in count.of_which)
        truths = [True if least >= needed else False if most < needed else None for _, needed, least, most in counted]
        return Tally(tuple(group), all_of([*truths, *(part.truth for part in parts)]), counted, parts)

    def _count(self, unit: Counted, group: list[Member], same: tuple[Feature, ...]) -> tuple[int, int]:
        """The least and the most distinct values that the group can have, reports of others included."""
        least, most = self._listed(unit, group)
        # What others reported may count as well; nobody but them can say when it was, and of what.
        adds = unit in OF_OTHERS and "reporter" not in same
        others = self.told.others() if adds else 0
        return least, ANY_NUMBER if others is None else most + others

    def _listed(self, unit: Counted, group: list[Member]) -> tuple[int, int]:
        sure = [member.pair for member in group if member.truth is True]
        possible = [member.pair for member in group if member.truth is not False]
        if unit == "dates":
            return _fewest_days(_happenings(sure)), _most_days(_happenings(possible))
        if unit == "incidents":
            return len({pair.incident for pair in sure}), len({pair.incident for pair in possible})
        if unit == "reports":
            return len(sure), len(possible)
        least = fewest_of(self.apart.counted(unit, pair) for pair in sure)
        return least, max(least, most_of(self.apart.counted(unit, pair) for pair in possible))


def _with_source(before: Member, after: Member, source: str) -> Member:
    """What another count found of a member, as this count's own rule."""
    return after if after is before or after.source == source else replace(after, source=source)


def _anchor_name(window: Window) -> str:
    return window.before or window.after or ""


def _relative_anchor(name: str, group: list[Member]) -> Span | None:
    """The first or latest date of the group, among those that have passed everything else (sentence 30)."""

    def spans(wanted: Truth) -> list[Span]:
        pairs = [member.pair for member in group if member.truth is wanted]
        return [pair.reported if name.endswith("report") else pair.happened for pair in pairs]

    return (earliest_of if name.startswith("first") else latest_of)(spans(True), spans(None))


def _happenings(pairs: Iterable[Pair]) -> list[Span]:
    """The days of distinct incidents."""
    return list({pair.incident: pair.happened for pair in pairs}.values())


def _fewest_days(spans: list[Span]) -> int:
    """How few days the incidents can have happened on: each day is put as late as the next incident allows."""
    days, latest = 0, dt.date.min
    for number, span in enumerate(sorted(spans, key=lambda span: span.last)):
        if number == 0 or span.first > latest:
            days, latest = days + 1, span.last
    return days


def _most_days(spans: list[Span]) -> int:
    """How many different days they can have happened on: each takes the first day left, the most pressing first."""
    taken: set[dt.date] = set()
    for span in sorted(spans, key=lambda span: (span.last, span.first)):
        day = span.first
        while day in taken and day < span.last:
            day += dt.timedelta(days=1)
        taken.add(day)
    return len(taken)


def _as_many_as(most: int) -> str:
    return "more" if most >= ANY_NUMBER else f"as many as {most}"


def _says(count: Count, best: Tally) -> str:
    """The numbers in words, after the rule's own."""
    shared = " or ".join(SAME[feature] for feature in count.same)
    lines = [count.says] if count.says else []
    for unit, needed, least, most in best.counted:
        one, many = UNITS[unit]
        what = f"{needed} {one if needed == 1 else many}{' ' + shared if shared else ''}"
        found = str(least) if least == most else f"{least}, or {_as_many_as(most)} once the open points are settled"
        lines.append(f"At least {what} {'is' if needed == 1 else 'are'} needed. Counted: {found}.")
    return " ".join(lines)
