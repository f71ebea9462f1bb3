"""Letters: what is filled in, what is left out, and what nobody can smuggle in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from webform.documents.letter import Letter, MissingFact, as_typed, render

LETTER = Letter(
    id="x",
    subject="About {case.reference}",
    purpose="to-applicant",
    requires=("case.reference",),
    body="Dear {applicant.name}\n\nWe write **today**.\n\n- meeting on {due.panel}\n- letter on {due.outcome}\n\nEnd",
)
FACTS = {"case.reference": "AB-12", "applicant.name": "Ann", "due.panel": "3 May 2026", "due.outcome": "5 May 2026"}


def test_facts_are_filled_in() -> None:
    """Subject and body carry the case's facts."""
    written = render(LETTER, FACTS)
    assert written.subject == "About AB-12"
    assert "Dear Ann\n" in written.markdown
    assert "- meeting on 3 May 2026\n- letter on 5 May 2026\n" in written.markdown


def test_a_block_without_its_fact_is_left_out() -> None:
    """A list item or paragraph whose fact is not known goes, and nothing else."""
    markdown = render(LETTER, {**FACTS, "due.panel": " "}).markdown
    assert "meeting" not in markdown
    assert "- letter on 5 May 2026" in markdown
    assert "End" in markdown


def test_a_required_fact_stops_the_letter_and_all_are_named() -> None:
    """The letter can't go, and says everything that it lacks at once."""
    with pytest.raises(MissingFact) as caught:
        render(LETTER, {}, requires=("spoc.name",))
    assert caught.value.names == ("case.reference", "spoc.name")


def test_the_subject_stays_on_one_line() -> None:
    """A fact with line breaks can't add a mail header."""
    assert "\n" not in render(LETTER, {**FACTS, "case.reference": "A\r\nBcc: x@y.example"}).subject


@given(st.text(max_size=60))
def test_a_typed_value_never_becomes_markup(value: str) -> None:
    """Whatever somebody types shows as they typed it: no heading, list, link, emphasis or HTML."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(f"Dear {as_typed(value)} end")
    kinds = {child.type for token in tokens for child in token.children or []}
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert kinds <= {"text", "text_special", "hardbreak", "softbreak"}


@given(st.text(max_size=60))
def test_a_value_alone_in_its_paragraph_never_becomes_markup(value: str) -> None:
    """The same at the start of a line, where lists, headings and code blocks begin."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(as_typed(value))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
