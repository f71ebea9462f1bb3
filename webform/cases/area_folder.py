"""The folder that an area keeps for duties of its own: to publish figures, to look at its procedure again.

It is no case: no list shows it and no figure counts it. It follows the procedure in force, where a case stays with the
one that it was made under, since such a duty is the area's from the day that the area promises it.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.house import house
from webform.records.reference import unused_reference
from webform.records.register import enter
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Case
from webform.words import gettext as _

from .folder import AREA
from .letters import add_task
from .pinned import keep_version
from .up_to_date import bring_up_to_date

OURSELVES = "the-area"  # the channel by which such a folder came to be


def keep_area_folders(now: dt.datetime) -> None:
    """A folder for each area that has duties of its own, under the rules in force. Each in its own transaction."""
    shelves = house().shelves
    for procedure in shelves.areas():
        begin_writing()
        try:
            _keep(shelves, procedure, now)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def area_folder(area: str) -> Case | None:
    """The folder of an area's own duties, if it has any."""
    return db.session.scalar(select(Case).where(Case.area == area, Case.scope == AREA))


def folder_of_area(procedure: Procedure, now: dt.datetime) -> Case:
    """The same, opened now where the clock has not done so yet."""
    return area_folder(procedure.id) or _open(house().shelves, procedure, now)


def _keep(shelves: Shelves, procedure: Procedure, now: dt.datetime) -> None:
    folder = area_folder(procedure.id)
    if folder is None:
        if not any(step.scope == AREA and step.strength != "choice" for step in procedure.steps):
            return
        folder = _open(shelves, procedure, now)
    elif folder.version != shelves.version(procedure):
        lock_case(folder.id)
        folder.version = keep_version(shelves, procedure, now)
    else:
        return
    _ask_for_the_first(folder, procedure, now)
    bring_up_to_date(folder, now)


def _open(shelves: Shelves, procedure: Procedure, now: dt.datetime) -> Case:
    """An index of the database lets no area have two."""
    folder = Case(
        reference=unused_reference(), area=procedure.id, scope=AREA, version=keep_version(shelves, procedure, now),
        stage="", channel=OURSELVES, received_at=now, opened_at=now, seen_at=now, flags=[],
    )  # fmt: skip
    db.session.add(folder)
    enter(folder)
    return folder


def _ask_for_the_first(folder: Case, procedure: Procedure, now: dt.datetime) -> None:
    """Where no day is given that turns count from, the first document sets it, and until then no clock would run."""
    if procedure.area.effective or folder.chain_count:
        return
    for step in procedure.steps:
        if step.scope == AREA and step.every and step.after is None and step.counts_from is None:
            named = procedure.named(step.id)
            says = _(
                "“%(named)s” has no date yet. Put the first on record: the dates count from that day.", named=named
            )
            add_task(folder, f"first:{step.id}", says, now)
