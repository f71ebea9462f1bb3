"""A councillor of Merton and what they send for somebody: answers, and the roster that they stand on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.victim import victim_in_merton
from webform.cases.file_document import file_document
from webform.cases.people import Author, parties
from webform.cases.pinned import rules_of
from webform.contacts import FILE
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Draft
from webform.rules.calendar import day_of
from webform.rules.journey import places

JO, JO_NAME = "jo.hill@council.example", "Jo Hill"


def write_roster(instance: Path, *entries: dict[str, str], area: str = "merton") -> None:
    """Make these the roster of the area, and leave nobody on any other."""
    path = instance / FILE
    blocks = [block for block in path.read_text(encoding="utf-8").split("\n\n") if ".roster]]" not in block]
    path.write_text("\n\n".join([*blocks, *(_block(area, entry) for entry in entries)]) + "\n", encoding="utf-8")


def _block(area: str, entry: dict[str, str]) -> str:
    entry = {"area": area, "name": JO_NAME, "email": JO, "kind": "councillor", **entry}
    lines = [f"{key} = {value if key == 'until' else json.dumps(value)}" for key, value in entry.items()]
    return "\n".join([f"[[{entry['area']}.roster]]", *(line for line in lines if not line.startswith("area"))])


def for_somebody(victim: str = "Sam Jones", **changes: Any) -> dict[str, Any]:
    """The answers with which Jo asks for somebody, to lay over a victim's own."""
    return {
        "capacity": "behalf", "relationship": "councillor", "victim_agrees": "agrees", "name": JO_NAME, "email": JO,
        "email_safe": "yes", "victim_name": victim, "contact_main": "applicant", **changes,
    }  # fmt: skip


def says(app: Flask, reference: str, said: str) -> None:
    """The person they ask for says on their own page whether they agree."""
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        step = next(one for one in rules_of(case)[0].steps if one.fill == "consent")
        victim = parties(case, "victim")[0]
        file_document(
            case, step.id, rules_of(case)[1]["consent"], {"said": said, "main": "both"},
            author=Author("", "victim", victim.id), now=dt.datetime.now(dt.UTC),
        )  # fmt: skip
        db.session.commit()


def finish_draft(app: Flask, victim: str) -> int:
    """Whatever else a request for somebody asks, beside what stands in the draft that was begun last; its id."""
    return finish_with(app, victim_in_merton(**for_somebody(victim, born=None)))


def finish_with(app: Flask, answers: dict[str, Any]) -> int:
    """These answers, where the draft that was begun last has none; returns its id."""
    with app.app_context():
        draft = db.session.scalars(select(Draft).order_by(Draft.id.desc())).first()
        assert draft
        form = house().shelves.forms[draft.form]
        draft.answers = {**answers, **draft.answers}
        today = day_of(dt.datetime.now(dt.UTC))
        draft.visited = [str(place) for place in places(form, draft.answers, today)]
        db.session.commit()
        return draft.id
