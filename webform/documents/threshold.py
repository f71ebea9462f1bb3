"""The schema of a threshold and of the gates beside it. What each key means is language.md, section 2, 29 to 37."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from .condition import When
from .duration import Duration
from .form import PageId, Part
from .step import Event, RoleId, Rule

Anchor = Literal[
    "request", "each-report", "each-incident", "first-report", "latest-report", "first-incident", "latest-incident",
    "any",
]  # fmt: skip


class Window(Part):
    """Where a date has to lie: within (or not) a time before or after an anchor. One length and one anchor."""

    date: Annotated[Literal["reported", "happened", "applied"], Field(examples=["reported"])]
    """The date that is looked at: the report's, the incident's, or the day the request was received."""
    within: Annotated[Duration | None, Field(examples=["6 months"])] = None
    """How far from the anchor the date may lie: days, weeks or months."""
    not_within: Annotated[Duration | None, Field(examples=["1 week"])] = None
    """How far from the anchor the date has to lie at least."""
    before: Annotated[Anchor | None, Field(examples=["request"])] = None
    """What is counted back from. `each-report` and `each-incident` are the pair's own; `first-` and `latest-` are taken
    within the group, after exclusions; `any` slides: any report of the group may be the anchor."""
    after: Annotated[Anchor | None, Field(examples=["each-incident"])] = None
    """What is counted on from, instead of `before`."""
    counting: Annotated[Literal["inclusive", "next-day"], Field(examples=["inclusive"])] = "next-day"
    """`inclusive` is "beginning with" the anchor, so that one month from 3 March ends on 2 April; `next-day` ends on
    3 April."""


class Among(Part):
    """Which reports a count looks at."""

    when: Annotated[When | None, Field(examples=['{ "report.agency" = ["council", "police"] }'])] = None
    """A condition on the incident and the report, by what questions mean, or by STEP.question."""
    windows: Annotated[
        tuple[Window, ...],
        Field(alias="window", examples=['[{ date = "reported", within = "6 months", before = "request" }]']),
    ] = ()
    """Where the dates have to lie; all of the windows apply."""


Counted = Literal["incidents", "reports", "people", "households", "groups", "agencies", "dates"]
Feature = Literal["problem", "place", "culprit", "reporter"]


class Count(Rule):
    """A count of different things among the reports that are left in one group."""

    among: Among = Among()
    """Which reports are looked at; all of them where it is left out."""
    same: Annotated[tuple[Feature, ...], Field(examples=['["problem"]'])] = ()
    """What the reports of a group have in common; with several, any one of them, shared by all."""
    at_least: Annotated[dict[Counted, Annotated[int, Field(ge=1)]], Field(examples=["{ incidents = 3 }"])]
    """How many different ones are needed; with several units, of each. One incident told to three organisations is one
    incident, three reports and three agencies."""
    of_which: Annotated[tuple[Count, ...], Field(examples=["[{ at_least = { people = 2 } }]"])] = ()
    """Counts that have to be met inside the same group as well."""

    @cached_property
    def of_incidents(self) -> Count:
        """The same, with incidents counted where it counts reports."""
        counted = {"incidents" if unit == "reports" else unit: number for unit, number in self.at_least.items()}
        return self.model_copy(update={"at_least": counted})


Hurdle = Literal["", "no-action", "closed", "continuing", "other"]


class Given(Rule):
    """A condition of the threshold on answers, not a count. In an officer's document it is a discretion."""

    when: Annotated[When, Field(examples=['{ "threshold-decision.harm" = "yes" }'])]
    """The condition, by what questions mean, or by STEP.question. What nobody has answered needs judgement."""
    hurdle: Annotated[Hurdle, Field(examples=["no-action"])] = ""
    """Marks a local extra that the guidance warns of; it never defeats the test in the law."""


class AllConditions(Rule):
    """Conditions that all have to be met."""

    all: Annotated[tuple[ThresholdCondition, ...], Field(min_length=1)]
    """The conditions: counts, `when`s, or nested `all` and `any`."""


class AnyConditions(Rule):
    """Conditions of which one has to be met."""

    any: Annotated[tuple[ThresholdCondition, ...], Field(min_length=1)]
    """The conditions: counts, `when`s, or nested `all` and `any`."""


_KINDS = {"at_least": "Count", "when": "Given", "all": "AllConditions", "any": "AnyConditions"}


def _kind_of_condition(written: Any) -> str | None:
    if isinstance(written, dict):
        return next((kind for key, kind in _KINDS.items() if key in written), None)
    return type(written).__name__ if isinstance(written, Count | Given | AllConditions | AnyConditions) else None


ThresholdCondition = Annotated[
    Annotated[Count, Tag("Count")]
    | Annotated[Given, Tag("Given")]
    | Annotated[AllConditions, Tag("AllConditions")]
    | Annotated[AnyConditions, Tag("AnyConditions")],
    Discriminator(
        _kind_of_condition,
        custom_error_type="condition",
        custom_error_message="A condition has one of the keys at_least (a count), when, all and any",
    ),
]


class Route(Rule):
    """One way to meet the threshold. Routes are joined by OR; the conditions of one route by AND."""

    id: Annotated[PageId, Field(examples=["three-incidents"])]
    """What the route is called."""
    kind: Annotated[Literal["statutory", "local", "discretionary"], Field(examples=["local"])] = "local"
    """`local` is the area's own test; `discretionary` is met when somebody decides so; `statutory` is a test of the law
    beside the Act's own, which is always reckoned."""
    all: Annotated[tuple[ThresholdCondition, ...], Field(min_length=1, examples=["[{ at_least = { incidents = 3 } }]"])]
    """The conditions of the route: counts, `when`s, or nested `all` and `any`."""


class Exclude(Rule):
    """Reports that don't count for the area's own routes, or that a person has to decide about."""

    id: Annotated[PageId, Field(examples=["anonymous"])]
    """What the exclusion is called."""
    when: Annotated[When, Field(examples=['{ "request.report_named" = "no" }'])]
    """Which reports it is about."""
    effect: Annotated[Literal["not-counted", "needs-decision"], Field(examples=["not-counted"])] = "not-counted"
    """Whether they are left out, or a person decides about each."""


class Threshold(Part):
    """When a review is held. Each route and exclusion has a source of its own."""

    routes: Annotated[tuple[Route, ...], Field(alias="route")] = ()
    """The ways to meet it."""
    excludes: Annotated[tuple[Exclude, ...], Field(alias="exclude")] = ()
    """The reports that don't count."""


class Gate(Rule):
    """What may make a review unsuitable. It proposes; a person decides; it never stops an application.

    A hold that `by` files for it stops the steps in `stops`, until it is ended or until the event in `until`.
    """

    id: Annotated[PageId, Field(examples=["open-complaint"])]
    """What the gate is called."""
    when: Annotated[When, Field(examples=['{ "request.open_complaint" = "yes" }'])]
    """When it applies, by what questions mean, or by STEP.question."""
    effect: Annotated[Literal["signpost", "warn", "propose-hold", "needs-decision"], Field(examples=["propose-hold"])]
    """What it proposes: somebody else who can help, a warning to the officer, a hold, or a decision."""
    stops: Annotated[Literal["all"] | tuple[PageId, ...], Field(examples=['["panel-meeting"]'])] = ()
    """The steps that a hold would stop, or "all". A signpost with "all" makes a request "not suitable"."""
    until: Annotated[Event | None, Field(examples=["complaint-answered"])] = None
    """The event that ends it."""
    by: Annotated[RoleId, Field(examples=["spoc"])] = "spoc"
    """Who decides."""
