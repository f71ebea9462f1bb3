"""Small procedures and folders, built in a line each. Times are London times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from webform.documents.procedure import Procedure
from webform.rules.calendar import WorkingCalendar
from webform.rules.folder import DELIVERY, WAIVER, Duty, Filed, Folder, Member
from webform.rules.schedule import schedule

LONDON = ZoneInfo("Europe/London")
NOTICES = dict.fromkeys(
    ("sign_in", "draft_link", "draft_expires", "reminder", "overdue", "escalation", "alarm", "task"), "letter"
)
ROLES = [
    {"id": "applicant", "title": "the person who asks", "local": False, "external": True},
    {"id": "spoc", "title": "the point of contact"},
    {"id": "deputy", "title": "the deputy"},
    {"id": "agency", "title": "an agency", "plural": True, "external": True},
    {"id": "landlord", "title": "a landlord", "plural": True, "external": True},
]
REQUEST = {"id": "request", "fill": "request", "by": "applicant"}


def at(written: str) -> datetime:
    """An instant from London time: "2026-12-23 16:00", or a bare date for midday."""
    text = written if " " in written else f"{written} 12:00"
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def step(id: str, **keys: Any) -> dict[str, Any]:
    """A step that fills in a form of its own name; `from_` stands for `from`."""
    keys = {key.rstrip("_"): value for key, value in keys.items()}
    if "send" not in keys:
        keys.setdefault("fill", id)
    return {"id": id, **keys}


def procedure(*steps: dict[str, Any], **keys: Any) -> Procedure:
    """A procedure that opens with a request."""
    written = {
        "area": {"name": "Small", "body": "Small Council", "opens_with": "request"}, "notices": NOTICES, "role": ROLES,
        "step": [REQUEST, *steps], **keys,
    }  # fmt: skip
    return Procedure.model_validate(written)


class Case:
    """A folder that grows a document at a time, beside its procedure."""

    def __init__(self, *steps: dict[str, Any], received: str | None = "2026-11-02 10:00", **keys: Any):
        self.procedure = procedure(*steps, **keys)
        self.calendar = WorkingCalendar(rule=self.procedure.calendar)
        self.documents: list[Filed] = []
        self.parties: list[Member] = []
        if received:
            self.file("request", received, effect="opens-case", role="applicant")

    def file(self, step: str, when: str, filed: str | None = None, **keys: Any) -> Filed:
        """File a document that takes effect then; `filed` is when it was entered, if that was another time."""
        answers = {key: keys.pop(key) for key in list(keys) if key not in Filed.__dataclass_fields__}
        given = {"kind": "form", "effect": "", "party": None, "role": "spoc", "replaces": None} | keys
        number = len(self.documents) + 1
        filed_at = at(filed) if filed else at(when)
        paper = Filed(number, step, filed_at=filed_at, effective_at=at(when), answers=answers, **given)
        self.documents.append(paper)
        return paper

    def waive(self, step: str, when: str, party: str | None = None) -> Filed:
        return self.file(step, when, kind=WAIVER, party=party)

    def deliver(self, step: str, when: str) -> Filed:
        return self.file(step, when, kind=DELIVERY)

    def joins(self, party: str, when: str, role: str = "agency", left: str | None = None) -> None:
        self.parties.append(Member(party, role, at(when), at(left) if left else None))

    def leaves(self, party: str, when: str) -> None:
        self.parties = [replace(one, left_at=at(when)) if one.id == party else one for one in self.parties]

    def duties(self, now: str) -> tuple[Duty, ...]:
        return schedule(self.procedure, Folder(tuple(self.documents), tuple(self.parties)), self.calendar, at(now))

    def duty(self, step: str, now: str, party: str | None = None, occurrence: int = 1) -> Duty:
        """The one duty of that step, party and place."""
        (found,) = [
            duty
            for duty in self.duties(now)
            if duty.step == step and duty.occurrence == occurrence and (party is None or duty.party == party)
        ]
        return found

    def state(self, step: str, now: str, party: str | None = None) -> str:
        return self.duty(step, now, party).state

    def due(self, step: str, now: str, party: str | None = None) -> date | None:
        """The due date, if it is more than a forecast."""
        duty = self.duty(step, now, party)
        return None if duty.forecast else duty.due_on
