"""From Markdown to what people read: plain text, an HTML email, and a piece of an accessible page.

Raw HTML, images and code are off, links lead only to https, mailto and tel, and nothing is ever loaded from elsewhere.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

from webform.documents.letter import Written
from webform.words import install as give_words

LONGEST = 200_000  # characters of Markdown: more than any letter, less than what takes a noticeable time
DEEPEST = 40  # token levels; a list in a list in a list has six
WIDTH = 72
HEADING = re.compile("h[1-6]")
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
give_words(TEMPLATES)

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TEXT = "margin:0 0 16px;font-size:16px;line-height:1.5;"
_LIST = "margin:0 0 16px;padding:0 0 0 24px;font-size:16px;line-height:1.5;"
_HEADING = "margin:24px 0 12px;font-weight:bold;line-height:1.25;"
_MAIL_STYLES: Mapping[str, str] = {
    "p": _TEXT,
    "ul": _LIST,
    "ol": _LIST,
    "li": "margin:0 0 6px;",
    "h1": _HEADING + "font-size:24px;",
    "h2": _HEADING + "font-size:20px;",
    "h3": _HEADING + "font-size:17px;",
    "a": "color:#1d70b8;text-decoration:underline;",
    "blockquote": "margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid #b1b4b6;",
    "hr": "border:0;border-top:1px solid #b1b4b6;margin:24px 0;",
}
_PAGE_CLASSES: Mapping[str, str] = {
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
    "a": "govuk-link",
    "blockquote": "govuk-inset-text",
    "hr": "govuk-section-break govuk-section-break--visible govuk-section-break--m",
}


class NotComposable(ValueError):
    """A text that is too long or too deeply nested to be set."""


@dataclass(frozen=True)
class Composed:
    """A letter ready to post: its subject on one line, its plain text and its HTML."""

    subject: str
    text: str
    html: str


def compose(written: Written) -> Composed:
    """A written letter as an email. Raises NotComposable."""
    subject = one_line(written.subject)
    tokens = _parse(_for_mail(), written.markdown)
    text = _plain(tokens)
    for token in _every(tokens):
        _dress(token, "style", _MAIL_STYLES)
    html = TEMPLATES.get_template("email.html").render(subject=subject, body=_rendered(tokens))
    return Composed(subject, text, html)


def one_line(text: str) -> str:
    """A text that can stand in a mail header: line breaks and control characters become single spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def page(markdown: str) -> Markup:
    """Markdown as a piece of one of our pages, in the page's own styles. Its headings start at level 2."""
    tokens = _parse(_for_pages(), markdown)
    for token in _every(tokens):
        if token.tag in ("h1", "h2", "h3", "h4", "h5"):
            token.tag = f"h{int(token.tag[1]) + 1}"
        _dress(token, "class", _PAGE_CLASSES)
    return _rendered(tokens)


def paper(markdown: str, below: int = 0) -> Markup:
    """Markdown as the inside of a printed page, which brings its own styles and sizes.

    `below` is the level of the heading that it stands under: its own headings follow on from there, whatever they were.
    """
    tokens = _parse(_for_mail(), markdown)
    levels = sorted({token.tag for token in _every(tokens) if HEADING.fullmatch(token.tag)}) if below else []
    for token in _every(tokens):
        if token.tag in levels:
            token.tag = f"h{min(below + 1 + levels.index(token.tag), 6)}"
    return _rendered(tokens)


def plain_text(markdown: str) -> str:
    """Markdown as the plain text of an email: wrapped, lists as lists, links written out."""
    return _plain(_parse(_for_mail(), markdown))


def _plain(tokens: list[Token]) -> str:
    lines = _blocks(SyntaxTreeNode(tokens).children, WIDTH)
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


class _MailMarkdown(MarkdownIt):
    """CommonMark without HTML, images and code. Code is off because a typed line may well begin with spaces."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "linkify": False, "maxNesting": 3 * DEEPEST})
        self.disable(["html_block", "html_inline", "image", "code", "fence", "backticks", "lheading"])

    def validateLink(self, url: str) -> bool:
        """Only links that can do no harm; plain http only to this same computer (local mode)."""
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return False
        if parts.scheme == "https":
            return bool(host)
        return parts.scheme in ("mailto", "tel") or (parts.scheme == "http" and host in _LOOPBACK)


class _PageMarkdown(_MailMarkdown):
    """On our own pages a link may also lead to another of our pages."""

    def validateLink(self, url: str) -> bool:
        ours = url.startswith("#") or (url.startswith("/") and not url.startswith("//"))
        return ours or super().validateLink(url)


@cache
def _for_mail() -> MarkdownIt:
    """Made once: it keeps its rules, and nothing of what it reads."""
    return _MailMarkdown()


@cache
def _for_pages() -> MarkdownIt:
    return _PageMarkdown()


def _parse(reader: MarkdownIt, markdown: str) -> list[Token]:
    if len(markdown) > LONGEST:
        raise NotComposable(f"The text has {len(markdown)} characters. At most {LONGEST} can be sent.")
    tokens = reader.parse(markdown)
    if any(token.level > DEEPEST for token in _every(tokens)):
        raise NotComposable("Lists or quotations are nested too deep.")
    return tokens


def _every(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _dress(token: Token, attribute: str, looks: Mapping[str, str]) -> None:
    if token.nesting >= 0 and token.tag in looks:
        token.attrSet(attribute, looks[token.tag])


def _rendered(tokens: list[Token]) -> Markup:
    reader = _for_mail()
    html = reader.renderer.render(tokens, reader.options, {})
    return Markup(html)  # noqa: S704  the renderer has escaped every text, and raw HTML never gets this far


def _blocks(nodes: Iterable[SyntaxTreeNode], width: int) -> list[str]:
    """Blocks with an empty line after each."""
    lines: list[str] = []
    for node in nodes:
        lines += [*_block(node, width), ""]
    return lines


def _block(node: SyntaxTreeNode, width: int) -> list[str]:
    if node.type in ("bullet_list", "ordered_list"):
        return _list(node, width)
    if node.type == "blockquote":
        return _hung(_blocks(node.children, width - 2)[:-1], "> ", "> ")
    if node.type == "hr":
        return ["-" * 20]
    lines = _wrapped("".join(_inline(child) for child in node.children), width)
    if node.type == "heading":
        return [*lines, ("=" if node.tag == "h1" else "-") * max(map(len, lines), default=0)]
    return lines


def _list(node: SyntaxTreeNode, width: int) -> list[str]:
    lines: list[str] = []
    first = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, first):
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        inside = _blocks(item.children, width - len(mark))[:-1]
        if any(child.type == "paragraph" and child.hidden for child in item.children):
            inside = [line for line in inside if line]  # a tight list stands without empty lines
        elif lines:
            lines.append("")
        lines += _hung(inside or [""], mark, " " * len(mark))
    return lines


def _hung(lines: list[str], first: str, rest: str) -> list[str]:
    return [(first if number == 0 else rest) + line for number, line in enumerate(lines)]


def _wrapped(text: str, width: int) -> list[str]:
    """Wrapped line by line, never inside a word, so that an address stays whole."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, max(width, 30), break_long_words=False, break_on_hyphens=False)
    return lines


def _inline(node: SyntaxTreeNode) -> str:
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    if node.type == "link":
        return _link("".join(_inline(child) for child in node.children), str(node.attrs.get("href", "")))
    if node.children:
        return "".join(_inline(child) for child in node.children)
    return node.content if node.type == "text" else ""


def _link(text: str, href: str) -> str:
    target = href.removeprefix("mailto:").removeprefix("tel:")
    return target if text.strip() in ("", href, target) else f"{text}: {target}"
