"""What the schedule reads and what it says: the folder of a case, and the duties that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from .agreement import Agreement

State = Literal[
    "waiting", "open", "arranged", "done", "late", "done late", "held", "lapsed", "waived", "not needed"
]  # fmt: skip

# Kinds of documents that say something about a step without fulfilling it.
WAIVER = "waiver"  # a person decided that the step is not asked for in this case
DELIVERY = "delivery"  # the letter of the step reached its reader
EXTENSION = "extension"  # its due date was put off
# The effects of forms that say such a thing, of the step that they are about.
SPEAKING = {"waives": WAIVER, "delivers": DELIVERY, "extends": EXTENSION}


class NotKnown(str):
    """An answer that says "I do not know": what asks for another one is not false, but open (sentence 6)."""

    __slots__ = ()


@dataclass(frozen=True)
class Filed:
    """One document of a folder. Instants are aware; `replaces` is the number of the document that it corrects.

    `kind` is "form" or "letter" for what fulfils a step, WAIVER or DELIVERY for what is said about one. `about` is the
    step that the effect of a document is about, where that is not its own: what it extends, waives, delivers, reopens
    or holds. `occurrence` says which of several duties it serves, `until` to which day it extends, `gate` for which
    gate it holds, `channel` how a letter went ("email" or "post"),
    `agreement` what a form that consents says, `elsewhere` that it was said to another body and came along from there.
    `first` is the number of the document that a correction, or one that it corrects, has taken the place of.
    """

    number: int
    step: str
    kind: str
    effect: str
    party: str | None
    role: str
    filed_at: datetime
    effective_at: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    replaces: int | None = None
    about: str = ""
    occurrence: int | None = None
    until: date | None = None
    gate: str = ""
    channel: str = ""
    agreement: Agreement | None = None
    elsewhere: bool = False
    first: int | None = None


@dataclass(frozen=True)
class Member:
    """Somebody on the case in a role, from joining until leaving. `key` tells those apart whom documents name."""

    id: str
    role: str
    joined_at: datetime
    left_at: datetime | None = None
    key: str = ""


@dataclass(frozen=True)
class Folder:
    """Everything that is known of a case, or of an area's own business; `council`: whose case, in a joint procedure.

    `since`: when the folder of an area's own business was begun.
    """

    documents: tuple[Filed, ...] = ()
    parties: tuple[Member, ...] = ()
    scope: Literal["case", "area"] = "case"
    council: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Duty:
    """One document that is due from somebody: what `schedule` says about it at one moment.

    `party` is the member that the duty is about; `to` says who reads the document. The duties of a step that goes to a
    list of roles are told apart by `occurrence`, the place in the list. `starts` is when its time began to count, `due`
    the last instant of `due_on` in London (of hours, the very instant). A due date that is a `forecast` rests on
    somebody's last day and moves with it; `original_due_on` is the date before it was extended. `explanation` can be
    checked by hand with a calendar. What is done is `over` when its condition no longer holds: nobody can do it again.
    `about` is the number of the document that the duty is about, where its step has one for each document of another.
    """

    step: str
    party: str | None
    occurrence: int
    owner: tuple[str, ...]
    starts: datetime | None
    opens_at: datetime | None
    due: datetime | None
    due_on: date | None
    state: State
    done_at: datetime | None = None
    forecast: bool = False
    warnings: tuple[str, ...] = ()
    explanation: Sequence[str] = ()
    arranged_for: datetime | None = None
    to: tuple[str, ...] = ()
    original_due_on: date | None = None
    over: bool = False
    about: int | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells this duty from every other of the case."""
        return self.step, self.party or "", self.occurrence
