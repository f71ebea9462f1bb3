"""Who was there at a meeting of a panel, as its record says, and what stands against closing it."""

from __future__ import annotations

from dataclasses import dataclass

from webform.documents.answers import Answers, entries, first, groups_around
from webform.documents.form import Form
from webform.documents.procedure import Panel, Procedure

from .tally import quorate

YES = "yes"


@dataclass(frozen=True)
class Attendance:
    """The members who were there and have no interest in the case, by role; and whether the chair was involved."""

    there: frozenset[str]
    chair_involved: bool


def attendance(form: Form, answers: Answers) -> Attendance:
    """What the record of a meeting says of those who came."""
    asked = {name: form.meaning(f"sitting.{name}") for name in ("member", "there", "interest")}
    member, there, interest = asked["member"], asked["there"], asked["interest"]
    found = set()
    if member and there:
        present = {option.value for option in there.options if option.counts_as == "there"}
        for _path, entry in entries(form, answers, (groups_around(form, there.id) or ("",))[-1]):
            apart = interest is not None and entry.get(interest.id) == YES
            if entry.get(there.id) in present and entry.get(member.id) and not apart:
                found.add(str(entry[member.id]))
    return Attendance(frozenset(found), first(form, answers, "sitting.chair_involved") == YES)


def has_quorum(panel: Panel, found: Attendance) -> bool:
    """Whether enough members were there without an interest. Where the source names no number, nobody counts."""
    ours = found.there & set(panel.members())
    return panel.quorum is None or quorate(panel, ours)


def needs_another_chair(procedure: Procedure, panel: Panel, found: Attendance) -> bool:
    """Whether somebody who was involved took a chair that is independent: of other roles, or no member of the panel."""
    role = next((one for one in procedure.roles if one.id == panel.chair), None)
    is_apart = role is not None and (bool(role.independent_of) or role.id not in panel.members())
    return is_apart and found.chair_involved
