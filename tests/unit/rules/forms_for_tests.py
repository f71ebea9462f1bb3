"""Small forms, built in a line each."""

from __future__ import annotations

from typing import Any

from webform.documents.form import Form


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
