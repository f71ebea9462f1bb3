"""Small forms, built in a line each."""

from __future__ import annotations

from typing import Any

from webform.documents.form import Form
from webform.documents.procedure import Procedure


def question(id: str, type: str = "yes-no", **keys: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "label": f"{id}?", **keys}


def page(
    id: str, *, more: tuple[dict[str, Any], ...] | list[dict[str, Any]] = (), type: str = "yes-no", **keys: Any
) -> dict[str, Any]:
    """A page with one question of the page's name; keys of the page are told from keys of the question."""
    of_page: dict[str, Any] = {key: keys.pop(key) for key in ("each", "show_when", "caption", "title") if key in keys}
    first = question(keys.pop("asks", id.replace("-", "_")), type, **keys)
    return {"id": id, "question": [first, *(question(**one) for one in more)], **of_page}


def form(*pages: dict[str, Any], flags: list[dict[str, Any]] | None = None, **keys: Any) -> Form:
    written = {"title": "A form", "effect": "opens-case", "page": list(pages), "flag": flags or [], **keys}
    return Form.model_validate(written)


PROBLEMS = [{"value": value, "label": value.title()} for value in ("noise", "litter", "hate")]

REQUEST = form(
    page("name", type="text", means="applicant.name"),
    page("incident-when", type="approximate-date", each="incidents", means="incident.date", asks="incident_date"),
    page(
        "incident-problem", type="radios", each="incidents", means="incident.problem", options=PROBLEMS, asks="problem"
    ),
    page("incident-strand", type="text", each="incidents", show_when={"problem": "hate"}, asks="strand"),
    page("report-date", type="approximate-date", each="reports", means="report.date"),
    page("reports", type="group", each="incidents", means="report", entry="report"),
    page("incidents", type="group", means="incident", entry="incident"),
    page("person-name", type="text", each="people"),
    page("people", type="group", required=False, entry="person"),
    page("end", type="text", required=False),
)

INCIDENT: dict[str, Any] = {"entry": 1, "problem": "noise"}

LETTERS = ("sign_in", "draft_link", "draft_expires", "reminder", "overdue", "escalation", "alarm", "task")


def procedure(**keys: Any) -> Procedure:
    """A procedure with an opening step, an officer's decision, and whatever else is given."""
    return Procedure.model_validate(
        {
            "id": "somewhere",
            "area": {"name": "Somewhere", "body": "Somewhere Council", "opens_with": "ask"},
            "notices": {name: name.replace("_", "-") for name in LETTERS},
            "role": [{"id": "spoc", "title": "contact"}, {"id": "applicant", "title": "the person who asks"}],
            "step": [
                {"id": "request", "fill": "ask", "by": "applicant"},
                {"id": "decide", "fill": "decision", "by": "spoc", "after": "request"},
            ],
            **keys,
        }
    )


Rough = str | tuple[str | None, str | None]


def incident(
    happened: Rough, *reported: Rough, problem: str | None = "noise", place: str | None = None, to: str = "police",
    by: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An incident with its reports, in the names of the form of test_threshold."""
    tellings = [
        {"entry": number, "told_when": rough(day), "told_whom": to, "told_by": by}
        for number, day in enumerate(reported, 1)
    ]
    return {"entry": 1, "when": rough(happened), "what": problem, "where": place, "tellings": tellings}


def rough(day: Rough) -> dict[str, str | None]:
    earliest, latest = (day, day) if isinstance(day, str) else day
    return {"earliest": earliest, "latest": latest, "words": ""}
