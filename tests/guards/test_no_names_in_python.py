"""Python knows no document by name: another area, form, letter, step, question or role is a document and no code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from webform.documents.facts import FACTS
from webform.documents.form import Form
from webform.documents.letter import Letter
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.settings import SHIPPED

# Names that the engine may say, since the design fixes them, or since the word has a meaning of its own there.
FIXED = {
    "service": "the software, as one who owes a letter",
    "alarm": "the webhook, as an addressee of an escalation; and the notice that is posted with it",
    "applicant": "whom every form that opens a case describes, and who signs it",
    "victim": "the other person whom such a form may describe",
    "spoc": "an officer's role, and the contact that has to be there before the service starts",
    "deputy": "an officer's role, and the contact that has to be there before the service starts",
    "officer": "an officer's role; and those who have signed in, as an audience and in what views declare",
}
MEANT = {
    ("cases/hand_over.py", "passed-on"): "a kind of link between cases, and a channel",
    ("cases/effects.py", "pass-on"): "the kind of a task",
    ("web/desk_new.py", "passed-on"): "the channel that no officer can choose",
    ("web/referral.py", "passed-on"): "a channel in words",
    ("documents/checks/statute.py", "dissatisfaction"): "what the Act calls it: the name of a check",
    ("web/attempts.py", "known"): "a cookie of the sign-in page",
    ("web/drafts.py", "known"): "an input of the page that a form is resumed on",
    ("web/faults.py", "known"): "an input of the page that a form is resumed on",
}
CODE = sorted(path for path in SHIPPED.rglob("*.py") if "migrations" not in path.parts)


def names_of(shelves: Shelves) -> set[str]:
    """What the shelves call their areas, roles, panels, steps, forms, questions and letters."""
    found = {*shelves.procedures, *shelves.forms, *shelves.letters}
    for procedure in shelves.procedures.values():
        found |= {one.id for one in chain(procedure.roles, procedure.panels, procedure.steps)}
    for form in shelves.forms.values():
        found |= {question.id for page in form.pages for question in page.questions}
    return found


def vocabulary(kind: Any, seen: set[Any]) -> Iterator[str]:
    """The words of the language itself: keys of its tables and closed lists, part by part."""
    if get_origin(kind) is Literal:
        for word in get_args(kind):
            yield from (str(word), *str(word).split("."))
    elif kind not in seen:
        seen.add(kind)
        for part in get_args(kind):
            yield from vocabulary(part, seen)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, field in kind.model_fields.items():
                yield from (name, field.alias or name)
                yield from vocabulary(field.annotation, seen)


@pytest.fixture(scope="module")
def unspeakable(shelves: Shelves) -> set[str]:
    """Names of the shelves that are no words of the language and no facts."""
    seen: set[Any] = set()
    words = {word for document in (Form, Letter, Procedure) for word in vocabulary(document, seen)}
    facts = {part for fact in FACTS for part in (fact, *fact.split("."))}
    return names_of(shelves) - words - facts - set(FIXED)


def said(path: Path) -> Iterator[tuple[int, str]]:
    """The string literals of a module, parts of f-strings included, but for docstrings."""
    tree = ast.parse(path.read_text())
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    docstrings = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_no_literal_names_a_document(unspeakable: set[str], shelves: Shelves) -> None:
    """No step, form, letter, question, panel or role is told from another by its name."""
    steps = {step.id for procedure in shelves.procedures.values() for step in procedure.steps}
    found = set()
    for path in CODE:
        room = path.relative_to(SHIPPED).as_posix()
        for _, text in said(path):
            first, _, rest = text.partition(".")
            if text in unspeakable or (first in steps and rest in unspeakable):
                found.add((room, text))
    assert found - set(MEANT) == set()
    assert set(MEANT) - found == set(), "these need no leave any more"


def test_no_line_names_an_area(shelves: Shelves) -> None:
    """No area is named anywhere in the code, be it in a comment."""
    areas = {name for one in shelves.areas() for name in (one.id, one.area.name, one.area.body)}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, areas))})\b", re.IGNORECASE)
    named = [
        f"{path.relative_to(SHIPPED)}:{number}"
        for path in sorted(SHIPPED.rglob("*"))
        if path.suffix in (".py", ".html", ".js", ".css") and "built" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if pattern.search(line)
    ]
    assert named == []


def test_the_names_are_looked_for(unspeakable: set[str]) -> None:
    """What is looked for are names that nobody would miss in code."""
    assert {"threshold-decision", "risk-matrix", "acknowledgement", "one_problem", "safer-merton"} <= unspeakable
    assert len(unspeakable) > 100


def test_every_fixed_word_is_in_use() -> None:
    """The words that the design fixes are said somewhere, or need no leave."""
    literals = {text for path in CODE for _, text in said(path)}
    assert set(FIXED) <= literals
