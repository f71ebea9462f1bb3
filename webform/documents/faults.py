"""What is wrong with a document, in words for the person who has to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Fault:
    """One finding of the reader or of `flask procedure check`.

    `file` is relative to its shelf, `key` a dotted path such as ``step.acknowledgement.within``,
    `source` the paragraph that asks for the rule ('' for plain mistakes of writing), `cure` says what to do.
    """

    level: Level
    rule: str
    file: str
    key: str
    why: str
    cure: str
    source: str = ""

    def line(self) -> str:
        """The fault on one line, as the terminal shows it."""
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{self.level}: {where}: {self.why} {self.cure}".rstrip()

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


class BrokenDocuments(Exception):
    """The shelves can't be used. Carries every fault at once."""

    def __init__(self, faults: tuple[Fault, ...]):
        self.faults = faults
        super().__init__("\n".join(fault.line() for fault in faults))
