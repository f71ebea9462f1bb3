"""The schema of who takes part: roles, panels, the meetings they sit in, and the councils of a joint procedure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .condition import When
from .duration import Duration
from .form import PageId, Part, Words
from .step import EventName, RoleId, Rule


class Instead(Part):
    """Who takes a role's place while the condition holds: a deputy chair where the chair was involved."""

    when: When
    """When the other role takes the place."""
    role: RoleId
    """Who takes it. Example: `"deputy-chair"`"""


# What somebody may do at the desk (rules/powers.py).
Power = Literal["read", "work", "decide", "publish", "linked"]


class Role(Rule):
    """Somebody who owes or receives something. `local` roles get their address from instance/, others from the case.

    `named_by` is the step, or the STEP.question, whose document says who it is. From a group each entry is one party,
    whose details are the answers that mean `party.name`, `party.organisation` and so on. From a choice each different
    option that was chosen is one: what is marked `unknown` or `alone` names nobody, and one that `stands_for` several
    is told apart by the name that was typed beside it. A later document of the step adds and removes. Nobody of the
    roles in `independent_of` may hold it.
    """

    id: RoleId
    """What rules call it. Example: `"spoc"`"""
    title: Words
    """What people call it. Example: `"single point of contact"`"""
    local: bool = True
    """Its address is in instance/contacts.toml; otherwise the case itself says who it is."""
    plural: bool = False
    """Several may hold it, each with duties of their own."""
    external: bool = False
    """Works by a link, without signing in as an officer."""
    named_by: EventName | None = None
    """The step, or the question in it, whose document says who holds it. Example: `"request.report_agency"`"""
    independent_of: tuple[RoleId, ...] = ()
    """Roles whose holders may not hold this one: a duty of the role warns while the same party of a folder holds both.
    Example: `["spoc"]`"""
    may: tuple[Power, ...] | None = None
    """What officers of this role may do at the desk; nothing, if it says `[]`. Where it is left out, the single point
    of contact and the deputy may do everything, and nobody else signs in. `read`: see every case of the area. `work`:
    fill in forms, write letters and whatever else moves a case. `decide`: file forms that need it. `publish`: what the
    area owes apart from any case, such as its figures. `linked`: read, and work on, the cases alone that another body
    has handed over. Example: `["read", "work"]`"""
    stood_in_by: tuple[RoleId, ...] = ()
    """Roles whose officers may stand in while one of this role is on leave; whoever may do as much at the desk, where
    it is left out. Example: `["deputy"]`"""
    instead: tuple[Instead, ...] = ()
    """Who takes its place, and when. Example: `[{ when = { "conflict.involved" = "yes" }, role = "deputy" }]`"""


class Invited(Part):
    """A member of a panel who belongs to it only while the condition holds: youth justice, if somebody is under 18."""

    role: RoleId
    """Who is invited. Example: `"youth-justice"`"""
    when: When | None = None
    """When they are; always, where it is left out."""


class Panel(Rule):
    """Who decides together. `quorum` members have to take part, those in `quorum_of` among them.

    A step that is owed by a panel that `joins` is one duty for each member on the case, and a vote (see `rests_on` of a
    step) one for each of the core, who decide. How votes are counted: docs/adr/0120.
    """

    id: PageId
    """What `by` and `to` call it. Example: `"core-panel"`"""
    title: Words
    """Its name, as the public reads it."""
    core: tuple[RoleId, ...]
    """The roles that always belong to it. Example: `["council", "police"]`"""
    invited: tuple[RoleId | Invited, ...] = ()
    """Roles that may be asked to join, each with a condition where it has one. Example: `["health"]`"""
    quorum: Annotated[int | None, Field(ge=1)] = None
    """How many have to take part; left out where the source is silent. Example: `3`"""
    quorum_of: tuple[RoleId, ...] = ()
    """Roles that have to be among them. Example: `["police"]`"""
    decides: Annotated[str | None, Field(pattern=r"^[1-9]\d? of [1-9]\d?$|^majority$|^all$|^alone$")] = None
    """How many have to agree: all, majority, alone, or so many of so many; left out where the source is silent.
    Example: `"2 of 3"`"""
    chair: RoleId | None = None
    """The role in the chair. Example: `"chair"`"""
    joins: PageId | None = None
    """The step with whose first document its members, and whoever is in the chair, join a case: each as a party with a
    page of their own. A guest joins and leaves with the condition. Example: `"panel-meeting"`"""
    interest: Literal["no-vote", "leaves"] = "no-vote"
    """What follows if a member says yes to what means `interest.declared`: they are not counted, or they leave the case
    as well and see nothing more of it. Example: `"leaves"`"""
    off: PageId | None = None
    """The letter that takes the entry out of the calendar of a member who was invited to a meeting and has left since.
    Example: `"panel-not-needed"`"""

    def guests(self) -> tuple[Invited, ...]:
        """Those who are invited, each with the condition."""
        return tuple(Invited(role=one) if isinstance(one, str) else one for one in self.invited)

    def members(self) -> tuple[RoleId, ...]:
        """Everybody who may sit on it, core members first."""
        return tuple(dict.fromkeys((*self.core, *(one.role for one in self.guests()))))

    def sitters(self) -> tuple[RoleId, ...]:
        """The same, with whoever is in the chair."""
        return tuple(dict.fromkeys((*self.members(), *((self.chair,) if self.chair else ()))))


class Meeting(Rule):
    """A standing meeting. Its dates are in instance/calendar.toml."""

    id: PageId
    """What `on` calls it. Example: `"monthly"`"""
    title: Words
    """Its name."""
    notice: Duration | None = None
    """How long before a meeting a case has to open to be heard there."""


class Council(Rule):
    """One council of a joint procedure. A condition may ask for it: `when = { council = "ID" }`."""

    id: PageId
    """What conditions call it. Example: `"north"`"""
    name: Words
    """Its name, as the public reads it."""
    phone: str = ""
    """Printed for the public."""
    email: str = ""
    """Printed for the public; no mail is sent to it."""
    web: str = ""
    """Printed for the public."""
    postcodes: tuple[str, ...] = ()
    """Outward codes that it covers. Example: `["SM4", "SW19"]`"""
