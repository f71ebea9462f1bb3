"""The schema of a procedure: what an area promises. The meaning of every key is in language.md, section 2."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from .bodies import Council, Instead, Invited, Meeting, Panel, Role
from .condition import When
from .duration import Duration
from .form import PageId, Part, Words
from .step import (
    ALARM,
    OPENING,
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
    "ALARM", "OPENING", "SERVICE", "AllOf", "AnyOf", "Council", "Event", "EventName", "Extension",
    "Gate", "Instead", "Invited", "Limit", "Meeting", "Panel", "Reminder", "Role", "RoleId", "Rule", "Sourced", "Step",
    "Threshold",
]  # fmt: skip


class WayIn(Rule):
    """One way to apply. `address` is what the public page prints; no mail is ever addressed from it."""

    id: PageId
    kind: Literal["online", "phone", "letter", "email", "in-person", "printable", "forwarded"]
    address: str = ""


class Stage(Part):
    """A part of the way. Its `kind` is what the law asks after: whether there is an appeal, who is told of what.

    `stops` are the steps that a hold stops which is filed in this stage, where no gate says so.
    """

    id: PageId
    title: Words
    kind: Literal["application", "review", "outcome", "appeal"] = "review"
    stops: Literal["all"] | tuple[PageId, ...] = ()


class Figure(Rule):
    id: PageId
    title: Words
    counts: EventName
    when: When | None = None
    dated_by: EventName | None = None


class Publication(Rule):
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


class Deemed(Part):
    """How long after its sending a letter counts as received, where nobody recorded its delivery."""

    email: Duration | None = None
    post: Duration | None = None


class Calendar(Rule):
    """Which days count. `day_ends` is when office hours end, where the source gives them: what is due at once and opens
    later is due the next working day, and so counts a later receipt, if `late_receipt` says so."""

    division: Literal["england-and-wales", "scotland", "northern-ireland"] = "england-and-wales"
    day_starts: dt.time = dt.time(9, 0)
    day_ends: dt.time | None = None
    late_receipt: Literal["same-day", "next-working-day"] = "same-day"
    lands_on_closed: Literal["stay", "next"] = "stay"
    deemed: Deemed = Deemed()


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
    opens_with: PageId = "request"
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
    meetings: Annotated[tuple[Meeting, ...], Field(alias="meeting")] = ()
    councils: Annotated[tuple[Council, ...], Field(alias="council")] = ()
    stages: Annotated[tuple[Stage, ...], Field(alias="stage")] = ()
    steps: Annotated[tuple[Step, ...], Field(alias="step")] = ()
    figures: Annotated[tuple[Figure, ...], Field(alias="figure")] = ()
    supports: Annotated[tuple[Support, ...], Field(alias="support")] = ()

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)
