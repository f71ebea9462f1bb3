"""Where the checks note what they find, with the file that has to be mended."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..faults import Fault, Level
from ..form import Form
from ..letter import Letter
from ..procedure import Procedure


@dataclass
class Report:
    """The faults of one document; `file_of` names the file that wrote a key."""

    file_of: Callable[[str], str]
    faults: list[Fault] = field(default_factory=list)

    def error(self, rule: str, key: str, why: str, cure: str, source: str = "") -> None:
        self._note("error", rule, key, why, cure, source)

    def warning(self, rule: str, key: str, why: str, cure: str, source: str = "") -> None:
        self._note("warning", rule, key, why, cure, source)

    def note(self, rule: str, key: str, why: str, cure: str, source: str = "") -> None:
        self._note("note", rule, key, why, cure, source)

    def _note(self, level: Level, rule: str, key: str, why: str, cure: str, source: str) -> None:
        self.faults.append(Fault(level, rule, self.file_of(key), key, why, cure, source))


@dataclass(frozen=True)
class Desk:
    """A procedure with everything that it names, and the report about it."""

    procedure: Procedure
    forms: Mapping[str, Form]
    letters: Mapping[str, Letter]
    report: Report

    def form_of(self, step_id: str) -> Form | None:
        """The form that a step fills in, if both exist."""
        step = self.procedure.step(step_id)
        return self.forms.get(step.fill) if step and step.fill else None

    @property
    def opening(self) -> Form | None:
        """The form that opens a case."""
        return self.forms.get(self.procedure.area.opens_with)

    def opens(self, step_id: str) -> bool:
        """Whether this is the step whose form opens the case."""
        step = self.procedure.step(step_id)
        return step is not None and step.fill == self.procedure.area.opens_with


def near(name: str, known: list[str]) -> str:
    """A cure that names what can be written instead."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return (
        f"Name one of: {', '.join(sorted(known)[:12])}{' …' if len(known) > 12 else ''}." if known else "Take it out."
    )
