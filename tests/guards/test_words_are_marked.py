"""Guards that every word of a page can be translated: nothing that people read stands in a template unmarked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from webform import words
from webform.settings import SHIPPED

TEMPLATES = sorted((*(SHIPPED / "web/templates").rglob("*.html"), *(SHIPPED / "sending/templates").rglob("*.html")))
HELD = "\ue000"  # stands for whatever a template puts in
READ = {"aria-label", "aria-description", "alt", "placeholder", "title", "label", "summary"}
MARKS = {"_", "gettext", "ngettext"}
# Words of a string in an expression: a capital and small letters, or several words that are no names of classes.
SENTENCE = re.compile(r"[A-Z][a-z’]|[a-z]+ [a-z]+|[a-z]+[,:;.?!] |[,(] ?[a-z]+")
CODE = re.compile(r"govuk[A-Z-]|service-|desk-|^[a-z]+/|noopener|noreferrer|=\"|allow-")


def environment() -> Environment:
    """An environment that reads our templates as the service does."""
    made = Environment(autoescape=True)
    words.install(made)
    return made


def outside_marks(node: nodes.Node) -> Iterator[nodes.Node]:
    """What stands in a template apart from marked messages, names that are compared, and keys."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        yield node
        for value in (*node.args, *(keyword.value for keyword in node.kwargs)):
            if not isinstance(value, nodes.Const):
                yield from outside_marks(value)
        return
    yield node
    skipped: tuple[nodes.Node, ...] = ()
    if isinstance(node, nodes.Pair):
        skipped = (node.key,)
    elif isinstance(node, nodes.Compare):
        skipped = (node.expr, *node.ops)
    elif isinstance(node, nodes.Getitem):
        skipped = (node.node, node.arg)
    elif isinstance(node, nodes.Include | nodes.Extends | nodes.FromImport | nodes.Import):
        return
    for child in node.iter_child_nodes():
        if child not in skipped:
            yield from outside_marks(child)


class Page(HTMLParser):
    """Gathers the text that stands in a template itself."""

    def __init__(self) -> None:
        super().__init__()
        self.bare: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in ("style", "script")
        self.bare += [value for name, value in attrs if name in READ and value and has_word(value)]

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.quiet and has_word(data):
            self.bare.append(data.strip(f"{HELD} \n"))


def has_word(text: str) -> bool:
    """Whether there is anything to translate in it."""
    return re.search(r"[A-Za-z]", text) is not None and not CODE.search(text)


def unmarked(source: str) -> list[str]:
    """Every text of a template that nobody could translate."""
    parts = list(outside_marks(environment().parse(source)))
    held = {id(child) for part in parts if isinstance(part, nodes.Output) for child in part.nodes}
    page = Page()
    text = "".join(
        part.data if isinstance(part, nodes.TemplateData) else HELD if id(part) in held else "" for part in parts
    )
    page.feed(text.replace(f"<{HELD}", "<held").replace(f"</{HELD}", "</held"))
    page.close()
    strings = [part.value for part in parts if isinstance(part, nodes.Const) and isinstance(part.value, str)]
    return page.bare + [text for text in strings if SENTENCE.search(text) and not CODE.search(text)]


def chosen_elsewhere(source: str) -> list[int]:
    """The lines on which a template marks something that is no message of its own: nobody would gather that."""
    calls = environment().parse(source).find_all(nodes.Call)
    marks = (call for call in calls if isinstance(call.node, nodes.Name) and call.node.name in MARKS)
    return [call.lineno for call in marks if not call.args or not isinstance(call.args[0], nodes.Const)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SHIPPED)))
def test_no_word_of_a_template_is_unmarked(path: Path) -> None:
    """Text, labels for screen readers and strings in expressions all go through the catalogue."""
    assert unmarked(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SHIPPED)))
def test_only_our_own_words_are_taken_for_html(path: Path) -> None:
    """What a template marks is a message that stands there: anything else, such as an answer, could bring HTML in."""
    assert chosen_elsewhere(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Send it</p>", ["Send it"]),
        ('<p aria-label="The letter">{{ x }}</p>', ["The letter"]),
        ("<p>{{ x }} of {{ y }}</p>", ["of"]),
        ('{{ button({"text": "Go on", "classes": "govuk-button"}) }}', ["Go on"]),
        ('{{ "in force" if now else _("Not in force") }}', ["in force"]),
        ('{% trans x=a | join(", or ") %}Write to {{ x }}{% endtrans %}', [", or "]),
        ('<p id="a">{{ _("Send it") }} {% trans x %}to {{ x }}{% endtrans %} · &nbsp;{{ y }}</p>', []),
        ("<style>p { margin: 0 }</style>{# a remark #}", []),
    ],
)
def test_the_guard_finds_what_is_unmarked(source: str, found: list[str]) -> None:
    """Text, attributes and strings of expressions are seen; marked messages, styles and remarks are left alone."""
    assert unmarked(source) == found
