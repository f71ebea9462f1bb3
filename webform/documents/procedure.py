"""The schema of a procedure: what an area promises. The meaning of every key is in language.md, section 2."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from .condition import When
from .duration import Duration
from .form import PageId, Part, Words

RoleId = PageId
SERVICE: RoleId = "service"  # the software itself: a letter owed by it goes out by itself as soon as it is due
ALARM: RoleId = "alarm"  # the webhook, as an addressee of an escalation


class Sourced(Part):
    """What stands in a source. `silent`: the source leaves it open; `doubt`: somebody has to settle what it means."""

    source: str = ""
    silent: bool = False
    doubt: str = ""


class Rule(Sourced):
    """What every rule of a procedure may carry: where it stands, and what the public reads."""

    says: str = ""


class AllOf(Part):
    """An event that happens when all of these have."""

    all: Annotated[tuple[Event, ...], Field(min_length=1)]


class AnyOf(Part):
    """An event that happens with the first of these."""

    any: Annotated[tuple[Event, ...], Field(min_length=1)]


# STEP, STEP.answer, STEP.due, STEP.received, opening, or a combination.
EventName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_]*)?$")]
Event = EventName | AllOf | AnyOf


class Limit(Part):
    """An overall limit on top of a step's own time."""

    start: Annotated[Event, Field(alias="from")]
    within: Duration


class Reminder(Part):
    """What the clock tells about a duty: how long before its due date, and with which letter."""

    before: Duration | None = None
    send: PageId | None = None


class Step(Rule):
    """One document that is due: a form to fill in or a letter to send. Keys: language.md, section 1, "Step keys"."""

    id: PageId
    title: str = ""  # what those who work on the case call it, in a few words: "Acknowledge the request"
    stage: PageId | None = None
    strength: Literal["duty", "target", "choice"] = "duty"
    fill: PageId | None = None
    send: PageId | None = None
    by: RoleId | tuple[RoleId, ...] = "spoc"
    to: RoleId | tuple[RoleId, ...] = ()
    copy_to: RoleId | tuple[RoleId, ...] = ()
    after: Event | None = None
    counts_from: Annotated[Event | None, Field(alias="from")] = None
    within: Duration | None = None
    before: EventName | None = None
    at_least: Duration | None = None
    at_latest: Limit | None = None
    when: When | None = None
    dated: str | None = None
    remind: Reminder | None = None
    overdue: Reminder | None = None
    escalate_to: RoleId | tuple[RoleId, ...] | None = None

    def roles(self, key: Literal["by", "to", "copy_to"]) -> tuple[RoleId, ...]:
        """The roles of a key, whether the document wrote one or a list."""
        value: RoleId | tuple[RoleId, ...] = getattr(self, key)
        return (value,) if isinstance(value, str) else value


class Window(Part):
    """Where a date has to lie: within (or not) a time before or after an anchor; section 2, sentences 32 to 34."""

    date: Literal["reported", "happened", "applied"]
    within: Duration | None = None
    not_within: Duration | None = None
    before: str | None = None
    after: str | None = None
    counting: Literal["inclusive", "next-day"] = "next-day"


class Among(Part):
    """Which (incident, report) pairs a count looks at."""

    when: When | None = None
    windows: Annotated[tuple[Window, ...], Field(alias="window")] = ()


Counted = Literal["incidents", "reports", "people", "households", "groups", "agencies", "dates"]
Feature = Literal["problem", "place", "culprit", "reporter"]


class Count(Rule):
    """A count of distinct values over the pairs left in one group; section 2, sentences 29 to 35."""

    among: Among = Among()
    same: tuple[Feature, ...] = ()
    at_least: dict[Counted, Annotated[int, Field(ge=1)]]
    of_which: tuple[Count, ...] = ()


class Given(Rule):
    """A condition of the threshold on answers, not a count. `hurdle` marks a local extra that the guidance warns of."""

    when: When
    hurdle: Literal["", "no-action", "closed", "continuing", "other"] = ""


class AllConditions(Rule):
    """Every one of these conditions."""

    all: Annotated[tuple[ThresholdCondition, ...], Field(min_length=1)]


class AnyConditions(Rule):
    """At least one of these conditions."""

    any: Annotated[tuple[ThresholdCondition, ...], Field(min_length=1)]


ThresholdCondition = Count | Given | AllConditions | AnyConditions


class Route(Rule):
    """One way to meet the threshold. Routes are joined by OR; the conditions of one route by AND."""

    id: PageId
    kind: Literal["statutory", "local", "discretionary"] = "local"
    all: Annotated[tuple[ThresholdCondition, ...], Field(min_length=1)]


class Exclude(Rule):
    """Reports that don't count, or that a person has to decide about."""

    id: PageId
    when: When
    effect: Literal["not-counted", "needs-decision"] = "not-counted"


class Threshold(Part):
    """When a review is held. Each route and exclusion has a source of its own."""

    routes: Annotated[tuple[Route, ...], Field(alias="route")] = ()
    excludes: Annotated[tuple[Exclude, ...], Field(alias="exclude")] = ()


class Gate(Rule):
    """What may make a review unsuitable. It proposes; a person decides; it never stops an application."""

    id: PageId
    when: When
    effect: Literal["signpost", "warn", "propose-hold", "needs-decision"]
    stops: Literal["all"] | tuple[PageId, ...] = ()
    by: RoleId = "spoc"


class Role(Rule):
    """Somebody who owes or receives something. `local` roles get their address from instance/, others from the case."""

    id: RoleId
    title: Words
    local: bool = True
    plural: bool = False
    external: bool = False  # signs in by link, not as an officer


class Panel(Rule):
    """Who decides together: `core` members, others `invited` where a case needs them, and how many have to agree."""

    id: PageId
    title: Words
    core: tuple[RoleId, ...]
    invited: tuple[RoleId, ...] = ()
    quorum: Annotated[int, Field(ge=1)] = 1
    decides: Annotated[str, Field(pattern=r"^[1-9]\d? of [1-9]\d?$|^majority$|^all$|^alone$")] = "majority"
    chair: RoleId | None = None


class WayIn(Rule):
    """One way to apply. `address` is what the public page prints; no mail is ever addressed from it."""

    id: PageId
    kind: Literal["online", "phone", "letter", "email", "in-person", "printable", "forwarded"]
    address: str = ""


class Stage(Part):
    """A part of the way. Its `kind` is what the law asks after: whether there is an appeal, who is told of what."""

    id: PageId
    title: Words
    kind: Literal["application", "review", "outcome", "appeal"] = "review"


class Figure(Rule):
    """A number that is published: how many cases have such a document, in the period that `dated_by` puts it in."""

    id: PageId
    title: Words
    counts: EventName
    when: When | None = None
    dated_by: EventName | None = None


class Publication(Rule):
    """How often the figures are published, for years that begin on that day (month-day)."""

    every: Duration
    begins: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] = "04-01"
    scope: str = ""


class Review(Rule):
    """How the procedure itself is assessed and revised (Schedule 4)."""

    every: Duration


class Retention(Rule):
    """How long each kind of record is kept. `drafts` counts from the last answer; `warn` tells the person before."""

    drafts: Duration = Duration(28, "days")
    warn: Duration = Duration(3, "days")
    cases: Duration | None = None


class Calendar(Rule):
    """Which days count. `day_ends` is when office hours end, where the source gives them: what is due at once and opens
    later is due the next working day, and so counts a later receipt, if `late_receipt` says so."""

    division: Literal["england-and-wales", "scotland", "northern-ireland"] = "england-and-wales"
    day_starts: dt.time = dt.time(9, 0)
    day_ends: dt.time | None = None
    late_receipt: Literal["same-day", "next-working-day"] = "same-day"
    lands_on_closed: Literal["stay", "next"] = "stay"


class Consent(Rule):
    """What the public reads about agreeing that somebody else asks for them, and that details are shared."""


class Notices(Part):
    """The letters that the software sends on its own, apart from steps. Names of the letters shelf."""

    sign_in: PageId
    draft_link: PageId
    draft_expires: PageId
    reminder: PageId
    overdue: PageId
    escalation: PageId
    alarm: PageId
    task: PageId


class LetterRule(Sourced):
    """What an area asks of a letter beyond what the letter itself requires."""

    requires: tuple[str, ...] = ()


class Clock(Rule):
    """Defaults of what the clock tells, for every step that says nothing of its own."""

    remind: Duration | None = None
    escalate_to: tuple[RoleId, ...] = ()


class Support(Rule):
    """Somewhere to turn, shown on start page and letters."""

    id: PageId
    title: Words
    phone: str = ""
    web: str = ""


class Area(Rule):
    """Whose procedure it is. Public contacts are printed, never written to."""

    name: Words
    body: Words  # the council or other lead body
    kind: Literal["council", "appeal-body", "baseline"] = "council"
    title: str = ""  # the published title of the procedure
    phone: str = ""
    email: str = ""
    address: tuple[str, ...] = ()
    web: str = ""
    opens_with: PageId  # the form that opens a case
    postcodes: tuple[str, ...] = ()  # outward codes it covers, to notice a request for another area
    referral_by_email: Literal["all", "reference"] = "reference"
    effective: dt.date | None = None
    published: dt.date | None = None
    approved_by: str = ""
    consulted: tuple[str, ...] = ()


class Procedure(Part):
    """A merged procedure. `id` is its file name; `extends` was followed when it was read."""

    id: PageId = "unnamed"
    format: Literal[1] = 1
    extends: PageId | None = None
    area: Area
    calendar: Calendar = Calendar()
    consent: Consent = Consent()
    threshold: Threshold = Threshold()
    notices: Notices
    clock: Clock = Clock()
    retention: Retention = Retention()
    publication: Publication | None = None
    review: Review | None = None
    letters: Annotated[dict[PageId, LetterRule], Field(default_factory=dict)]
    ways_in: Annotated[tuple[WayIn, ...], Field(alias="way_in")] = ()
    gates: Annotated[tuple[Gate, ...], Field(alias="gate")] = ()
    roles: Annotated[tuple[Role, ...], Field(alias="role")] = ()
    panels: Annotated[tuple[Panel, ...], Field(alias="panel")] = ()
    stages: Annotated[tuple[Stage, ...], Field(alias="stage")] = ()
    steps: Annotated[tuple[Step, ...], Field(alias="step")] = ()
    figures: Annotated[tuple[Figure, ...], Field(alias="figure")] = ()
    supports: Annotated[tuple[Support, ...], Field(alias="support")] = ()

    def named(self, step_id: str) -> str:
        """What those who work on a case call a step: its title, or its id in words where it has none."""
        step = self.step(step_id)
        return (step.title if step else "") or step_id.replace("-", " ").capitalize()

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)
