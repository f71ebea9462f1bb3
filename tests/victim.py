"""A victim in Merton, as they would fill in the request: every question that is asked of them has an answer."""

from __future__ import annotations

from typing import Any


def day(iso: str) -> dict[str, Any]:
    """An approximate date that is exact."""
    return {"earliest": iso, "latest": iso, "words": ""}


def incident(entry: int, happened: str, reported: str, **changes: Any) -> dict[str, Any]:
    """One noisy night, reported once to the council."""
    return {
        "entry": entry,
        "incident_date": day(happened),
        "incident_place": "The flat above mine",
        "incident_postcode": "SM4 5DX",
        "incident_problem": "noise",
        "incident_what": "Music until four in the morning.",
        "incident_hate": "no",
        "incident_reported": "yes",
        "reports": [report(1, reported)],
        **changes,
    }


def report(entry: int, reported: str, **changes: Any) -> dict[str, Any]:
    """One report by phone to the council."""
    return {
        "entry": entry,
        "report_date": day(reported),
        "report_agency": "council",
        "report_channel": "phone",
        "report_reference": "NOISE-1",
        "report_by": "me",
        "report_named": "yes",
        "report_response": "none",
        **changes,
    }


def victim_in_merton(**changes: Any) -> dict[str, Any]:
    """A complete request: three noisy nights in spring 2026, each reported the next day. None takes an answer out."""
    answers: dict[str, Any] = {
        "danger": "no",
        "self_harm": "no",
        "capacity": "me",
        "name": "Ann Žďárská",
        "born": "1985-03-27",
        "sees_messages": "no",
        "email_safe": "yes",
        "email": "ann@people.example",
        "phone_safe": "yes",
        "phone": "020 7946 0000",
        "voicemail_safe": "yes",
        "address": {"line1": "1 Mill Lane", "town": "Morden", "postcode": "SM4 5DX"},
        "post_safe": "yes",
        "channel": "email",
        "headline": "Loud music every weekend",
        "in_area": "yes",
        "incidents": [
            incident(1, "2026-03-07", "2026-03-08"),
            incident(2, "2026-04-04", "2026-04-05"),
            incident(3, "2026-05-02", "2026-05-03"),
        ],
        "one_problem": "yes",
        "continuing": "yes",
        "others": "no",
        "people_known": "yes",
        "people": [{"entry": 1, "person_name": "Mr Loud of flat 9", "person_age": "25-over"}],
        "accused": "no",
        "action_taken": "none",
        "own_team": "no",
        "open_complaint": "no",
        "court_case": "no",
        "affected": ["sleep", "children"],
        "attend": "yes",
        "attend_how": ["in-person"],
        "needs": ["none"],
        "helper": "no",
        "victim_support": "no",
        "evidence": ["diary"],
        "consent": "yes",
        "declaration": "yes",
    }
    answers.update(changes)
    return {question: answer for question, answer in answers.items() if answer is not None}
