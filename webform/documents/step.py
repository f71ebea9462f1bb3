"""The schema of a step and of the events that it waits for. What each key means is in language.md, sections 1 and 2."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from .condition import When
from .duration import Duration
from .form import PageId, Part, Words
from .vocabulary import Evidence, Meaning

RoleId = PageId
SERVICE: RoleId = "service"  # the software itself: a letter owed by it goes out by itself as soon as it is due
ALARM: RoleId = "alarm"  # the webhook, as an addressee of an escalation


class Sourced(Part):
    """What stands in a source. `silent`: the source leaves it open; `doubt`: somebody has to settle what it means."""

    source: str = ""
    """Title and paragraph of the published document. Example: `"ASB Case Review Protocol, paragraph 3.1"`"""
    silent: bool = False
    """The source says nothing here, so the baseline applies."""
    doubt: str = ""
    """Why the source is unclear or contradicts itself. Example: `"Paragraph 3 says five days, paragraph 7 seven."`"""


class Rule(Sourced):
    """What every rule of a procedure may carry: where it stands, and what the public reads."""

    says: str = ""
    """The rule in plain words, as the public reads it. Example: `"We write to you within 2 working days."`"""


class AllOf(Part):
    """Happens once, when the last of these events has happened."""

    all: Annotated[tuple[Event, ...], Field(min_length=1)]
    """The events that all have to happen. Example: `["request", "consent"]`"""


class AnyOf(Part):
    """Happens with the first of these events."""

    any: Annotated[tuple[Event, ...], Field(min_length=1)]
    """The events of which one has to happen. Example: `["outcome", "threshold-not-met"]`"""


def _kind_of_event(written: Any) -> str | None:
    if isinstance(written, dict):
        return "AllOf" if "all" in written else "AnyOf" if "any" in written else None
    return "EventName" if isinstance(written, str) else type(written).__name__


# STEP, STEP.answer, STEP.due, STEP.received, opening, or a combination.
EventName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_]*)?$")]
Event = Annotated[
    Annotated[EventName, Tag("EventName")] | Annotated[AllOf, Tag("AllOf")] | Annotated[AnyOf, Tag("AnyOf")],
    Discriminator(
        _kind_of_event,
        custom_error_type="event",
        custom_error_message='An event is the name of a step, { all = ["a", "b"] } or { any = ["a", "b"] }',
    ),
]
OPENING = "opening"
PERIOD = "period"  # the first day of the period of figures in which the area's own folder was begun


class Limit(Part):
    """A time after an event: `at_latest`, an overall limit on top of a step's own time; or `not_before`."""

    start: Annotated[Event, Field(alias="from")]
    """The event that it counts from. Example: `"request"`"""
    within: Duration
    """How long. Example: `"35 working days"`"""


class Reminder(Part):
    """What the clock tells about a duty: how long before its due date, and with which letter."""

    before: Duration | None = None
    """How long before the due date. Example: `"2 days"`"""
    send: PageId | None = None
    """The letter; the one of [notices] where it is left out. Example: `"reminder"`"""


class Extension(Part):
    """Who may put off a due date, for which reasons, by how much at most, and with which letter that is told.

    `by` is whoever owes the step where it is left out; `most` counts from the due date as it was.
    """

    by: RoleId | tuple[RoleId, ...] = ()
    """Who may put the date off; whoever owes the step, where it is left out. Example: `"spoc"`"""
    reasons: tuple[Words, ...] = ()
    """The reasons that are allowed. Example: `["The case is complex"]`"""
    send: PageId | None = None
    """The letter that tells of it. Example: `"extension"`"""
    most: Duration | None = None
    """How far at most from the date as it was. Example: `"10 working days"`"""


class Step(Rule):
    """One document that is due: a form to fill in or a letter to send.

    `not_before`: an event, a length of time from what the step's time counts from, or both as `{from, within}`. `on`: a
    date that a document answers, or a meeting. `each`: a step (one duty for each of its parties, or documents) or a
    group of its form (one duty for each entry). `opens`: the procedure that takes the case over, with the documents of
    the steps in `carries`; what comes back is filed in the step `returns`. What comes back is the first document of a
    step there that `hands_back`, or else the one that closes the case. `back_to`: filing it starts a new round.
    `invites_to`: people who are not the council's own have the entry only if they answered yes to what means
    `meeting.calendar`, and theirs says nothing but "Meeting" and when.
    """

    id: PageId
    """What other rules call it; no role, panel or other rule has the same name. Example: `"acknowledgement"`"""
    title: str = ""
    """What those who work on the case call it. Example: `"Acknowledge the request"`"""
    stage: PageId | None = None
    """The part of the way that it belongs to. Example: `"application"`"""
    scope: Annotated[Literal["case", "area"], Field(alias="for")] = "case"
    """`area`: it runs on the area's own folder, apart from any case."""
    strength: Literal["duty", "target", "choice"] = "duty"
    """A duty, a target, or something that somebody may do."""
    fill: PageId | None = None
    """The form whose filing discharges it. Example: `"threshold-decision"`"""
    send: PageId | None = None
    """The letter whose sending discharges it. Example: `"acknowledgement"`"""
    by: RoleId | tuple[RoleId, ...] = "spoc"
    """Who owes it; of several, any one may do it. A panel is named like a role. Example: `"spoc"`"""
    to: RoleId | tuple[RoleId, ...] = ()
    """Who receives it; several are one duty each. Example: `"applicant"`"""
    copy_to: RoleId | tuple[RoleId, ...] = ()
    """Who gets a copy. Example: `["victim"]`"""
    each: EventName | None = None
    """One duty for each party or document of a step, or for each entry of a group. Example: `"plan.actions"`"""
    after: Event | None = None
    """What has to have happened before it opens. Example: `"request"`"""
    when: When | None = None
    """Opens only if this holds; not needed if it doesn't. Example: `{ "threshold-decision.decision" = "met" }`"""
    not_before: Duration | Event | Limit | None = None
    """The earliest time: an event, a length of time, or both. Example: `"panel-meeting.meeting_on"`"""
    counts_from: Annotated[Event | None, Field(alias="from")] = None
    """The event that its time counts from; its opening, where it is left out. Example: `"panel-meeting.meeting_on"`"""
    within: Duration | None = None
    """How long there is. Example: `"2 working days"`"""
    before: EventName | None = None
    """The dated event that it has to come before. Example: `"panel-meeting.meeting_on"`"""
    at_least: Duration | None = None
    """How long before. Example: `"5 working days"`"""
    at_latest: Limit | None = None
    """A limit on top. Example: `{ from = "request", within = "35 working days" }`"""
    on: EventName | None = None
    """The date that it is due on: a date answer, or a meeting. Example: `"panel-meeting.meeting_on"`"""
    every: Duration | None = None
    """How often it comes again. Example: `"3 months"`"""
    until: Event | None = None
    """The event after which nothing more comes. Example: `"close"`"""
    dated: str | None = None
    """The date answer that is judged in the place of the filing. Example: `"decided_on"`"""
    may_extend: Extension | None = None
    """Who may put the date off, and how far. Example: `{ by = "spoc", most = "10 working days" }`"""
    opens: PageId | None = None
    """The procedure that takes the case over. Example: `"commissioner"`"""
    carries: tuple[PageId, ...] = ()
    """The steps whose documents go with it. Example: `["request", "outcome"]`"""
    returns: PageId | None = None
    """The step in which what comes back is filed. Example: `"appeal-result"`"""
    adds_to: PageId | None = None
    """A step that `opens`: this one's document, and those in `carries`, go into the case that it opened while that is
    open there, and do what the body that sends them is asked for by the same form. Example: `"appeal"`"""
    hands_back: bool = False
    """In a case that another procedure opened: its document goes back there. Example: `true`"""
    back_to: PageId | None = None
    """Filing it starts a new round from that step. Example: `"panel-meeting"`"""
    again: bool = False
    """Its form may be filled in again after it is done; the latest is read. Example: `true`"""
    needs: tuple[PageId, ...] = ()
    """Its document can't be filed while one of these steps is asked for and not done. Example: `["victim-part"]`"""
    invites_to: PageId | None = None
    """Its letter brings an entry for a calendar: the meeting that this step answers. Example: `"panel-meeting"`"""
    calls_off: PageId | None = None
    """Its letter takes that entry back. Example: `"panel-meeting"`"""
    rests_on: PageId | None = None
    """The step in which a panel votes on what its document says. One that the votes do not bear out counts once
    somebody else who may file it has agreed. Example: `"vote"`"""
    sits: PageId | None = None
    """The panel whose meeting its document puts on record: it can't be filed while too few members were there.
    Example: `"core-panel"`"""
    shares_with: PageId | None = None
    """The panel whose members may read the evidence bundle that its document names. Example: `"core-panel"`"""
    second_reader: RoleId | tuple[RoleId, ...] = ()
    """Who has to read its letter before it goes: somebody of these roles who did not write it. Example: `"deputy"`"""
    evidence: tuple[Evidence, ...] = ()
    """What its document shows to somebody who looks the case over. Example: `["decision"]`"""
    remind: Reminder | None = None
    """When and with which letter its owner is reminded. Example: `{ before = "2 days" }`"""
    overdue: Reminder | None = None
    """What is said once it is late. Example: `{ send = "overdue" }`"""
    escalate_to: RoleId | tuple[RoleId, ...] | None = None
    """Who is told once it is late. Example: `"deputy"`"""
    reads: tuple[Meaning, ...] = ()
    """What of the request whoever owes it reads on their own page, by what its questions mean; of reports, and of what
    was reported, only what went to them. Who votes reads of all. Example: `["applicant.name", "report.reference"]`"""

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
