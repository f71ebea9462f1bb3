"""Where each rule stands: rules without a source, and notes of what a source leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from ..form import Part
from ..procedure import Sourced
from ..threshold import AllConditions, AnyConditions, Count, Given
from .report import Desk

INNER = (AllConditions, AnyConditions, Count, Given)  # conditions stand where their route stands


def check_sources(desk: Desk) -> None:
    """Every rule that is written says where it stands, or that its source is silent; and notes of what is open."""
    for key, rule in rules_of(desk.procedure):
        if not rule.source and not rule.silent and not isinstance(rule, INNER):
            why = "The rule doesn't say where it stands."
            desk.report.warning("source", key, why, "Add `source`, the title and paragraph, or silent = true.")
        if rule.silent:
            desk.report.note("silent", key, "The source is silent here.", "Nothing to do: it is listed for the reader.")
        if rule.doubt:
            desk.report.note("doubt", key, rule.doubt, "Settle it with whoever wrote the source.")


def rules_of(part: Part, key: str = "") -> Iterator[tuple[str, Sourced]]:
    """Every rule that a document writes, at any depth, each with its key."""
    if isinstance(part, Sourced):
        yield key, part
    for name, field in type(part).model_fields.items():
        if name in part.model_fields_set:
            for inner, one in _tables(getattr(part, name)):
                yield from rules_of(one, ".".join(filter(None, (key, field.alias or name, inner))))


def _tables(value: object) -> Iterator[tuple[str, Part]]:
    """The tables of a value, each with its name or its place in the list."""
    if isinstance(value, Part):
        yield "", value
    elif isinstance(value, tuple | dict):
        named = value.items() if isinstance(value, dict) else enumerate(value, start=1)
        for place, one in named:
            if isinstance(one, Part):
                yield str(getattr(one, "id", place)), one
