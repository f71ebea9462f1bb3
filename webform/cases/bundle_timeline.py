"""The timeline of a bundle: each step of the procedure with when it was due and done, and why it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

from webform.records.tables import Case, Document
from webform.rules.calendar import day_of, long_date
from webform.rules.folder import Duty
from webform.sending.bundle import Stage
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .folder import duties_of
from .pinned import rules_of
from .titles import owners_of, role_titles, told, told_of

Read = Callable[[str], str]
LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)
NOT_NEEDED = "not needed"

STATES = {
    "waiting": N_("Not due yet"), "open": N_("Not done yet"), "arranged": N_("Arranged"), "done": N_("Done"),
    "late": N_("Not done"), "done late": N_("Done late"), "held": N_("On hold"), "lapsed": N_("Nobody did it in time"),
    "waived": N_("Not asked for here, by decision"), NOT_NEEDED: N_("Not needed"),
}  # fmt: skip


def timeline(case: Case, documents: Sequence[Document], now: dt.datetime, read: Read) -> Iterator[Stage]:
    """Every step that the procedure asks for in this case, in the order of its days."""
    procedure = rules_of(case)[0]
    for duty in sorted(told_of(duties_of(case, now), procedure), key=_when):
        if not _waits_for_something(duty):
            yield _stage(case, duty, read, tuple(_about(duty, documents)))


def not_come_up(case: Case, now: dt.datetime, read: Read) -> Iterator[Stage]:
    """The steps that would follow on something that has not happened, such as a hold."""
    for duty in told_of(duties_of(case, now), rules_of(case)[0]):
        if _waits_for_something(duty):
            yield _stage(case, duty, read)


def not_asked(case: Case, now: dt.datetime, read: Read) -> Iterator[Stage]:
    """The steps that it does not ask for here, with the reason; of several who could owe one, those who were there."""
    duties, asked_for = duties_of(case, now), {one.id for one in rules_of(case)[0].steps if one.strength != "choice"}
    of_each = {duty.step for duty in duties if duty.party}
    for duty in duties:
        nobodys = duty.party is None and duty.step in of_each
        if duty.state == NOT_NEEDED and duty.step in asked_for and not nobodys:
            yield _stage(case, duty, read)


def _waits_for_something(duty: Duty) -> bool:
    return duty.state == "waiting" and duty.due_on is None


def _stage(case: Case, duty: Duty, read: Read, documents: tuple[int, ...] = ()) -> Stage:
    procedure = rules_of(case)[0]
    by = _(" or ").join(owners_of(duty, role_titles(procedure)))
    why = tuple(read(line) for line in duty.explanation)
    title = told(case, duty, procedure).removesuffix(f": {by}")
    return Stage(read(title), by, _(STATES[duty.state]), _dates(duty), why, documents)


def _when(duty: Duty) -> dt.datetime:
    return duty.opens_at or duty.starts or duty.due or LATEST


def _dates(duty: Duty) -> str:
    """When it was done or is arranged for, and when it is due."""
    said = [_("On %(day)s.", day=long_date(day_of(duty.done_at)))] if duty.done_at else []
    if duty.arranged_for and not duty.done_at:
        said.append(_("For %(day)s.", day=long_date(day_of(duty.arranged_for))))
    if duty.due_on and duty.forecast:
        said.append(_("Expected by %(day)s.", day=long_date(duty.due_on)))
    elif duty.due_on:
        said.append(_("Due on %(day)s.", day=long_date(duty.due_on)))
    if duty.original_due_on and duty.original_due_on != duty.due_on:
        said.append(_("It was first due on %(day)s.", day=long_date(duty.original_due_on)))
    return " ".join(said)


def _about(duty: Duty, documents: Iterable[Document]) -> Iterator[int]:
    """The documents that did it: those of its step that are about whom it is about, where something was done."""
    if duty.done_at is None:
        return
    about = int(duty.party) if duty.party else None
    own = (one for one in documents if about is None or one.party_id in (None, about))
    yield from (one.number for one in own if one.step == duty.step)
