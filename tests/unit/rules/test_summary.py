"""Answers as people read them."""

from __future__ import annotations

import pytest

from tests.victim import victim_in_merton
from webform.documents.answers import shown
from webform.documents.form import Question
from webform.documents.shelf import Shelves
from webform.rules.summary import prune, summary


def test_each_entry_has_one_heading(shelves: Shelves) -> None:
    """An incident's answers stand together under one heading, its reports after them, and no heading comes twice."""
    titles = [section.title for section in summary(shelves.forms["request"], victim_in_merton())]
    incidents = [title for title in titles if title.startswith("Incident")]
    one, two, three = ([f"Incident {number}", f"Incident {number}, report 1"] for number in (1, 2, 3))
    assert incidents == [*one, *two, *three]


def test_what_only_officers_may_see_is_left_out_for_others(shelves: Shelves) -> None:
    """The person reported stands in the officers' reading and in no other."""
    form, answers = shelves.forms["request"], victim_in_merton()
    assert "Mr Loud" in str(summary(form, answers))
    assert "Mr Loud" not in str(summary(form, answers, restricted=False))


def test_pruning_keeps_what_is_asked_and_nothing_else(shelves: Shelves) -> None:
    """An answer that a later one made needless goes; everything that is still asked stays as it was."""
    form, answers = shelves.forms["request"], victim_in_merton()
    assert prune(form, answers) == answers
    assert "email" not in prune(form, {**answers, "email_safe": "no"})
    assert prune(form, {**answers, "nobody_asks": "x"}) == answers


@pytest.mark.parametrize(("many", "said"), [(1, "1 body"), (2, "2 bodies")])
def test_entries_are_counted_in_words_that_exist(many: int, said: str) -> None:
    """A form says what several of its entries are called."""
    bodies = Question(id="bodies", type="group", label="Bodies", entry="body", entries="bodies")
    assert shown(bodies, [{"entry": number} for number in range(many)]) == said
