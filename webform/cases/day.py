"""What an officer has before them today: duties and cases of an area, read from indexed columns and never from folders.

Each list is made of parts, which stand one after the other: what has a date comes first, the earliest before. No list
is counted beyond MOST, so that a desk with a hundred thousand cases is as quick as one with a thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from webform.records.lookup import flagged
from webform.records.store import db
from webform.records.tables import BlindIndex, Case, Deadline, Task

from .desk import handed_over_to
from .folder import AREA
from .up_to_date import OURS, THEIRS

Row = TypeVar("Row", Deadline, Case, Task)
Test = ColumnElement[bool]
Duties = Literal["overdue", "today", "week", "later", "waiting"]
Cases = Literal["new", "open", "closed"]
MOST = 1_000
FEW = 500  # so many cases are looked up one by one
SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Filters:
    """What the lists are narrowed to. `owner`: an officer, or 0 for nobody; `flag`: one that the case bears.

    `also`: those for whom that officer stands in.
    """

    stage: str = ""
    owner: int | None = None
    flag: str = ""
    linked: bool = False  # those alone that another body has handed over
    also: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stage or self.flag or self.linked or self.owner is not None)


@dataclass(frozen=True)
class Found(Generic[Row]):
    """One page of a list. `count` goes up to MOST; `more` says that there are more than that."""

    rows: tuple[Row, ...]
    count: int
    more: bool


@dataclass(frozen=True)
class _List(Generic[Row]):
    """What is listed and in which order, in parts that stand one after the other."""

    model: type[Row]
    parts: tuple[tuple[Test, ...], ...]
    order: tuple[Any, ...]
    options: tuple[ExecutableOption, ...] = ()

    def page(self, start: int, size: int) -> Found[Row]:
        """So many rows from there on."""
        rows: list[Row] = []
        counts = [self._count(part) for part in self.parts]
        skipped = start
        for part, count in zip(self.parts, counts, strict=True):
            if skipped < count and len(rows) < size:
                rows += self._rows(part, skipped, size - len(rows))
            skipped = max(0, skipped - count)
        return Found(tuple(rows), min(sum(counts), MOST), sum(counts) > MOST)

    def _count(self, part: tuple[Test, ...]) -> int:
        up_to = select(self.model.id).where(*part).limit(MOST + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(up_to)) or 0

    def _rows(self, part: tuple[Test, ...], start: int, size: int) -> Sequence[Row]:
        here = select(self.model).where(*part).order_by(*self.order).options(*self.options)
        return db.session.scalars(here.offset(start).limit(size)).unique().all()


def duties(
    area: str, name: Duties, today: dt.date, filters: Filters, start: int = 0, size: int = 10
) -> Found[Deadline]:
    """A list of duties of cases that somebody has opened: to be done here, or waited for."""
    here = (Deadline.area == area, Deadline.listed == (THEIRS if name == "waiting" else OURS))
    narrowed = _of_cases(area, filters, Deadline.case_id)
    parts = tuple((*here, when, *narrowed) for when in _when(name, today))
    order = (Deadline.due_on, Deadline.id)
    return _List(Deadline, parts, order, (joinedload(Deadline.case), joinedload(Deadline.party))).page(start, size)


def _when(name: Duties, today: dt.date) -> tuple[Test, ...]:
    due, week = Deadline.due_on, today + SOON
    match name:
        case "overdue":
            return (due < today,)
        case "today":
            return (due == today,)
        case "week":
            return ((due > today) & (due <= week),)
        case "later":
            return (due > week, due.is_(None))
        case "waiting":
            return (due.is_not(None), due.is_(None))


def cases(area: str, name: Cases, filters: Filters, start: int = 0, size: int = 10) -> Found[Case]:
    """A list of cases: that nobody has opened, the oldest first; open ones by their next date; closed ones."""
    here = (Case.area == area, Case.scope != AREA, *_of_cases(area, filters, Case.id))
    is_open = Case.closed_at.is_(None)
    match name:
        case "new":
            parts: tuple[tuple[Test, ...], ...] = ((*here, Case.seen_at.is_(None), Case.erased_at.is_(None)),)
            order: tuple[Any, ...] = (Case.received_at, Case.id)
        case "open":
            parts = ((*here, is_open, Case.next_on.is_not(None)), (*here, is_open, Case.next_on.is_(None)))
            order = (Case.next_on, Case.id)
        case "closed":
            parts = ((*here, Case.closed_at.is_not(None), Case.erased_at.is_(None)),)
            order = (Case.closed_at.desc(), Case.id.desc())  # as the index has it, read from its end
    return _List(Case, parts, order).page(start, size)


def tasks(area: str, start: int = 0, size: int = 10, linked: bool = False) -> Found[Task]:
    """What only a person can put right, the oldest first; perhaps only of cases that another body has handed over."""
    waiting: tuple[Test, ...] = (Task.area == area, Task.done_at.is_(None))
    if linked:
        waiting = (*waiting, exists().where(handed_over_to(cast(Any, Task.case_id))))
    return _List(Task, (waiting,), (Task.created_at, Task.id)).page(start, size)


def _of_cases(area: str, filters: Filters, case_id: Any) -> tuple[Test, ...]:
    """That a row belongs to a case that fits the filters.

    Few such cases are named one by one; where they are many, the first rows of the list belong to some of them soon.
    """
    if not filters:
        return ()
    fits = _fits(area, filters)
    few = db.session.scalars(select(Case.id).where(*fits).limit(FEW + 1)).all()
    if len(few) <= FEW:
        return (case_id.in_(few),)
    return fits if case_id is Case.id else (exists().where(Case.id == case_id, *fits),)


def _fits(area: str, filters: Filters) -> tuple[Test, ...]:
    tests: list[Test] = [Case.area == area]
    if filters.stage:
        tests.append(Case.stage == filters.stage)
    if filters.owner is not None:
        owners = Case.owner_officer_id.in_((filters.owner, *filters.also))
        tests.append(owners if filters.owner else Case.owner_officer_id.is_(None))
    if filters.flag:
        bears = (BlindIndex.kind == "flag", BlindIndex.digest == flagged(area, filters.flag))
        tests.append(cast(Test, Case.id.in_(select(BlindIndex.case_id).where(*bears))))
    if filters.linked:
        tests.append(exists().where(handed_over_to(cast(Any, Case.id))))
    return tuple(tests)
