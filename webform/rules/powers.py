"""What an officer may do at the desk: what the procedure says of their role."""

from __future__ import annotations

from typing import get_args

from webform.contacts import NEEDED
from webform.documents.bodies import Power
from webform.documents.procedure import Procedure

Powers = frozenset[Power]
NONE: Powers = frozenset()
ALL: Powers = frozenset(get_args(Power)) - {"linked"}  # whoever sees every case sees the linked ones


def powers_of(procedure: Procedure | None, role: str) -> Powers:
    """The powers of a role. Without the point of contact and the deputy nothing would move: they may do everything
    where the procedure says nothing of it."""
    found = next((one for one in procedure.roles if one.id == role), None) if procedure else None
    if found is not None and found.may is not None:
        return frozenset(found.may)
    return ALL if role in NEEDED else NONE


def may_stand_in(procedure: Procedure | None, role: str, absent: str) -> bool:
    """Whether an officer of one role may stand in for another: as the procedure says, else who may do as much."""
    found = next((one for one in procedure.roles if one.id == absent), None) if procedure else None
    if found is not None and found.stood_in_by:
        return role in found.stood_in_by
    return powers_of(procedure, absent) <= powers_of(procedure, role)


def desk_roles(procedure: Procedure) -> dict[str, str]:
    """The roles of those who sign in at the desk, with what people call them."""
    return {role.id: role.title for role in procedure.roles if powers_of(procedure, role.id)}
