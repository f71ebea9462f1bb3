"""Who holds a role in this case: whoever takes its place, is named by a document, or has to be independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webform.documents.procedure import Role
from webform.words import gettext as _

from .papers import Seat
from .truths import truth

if TYPE_CHECKING:
    from .reckoning import Reckoning


def owners(r: Reckoning, roles: tuple[str, ...], seat: Seat) -> tuple[str, ...]:
    """The roles as they stand now: one whose place is taken gives way to the first that takes it."""
    return tuple(dict.fromkeys(_holder(r, role, seat) for role in roles))


def _holder(r: Reckoning, role: str, seat: Seat) -> str:
    rules = r.roles[role].instead if role in r.roles else ()
    return next((rule.role for rule in rules if truth(r, rule.when, seat).at(r.now) is True), role)


def _named(r: Reckoning, role: Role) -> bool:
    """Whether somebody holds the role, or the document that says who does is there and says it in words alone."""
    step, _dot, question = (role.named_by or "").partition(".")
    held = any(member.role == role.id and not member.left_at for member in r.members)
    return held or (not question and r.papers.count(step) > 0)


def people_warnings(r: Reckoning, roles: tuple[str, ...]) -> list[str]:
    """What stands against those who hold the roles: nobody was named, or somebody who is not independent."""
    found = []
    for role in (r.roles[name] for name in roles if name in r.roles):
        if role.named_by and not _named(r, role):
            found.append(_("nobody has been named as %(title)s", title=role.title))
        holding = {member.id for member in r.members if member.role == role.id and not member.left_at}
        involved = {member.id for member in r.members if member.role in role.independent_of}
        if holding & involved:
            found.append(_("%(title)s is not independent", title=role.title))
    return found
