"""Figures that somebody has approved, for tests of whatever reads them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.cases.area_folder import keep_area_folders
from webform.cases.people import Author
from webform.cases.publish import awaited_of, counted_now, mark_of, publish, published_of
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, FigureDay
from webform.rules.periods import Period

PUBLISHER = Author("Kim Lee", "publisher")


def stand(reference: str, day: dt.date, number: int, figure: str = "applications") -> None:
    """Rows as they would lie there if so many more cases counted on that day; all belong to one that is there."""
    begin_writing()
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    for _ in range(number):
        db.session.add(FigureDay(case_id=case.id, area=case.area, figure=figure, day=day))
    db.session.commit()


def approved(now: dt.datetime, area: str = "merton", period: Period | None = None, note: str = "") -> Period:
    """Publish the first period that waits, or correct this one."""
    keep_area_folders(now)
    begin_writing()
    procedure = house().shelves.procedures[area]
    published = published_of(area)
    chosen = period or awaited_of(procedure, published, now.date())[0]
    publish(procedure, chosen, note, mark_of(counted_now(procedure, chosen, published)), PUBLISHER, now)
    db.session.commit()
    return chosen
