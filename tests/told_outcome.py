"""A case in which the person has just been told the outcome: what came before is on record and of no interest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.web.desk import opened
from webform.cases.up_to_date import bring_up_to_date
from webform.house import house
from webform.records.chain import seal_document
from webform.records.store import begin_writing, db
from webform.records.tables import Case

PAPERS: dict[str, dict[str, Any]] = {
    "threshold-decision": {"decision": "met", "ground": "local", "reasons": "Three reports."},
    "plan": {"agreed": "The landlord calls each week.", "any_recommendations": "no", "review_on": "2027-06-01"},
    "outcome": {"subject": "The outcome", "channel": "paper"},
}


def told_outcome(
    app: Flask, area: str = "merton", told: dt.datetime | None = None, but: str = "", **changes: Any
) -> str:  # fmt: skip
    """Opened, opened by an officer, decided, reviewed and told, or all `but` the last; returns its reference."""
    received = told - dt.timedelta(days=30) if told else None
    reference = opened(app, area=area, received_at=received, **changes)
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        procedure, now = house().shelves.procedures[area], dt.datetime.now(dt.UTC)
        case.seen_at = now
        for step, answers in {"seen": {}, **PAPERS}.items():
            if step == but:
                break
            rule = procedure.step(step)
            assert rule is not None
            seal_document(
                case, kind=str(rule.fill or rule.send), step=step, effect="seen" if step == "seen" else "records",
                author="Sam", author_role="spoc", filed_at=now, effective_at=told or now, answers=answers,
                body="Here is what was agreed." if rule.send else None,
            )  # fmt: skip
        bring_up_to_date(case, now)
        db.session.commit()
    return reference
