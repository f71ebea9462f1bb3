"""The schema of who takes part: roles, panels, the meetings they sit in, and the councils of a joint procedure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .condition import When
from .duration import Duration
from .form import PageId, Part, Words
from .step import RoleId, Rule


class Instead(Part):
    """Who takes a role's place while the condition holds: a deputy chair where the chair was involved."""

    when: When
    role: RoleId


class Role(Rule):
    """Somebody who owes or receives something. `local` roles get their address from instance/, others from the case.

    `named_by` is the step whose document says who it is; nobody of the roles in `independent_of` may hold it.
    """

    id: RoleId
    title: Words
    local: bool = True
    plural: bool = False
    external: bool = False  # signs in by link, not as an officer
    named_by: PageId | None = None
    independent_of: tuple[RoleId, ...] = ()
    instead: tuple[Instead, ...] = ()


class Invited(Part):
    """A member of a panel who belongs to it only while the condition holds: youth justice, if somebody is under 18."""

    role: RoleId
    when: When | None = None


class Panel(Rule):
    """Who decides together. `quorum` members have to take part, those in `quorum_of` among them."""

    id: PageId
    title: Words
    core: tuple[RoleId, ...]
    invited: tuple[RoleId | Invited, ...] = ()
    quorum: Annotated[int, Field(ge=1)] = 1
    quorum_of: tuple[RoleId, ...] = ()
    decides: Annotated[str, Field(pattern=r"^[1-9]\d? of [1-9]\d?$|^majority$|^all$|^alone$")] = "majority"
    chair: RoleId | None = None

    def guests(self) -> tuple[Invited, ...]:
        """Those who are invited, each with the condition."""
        return tuple(Invited(role=one) if isinstance(one, str) else one for one in self.invited)

    def members(self) -> tuple[RoleId, ...]:
        """Everybody who may sit on it, core members first."""
        return tuple(dict.fromkeys((*self.core, *(one.role for one in self.guests()))))


class Meeting(Rule):
    """A standing meeting. Its dates are in instance/calendar.toml; `notice` is how long before one a case has to open."""

    id: PageId
    title: Words
    notice: Duration | None = None


class Council(Rule):
    """One council of a joint procedure. A condition may ask for it: `when = { council = "ID" }`."""

    id: PageId
    name: Words
    phone: str = ""
    email: str = ""
    web: str = ""
    postcodes: tuple[str, ...] = ()
