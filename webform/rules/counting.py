"""Counts of a threshold: distinct values over the reports that are left in one group (sentences 29, 30 and 35).

A report counts, doesn't count, or may count. What is sure gives the least that can be counted, what may count the most,
and a number between the two needs judgement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from webform.documents.condition import Truth, all_of
from webform.documents.threshold import Among, Count, Counted, Window
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .apart import Apart, fewest_of, most_of
from .finding import COUNTS as COUNTS_AS
from .finding import ConditionFinding, ReportFinding
from .groups import SAME, Group, groups
from .later import Later
from .standing import COUNTS, Rule, Standing, Standings, owned
from .told import Told
from .windows import ANY, RELATIVE, Span, earliest_of, explain, latest_of, lie

UNITS: dict[Counted, tuple[str, str]] = {
    "incidents": (N_("separate incident"), N_("separate incidents")),
    "reports": (N_("report"), N_("reports")),
    "people": (N_("person who reported"), N_("people who reported")),
    "households": (N_("household"), N_("households")),
    "groups": (N_("group"), N_("groups")),
    "agencies": (N_("organisation told"), N_("organisations told")),
    "dates": (N_("different day"), N_("different days")),
}
OF_OTHERS = ("reports", "people", "households")
ANY_NUMBER = 1_000_000  # others reported it, and nobody knows how many
Rank = tuple[int, int, int]
Counts = tuple[tuple[Counted, int, int, int], ...]  # unit, needed, least, most


@dataclass(frozen=True)
class Tally:
    """What one group comes to: the least and the most that its reports can be counted as."""

    standings: Standings
    truth: Truth
    counted: Counts
    parts: tuple[ConditionFinding, ...]


class Counting:
    """Counts what has been told."""

    def __init__(self, told: Told):
        self.told = told
        self.apart = Apart(told)
        happened, reported = told.dates
        received = [Span(told.received, told.received)] * len(told.reports)
        self.days: dict[str, Sequence[Span]] = {
            "applied": received, "happened": happened, "reported": reported,
            "request": received, "each-incident": happened, "each-report": reported,
            "first-incident": happened, "latest-incident": happened, "first-report": reported,
            "latest-report": reported,
        }  # fmt: skip
        self._looked: list[tuple[Among, Standings, Standings]] = []

    def judge(self, count: Count, standings: Standings, source: str) -> ConditionFinding:
        """Whether enough is left in any one group."""
        source = count.source or source
        best = self._best(count, self._admitted(count.among, standings), source)
        return ConditionFinding(
            kind="count",
            truth=best.truth,
            why=_says(count, best),
            source=source,
            parts=best.parts,
            reports=Later(lambda: (self._report(number, one, source) for number, one in enumerate(best.standings))),
            unanswered=Later(lambda: dict.fromkeys(_wants(best.standings))),
        )

    def _report(self, number: int, standing: Standing, source: str) -> ReportFinding:
        """What is said about one report; `source` is the count's, for what counts."""
        reports, says = self.told.reports, standing.why(number) or COUNTS.why(number)
        place = reports.names[number], reports.incidents[number], reports.paths[number]
        return ReportFinding(*place, COUNTS_AS[standing.truth], says, standing.source or source)

    def _best(self, count: Count, admitted: Standings, source: str) -> Tally:
        """The first of the best groups. Those that can't be better than what was found are passed over."""
        found: list[Tally] = []
        best, most = (-1, 0, 0), self._most(count, admitted)
        for group in groups(self.apart, count.same, admitted):
            if found and not self._may_be_better(count, group, most, best):
                continue
            for standings in self._slid(count.among.windows, group.standings()):
                tally = self._tally(count, standings, source)
                if (rank := _rank(tally.truth, tally.counted)) > best:
                    found, best = [tally], rank
        return found[0]

    def _may_be_better(self, count: Count, group: Group, most: Mapping[Counted, int], best: Rank) -> bool:
        """Whether a group can come closer than the best so far. Windows and counts inside it can only take away."""
        counted = self._counted(count, group.sure(), most)
        return _rank(_enough(counted), counted) > best

    # --- Which reports ------------------------------------------------------------------------------------------------

    def _admitted(self, among: Among, standings: Standings) -> Standings:
        """The standings after the count's own conditions; counts that look at the same reports look once."""
        for other, seen, known in self._looked:
            if seen is standings and (other is among or other == among):
                return known
        admitted = self._admit(among, standings)
        self._looked.append((among, standings, admitted))
        return admitted

    def _admit(self, among: Among, standings: Standings) -> Standings:
        """The standings after the conditions, and the windows that need no look at the other reports."""
        if among.when:
            told, condition, paths = self.told, among.when.condition, self.told.reports.paths
            rule = Rule.of(
                lambda number, truth: told.answers_in(condition, paths[number]),
                lambda number: told.unanswered(condition, paths[number]),
            )
            standings = rule.after(standings, told.truths(condition))
        for window in among.windows:
            if (anchor := _anchor_name(window)) not in (*RELATIVE, ANY):
                standings = self._windowed(window, standings, self.days[anchor])
        return standings

    def _windowed(self, window: Window, standings: Standings, anchors: Sequence[Span]) -> list[Standing]:
        dates = self.days[window.date]
        rule = Rule.of(lambda number, truth: explain(window, dates[number], anchors[number], truth))
        return rule.after(standings, lie(window, dates, anchors))

    def _slid(self, windows: tuple[Window, ...], standings: Standings) -> Iterator[Standings]:
        """The group under each position of its sliding windows; once, as it is, if none slides."""
        sliding = [window for window in windows if _anchor_name(window) == ANY]
        starts = [number for number, one in enumerate(standings) if one.truth is not False] if sliding else []
        if not starts:
            yield standings
        for start in starts:
            moved = list(standings)
            for window in sliding:
                moved = self._windowed(window, moved, [self.days[window.date][start]] * len(moved))
                moved[start] = standings[start]  # a report is always within any time of itself
            yield moved

    # --- How many -----------------------------------------------------------------------------------------------------

    def _tally(self, count: Count, standings: Standings, source: str) -> Tally:
        relative = [window for window in count.among.windows if _anchor_name(window) in RELATIVE]
        anchors = [(window, self._relative_anchor(_anchor_name(window), standings)) for window in relative]
        for window, anchor in anchors:
            if anchor:
                standings = self._windowed(window, standings, [anchor] * len(standings))
        sure = [number for number, one in enumerate(standings) if one.truth]
        counted = self._counted(count, sure, self._most(count, standings))
        inner = owned(standings, source) if count.of_which else standings
        parts = tuple(self.judge(part, inner, source) for part in count.of_which)
        return Tally(standings, all_of([_enough(counted), *(part.truth for part in parts)]), counted, parts)

    def _relative_anchor(self, name: str, standings: Standings) -> Span | None:
        """The first or latest date of the group, among those that have passed everything else (sentence 30)."""
        sure = [day for day, one in zip(self.days[name], standings, strict=True) if one.truth]
        possible = [day for day, one in zip(self.days[name], standings, strict=True) if one.truth is None]
        return (earliest_of if name.startswith("first") else latest_of)(sure, possible)

    def _counted(self, count: Count, sure: Sequence[int], listed: Mapping[Counted, int]) -> Counts:
        """What these reports come to, where so many can be counted at most, and the reports of others as well."""
        counted = []
        for unit, needed in count.at_least.items():
            least = self._least(unit, sure)
            # What others reported may count as well; nobody but them can say when it was, and of what.
            others = self.told.others() if unit in OF_OTHERS and "reporter" not in count.same else 0
            most = ANY_NUMBER if others is None else max(least, listed[unit]) + others
            counted.append((unit, needed, least, most))
        return tuple(counted)

    def _least(self, unit: Counted, sure: Sequence[int]) -> int:
        """The fewest distinct values that these reports can have."""
        if unit == "dates":
            return _fewest_days(self._happenings(sure))
        if unit == "incidents":
            return len({self.told.reports.incidents[number] for number in sure})
        if unit == "reports":
            return len(sure)
        keys = self.apart.counted(unit)
        return fewest_of(keys[number] for number in sure)

    def _most(self, count: Count, standings: Standings) -> dict[Counted, int]:
        """The most distinct values that the reports can have which count or may count."""
        possible = [number for number, one in enumerate(standings) if one.truth is not False]
        return {unit: self._listed(unit, possible) for unit in count.at_least}

    def _listed(self, unit: Counted, possible: Sequence[int]) -> int:
        if unit == "dates":
            return _most_days(self._happenings(possible))
        if unit in ("incidents", "reports"):
            return self._least(unit, possible)
        keys = self.apart.counted(unit)
        return most_of(keys[number] for number in possible)

    def _happenings(self, numbers: Sequence[int]) -> list[Span]:
        """The days of the distinct incidents of these reports."""
        incidents, days = self.told.reports.incidents, self.days["happened"]
        return list({incidents[number]: days[number] for number in numbers}.values())


def _wants(standings: Standings) -> Iterator[str]:
    return (want for number, one in enumerate(standings) for want in one.wants(number))


def _enough(counted: Counts) -> Truth:
    return all_of(
        True if least >= needed else False if most < needed else None for _key, needed, least, most in counted
    )


def _rank(truth: Truth, counted: Counts) -> Rank:
    """The better of two groups is the one that is met, or else comes closer."""
    least, most = counted[0][2:] if counted else (0, 0)
    return {True: 2, None: 1, False: 0}[truth], least, most


def _anchor_name(window: Window) -> str:
    return window.before or window.after or ""


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
    return "more" if most >= ANY_NUMBER else _("as many as %(most)s", most=most)


def _says(count: Count, best: Tally) -> str:
    """The numbers in words, after the rule's own."""
    shared = _(" or ").join(_(SAME[feature]) for feature in count.same)
    lines = [count.says] if count.says else []
    for unit, needed, least, most in best.counted:
        one, many = (_(name) for name in UNITS[unit])
        what = f"{needed} {one if needed == 1 else many}{' ' + shared if shared else ''}"
        found = (
            str(least)
            if least == most
            else _("%(least)s, or %(most)s once the open points are settled", least=least, most=_as_many_as(most))
        )
        lines.append(
            _(
                "At least %(what)s %(needed)s needed. Counted: %(found)s.",
                what=what,
                needed="is" if needed == 1 else "are",
                found=found,
            )
        )
    return " ".join(lines)
