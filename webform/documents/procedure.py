"""The schema of a procedure: what an area promises. The meaning of every key is in language.md, section 2."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from .area import Area, Support, WayIn
from .bodies import Council, Instead, Invited, Meeting, Panel, Role
from .condition import When
from .consent import Consent
from .duration import Duration
from .form import PageId, Part, Words
from .step import (
    ALARM,
    OPENING,
    PERIOD,
    SERVICE,
    AllOf,
    AnyOf,
    Event,
    EventName,
    Extension,
    Limit,
    Reminder,
    RoleId,
    Rule,
    Sourced,
    Step,
)
from .threshold import Gate, Threshold

__all__ = [
    "ALARM", "OPENING", "PERIOD", "SERVICE", "AllOf", "AnyOf", "Consent", "Council", "Event", "EventName", "Extension",
    "Gate", "Instead", "Invited", "Limit", "Meeting", "Panel", "Reminder", "Role", "RoleId", "Rule", "Sourced", "Step",
    "Threshold",
]  # fmt: skip


class Stage(Part):
    """A part of the way. Its `kind` is what the law asks after: whether there is an appeal, who is told of what.

    `stops` are the steps that a hold stops which is filed in this stage, where no gate says so.
    """

    id: PageId
    """What steps call it. Example: `"decision"`"""
    title: Words
    """Its heading. Example: `"The decision"`"""
    kind: Literal["application", "review", "outcome", "appeal"] = "review"
    """What the law asks of it."""
    stops: Literal["all"] | tuple[PageId, ...] = ()
    """The steps that a hold stops which is filed in this stage. Example: `"all"`"""


class Figure(Rule):
    """A number that is published: how many cases have such a document. A case counts once, in the period of the first
    of its documents that matches."""

    id: PageId
    """What it is called. Example: `"applications"`"""
    title: Words
    """What the public reads. Example: `"Requests for a case review"`"""
    counts: EventName
    """The step whose document makes a case count, or a date that it answers. Example: `"request"`"""
    when: When | None = None
    """Which of them count; of the step itself, that very document is asked.
    Example: `{ "threshold-decision.decision" = "not-met" }`"""
    dated_by: EventName | None = None
    """The date that puts it into a period, if it is not the filing. Example: `"plan.agreed_on"`"""
    public: bool = True
    """Whether it is published; what is not is there for the body's own officers. Example: `false`"""


class Publication(Rule):
    """When the figures are published."""

    every: Duration
    """How often, at most 12 months. Example: `"12 months"`"""
    begins: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] = "04-01"
    """The month and day on which a period begins. Example: `"04-01"`"""
    scope: str = ""
    """The area that the figures are about."""
    fewest: Annotated[int, Field(ge=4)] = 5
    """The smallest number that is shown, but for none at all: a smaller one may tell who somebody is. Less than 4 hides
    too little: where a whole below 3 and two parts of it are hidden, each part is 1. Example: `5`"""


class Review(Rule):
    """How the procedure itself is assessed and revised (Schedule 4)."""

    every: Duration
    """How often the procedure is looked at again. Example: `"12 months"`"""


class Retention(Rule):
    """How long each kind of record is kept. `drafts` counts from the last answer; `warn` tells the person before."""

    drafts: Duration = Duration(28, "days")
    """How long an unsent form is kept after the last answer. Example: `"28 days"`"""
    warn: Duration = Duration(3, "days")
    """How long before that the person is told. Example: `"3 days"`"""
    cases: Duration | None = None
    """How long a case is kept after it closes. Example: `"72 months"`"""
    links: Duration = Duration(6, "months")
    """How long a link to somebody's own page works after it was sent. Example: `"6 months"`"""
    emails: Duration | None = None
    """How long the words of an email are kept after it went. What is on record of its case stays there.
    Example: `"12 months"`"""
    looks: Duration | None = None
    """How long is kept who looked at a case. Example: `"24 months"`"""
    feedback: Duration | None = None
    """How long it is kept what somebody thinks of the service. Example: `"24 months"`"""
    backups: Duration | None = None
    """How long a backup is kept in the folder that `flask backup` writes to; of several areas the shortest.
    Example: `"35 days"`"""
    bundles: Duration = Duration(7, "days")
    """How long an evidence bundle can be downloaded after it was asked for. Example: `"7 days"`"""


class Deemed(Part):
    """How long after its sending a letter counts as received, where nobody recorded its delivery."""

    email: Duration | None = None
    """How long after it was sent. Example: `"at once"`"""
    post: Duration | None = None
    """How long after it was posted. Example: `"2 working days"`"""


class Calendar(Rule):
    """Which days count. `day_ends` is when office hours end, where the source gives them: what is due at once and opens
    later is due the next working day, and so counts a later receipt, if `late_receipt` says so."""

    division: Literal["england-and-wales", "scotland", "northern-ireland"] = "england-and-wales"
    """Whose bank holidays count."""
    day_starts: dt.time = dt.time(9, 0)
    """When office hours begin."""
    day_ends: dt.time | None = None
    """When office hours end, where the source gives them."""
    late_receipt: Literal["same-day", "next-working-day"] = "same-day"
    """Whether what comes in after hours counts from that day or the next working day."""
    lands_on_closed: Literal["stay", "next"] = "stay"
    """Whether a date on a closed day stays there or moves to the next working day."""
    deemed: Deemed = Deemed()
    """When a letter counts as received."""


class Notices(Part):
    """The letters that the software sends on its own, apart from steps. Names of the letters shelf."""

    sign_in: PageId
    """The letter with an officer's code."""
    draft_link: PageId
    """The letter with the way back to a form."""
    draft_expires: PageId
    """The letter before an unsent form is deleted."""
    reminder: PageId
    """The letter before a due date."""
    overdue: PageId
    """The letter after a missed date."""
    escalation: PageId
    """The letter to whoever a late duty goes to."""
    alarm: PageId
    """The mail beside the alarm webhook."""
    task: PageId
    """The letter about something that a person has to look at."""
    new_link: PageId | None = None
    """The letter with a new link to somebody's own page. Without it, nobody can ask for one."""
    first_code: PageId | None = None
    """The letter with the code that somebody needs to choose the word for their page."""
    filed: PageId | None = None
    """The letter to those whom a form is for, when somebody has filled it in on their own page."""
    chase: PageId | None = None
    """The letter that reminds whoever works by a link: before a date, after it, and when an officer asks again."""
    passed_on: PageId | None = None
    """The letter to somebody to whom a colleague has passed on what an organisation is asked for."""
    feedback: PageId | None = None
    """The note to whoever has said what they think of the service, and gave an address."""


class LetterRule(Sourced):
    """What an area asks of a letter beyond what the letter itself requires."""

    requires: tuple[str, ...] = ()
    """Facts that the letter has to state here. Example: `["due.panel-meeting"]`"""
    second_reader: RoleId | tuple[RoleId, ...] = ()
    """Who has to read it before it goes, whichever step sends it: somebody of these roles who did not write it.
    Example: `"deputy"`"""


class Clock(Rule):
    """Defaults of what the clock tells, for every step that says nothing of its own."""

    remind: Duration | None = None
    """How long before a due date its owner is reminded. Example: `"1 working day"`"""
    escalate_to: tuple[RoleId, ...] = ()
    """Who is told when a duty is late. Example: `["deputy"]`"""


class Procedure(Part):
    """A merged procedure. `id` is its file name; `extends` was followed when it was read."""

    id: PageId = "unnamed"
    """The name of the file; never written."""
    format: Literal[1] = 1
    """Version of this schema."""
    extends: PageId | None = None
    """The document that this one is laid over. Example: `"standard"`"""
    area: Area
    """Whose procedure it is."""
    calendar: Calendar = Calendar()
    """Which days count."""
    consent: Consent = Consent()
    """Whose consent is asked for, and what waits for it."""
    threshold: Threshold = Threshold()
    """When there is a review."""
    notices: Notices
    """The letters that are no step."""
    clock: Clock = Clock()
    """What the clock tells."""
    retention: Retention = Retention()
    """How long records are kept."""
    publication: Publication | None = None
    """When figures are published."""
    review: Review | None = None
    """How the procedure itself is revised."""
    letters: Annotated[dict[PageId, LetterRule], Field(default_factory=dict)]
    """What the area asks of a letter, by its name. Example: `{ outcome = { requires = ["case.reference"] } }`"""
    ways_in: Annotated[tuple[WayIn, ...], Field(alias="way_in")] = ()
    """The ways to ask."""
    gates: Annotated[tuple[Gate, ...], Field(alias="gate")] = ()
    """What may make a review unsuitable."""
    roles: Annotated[tuple[Role, ...], Field(alias="role")] = ()
    """Who takes part."""
    panels: Annotated[tuple[Panel, ...], Field(alias="panel")] = ()
    """Who decides together."""
    meetings: Annotated[tuple[Meeting, ...], Field(alias="meeting")] = ()
    """Standing meetings."""
    councils: Annotated[tuple[Council, ...], Field(alias="council")] = ()
    """The councils of a joint procedure."""
    stages: Annotated[tuple[Stage, ...], Field(alias="stage")] = ()
    """The parts of the way."""
    steps: Annotated[tuple[Step, ...], Field(alias="step")] = ()
    """What is due, from whom and by when."""
    figures: Annotated[tuple[Figure, ...], Field(alias="figure")] = ()
    """The figures that are published."""
    supports: Annotated[tuple[Support, ...], Field(alias="support")] = ()
    """Where people can turn."""

    def named(self, step_id: str) -> str:
        """What those who work on a case call a step: its title, or its id in words where it has none."""
        step = self.step(step_id)
        return (step.title if step else "") or step_id.replace("-", " ").capitalize()

    def outward_codes(self) -> frozenset[str]:
        """The first halves of the postcodes that it covers, those of each council of a joint procedure included."""
        return frozenset((*self.area.postcodes, *(code for council in self.councils for code in council.postcodes)))

    def step(self, step_id: str) -> Step | None:
        return self._by_id.get(step_id)

    def second_readers(self, step: Step) -> tuple[RoleId, ...]:
        """The roles that may read the letter of a step before it goes; none where nobody has to."""
        rule = self.letters.get(step.send or "")
        named = (step.second_reader, rule.second_reader if rule else ())
        return tuple(dict.fromkeys(role for one in named for role in ((one,) if isinstance(one, str) else one)))

    @cached_property
    def _by_id(self) -> dict[str, Step]:
        return {step.id: step for step in reversed(self.steps)}
