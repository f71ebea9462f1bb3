"""Somebody approves the figures of a period, and from then on everybody can read them.

What is published is a document in the folder of the area's own duties: in its chain, with who approved it, and never
changed. A correction is a document as well, which replaces the one before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from sqlalchemy import select

from webform.documents.procedure import Procedure, Step
from webform.errors import Refusal
from webform.house import house
from webform.records.chain import seal_document
from webform.records.store import db, lock_case
from webform.records.tables import Case, Document
from webform.rules.calendar import day_of
from webform.rules.figure_set import FigureSet, Published, by_period, read_set, set_of
from webform.rules.periods import Period, awaited
from webform.words import gettext as _

from .area_folder import area_folder
from .figures import first_day_of, numbers_of
from .people import Author
from .up_to_date import bring_up_to_date

EFFECT = "publishes"


def published_of(area: str) -> tuple[Published, ...]:
    """Everything that an area has published, the latest period first. It opens no case."""
    wanted = (
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .where(Case.area == area, Case.scope == "area", Document.effect == EFFECT)
        .order_by(Document.number)
    )
    rows = ((one, one.answers) for one in db.session.scalars(wanted))
    return by_period(read_set(said, day_of(one.effective_at), one.number) for one, said in rows if said)


def awaited_of(procedure: Procedure, published: tuple[Published, ...], today: dt.date) -> list[Period]:
    """The periods that are over and not published yet, from the first in which anything was counted."""
    folder = area_folder(procedure.id)
    known = [day for day in (first_day_of(procedure.id), day_of(folder.opened_at) if folder else None) if day]
    if procedure.publication is None or not known:
        return []
    return awaited(procedure.publication, min(known), today, [one.period for one in published])


def counted_now(procedure: Procedure, period: Period, published: tuple[Published, ...], note: str = "") -> FigureSet:
    """What would be published of a period if somebody approved it now."""
    before = next((one.versions for one in published if one.period == period), ())
    return set_of(procedure, period, numbers_of(procedure.id, period), before, note)


def mark_of(figures: FigureSet) -> str:
    """What tells these numbers from any others: whoever approves them approves what they have seen."""
    written = json.dumps(figures.as_answers() | {"note": ""}, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def publish(procedure: Procedure, period: Period, note: str, mark: str, author: Author, now: dt.datetime) -> Document:
    """Put the figures of a period before the public. Raises Refusal where they are not what was approved."""
    folder = area_folder(procedure.id)
    step = _publishing_step(procedure)
    if folder is None or step is None or step.fill is None:
        raise Refusal(_("The procedure of this area has no step that publishes figures."))
    lock_case(folder.id)
    published = published_of(procedure.id)
    figures = counted_now(procedure, period, published, note)
    if mark_of(figures) != mark:
        raise Refusal(_("The numbers have changed since you saw them. Look at them again. Nothing was published."))
    before = next((one for one in published if one.period == period), None)
    if before is None and period not in awaited_of(procedure, published, day_of(now)):
        raise Refusal(_("This period is not over, or it is not one of this area. Nothing was published."))
    if before is not None and not before.differs(figures) and before.now.note == note:
        raise Refusal(_("These figures are published already, and nothing in them has changed."))
    document = seal_document(
        folder, kind=step.fill, step=step.id, effect=EFFECT, author=author.name, author_role=author.role, filed_at=now,
        answers=figures.as_answers(), replaces=before.now.document if before else None,
    )  # fmt: skip
    bring_up_to_date(folder, now)
    return document


def _publishing_step(procedure: Procedure) -> Step | None:
    """The step of the area's own folder whose form publishes."""
    forms = house().shelves.forms
    return next(
        (step for step in procedure.steps if step.scope == "area" and step.fill and forms[step.fill].effect == EFFECT),
        None,
    )
