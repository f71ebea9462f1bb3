"""The schema of a letter: a small TOML header between `+++` lines, then Markdown with {placeholders}."""

from __future__ import annotations

import re
from typing import Literal

from .form import PageId, Part, Words

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")

# Why a letter goes out. Safe-contact rules and copies are decided by purpose, never by a letter's name.
Purpose = Literal["to-applicant", "to-officer", "to-agency", "to-panel", "sign-in", "draft", "alarm"]


class Letter(Part):
    """A letter of the shelf. `id` is its file name.

    A paragraph or list item whose placeholder is empty is left out, unless `requires` names that fact: then the letter
    can't go and says which fact is missing. `neutral` letters carry nothing that shows what they are about
    to someone reading over a shoulder.
    """

    id: PageId = "unnamed"
    format: Literal[1] = 1
    subject: Words
    purpose: Purpose
    requires: tuple[str, ...] = ()
    neutral: bool = False
    body: Words

    def placeholders(self) -> frozenset[str]:
        """Every placeholder of subject and body."""
        return frozenset(PLACEHOLDER.findall(self.subject + "\n" + self.body))
