"""The figures of an area, counted from rows that are kept as documents are filed.

A case is counted by the rules that it was made under. A case whose documents were erased stays where it stood.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, func, or_, select

from webform.records.figures import FigureDay
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Case
from webform.rules.figures import places
from webform.rules.periods import Period

from .folder import AREA, calendar_of, documents_of, folder_of
from .pinned import rules_of

AT_ONCE = 200
Row = tuple[str, dt.date | None, bool]  # figure, day, and whether it is certain


def keep_figures(case: Case, now: dt.datetime) -> None:
    """Lay down where a case stands in each figure."""
    kept = {_row(one): one for one in _kept(case)}
    found = rows_of(case, now)
    if found is None:
        return
    for row in kept.keys() - found:
        db.session.delete(kept[row])
    for figure, day, certain in sorted(found - kept.keys(), key=repr):
        db.session.add(FigureDay(case_id=case.id, area=case.area, figure=figure, day=day, certain=certain))


def rows_of(case: Case, now: dt.datetime) -> set[Row] | None:
    """Where a case stands in each figure, worked out from its documents; None where some of these are erased."""
    if any(document.salt is None for document in documents_of(case)):
        return None
    procedure = rules_of(case)[0]
    if case.scope == AREA or not procedure.figures:
        return set()
    placed = places(procedure, folder_of(case), calendar_of(procedure), now, foreseen=True)
    certain = {(name, one.day, True) for name, one in placed.items() if one.day is not None}
    return certain | {(name, day, False) for name, one in placed.items() for day in one.perhaps}


def kept_rows(case: Case) -> set[Row]:
    """Where a case is kept as standing in each figure."""
    return {_row(one) for one in _kept(case)}


def _kept(case: Case) -> list[FigureDay]:
    return list(db.session.scalars(select(FigureDay).where(FigureDay.case_id == case.id)))


def _row(one: FigureDay) -> Row:
    return one.figure, one.day, one.certain


def numbers_of(area: str, period: Period) -> dict[str, int]:
    """How many cases of an area count for each figure in a period; of what counts none there is nothing."""
    within = (FigureDay.area == area, FigureDay.day.between(period.first, period.last), FigureDay.certain)
    return _by_figure(select(FigureDay.figure, func.count()).where(*within))


def unclear_of(area: str, period: Period) -> dict[str, int]:
    """Of how many cases nobody has said yet whether they count for a figure, or when. They are in no number."""
    perhaps = or_(FigureDay.day.is_(None), FigureDay.day.between(period.first, period.last))
    here = (FigureDay.area == area, perhaps, FigureDay.certain.is_(False))
    return _by_figure(select(FigureDay.figure, func.count(FigureDay.case_id.distinct())).where(*here))


def _by_figure(wanted: Select[str, int]) -> dict[str, int]:
    return dict(db.session.execute(wanted.group_by(FigureDay.figure)).all())


def first_day_of(area: str) -> dt.date | None:
    """The first day on which a case counts for anything."""
    return db.session.scalar(select(func.min(FigureDay.day)).where(FigureDay.area == area, FigureDay.certain))


def recount(now: dt.datetime) -> int:
    """Work out every case anew, in small transactions. Returns how many there are."""
    count, last = 0, 0
    while chosen := db.session.scalars(select(Case.id).where(Case.id > last).order_by(Case.id).limit(AT_ONCE)).all():
        begin_writing()
        for case_id in chosen:
            lock_case(case_id)
            keep_figures(db.session.get_one(Case, case_id), now)
        db.session.commit()
        db.session.expire_all()
        count, last = count + len(chosen), chosen[-1]
    return count
