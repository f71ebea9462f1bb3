"""What is due on a case, for those who work at the desk: what they can do now, and the timetable of everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from webform.cases.file_document import AGAIN
from webform.cases.folder import Which, duties_beside, duties_of, not_done_yet
from webform.cases.letters import Draft, letter_of
from webform.cases.pinned import rules_of
from webform.cases.titles import owners_of, role_titles, told, told_of, whom
from webform.documents.form import Form
from webform.documents.procedure import SERVICE, Step
from webform.records.tables import Case
from webform.rules.calendar import day_of
from webform.rules.folder import Duty
from webform.rules.picture import Picture, picture
from webform.web.asked import Asked, MayCome, asked_outside, may_come_in
from webform.web.letter_desk import drawn_for

NOW_DUE = ("open", "late", "arranged", "held")
DONE = ("done", "done late")


@dataclass(frozen=True)
class Due:
    """One duty and what an officer can do about it now. `letter` is there when its step sends one."""

    duty: Duty
    step: Step
    owners: tuple[str, ...]
    title: str
    letter: Draft | None = None
    whom: str = ""  # the party that it is about, where each has a duty of its own
    first: tuple[str, ...] = ()  # what has to be on file before it
    drawn: str = ""  # for whom its letter is, as this page is drawn
    anew: bool = False  # whether it is about another thing each time, so that what was done before is not done again

    @property
    def which(self) -> Which:
        """How addresses name it."""
        return Which.of(self.duty)

    @property
    def is_choice(self) -> bool:
        """Whether nobody has to do it: it is only possible, or done already and may be done again."""
        return self.step.strength == "choice" or self.duty.state in DONE

    @property
    def one_press(self) -> bool:
        """Whether the letter can go as it is drafted."""
        return self.letter is not None and self.letter.ready


class Workload:
    """A case and its duties as they stand now. Nothing here changes anything."""

    def __init__(self, case: Case, now: dt.datetime):
        self.case, self.now = case, now
        self.procedure, self.forms = rules_of(case)
        self.duties = duties_of(case, now)

    def form_at(self, which: Which | str) -> Form | None:
        """The form of a step; None where it has none."""
        step = self.procedure.step(Which.read(which).step)
        return self.forms.get(step.fill or "") if step else None

    def named(self, step_id: str) -> str:
        """A step as a heading."""
        return self.procedure.named(step_id)

    @cached_property
    def titles(self) -> dict[str, str]:
        """What people call each role and each panel."""
        return role_titles(self.procedure)

    def owners(self, duty: Duty) -> tuple[str, ...]:
        return owners_of(duty, self.titles)

    @cached_property
    def due(self) -> tuple[Due, ...]:
        """What can be done now: duties first, by date; then what may be done at any time."""
        ready = [one for duty in self.duties if self._can_be_done(duty) and (one := self.item(duty))]
        far = dt.date.max
        return tuple(sorted(ready, key=lambda one: (one.is_choice, bool(one.first), one.duty.due_on or far)))

    def _can_be_done(self, duty: Duty) -> bool:
        return duty.state in NOW_DUE or (duty.state in DONE and self._may_come_again(duty.step) and not duty.over)

    def _may_come_again(self, step_id: str) -> bool:
        """Whether it can be filled in again: its step says so, or it is about another thing each time."""
        step, form = self.procedure.step(step_id), self.form_at(step_id)
        return (step is not None and step.again) or (form is not None and form.effect in AGAIN)

    def item(self, duty: Duty) -> Due | None:
        """What somebody at the desk can do about a duty; None where others owe it."""
        step = self.procedure.step(duty.step)
        if step is None or not self._is_ours(duty, step):
            return None
        letter = letter_of(self.case, duty, self.now, self.duties) if step.send else None
        first = not_done_yet(self.procedure, step, duties_beside(self.duties, duty))
        drawn = drawn_for(self.case, letter) if letter else ""
        form = self.form_at(step.id)
        anew = form is not None and form.effect in AGAIN
        named, whom = self.named(step.id), self.whom(duty)
        return Due(duty, step, self.owners(duty), named, letter, whom, first, drawn, anew)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """What those outside owe now."""
        return asked_outside(self.case, self.duties, self.now)

    @property
    def may_come(self) -> tuple[MayCome, ...]:
        """What those outside may still send on their own account."""
        return may_come_in(self.case, self.duties, self.now)

    def whom(self, duty: Duty) -> str:
        """The party that a duty is about, as people call it."""
        return whom(self.case, duty)

    def _is_ours(self, duty: Duty, step: Step) -> bool:
        """Whether somebody at the desk owes it, or the service does and could not: its letter goes on paper then.

        What people outside owe is only in the timetable.
        """
        if duty.owner == (SERVICE,):
            return step.send is not None and duty.state in ("open", "late")
        local = {role.id for role in self.procedure.roles if not role.external}
        return bool(local.intersection(duty.owner))

    @property
    def timetable(self) -> list[tuple[Duty, str, tuple[str, ...]]]:
        """Every duty with its name and who owes it, settled ones included; what is only possible once it was done."""
        return [(duty, self.told(duty), self.owners(duty)) for duty in told_of(self.duties, self.procedure)]

    @cached_property
    def clock(self) -> Picture | None:
        """The timetable as a picture."""
        return picture((duty for duty, _, _ in self.timetable), day_of(self.now))

    def told(self, duty: Duty) -> str:
        """What is due, and from or about whom where each of several has one."""
        return told(self.case, duty, self.procedure)
