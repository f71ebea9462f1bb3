"""Whether a request meets the threshold of its procedure, with a reason for everything. A person decides; this advises.

Routes are joined by OR, their conditions by AND, and truth is three-valued: what isn't known is never guessed. The test
of the Act is reckoned beside the area's routes, from the same answers, and no local rule takes a report away from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from webform.documents.answers import Answers
from webform.documents.condition import Truth, all_of, any_of
from webform.documents.form import Form
from webform.documents.procedure import Gate, Procedure
from webform.documents.threshold import AllConditions, AnyConditions, Count, Exclude, Given, Route, ThresholdCondition
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .counting import Counting
from .finding import MET, ConditionFinding, Finding, GateFinding, Result, RouteFinding
from .standing import COUNTS, Standing, Standings
from .statute import STATUTORY, UNSETTLED, differs
from .told import Filed, Told

RESULT_WORDS: Mapping[Result, str] = {
    "met mandatory": N_("The test in the law is met, so there must be a review."),
    "met local": N_("A rule of this area is met."),
    "met at discretion": N_("The organisations have decided that there is good reason for a review."),
    "not met": N_("No way to meet the threshold is met. A person decides, and can still decide to help."),
    "needs judgement": N_("Something is not known, or can be read in two ways. A person has to judge it."),
    "not suitable": N_("This may be a matter for somebody else. A person decides, and says who can help."),
}


def assess(
    procedure: Procedure, form: Form, answers: Answers, received: dt.date, filed: Filed | None = None
) -> Finding:
    """The finding about a request received on that day. `filed` holds later documents that rules read, by step."""
    return _Assessment(Told(procedure, form, answers, received, filed or {})).finding()


class _Assessment:
    def __init__(self, told: Told):
        self.told = told
        self.counting = Counting(told)
        self.all: Standings = [COUNTS] * len(told.reports)
        self.left = self._after_excludes(told.procedure.threshold.excludes)

    def finding(self) -> Finding:
        routes = tuple(self._route(route) for route in self.told.procedure.threshold.routes)
        statutory = self._route(STATUTORY)
        gates = tuple(self._gate(gate) for gate in self.told.procedure.gates)
        local = [route.truth for route in routes if route.kind == "local"]
        result = _suitable(_result(routes, statutory), gates)
        return Finding(
            result=result,
            why=_(RESULT_WORDS[result]),
            routes=routes,
            statutory=statutory,
            differs=differs(statutory.truth, any_of(local)) if local else "",
            gates=gates,
        )

    def _after_excludes(self, excludes: tuple[Exclude, ...]) -> Standings:
        standings = self.all
        for rule in excludes:
            excluded = self._excluded(rule)
            truths = self.told.truths(rule.when.condition)
            standings = [
                was if truth is False else was.also(excluded[truth])
                for was, truth in zip(standings, truths, strict=True)
            ]
        return standings

    def _excluded(self, rule: Exclude) -> dict[Truth, Standing]:
        """How a report stands that an exclusion is about, and one of which nobody knows whether it is."""
        told, condition, paths = self.told, rule.when.condition, self.told.reports.paths

        def why(number: int) -> str:
            return rule.says or told.answers_in(condition, paths[number])

        unknown = Standing(None, why, rule.source, lambda number: told.unanswered(condition, paths[number]))
        return {None: unknown, True: Standing(False, why, rule.source) if rule.effect == "not-counted" else unknown}

    def _route(self, route: Route) -> RouteFinding:
        # What an area leaves out is its own affair: the law's test looks at every report.
        standings = self.all if route.kind == "statutory" else self.left
        conditions = tuple(self._condition(one, standings, route.source, route.kind) for one in route.all)
        truth = all_of(condition.truth for condition in conditions)
        return RouteFinding(route.id, route.kind, truth, route.says, route.source, conditions)

    def _condition(
        self, condition: ThresholdCondition, standings: Standings, source: str, kind: str
    ) -> ConditionFinding:
        source = condition.source or source
        match condition:
            case Count():
                both = kind == "statutory" and "reports" in condition.at_least
                count = self._both_ways if both else self.counting.judge
                return count(condition, standings, source)
            case Given():
                return self._given(condition, source)
            case AllConditions(all=inner):
                parts = tuple(self._condition(part, standings, source, kind) for part in inner)
                return _joined("all", all_of(part.truth for part in parts), condition.says, source, parts)
            case AnyConditions(any=inner):
                parts = tuple(self._condition(part, standings, source, kind) for part in inner)
                return _joined("any", any_of(part.truth for part in parts), condition.says, source, parts)

    def _both_ways(self, count: Count, standings: Standings, source: str) -> ConditionFinding:
        """Sentence 36: complaints are counted; where incidents would change the answer, a person has to judge."""
        parts = tuple(self.counting.judge(reading, standings, source) for reading in (count, count.of_incidents))
        agree = parts[0].truth == parts[1].truth
        why = parts[0].why if agree else f"{count.says} {_(UNSETTLED)}".strip()
        return ConditionFinding("both", parts[0].truth if agree else None, why, source, parts=parts)

    def _given(self, given: Given, source: str) -> ConditionFinding:
        condition = given.when.condition
        truth = self.told.truth(condition)
        why = " ".join(part for part in (given.says, self.told.answers_in(condition)) if part)
        wants = tuple(self.told.unanswered(condition)) if truth is None else ()
        return ConditionFinding("given", truth, why, source, given.hurdle, unanswered=wants)

    def _gate(self, gate: Gate) -> GateFinding:
        condition = gate.when.condition
        why = self.told.answers_in(condition)
        truth = False if self.told.has_happened(gate.until) else self.told.truth(condition)
        by = self.told.title_of(gate.by)
        return GateFinding(gate.id, gate.effect, truth, gate.says, why, gate.source, gate.stops == "all", by)


def _joined(kind: str, truth: Truth, says: str, source: str, parts: tuple[ConditionFinding, ...]) -> ConditionFinding:
    words = _("All of these are needed.") if kind == "all" else _("Any one of these is enough.")
    return ConditionFinding("all" if kind == "all" else "any", truth, f"{says} {words}".strip(), source, parts=parts)


def _result(routes: tuple[RouteFinding, ...], statutory: RouteFinding) -> Result:
    """The best that any route gives: what the law demands comes before what an area adds."""
    everything = (statutory, *routes)
    met = {route.kind for route in everything if route.truth}
    if "statutory" in met:
        return "met mandatory"
    if "local" in met:
        return "met local"
    if "discretionary" in met:
        return "met at discretion"
    return "not met" if all(route.truth is False for route in everything) else "needs judgement"


def _suitable(result: Result, gates: tuple[GateFinding, ...]) -> Result:
    """The result after the gates: they turn aside what is met by a local rule only, never what the law demands."""
    holding = [gate for gate in gates if gate.truth]
    if result == "met mandatory":
        return result
    if any(gate.effect == "signpost" and gate.stops_all for gate in holding):
        return "not suitable"
    return "needs judgement" if result in MET and any(gate.effect == "needs-decision" for gate in holding) else result
