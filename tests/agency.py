"""What an agency answers, page by page, with one phrase in everything that it can type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from sqlalchemy import select

from webform.cases.links import mint, set_word
from webform.cases.up_to_date import bring_up_to_date
from webform.records.chain import seal_document
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Party

PHRASE = "Quokka"  # stands in every answer, and may be read by nobody but officers
PAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("organisation", {"body_name": f"Police {PHRASE}", "body_person": f"PC {PHRASE}"}),
    ("known", {"known": f"{PHRASE} is known."}),
    ("done", {"done": "yes"}),
    ("step-taken/1", {"taken_on-day": "1", "taken_on-month": "5", "taken_on-year": "2026",
                      "taken_what": f"{PHRASE} was warned.", "taken_effect": f"{PHRASE} stopped."}),
    ("steps-taken", {"add-another": "no"}),
    ("holds", {"holds": "yes"}),
    ("report-held/1", {"held_on-unknown": "yes", "held_reference": f"R-{PHRASE}", "held_what": f"Of {PHRASE}."}),
    ("reports-held", {"add-another": "no"}),
    ("status", {"how_it_stands": "watching"}),
    ("powers", {"powers": "mediation", "powers_why": f"{PHRASE} said no."}),
    ("risk", {"risk_seen": "high", "risk_why": f"{PHRASE} is armed."}),
    ("more", {"more_ideas": f"Move {PHRASE}."}),
    ("objects", {"objects": "yes"}),
    ("not-shared", {"not_shared": f"Where {PHRASE} lives."}),
    ("added-files", {"go": "on"}),
)  # fmt: skip
ANSWERS: dict[str, Any] = {
    "body_name": f"Police {PHRASE}", "body_person": f"PC {PHRASE}", "known": f"{PHRASE} is known.", "done": "yes",
    "actions_taken": [{"entry": 1, "taken_on": {"earliest": "2026-05-01", "latest": "2026-05-01", "words": ""},
                       "taken_what": f"{PHRASE} was warned.", "taken_effect": f"{PHRASE} stopped."}],
    "holds": "no", "how_it_stands": "watching", "powers": ["mediation"], "powers_why": f"{PHRASE} said no.",
    "risk_seen": "high", "risk_why": f"{PHRASE} is armed.", "more_ideas": f"Move {PHRASE}.", "objects": "yes",
    "not_shared": f"Where {PHRASE} lives.",
}  # fmt: skip


def asked(app: Flask, reference: str, word: str = "marmalade") -> tuple[str, int]:
    """An agency joins a case and is asked what it knows; returns the path of its link, and its number."""
    with app.app_context():
        begin_writing()
        now = dt.datetime.now(dt.UTC)
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        person = {"organisation": "The police", "choice": "police", "email": "desk@police.example"}
        party = Party(role="agency", key="police", person=person, contact={}, joined_at=case.opened_at)
        case.parties.append(party)
        db.session.flush()
        set_word(party, word)
        seal_document(
            case, kind="agency-request", step="agency-request", author="Sam", author_role="spoc", party_id=party.id,
            filed_at=now, body="Please tell us.", answers={"subject": "Please tell us", "channel": "email"},
        )  # fmt: skip
        bring_up_to_date(case, now)
        path = f"/{case.area}/open/{mint(party, now)}"
        db.session.commit()
        return path, party.id
