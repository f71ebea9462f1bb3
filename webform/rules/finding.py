"""What the threshold engine finds: a result, with a reason for each condition and each report. It is advice only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from webform.documents.condition import Truth

Result = Literal["met mandatory", "met local", "met at discretion", "not met", "needs judgement", "not suitable"]
MET = ("met mandatory", "met local", "met at discretion")

_WORDS: Mapping[Truth, str] = {True: "met", False: "not met", None: "needs judgement"}
COUNTS: Mapping[Truth, str] = {True: "counts", False: "does not count", None: "needs judgement"}
_APPLIES: Mapping[Truth, str] = {True: "applies", False: "does not apply", None: "not known yet"}


@dataclass(frozen=True)
class ReportFinding:
    """Whether one report counts. `incident` and `report` are the numbers of their entries."""

    name: str
    incident: tuple[int, ...]
    report: tuple[int, ...]
    result: str
    why: str
    source: str


@dataclass(frozen=True)
class ConditionFinding:
    """Whether one condition of a route is met. `unanswered` says who has to answer what before it can be judged."""

    kind: Literal["count", "given", "all", "any", "both"]
    truth: Truth
    why: str
    source: str
    hurdle: str = ""
    parts: tuple[ConditionFinding, ...] = ()
    reports: Sequence[ReportFinding] = ()
    unanswered: Sequence[str] = ()

    @property
    def result(self) -> str:
        return _WORDS[self.truth]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "result": self.result,
            "why": self.why,
            "source": self.source,
            "hurdle": self.hurdle,
            "parts": [part.as_json() for part in self.parts],
            "reports": [dict(vars(report)) for report in self.reports],
            "unanswered": list(self.unanswered),
        }

    def wants(self) -> Iterator[str]:
        """Everything that has to be answered before this condition can be judged."""
        if self.truth is None:
            yield from self.unanswered
            for part in self.parts:
                yield from part.wants()


@dataclass(frozen=True)
class RouteFinding:
    """Whether one way to meet the threshold is met; all of its conditions have to be."""

    id: str
    kind: Literal["statutory", "local", "discretionary"]
    truth: Truth
    says: str
    source: str
    conditions: tuple[ConditionFinding, ...]

    @property
    def result(self) -> str:
        return _WORDS[self.truth]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "result": self.result,
            "says": self.says,
            "source": self.source,
            "conditions": [condition.as_json() for condition in self.conditions],
        }


@dataclass(frozen=True)
class GateFinding:
    """Whether something applies that may make a review unsuitable, and what the procedure proposes then."""

    id: str
    effect: str
    truth: Truth
    says: str
    why: str
    source: str
    stops_all: bool
    by: str = ""  # who decides about it, in words

    @property
    def result(self) -> str:
        return _APPLIES[self.truth]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "effect": self.effect,
            "result": self.result,
            "says": self.says,
            "why": self.why,
            "source": self.source,
            "by": self.by,
        }


@dataclass(frozen=True)
class Finding:
    """The whole finding. `statutory` is the test of the Act, always reckoned; `differs` says where the two part."""

    result: Result
    why: str
    routes: tuple[RouteFinding, ...]
    statutory: RouteFinding
    differs: str
    gates: tuple[GateFinding, ...]

    @property
    def local(self) -> tuple[RouteFinding, ...]:
        """The area's own routes; how it words the Act's test is left to the Act's test itself."""
        return tuple(route for route in self.routes if route.kind != "statutory")

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Who has to answer what before the open conditions can be judged."""
        conditions = [
            one for route in (*self.routes, self.statutory) for one in route.conditions if route.truth is None
        ]
        return tuple(dict.fromkeys(want for condition in conditions for want in condition.wants()))

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON."""
        return {
            "result": self.result,
            "why": self.why,
            "routes": [route.as_json() for route in self.routes],
            "statutory": self.statutory.as_json(),
            "differs": self.differs,
            "gates": [gate.as_json() for gate in self.gates],
            "unanswered": list(self.unanswered),
        }
