"""Guards that every sentence that Python says can be translated: it stands in `_()`, or is noted with `N_()`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from webform.settings import SHIPPED

# Rooms that say sentences to applicants, officers and others. Commands and the lint of the shelves speak to whoever
# runs the service, in English, and so do logs, alarms and faults of a programmer.
ROOMS = ("web", "cases", "rules")
# For machines, and for whoever runs them.
QUIET = {
    "web/metrics.py", "web/workload.py", "web/status.py", "web/signin.py", "cases/on_call.py",
    "cases/on_call_figures.py", "cases/cross_check.py", "cases/darkroom.py", "cases/calendars.py",
    "cases/scan.py", "cases/flags.py", "rules/by_hand.py",
    "rules/folder_file.py",
}  # fmt: skip
MARKS = {"_", "N_", "ngettext"}
NOT_SAID = {
    "log",
    "raise_alarm",
    "bind",
    "compile",
    "Literal",
    "cast",
    "begin",
    "keyed_hash",
    "blind",
    "Blueprint",
    "lookup",
}
PROGRAMMERS = {"ValueError", "RuntimeError", "TypeError", "KeyError", "LookupError", "OSError", "AssertionError"}
SENTENCE = re.compile(r"[A-Z][a-z’]|[a-z’]+ [a-z]+|[a-z]+[,:;.?!] |[,(] ?[a-z]+")
CODE = re.compile(
    r"^[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+$|[a-z][A-Z]|-[a-z]+:|^[\w-]+/|[a-z]+=|[<{][a-z_]+[>}]/|^[A-Z][a-z]$|;\s*[a-z-]+"
    r"|^__|: \w+$|'(none|self)'"
)
# Words of the language of documents, which are compared, and looked up where they are shown.
KEPT = {
    "not met", "met mandatory", "met local", "met at discretion", "needs judgement", "not suitable", "not needed",
    "done late", "not filed", "working days", "at once", "too large", "too much", "wrong words", "printed link",
    "first code", "wrong words of a link", "does not count", "does not apply", "not known yet", "in part", "taken back",
    "not as asked",
}  # fmt: skip
# What only looks like a sentence.
LEAVE = {
    ("web/access.py", "View"), ("web/tokens.py", "View"), ("web/transaction.py", "View"), ("web/attempts.py", "Lax"),
    ("web/attempts.py", "attempt to {}"), ("web/limits.py", "300 per hour"), ("web/limits.py", "240 per minute"),
    ("web/limits.py", "30 per hour"), ("web/limits.py", "20 per hour"), ("web/limits.py", "120 per hour"),
    ("web/limits.py", "View"), ("web/edge.py", "(no address of ours)"), ("cases/day.py", "Row"),
    ("cases/letters.py", "The service"),
    ("cases/reschedule.py", "The service"), ("rules/later.py", "Made"), ("rules/reports.py", "Value"),
    ("rules/timeline.py", "Value"), ("rules/corrected.py", "Kept"),
    ("rules/calendar.py", "(observed)"), ("rules/calendar.py", "(substitute day)"),
    ("rules/consent.py", "the consent of"),
}  # fmt: skip
CODE_FILES = [
    path
    for room in ROOMS
    for path in sorted((SHIPPED / room).rglob("*.py"))
    if path.relative_to(SHIPPED).as_posix() not in QUIET
]


def bare(node: ast.AST) -> Iterator[str]:
    """Every string that is said without a mark: walks down, and leaves out what is marked or not said to people."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    skipped = unsaid(node)
    for child in ast.iter_child_nodes(node):
        if child not in skipped and not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from bare(child)


def called(node: ast.AST | None) -> str:
    """The name of the function that a call calls; `log` for all of a logger's."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id
    of = getattr(node.func, "value", None)
    return "log" if isinstance(of, ast.Name) and of.id == "log" else getattr(node.func, "attr", "")


def unsaid(node: ast.AST) -> list[ast.AST]:
    """Parts of a node that nobody reads: keys, what is compared, annotations, docstrings, decorators."""
    match node:
        case ast.Call(args=args, keywords=keywords) if called(node) in MARKS:
            return [one for one in (*args, *keywords) if isinstance(getattr(one, "value", None), str)]
        case ast.Call(args=args, keywords=keywords) if called(node) in NOT_SAID:
            return [*args, *keywords]
        case ast.Raise(exc=fault) if fault and called(fault) in PROGRAMMERS:
            return [fault]
        case ast.Dict(keys=keys):
            return [key for key in keys if key is not None]
        case ast.Compare(left=left, comparators=comparators):
            return [left, *comparators]
        case ast.Subscript(slice=part) | ast.AnnAssign(annotation=part) | ast.MatchValue(value=part):
            return [part]
        case ast.FunctionDef(returns=returns, args=args, decorator_list=decorators):
            return [args, *decorators, *([returns] if returns else [])]
        case ast.Expr(value=ast.Constant() as docstring):
            return [docstring]
    return []


def unmarked(path: Path) -> set[str]:
    """The sentences of a module that nobody could translate."""
    room = path.relative_to(SHIPPED).as_posix()
    return sentences(path.read_text()) - KEPT - {text for file, text in LEAVE if file == room}


def sentences(source: str) -> set[str]:
    """The sentences of a source that no mark stands round."""
    return {text for text in bare(ast.parse(source)) if SENTENCE.search(text) and not CODE.search(text)}


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: str(path.relative_to(SHIPPED)))
def test_no_sentence_is_unmarked(path: Path) -> None:
    """What a page, a letter or a task says goes through the catalogue of the reader's language."""
    assert unmarked(path) == set()


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: str(path.relative_to(SHIPPED)))
def test_every_mark_can_be_gathered(path: Path) -> None:
    """A mark holds one string, and stands in no f-string: only such messages are found for translators."""
    assert out_of_reach(path.read_text()) == []


def out_of_reach(source: str) -> list[int]:
    """The lines of marks whose message nobody would gather, but for names of messages that are noted elsewhere."""
    tree = ast.parse(source)
    inside = {id(one) for found in ast.walk(tree) if isinstance(found, ast.JoinedStr) for one in ast.walk(found)}
    marks = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in MARKS]
    pieced = (ast.JoinedStr, ast.BinOp)
    return [
        mark.lineno
        for mark in marks
        if (id(mark) in inside and isinstance(mark.args[0], ast.Constant))
        or isinstance(mark.args[0], pieced)
        or (isinstance(mark.args[0], ast.IfExp) and isinstance(mark.args[0].body, ast.Constant))
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [('f"{_(\'Sent\')}: {day}"', [1]), ('_(f"Sent {day}")', [1]), ('_("Sent" if x else "Not")', [1]), ('_("Sent")', []),
     ('_(NAMES[x])', [])],
)  # fmt: skip
def test_the_guard_finds_what_nobody_would_gather(source: str, found: list[int]) -> None:
    """Marks in f-strings, of f-strings and of choices are found."""
    assert out_of_reach(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('heading = "Your page"', {"Your page"}),
        ('says = f"Sent on {day}"', {"Sent on {}"}),
        ('raise Refusal("Nobody is named.")', {"Nobody is named."}),
        ('says = _("Sent on %(day)s", day=words["By post"])', set()),
        ('says = _("Sent by %(way)s", way="the post")', {"the post"}),
        ('raise ValueError("Never happens")', set()),
        ('log.error("it broke", fault="Out of order")', set()),
        ('if state == "Out of order": pass', set()),
    ],
)
def test_the_guard_finds_what_is_unmarked(source: str, found: set[str]) -> None:
    """Sentences and f-strings are seen; marked ones, logs, comparisons and faults of a programmer are left alone."""
    assert sentences(source) == found
