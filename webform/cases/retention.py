"""What `[retention]` promises, carried out by the clock: whatever is over its time goes.

Nothing goes that somebody still waits for: an email that was not delivered, with all its case; a case that is kept by a
person's decision (legal hold), with its emails and who looked at it; one from which another body's decision is awaited.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from webform.documents.duration import Duration
from webform.documents.procedure import Procedure, Retention
from webform.house import house
from webform.records.attempts import forget_old
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Access, Case, CaseLink, Message, ProcedureVersion, Task
from webform.rules.calendar import day_of, end_of

from .calendars import calendar_in_use
from .desk import CASE
from .erase import empty, erase_case
from .hand_over import HANDED_OVER
from .pinned import rules_of_version

AT_ONCE = 200  # rows in one transaction: everybody who saves something waits for it
UNDELIVERED = "undelivered"  # the kind of task that asks a person to find another way than an email
Test = sa.ColumnElement[bool]
Stop = Callable[[], bool]


def keep_to_retention(now: dt.datetime, stop: Stop = lambda: False) -> int:
    """Erase what is over its time, a transaction at a time. How many cases were erased."""
    begin_writing()
    forget_old(now)
    db.session.commit()
    every = tuple(areas())
    for procedure in every:
        _forget_looks(procedure, now)
        _empty_emails(procedure.id, last_of(procedure, procedure.retention.emails, now), now)
    if lasts := [last for one in every if (last := last_of(one, one.retention.emails, now))]:
        _empty_emails(None, max(lasts), now)  # what went to an officer, of no area in particular
    return sum(_erase_cases(procedure, now, stop) for procedure in every)


def shortest(which: Callable[[Retention], Duration | None], now: dt.datetime) -> dt.datetime | None:
    """The latest moment before which no area keeps something; None where one keeps it for ever."""
    lasts = [last_of(procedure, which(procedure.retention), now) for procedure in house().shelves.areas()]
    return max((last for last in lasts if last), default=None)


def areas() -> Iterator[Procedure]:
    """Every area that has ever had a case, or could have one, with its rules of today; its last ones where it is gone.

    How long something is kept is the council's own affair: it follows the rules in force, not those of the case.
    """
    shelves = house().shelves
    yield from shelves.areas()
    newest = sa.select(ProcedureVersion.area, ProcedureVersion.version).order_by(ProcedureVersion.first_used_at)
    for area, version in dict(db.session.execute(newest).all()).items():
        if area not in shelves.procedures:
            yield rules_of_version(version)[0]


def last_of(procedure: Procedure, length: Duration | None, now: dt.datetime) -> dt.datetime | None:
    """Whatever ended by then is over its time; None where there is no limit."""
    if length is None:
        return None
    calendar = calendar_in_use(procedure, house().settings.instance)
    return end_of(calendar.back(day_of(now), length).date - dt.timedelta(days=1))


# --- cases -----------------------------------------------------------------------------------------------------------


def _erase_cases(procedure: Procedure, now: dt.datetime, stop: Stop) -> int:
    last = last_of(procedure, procedure.retention.cases, now)
    if last is None:
        return 0
    over = (Case.area == procedure.id, Case.closed_at <= last, *_may_go())
    ids = db.session.scalars(sa.select(Case.id).where(*over).order_by(Case.closed_at, Case.id)).all()
    db.session.rollback()
    return sum(_erase(case_id, over, now) for case_id in ids if not stop())


def _erase(case_id: int, over: tuple[Test, ...], now: dt.datetime) -> bool:
    """One case in one transaction, if it is still over its time once nobody else writes to it."""
    begin_writing()
    lock_case(case_id)
    case = db.session.scalar(sa.select(Case).where(Case.id == case_id, *over))
    if case is not None:
        erase_case(case, now)
    db.session.commit()
    return case is not None


def _may_go() -> tuple[Test, ...]:
    """What a case must not have about it to be erased."""
    waits = sa.exists().where(Message.case_id == Case.id, Message.state == "waiting")
    open_task = sa.exists().where(Task.case_id == Case.id, Task.kind == UNDELIVERED, Task.done_at.is_(None))
    other = aliased(Case)
    awaited = sa.exists().where(
        CaseLink.case_id == Case.id, CaseLink.kind == HANDED_OVER, CaseLink.returned_at.is_(None),
        CaseLink.other_id.in_(sa.select(other.id).where(other.closed_at.is_(None))),
    )  # fmt: skip
    is_done = (Case.scope == CASE, Case.erased_at.is_(None), Case.kept_since.is_(None))
    return (*is_done, ~waits, ~open_task, ~awaited)


# --- emails, and who looked ------------------------------------------------------------------------------------------


def _empty_emails(area: str | None, last: dt.datetime | None, now: dt.datetime) -> None:
    """Take the words out of what has gone by then, and of what could not go, once a person has seen to that."""
    if last is None:
        return
    of_area = Message.area.is_(None) if area is None else Message.area == area
    same_case = Task.case_id.is_not_distinct_from(Message.case_id) & Task.area.is_not_distinct_from(Message.area)
    left_to_do = sa.exists().where(same_case, Task.kind == UNDELIVERED, Task.done_at.is_(None))
    is_kept = sa.exists().where(Case.id == Message.case_id, Case.kept_since.is_not(None))
    ended = sa.or_(
        (Message.state == "sent") & (Message.sent_at <= last),
        (Message.state == "cancelled") & (Message.created_at <= last),
        (Message.state == "refused") & (Message.created_at <= last) & ~left_to_do,
    )
    over = (of_area, ended, ~is_kept, Message.emptied_at.is_(None))
    some = sa.select(Message.id).where(*over).order_by(Message.id).limit(AT_ONCE)
    while True:
        begin_writing()
        count = empty(Message.id.in_(list(db.session.scalars(some))), now)
        db.session.commit()
        if not count:
            return


def _forget_looks(procedure: Procedure, now: dt.datetime) -> None:
    """Who looked at which case is forgotten after its time, unless the case is kept."""
    last = last_of(procedure, procedure.retention.looks, now)
    if last is None:
        return
    of_area = sa.select(Case.id).where(Case.area == procedure.id, Case.kept_since.is_(None))
    begin_writing()
    db.session.execute(sa.delete(Access).where(Access.at <= last, Access.case_id.in_(of_area)))
    db.session.commit()
