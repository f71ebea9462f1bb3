"""The schema of a step and of the events that it waits for. What each key means is in language.md, sections 1 and 2."""

from __future__ import annotations

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
    all: Annotated[tuple[Event, ...], Field(min_length=1)]


class AnyOf(Part):
    any: Annotated[tuple[Event, ...], Field(min_length=1)]


# STEP, STEP.answer, STEP.due, STEP.received, opening, or a combination.
EventName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_]*)?$")]
Event = EventName | AllOf | AnyOf
OPENING = "opening"


class Limit(Part):
    """A time after an event: `at_latest`, an overall limit on top of a step's own time; or `not_before`."""

    start: Annotated[Event, Field(alias="from")]
    within: Duration


class Reminder(Part):
    """What the clock tells about a duty: how long before its due date, and with which letter."""

    before: Duration | None = None
    send: PageId | None = None


class Extension(Part):
    """Who may put off a due date, for which reasons, by how much at most, and with which letter that is told.

    `by` is whoever owes the step where it is left out; `most` counts from the due date as it was.
    """

    by: RoleId | tuple[RoleId, ...] = ()
    reasons: tuple[Words, ...] = ()
    send: PageId | None = None
    most: Duration | None = None


class Step(Rule):
    """One document that is due: a form to fill in or a letter to send. Keys: language.md, section 1, "Step keys".

    `not_before`: an event, a length of time from what the step's time counts from, or both as `{from, within}`. `on`: a
    date that a document answers, or a meeting. `each`: a step (one duty for each of its parties, or documents) or a
    group of its form (one duty for each entry). `opens`: the procedure that takes the case over, with the documents of
    the steps in `carries`; what comes back is filed in the step `returns`. `back_to`: filing it starts a new round.
    """

    id: PageId
    title: str = ""  # what those who work on the case call it, in a few words: "Acknowledge the request"
    stage: PageId | None = None
    scope: Annotated[Literal["case", "area"], Field(alias="for")] = "case"
    strength: Literal["duty", "target", "choice"] = "duty"
    fill: PageId | None = None
    send: PageId | None = None
    by: RoleId | tuple[RoleId, ...] = "spoc"
    to: RoleId | tuple[RoleId, ...] = ()
    copy_to: RoleId | tuple[RoleId, ...] = ()
    each: EventName | None = None
    after: Event | None = None
    when: When | None = None
    not_before: Duration | Event | Limit | None = None
    counts_from: Annotated[Event | None, Field(alias="from")] = None
    within: Duration | None = None
    before: EventName | None = None
    at_least: Duration | None = None
    at_latest: Limit | None = None
    on: EventName | None = None
    every: Duration | None = None
    until: Event | None = None
    dated: str | None = None
    may_extend: Extension | None = None
    opens: PageId | None = None
    carries: tuple[PageId, ...] = ()
    returns: PageId | None = None
    back_to: PageId | None = None
    remind: Reminder | None = None
    overdue: Reminder | None = None
    escalate_to: RoleId | tuple[RoleId, ...] | None = None

    def roles(self, key: Literal["by", "to", "copy_to"]) -> tuple[RoleId, ...]:
        """The roles of a key, whether the document wrote one or a list."""
        value: RoleId | tuple[RoleId, ...] = getattr(self, key)
        return (value,) if isinstance(value, str) else value

    def may_be_extended_by(self) -> tuple[RoleId, ...]:
        """The roles that may put off its due date; nobody where the procedure allows no extension."""
        if self.may_extend is None:
            return ()
        named = self.may_extend.by
        return ((named,) if isinstance(named, str) else named) or self.roles("by")
