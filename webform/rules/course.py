"""The words of the reckoning: events, what becomes of a step over time, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from webform.documents.procedure import Step
from webform.words import gettext as _

from .papers import Seat
from .timeline import Timeline


@dataclass(frozen=True)
class Moment:
    """An event that has happened, or will at a known time. `what` names it in words.

    `whole_day` is a date without a time; it stands at the first instant of its day. `receipt` is something that came in
    from outside, to which the rule on late receipt applies.
    """

    at: datetime
    what: str
    whole_day: bool = False
    receipt: bool = False


SKIPPED: Final = "skipped"  # the event will not come, because its step is not needed
Happening = Moment | Literal["skipped"] | None
Phase = Literal["waiting", "open", "not needed"]


@dataclass(frozen=True)
class Course:
    """What becomes of one step for one seat. `done` may lie ahead, where it is arranged."""

    step: Step
    seat: Seat
    after: Timeline[Happening]
    phase: Timeline[Phase]
    done: Moment | None
    waived_at: datetime | None
    undated: bool  # a document was filed, but without the date that it is judged by
    earliest: datetime | None = None  # before when it does not open

    def settled(self) -> Moment | None:
        """When the step counts as happened: done or waived, whichever came first."""
        if self.waived_at is None or (self.done and self.done.at <= self.waived_at):
            return self.done
        return Moment(self.waived_at, _("the waiver of %(id)s", id=step_name(self.step.id)))

    def is_done_by(self, instant: datetime) -> bool:
        moment = self.settled()
        return moment is not None and moment.at <= instant


@dataclass(frozen=True)
class Due:
    """When a step is due for a seat, and how that was reckoned. `at` is None where no date is known or none is set."""

    opened: Moment | None = None
    opens_at: datetime | None = None
    starts: datetime | None = None
    at: datetime | None = None
    on: date | None = None
    forecast: bool = False
    basis: str = ""  # what the date counts from, in words
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    original: date | None = None  # the date before it was extended
    breached: bool = False  # it was late before it was extended
    held: bool = False  # a hold is in force, so that no date can be given

    @property
    def known(self) -> datetime | None:
        """The due instant, if it is more than a forecast."""
        return None if self.forecast else self.at


def step_name(step: str) -> str:
    """The step in words: "the panel meeting"."""
    return f"the {step.replace('-', ' ')}"
