"""A folder laid beside its procedure: whom each step is about, and what becomes of it over time.

Everything is worked out once and kept, step by step as it is asked for. What opens a step is in opening.py, events are
in events.py, dates in due.py; schedule.py turns the result into duties.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from webform.documents.procedure import SERVICE, Panel, Procedure, Step
from webform.words import gettext as _

from . import due, opening
from .calendar import WorkingCalendar, day_of, start_of
from .consent import waiting_for_consent
from .course import Course, Due, Moment, step_name
from .folder import Filed, Folder
from .holds import Hold
from .papers import Papers, Seat, standing
from .periods import period_at
from .rounds import rounds_of
from .seats import seats_of
from .stopping import holds_of

CLOSING = ("closes", "withdraws")


class CircularProcedure(ValueError):
    """A step that waits for itself. The check of a procedure finds this before a case can."""


def opening_step(procedure: Procedure) -> str:
    """The step that the form which opens a case fulfils; the two may be called differently."""
    form = procedure.area.opens_with
    return next((step.id for step in procedure.steps if step.fill == form), form)


class Reckoning:
    """One procedure, folder, calendar and now, and all that follows from them."""

    def __init__(self, procedure: Procedure, folder: Folder, calendar: WorkingCalendar, now: datetime):
        self.procedure = procedure
        self.calendar = calendar.known_by(now)
        self.now = now
        self.today = day_of(now)
        self.steps = {step.id: step for step in procedure.steps}
        self.opening_step = opening_step(procedure)
        self.roles = {role.id: role for role in procedure.roles}
        self.panels = {panel.id: panel for panel in procedure.panels}
        self.sitters = {role for panel in procedure.panels if panel.joins for role in panel.sitters()}
        self.votes = {step.rests_on for step in procedure.steps}
        self.meetings = {meeting.id: meeting for meeting in procedure.meetings}
        self.council = folder.council
        documents = standing(folder.documents, now)
        self.rounds = rounds_of(self.steps, documents, now)
        self.papers = Papers(documents, self.rounds)
        self.members = [member for member in folder.parties if member.joined_at <= now]
        self.scope = folder.scope
        self.opening = self._opening()
        self.period = self._period(folder)
        self.closed = self._closed()
        self._seats: dict[str, tuple[Seat, ...] | None] = {}
        self._courses: dict[tuple[str, Seat], Course | None] = {}
        self._of_step: dict[str, list[Course]] = {}
        self._reading_holds = False
        self._dues: dict[tuple[str, Seat], Due | None] = {}

    def _opening(self) -> Moment | None:
        effective = self.procedure.area.effective
        if self.scope == "area":
            first = self.papers.all[0].effective_at if self.papers.all else None
            at = start_of(effective) if effective else first
            return Moment(at, _("the procedure"), whole_day=effective is not None) if at else None
        for paper in self.papers.all:
            if paper.step == self.opening_step or paper.effect == "opens-case":
                return Moment(paper.effective_at, step_name(self.opening_step), receipt=True)
        return None

    def _period(self, folder: Folder) -> Moment | None:
        """When the period of figures began in which the area's own folder was begun."""
        publication = self.procedure.publication
        if publication is None or folder.since is None:
            return None
        first = period_at(publication, day_of(folder.since)).first
        return Moment(start_of(first), _("the beginning of the period"), whole_day=True)

    def _closed(self) -> Filed | None:
        """The document that closed the case, unless it was opened again since."""
        turns = [
            paper
            for paper in self.papers.all
            if paper.effect in (*CLOSING, "reopens") and paper.effective_at <= self.now
        ]
        return turns[-1] if turns and turns[-1].effect in CLOSING else None

    @cached_property
    def holds(self) -> tuple[Hold, ...]:
        """The holds of the case. While they are being worked out, a condition that asks for one finds none."""
        if self._reading_holds:
            return ()
        self._reading_holds = True
        found = tuple(sorted((*holds_of(self), *waiting_for_consent(self)), key=lambda hold: hold.start))
        self._reading_holds = False
        return found

    def seats(self, step: Step) -> tuple[Seat, ...]:
        """Whom the step has a duty about (sentence 11). Raises CircularProcedure."""
        if step.id not in self._seats:
            self._seats[step.id] = None
            self._seats[step.id] = seats_of(self, step)
        found = self._seats[step.id]
        if found is None:
            raise CircularProcedure(
                _("The step %(id)s waits for itself. Look at its `each`, `from` and `until`.", id=repr(step.id))
            )
        return found

    def is_plural(self, role: str) -> bool:
        return role in self.roles and self.roles[role].plural

    def owing(self, step: Step, panel: Panel) -> tuple[str, ...]:
        """Whose duty it is where a panel owes a step: the core votes, whatever else it is everybody does."""
        return panel.core if step.id in self.votes else panel.sitters()

    def comes_from_outside(self, step: Step) -> bool:
        """Whether the step's document is received rather than written in the house."""
        if step.id == self.opening_step:
            return True
        return any(self._is_outsider(role) for role in step.roles("by") if role not in self.panels)

    def _is_outsider(self, role: str) -> bool:
        if role in self.roles:
            return self.roles[role].external or not self.roles[role].local
        return role not in (SERVICE, Step.model_fields["by"].default)

    def course(self, step: Step, seat: Seat) -> Course:
        """What becomes of the step for that seat. Raises CircularProcedure."""
        key = (step.id, seat)
        if key not in self._courses:
            self._courses[key] = None
            self._courses[key] = opening.run(self, step, seat)
        course = self._courses[key]
        if course is None:
            raise CircularProcedure(
                _("The step %(id)s waits for itself. Look at its `after` and `when`.", id=repr(step.id))
            )
        return course

    def courses(self, step: Step) -> list[Course]:
        """What becomes of the step for each of its seats."""
        if step.id not in self._of_step:
            self._of_step[step.id] = [self.course(step, seat) for seat in self.seats(step)]
        return self._of_step[step.id]

    def due(self, course: Course) -> Due:
        """When it is due. While that is being worked out, a forecast that leads back to itself finds nothing."""
        key = (course.step.id, course.seat)
        if key not in self._dues:
            self._dues[key] = None
            self._dues[key] = due.reckon(self, course)
        return self._dues[key] or Due()
