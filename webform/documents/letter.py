"""The schema of a letter: a small TOML header between `+++` lines, then Markdown with {placeholders}."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from .form import PageId, Part, Words

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")
_ITEM = re.compile(r"\s*([-*]|\d+\.) ")
_SPECIAL = re.compile(r"[\\`*_\[\]<>#&|~!{}]")
_LEADING = re.compile(r"^(\d*)([-+=.)])")

# Why a letter goes out. The check holds it to its senders: what is written for officers goes to nobody else.
Purpose = Literal["to-applicant", "to-officer", "sign-in", "draft", "link", "alarm", "feedback"]


class Letter(Part):
    """A letter of the shelf. `id` is its file name.

    A paragraph or list item whose placeholder is empty is left out, unless `requires` names that fact: then the letter
    can't go and says which fact is missing. `neutral` letters carry nothing that shows what they are about
    to someone reading over a shoulder.
    """

    id: PageId = "unnamed"
    """The name of the file; never written."""
    format: Literal[1] = 1
    """Version of this schema."""
    subject: Words
    """The subject, with {placeholders}. Example: `"Your request {case.reference}"`"""
    purpose: Purpose
    """Why it goes out: it decides about copies and safe contact."""
    requires: tuple[str, ...] = ()
    """Facts without which it can't go. Example: `["case.reference"]`"""
    neutral: bool = False
    """Says nothing of what it is about, for messages that others may see."""
    body: Words
    """The text below the header, Markdown with {placeholders}. A line whose fact is not known is left out."""

    def placeholders(self) -> frozenset[str]:
        """Every placeholder of subject and body."""
        return frozenset(PLACEHOLDER.findall(self.subject + "\n" + self.body))


class MissingFact(Exception):
    """A letter lacks facts that it has to state; `names` are their placeholders."""

    def __init__(self, names: tuple[str, ...]):
        self.names = names
        super().__init__(f"The letter can't go without: {', '.join(names)}.")


@dataclass(frozen=True)
class Written:
    """A letter filled in: its subject, on one line, and its text in Markdown."""

    subject: str
    markdown: str


def render(letter: Letter, facts: Mapping[str, str], requires: Iterable[str] = ()) -> Written:
    """The letter with its facts. `requires` adds what the area asks for. Raises MissingFact naming all that lack."""
    lacking = tuple(name for name in dict.fromkeys((*letter.requires, *requires)) if not facts.get(name, "").strip())
    if lacking:
        raise MissingFact(lacking)
    blocks = [_filled(block, facts) for block in _blocks(letter.body)]
    subject = PLACEHOLDER.sub(lambda match: facts.get(match[1], ""), letter.subject)
    return Written(" ".join(subject.split()), "\n".join(_kept(blocks)).strip() + "\n")


def _kept(blocks: list[str | None]) -> Iterator[str]:
    """What is left of them, without a heading under which everything was left out."""
    for place, block in enumerate(blocks):
        below = list(takewhile(lambda one: not _is_heading(one), blocks[place + 1 :]))
        if block is not None and not (_is_heading(block) and None in below and not any(below)):
            yield block


def _is_heading(block: str | None) -> bool:
    return block is not None and block.startswith("#")


def _blocks(body: str) -> Iterator[str]:
    """Paragraphs, and list items one by one: what is left out when a fact in it is not known."""
    block: list[str] = []
    for line in body.split("\n"):
        if block and (not line.strip() or _ITEM.match(line)):
            yield "\n".join(block)
            block = []
        if line.strip():
            block.append(line)
        else:
            yield ""
    if block:
        yield "\n".join(block)


def _filled(block: str, facts: Mapping[str, str]) -> str | None:
    if any(not facts.get(name, "").strip() for name in PLACEHOLDER.findall(block)):
        return None
    return PLACEHOLDER.sub(lambda match: as_typed(facts[match[1]]), block)


def as_typed(value: str) -> str:
    """A value as Markdown that shows just what was typed: it can't become a heading, a link, a list or HTML."""
    lines = (_LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", line.strip())) for line in value.strip().splitlines())
    return "\\\n".join(line for line in lines if line)
