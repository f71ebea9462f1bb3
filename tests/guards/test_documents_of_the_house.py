"""The house keeps its own rules: documents without fault, code in small pieces that explain themselves, no secrets."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from webform.documents.check import check
from webform.documents.shelf import Shelves
from webform.settings import CHECKOUT, SHIPPED

LONGEST_FUNCTION, LONGEST_FILE = 60, 400  # lines
CODE = sorted(path for path in SHIPPED.rglob("*.py") if "migrations" not in path.parts)
Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")  # in two pieces, so that they are not found here
# Where somebody's machine keeps things, and where it gets packages from.
OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(root|home|work|Users)/[\w.]+|registry\.\w|[\w-]+\.pkg\.|/simple/?$|--index-url|\"resolved\":"
)
LOCAL = re.compile(r"https?://[^\s\"'<>)]*(artifact|nexus|proxy|mirror|registry|:\d+/(simple|pypi|npm))")


def tracked() -> list[Path]:
    """Every text file of the repository, lock files included."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return [CHECKOUT / name for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each line with its place, in words that a terminal can jump to."""
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
        yield f"{path.relative_to(CHECKOUT)}:{number}", line


def defined(path: Path) -> Iterator[tuple[str, Named]]:
    """Every class and function of a module, each with its place."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Named):
            yield f"{path.relative_to(CHECKOUT)}:{node.lineno} {node.name}", node


def test_the_shipped_documents_have_no_fault(shelves: Shelves) -> None:
    """`flask procedure check` finds no error in what is shipped, for any area."""
    faults = [fault for fault in check(shelves) if fault.level == "error"]
    assert [fault.line() for fault in faults] == []


def test_every_letter_has_a_sender_and_every_sender_a_letter(shelves: Shelves) -> None:
    """In each procedure a step or a notice sends the letters of the shelf, and sends no other."""
    sent = set()
    for procedure in shelves.procedures.values():
        told = (one for step in procedure.steps for one in (step.remind, step.overdue, step.may_extend) if one)
        named = {*procedure.notices.model_dump().values(), *(step.send for step in procedure.steps)}
        named |= {one.send for one in told} | {panel.off for panel in procedure.panels}
        assert named - {None} <= set(shelves.letters), procedure.id
        sent |= named
    assert set(shelves.letters) <= sent


def test_every_form_is_filled_in(shelves: Shelves) -> None:
    """A step fills in each form of the shelf, and fills in no other."""
    filled = {step.fill for procedure in shelves.procedures.values() for step in procedure.steps if step.fill}
    assert filled == set(shelves.forms)


def test_every_area_can_be_used(shelves: Shelves) -> None:
    """There is an area, and somebody opens its cases with a form that it has."""
    assert shelves.areas()
    for area in shelves.areas():
        assert any(step.fill == area.area.opens_with for step in area.steps), area.id


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(SHIPPED).as_posix())
def test_the_module_explains_itself(path: Path) -> None:
    """A module, and each function and class that others may use, says in a sentence what it is for."""
    text = path.read_text()
    assert not text or ast.get_docstring(ast.parse(text)), "the module says nothing of itself"
    assert [place for place, node in _public(path) if not ast.get_docstring(node)] == []


def _public(path: Path) -> Iterator[tuple[str, Named]]:
    """Functions and classes at the top of a module that are not private. A method may speak for itself."""
    top = {node.lineno for node in ast.parse(path.read_text()).body}
    return ((place, node) for place, node in defined(path) if node.lineno in top and node.name[0] != "_")


def test_nothing_is_long() -> None:
    """A function fits a screen, and a file can be read in one go."""
    long = [
        place
        for path in CODE
        for place, node in defined(path)
        if not isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []
    assert [str(path) for path in CODE if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_nothing_is_left_unfinished() -> None:
    """What is still to be done stands in an issue, not in a file."""
    assert [place for path in tracked() for place, line in lines_of(path) if UNFINISHED.search(line)] == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """No path of somebody's machine and no address of a package registry is in any file, lock files included."""
    found = [
        f"{place}: {line.strip()[:80]}"
        for path in tracked()
        if path != Path(__file__)
        for place, line in lines_of(path)
        if OF_A_MACHINE.search(line) or LOCAL.search(line)
    ]
    assert found == []
