"""Letters become plain text, HTML email and pieces of pages, and nothing that somebody typed becomes anything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webform.documents.letter import Letter, Written, render
from webform.sending.compose import NotComposable, compose, one_line, page, paper, plain_text

ODD = [
    '<script>alert("x")</script>',
    "[a](javascript:alert(1))",
    "![p](https://evil.example/p.png)",
    "# big",
    "    code",
]


def text_of(markdown: str) -> str:
    return compose(Written("Subject", markdown)).text


def test_plain_text_reads_well() -> None:
    """Plain text has headings, lists, numbered lists, quotations and links that can be copied."""
    written = (
        "# What happens\n\nWe **wrote** to\\\nyou.\n\n- one\n- [two](https://a.example/b_c)\n    - deep\n\n"
        "3. third\n4. fourth\n\n> said"
    )
    assert text_of(written) == (
        "What happens\n============\n\nWe wrote to\nyou.\n\n- one\n- two: https://a.example/b_c\n  - deep\n\n"
        "3. third\n4. fourth\n\n> said\n"
    )


def test_plain_text_is_wrapped_but_never_inside_an_address() -> None:
    """Lines are at most 72 characters, except for an address, which stays whole."""
    link = "https://reviews.example/" + "x" * 100
    lines = text_of(f"{'word ' * 60}\n\n[{link}]({link})").splitlines()
    assert link in lines
    assert all(len(line) <= 72 for line in lines if line != link)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[call](tel:02012345678)", "call: 02012345678"),
        ("<mailto:spoc@council.example>", "spoc@council.example"),
        ("[spoc@council.example](mailto:spoc@council.example)", "spoc@council.example"),
        ("[here](http://127.0.0.1:8000/resume)", "here: http://127.0.0.1:8000/resume"),
    ],
)
def test_links_people_can_use(link: str, shown: str) -> None:
    """Mail, telephone and local links come out as what a person would type."""
    assert text_of(link) == shown + "\n"


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "data:text/html,x", "http://evil.example/", "//evil.example", "file:///etc/passwd", "ftp://a.example",
     "https:", "/merton/privacy", "vbscript:x", "http://127.0.0.1.evil.example/", "http://[::1"],
)  # fmt: skip
def test_no_other_link_is_made_in_a_mail(target: str) -> None:
    """A mail links only to https, mailto and tel, and to this same computer."""
    assert "<a" not in compose(Written("S", f"[text]({target})")).html
    assert "<a" not in compose(Written("S", f"<{target}>")).html


def test_a_page_may_link_to_our_other_pages() -> None:
    """On our own pages a link may lead to another of our pages, and to nobody else's without https."""
    assert '<a href="/merton/privacy" class="govuk-link">' in page("[privacy](/merton/privacy)")
    assert "<a" not in page("[x](//evil.example) [z](javascript:alert(1))")


@pytest.mark.parametrize("typed", ODD)
def test_markup_is_shown_and_never_obeyed(typed: str) -> None:
    """HTML, images and script links in a letter's Markdown never reach the reader as such."""
    for html in (compose(Written("S", typed)).html, page(typed), paper(typed)):
        assert not re.search(r"<(script|img|pre|code)|javascript:[^<]*\"", html)


@pytest.mark.parametrize(
    "typed", [*ODD, "- no list", "1. no list", "> no quote", "https://typed.example", "**b**", "&lt;", "---"]
)
def test_what_people_typed_stays_what_they_typed(typed: str) -> None:
    """A fact that is filled into a letter appears letter for letter in the plain text, and as text in the HTML."""
    letter = Letter(subject="S", purpose="to-applicant", body="You said:\n\n{what}\n")
    composed = compose(render(letter, {"what": typed}))
    assert composed.text == f"You said:\n\n{typed.strip()}\n"
    assert composed.html.count("<a") == 0


@given(st.text(max_size=200))
def test_no_text_breaks_composing(typed: str) -> None:
    """Whatever is typed, a subject is one printable line and the HTML has no tag that we did not write."""
    composed = compose(Written(typed, typed))
    assert composed.subject == "" or (composed.subject.isprintable() and composed.subject == composed.subject.strip())
    assert "\r" not in composed.text
    assert not re.search(r"<(script|img|iframe|object|link|style)", composed.html)


def test_a_subject_cannot_become_a_header() -> None:
    """Line breaks in a subject become spaces, so that nobody can add a recipient."""
    assert one_line("Your case\r\nBcc: everyone@evil.example\x00\u2028x") == "Your case Bcc: everyone@evil.example x"


def test_the_html_email_is_complete_and_loads_nothing() -> None:
    """An HTML email says its language and title, and asks no other server for anything."""
    html = compose(Written("A <b> title", "Hello [us](https://a.example)")).html
    assert '<html lang="en-GB">' in html
    assert "<title>A &lt;b&gt; title</title>" in html
    assert not re.search(r"(src|background|@import|url\()", html)


def test_headings_of_a_page_begin_at_level_two() -> None:
    """The page has its own first heading, so those of its text come below it."""
    assert page("# One\n\n## Two") == '<h2 class="govuk-heading-m">One</h2>\n<h3 class="govuk-heading-s">Two</h3>\n'


@pytest.mark.parametrize("typed", [">" * 3000 + "x", "- " * 200 + "x", "x" * 200_001])
def test_what_is_too_long_or_too_deep_is_refused(typed: str) -> None:
    """A text that would take the renderer apart is refused with a reason, never cut off without a word."""
    with pytest.raises(NotComposable):
        plain_text(typed)
