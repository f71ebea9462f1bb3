"""Who sits on a panel in a case: its core once it is called, a guest while the condition holds.

Where a member with an interest has to leave, nobody who says that they have one. It is read from the documents in their
order, like everything about who takes part. Who was taken off by an officer is not put back because the meeting is
moved, and what nobody has answered changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from webform.documents.answers import first
from webform.documents.condition import Every, Is, Truth, any_of, holds, named_in
from webform.documents.form import Form
from webform.documents.procedure import Panel, Procedure

from .calendar import day_of
from .events import values_of
from .folder import Filed, NotKnown
from .shown import compare

INTEREST, YES = "interest.declared", "yes"


@dataclass
class Sittings:
    """The panels of a procedure whose members join a case, and what its documents have said of them so far."""

    procedure: Procedure
    said: dict[str, Filed] = field(default_factory=dict)  # the latest document of each step
    called: set[str] = field(default_factory=set)
    wanted: dict[tuple[str, str], bool] = field(default_factory=dict)  # whether the condition of a guest held last
    out: set[tuple[str, str]] = field(default_factory=set)  # role and key of those who left over an interest

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        return tuple(panel for panel in self.procedure.panels if panel.joins)

    @cached_property
    def _single(self) -> frozenset[str]:
        """Roles that one party holds: several are named one by one."""
        return frozenset(role.id for role in self.procedure.roles if not role.plural)

    @cached_property
    def leaving(self) -> frozenset[str]:
        """The roles whose holders leave if they have an interest."""
        return frozenset(role for panel in self.panels if panel.interest == "leaves" for role in panel.sitters())

    def heed(self, paper: Filed) -> Iterator[tuple[str, bool]]:
        """The roles that join with a document, and those that leave (False)."""
        self.said[paper.step] = paper
        for panel in self.panels:
            if paper.step == panel.joins and panel.id not in self.called:
                self.called.add(panel.id)
                guests = {guest.role for guest in panel.guests()}
                yield from ((role, True) for role in panel.sitters() if role in self._single and role not in guests)
            if panel.id in self.called:
                yield from self._guests(panel, day_of(paper.effective_at))

    def _guests(self, panel: Panel, day: date) -> Iterator[tuple[str, bool]]:
        for guest in panel.guests():
            if guest.role not in self._single or guest.role in panel.core:
                continue
            held = holds(guest.when.condition, lambda test: self._judge(test, day)) if guest.when else True
            before = self.wanted.get((panel.id, guest.role), False)
            if held is not None and held != before:
                self.wanted[panel.id, guest.role] = held
                yield guest.role, held

    def _judge(self, test: Is | Every, day: date) -> Truth:
        """What the latest document says; names that are no step's are answers of the request, by what they mean."""
        step, _dot, question = test.name.partition(".")
        if not question and isinstance(test, Is):
            return (step in self.said) is (test.value == "filed")
        if self.procedure.step(step) is None:
            step, question = next((one.step for one in self.said.values() if one.effect == "opens-case"), ""), test.name
        paper = self.said.get(step)
        if paper is None or isinstance(test, Every):
            return None
        values: list[Any] = list(values_of(paper.answers, question)) or [None]
        if "." in question and isinstance(values[0], list):
            values = values[0]
        found = any_of(compare(test, value, day) for value in values)
        return None if found is False and any(isinstance(value, NotKnown) for value in values) else found


def changes_a_panel(procedure: Procedure, step: str, form: Form) -> bool:
    """Whether a document of that step can change who sits on a panel that joins."""
    panels = [panel for panel in procedure.panels if panel.joins]
    conditions = (one.when.condition for panel in panels for one in panel.guests() if one.when)
    read = {test.name.partition(".")[0] for condition in conditions for test in named_in(condition)}
    steps = {panel.joins for panel in panels} | read
    return bool(panels) and (step in steps or form.meaning(INTEREST) is not None)


def has_interest(form: Form | None, answers: Mapping[str, Any]) -> bool | None:
    """What a document says of whoever filed it: whether they have an interest; None where it does not ask."""
    said = first(form, answers, INTEREST) if form else None
    return None if said is None else said == YES
