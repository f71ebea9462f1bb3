"""Answers of one form laid into another."""

from __future__ import annotations

from typing import Any

import pytest

from webform.documents.form import Form
from webform.rules.carried_over import Said, carried_over, unanswered, without


def form(name: str, *questions: dict[str, Any], **groups: list[dict[str, Any]]) -> Form:
    """A form with a page for its questions, and one for the entries of each group."""
    pages = [{"id": "one", "question": [{"label": "Q?", **one} for one in questions]}]
    pages += [{"id": f"in-{group}", "each": group, "question": [{"label": "Q?", **one} for one in inner]}
              for group, inner in groups.items()]  # fmt: skip
    return Form.model_validate({"id": name, "title": "T", "effect": "records", "page": pages})


OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
NOISE = {"id": "noise", "type": "radios", "options": OPTIONS, "means": "incident.problem"}


def test_the_first_that_says_something_wins() -> None:
    """An empty answer says nothing."""
    asked = form("to", {"id": "name", "type": "text", "means": "applicant.name"})
    before = form("from", {"id": "who", "type": "text", "means": "applicant.name"})
    said = [Said(before, {"who": " "}), Said(before, {"who": "Ann"}), Said(before, {"who": "Bea"})]
    assert carried_over(asked, said) == {"name": "Ann"}


def test_of_the_same_form_everything_is_carried_but_a_declaration() -> None:
    """Questions without a meaning too; who agreed to one thing has not agreed to the next."""
    same = form("same", {"id": "why", "type": "textarea"}, {"id": "agreed", "type": "declaration"})
    assert carried_over(same, [Said(same, {"why": "So", "agreed": "yes"})]) == {"why": "So"}


def test_entries_are_carried_with_their_entries() -> None:
    """Each incident with its reports, numbered anew; one of which nothing fits is left out."""
    report = {"id": "told", "type": "date", "means": "report.date"}
    ours = form("from", {"id": "nights", "type": "group", "means": "incident"},
                nights=[NOISE, {"id": "calls", "type": "group", "means": "report"}], calls=[report])  # fmt: skip
    theirs = form("to", {"id": "incidents", "type": "group", "means": "incident"},
                  incidents=[NOISE | {"id": "kind"}, {"id": "reports", "type": "group", "means": "report"}],
                  reports=[report | {"id": "on"}])  # fmt: skip
    nights = [{"entry": 3, "noise": "a", "calls": [{"entry": 7, "told": "2026-05-01"}]}, {"entry": 4, "noise": "zz"}]
    assert carried_over(theirs, [Said(ours, {"nights": nights})]) == {
        "incidents": [{"entry": 1, "kind": "a", "reports": [{"entry": 1, "on": "2026-05-01"}]}]
    }
    flat = form("flat", NOISE)
    assert carried_over(flat, [Said(ours, {"nights": nights})]) == {}  # whose night it was would be lost


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("radios", "a", "a"), ("radios", "c", None), ("checkboxes", ["a", "c"], ["a"]), ("checkboxes", ["c"], None),
        ("score", "b", "b"), ("yes-no", "yes", "yes"), ("yes-no", "maybe", None), ("number", 3, 3),
        ("number", "three", None), ("date", "2026-02-29", None), ("date", "2026-02-28", "2026-02-28"),
        ("approximate-date", {"earliest": None}, {"earliest": None}),
        ("approximate-date", "2026-02-28", None), ("address", {"line1": "1 Lane"}, {"line1": "1 Lane"}),
        ("address", "1 Lane", None), ("postcode", "SM4 5DX", "SM4 5DX"), ("file", "x.pdf", None),
    ],
)  # fmt: skip
def test_an_answer_that_could_not_have_been_given_is_left_out(kind: str, value: Any, expected: Any) -> None:
    """Each type takes what it would have taken from a person."""
    options = {"options": OPTIONS} if kind in ("radios", "checkboxes", "score") else {}
    asked = form("to", {"id": "q", "type": kind, "means": "case.wanted", **options})
    # The other form asks the same with more choices, or in free words.
    wide = {"options": [*OPTIONS, {"value": "c", "label": "C"}]} if options else {}
    before = form("from", {"id": "p", "type": kind, "means": "case.wanted", **wide})
    assert carried_over(asked, [Said(before, {"p": value})]).get("q") == expected


def test_a_choice_becomes_its_words_where_words_are_asked() -> None:
    """What people read, not what is kept of it."""
    asked = form("to", {"id": "q", "type": "text", "means": "incident.problem"})
    assert carried_over(asked, [Said(form("from", NOISE), {"noise": "a"})]) == {"q": "A"}


def test_gaps_are_named_as_the_form_asks_them() -> None:
    """Required questions without an answer; by their short name where they have one."""
    asked = form("to", {"id": "a", "type": "text", "label": "Long?", "short": "Short"},
                 {"id": "b", "type": "text", "required": False}, {"id": "c", "type": "text"})  # fmt: skip
    assert unanswered(asked, {"c": "said"}) == ("Short",)


def test_what_is_said_of_somebody_can_be_left_out() -> None:
    """By the beginnings of meanings."""
    asked = form("f", {"id": "n", "type": "text", "means": "applicant.name"}, {"id": "w", "type": "text"})
    assert without(Said(asked, {"n": "Ann", "w": "x"}), ["applicant."]).answers == {"w": "x"}
