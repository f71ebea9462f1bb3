"""The way through the shipped request, whatever is answered: hypothesis plays the person."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.rules.forms_for_tests import REQUEST
from tests.victim import victim_in_merton
from webform.documents.answers import Answers
from webform.documents.form import Form, Question
from webform.documents.shelf import read_shelves
from webform.rules.journey import (
    Place,
    add_entry,
    complete,
    entry_answers,
    first_unanswered,
    next_place,
    places,
    previous_place,
    progress,
    questions,
    remove_entry,
    with_entry_answers,
)

SHIPPED = read_shelves(Path(__file__).resolve().parents[3] / "webform")
FORM = SHIPPED.forms[SHIPPED.procedures["merton"].area.opens_with]
LIGHT = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answer_to(question: Question, draw: st.DataObject) -> Any:
    """Some answer of the right shape."""
    if question.type in ("radios", "score"):
        return draw.draw(st.sampled_from([option.value for option in question.options]))
    if question.type == "checkboxes":
        return [draw.draw(st.sampled_from([option.value for option in question.options]))]
    if question.type == "yes-no":
        return draw.draw(st.sampled_from(["yes", "no"]))
    if question.type == "approximate-date":
        return {"earliest": None, "latest": None, "words": ""}
    return {"number": 3, "date": "2026-03-01", "address": {"line1": "1 Mill Lane"}, "declaration": "yes"}.get(
        question.type, "words"
    )


def walked(form: Form, draw: st.DataObject) -> tuple[Answers, list[Place]]:
    """The answers of somebody who goes from page to page and answers what each one asks, and where they were."""
    answers: Answers = {}
    been: list[Place] = []
    place = first_unanswered(form, answers, been)
    while place:
        given = {one.id: answer_to(one, draw) for one in questions(form, answers, place) if one.type != "group"}
        answers = with_entry_answers(form, answers, place, given)
        been.append(place)
        place = first_unanswered(form, answers, been)
    return answers, been


@LIGHT
@given(st.data())
def test_whoever_answers_what_is_asked_reaches_the_end(draw: st.DataObject) -> None:
    """Each answer leads on, no page is asked twice, and in the end all is answered."""
    answers, been = walked(FORM, draw)
    assert len(been) == len(set(been))
    assert complete(FORM, answers, been)
    assert set(places(FORM, answers)) <= set(been)


@LIGHT
@given(st.data())
def test_next_and_previous_undo_each_other(draw: st.DataObject) -> None:
    """Wherever the answers lead, page follows page, back leads there, and sections never run backwards."""
    answers, _ = walked(FORM, draw)
    asked = places(FORM, answers)
    assert [next_place(FORM, answers, place) for place in asked] == [*asked[1:], None]
    assert [previous_place(FORM, answers, place) for place in asked] == [None, *asked[:-1]]
    numbers = [progress(FORM, answers, place)[0] for place in asked]
    assert numbers == sorted(numbers)


def test_a_whole_request_is_complete() -> None:
    """The victim of the other tests has answered everything that is asked of them, entry by entry."""
    answers = victim_in_merton()
    asked = places(FORM, answers)
    assert max(place.path for place in asked) >= (2, 1), "several incidents, with a report each"
    assert first_unanswered(FORM, answers, asked) is None
    assert [next_place(FORM, answers, place) for place in asked] == [*asked[1:], None]


STEPS = st.lists(st.tuples(st.sampled_from(["add", "remove", "report", "write"]), st.integers(0, 5)), max_size=25)


@settings(deadline=None)
@given(STEPS)
def test_entries_keep_their_numbers_and_answers_whatever_happens_to_others(steps: list[tuple[str, int]]) -> None:
    """Adding, removing and writing changes one entry, gives each number once, and mutates nothing."""
    answers: dict[str, Any] = {}
    given_out: list[int] = []
    for what, choice in steps:
        entries = answers.get("incidents", [])
        one = entries[choice % len(entries)] if entries else None
        before = copy.deepcopy(answers)
        after = dict(answers)
        if what == "add" or one is None:
            after, number = add_entry(REQUEST, answers, "incidents")
            assert number not in given_out
            given_out.append(number)
        elif what == "remove":
            after = remove_entry(REQUEST, answers, "incidents", (one["entry"],))
        elif what == "report":
            after, _ = add_entry(REQUEST, answers, "reports", (one["entry"],))
        else:
            place = Place("incident-problem", (one["entry"],))
            after = with_entry_answers(REQUEST, answers, place, {"problem": f"said {choice}"})
            assert entry_answers(REQUEST, after, place)["problem"] == f"said {choice}"
        others = [entry for entry in entries if one is None or what == "add" or entry is not one]
        assert answers == before
        assert all(entry in after.get("incidents", []) for entry in others)
        answers = after
