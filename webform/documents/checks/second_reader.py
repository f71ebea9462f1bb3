"""Second readers: each is a role that works at the desk, and the letter is one that somebody sends."""

from __future__ import annotations

from ..procedure import RoleId
from .letters import sendings
from .report import Desk, near

AT_WORK = frozenset({"work", "linked"})  # the powers to write and send letters


def check_second_readers(desk: Desk) -> None:
    """Every fault of `second_reader`, on steps and under [letters]."""
    procedure = desk.procedure
    for step in procedure.steps:
        if step.second_reader:
            key = f"step.{step.id}.second_reader"
            _readers(desk, step.second_reader, key)
            if not step.send:
                why = "Only a letter can be read before it goes."
                desk.report.error("contradiction", key, why, "Put it on the step that sends the letter.")
    for name, rule in procedure.letters.items():
        if rule.second_reader:
            key = f"letters.{name}.second_reader"
            _readers(desk, rule.second_reader, key)
            by_itself = [sent for sent, letter, _ in sendings(procedure) if letter == name and not _by_hand(sent)]
            if by_itself:
                why = f"The letter goes by itself as {by_itself[0]}, and nobody can read it first."
                desk.report.error("contradiction", key, why, "Put it on the steps whose letter somebody sends.")


def _by_hand(sent: str) -> bool:
    """Whether that key sends it as the letter of a step."""
    return sent.startswith("step.") and sent.count(".") == 2 and sent.endswith(".send")


def _readers(desk: Desk, named: RoleId | tuple[RoleId, ...], key: str) -> None:
    roles = {role.id: role for role in desk.procedure.roles}
    for name in (named,) if isinstance(named, str) else named:
        role = roles.get(name)
        if role is None:
            desk.report.error("reference", key, f"No role is called {name!r}.", near(name, [*roles]))
        elif role.external or not role.local or (role.may is not None and not AT_WORK.intersection(role.may)):
            why = f"Nobody in the role {name!r} works on letters at the desk."
            desk.report.error("contradiction", key, why, 'Name a role of the council that may "work".')
