"""One file of a shelf: from bytes to plain tables, and from what is wrong with them to words and a cure."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .faults import Fault

LARGEST = 1_000_000  # bytes: a valid 10 MB file takes two seconds to read, and no procedure is a tenth of this
Table = dict[str, Any]
# Controls but for tab and line end, and what turns the direction of reading. A procedure is published as it is read.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
WANTED = {  # what pydantic calls a wrong type, in words
    "model_type": "a table, such as { key = 1 }", "dict_type": "a table, such as { key = 1 }",
    "tuple_type": "a list, such as [\"a\", \"b\"]", "string_type": "text in quotes", "int_type": "a whole number",
    "bool_type": "true or false", "bool_parsing": "true or false", "date_type": "a date, such as 2026-04-01",
    "time_type": "a time, such as 17:00:00", "int_parsing": "a whole number",
}  # fmt: skip


@dataclass(frozen=True)
class Raw:
    """A document as it was written: its file, relative to the shelf's folder, and its tables."""

    file: str
    data: Table


class Unreadable(Exception):
    """A file that can't be read at all."""

    def __init__(self, fault: Fault):
        self.fault = fault
        super().__init__(fault.line())


def read_text(path: Path, file: str) -> str:
    """The text of a document. Raises Unreadable."""
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(file, "The file is larger than 1 MB.", "Split it, or take out what is not a rule.")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise _unreadable(file, f"The file can't be opened: {error.strerror}.", "Check its name and rights.") from None
    except UnicodeDecodeError as error:
        raise _unreadable(file, f"Byte {error.start} is not UTF-8.", "Save the file as UTF-8.") from None


def parse_toml(text: str, file: str) -> Table:
    """The tables of a TOML text. Raises Unreadable."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(file, f"This is not valid TOML: {error}.", "Mend that line.") from None
    except RecursionError:
        raise _unreadable(file, "The tables are nested too deep to read.", "Write flatter tables.") from None


def read_toml(path: Path, file: str) -> Raw:
    """A TOML document. Raises Unreadable."""
    return Raw(file, _all_seen(parse_toml(read_text(path, file), file), file))


def read_letter(path: Path, file: str) -> Raw:
    """A letter: TOML between two `+++` lines, then Markdown. Raises Unreadable."""
    text = read_text(path, file)
    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise _unreadable(
            file,
            "The letter has no header.",
            "Begin with a line +++, then subject and purpose, then a line +++, then the text.",
        )
    return Raw(file, _all_seen({**parse_toml(parts[1], file), "body": parts[2].strip()}, file))


def _all_seen(data: Table, file: str) -> Table:
    """The tables, if what a reader of the file sees is what stands in it. Raises Unreadable."""
    for key, sign in _hidden(data):
        why = f"A sign that nobody sees stands here (U+{ord(sign):04X}). It can hide or turn round what is read."
        raise Unreadable(Fault("error", "readable", file, HIDDEN.sub("?", key), why, "Take it out."))
    return data


def _hidden(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Where such signs stand, keys included."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ((name, found) for found in HIDDEN.findall(name))
            yield from _hidden(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _hidden(inner, f"{key}.{number}")
    elif isinstance(value, str):
        yield from ((key, found) for found in HIDDEN.findall(value))


def _unreadable(file: str, why: str, cure: str) -> Unreadable:
    return Unreadable(Fault("error", "readable", file, "", why, cure))


def faults_of(error: ValidationError, model: type[BaseModel], raw: Table, file_of: Callable[[str], str]) -> list[Fault]:
    """What pydantic found, as faults with the key that a reader of the file can find; `file_of` names a key's file."""
    faults = []
    for detail in error.errors(include_url=False):
        key, value = _key(detail["loc"], raw)
        why, cure = _words(detail, model)
        faults.append(Fault("error", "schema", file_of(key), key, why + _given(value, detail), cure))
    return faults


def _key(location: tuple[int | str, ...], raw: Any) -> tuple[str, Any]:
    """The dotted path in the document, with ids for the places in lists, and what is written there."""
    parts: list[str] = []
    here = raw
    for step in location:
        if isinstance(here, dict) and step in here:
            parts.append(str(step))
            here = here[step]
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
            parts.append(str(here["id"]) if isinstance(here, dict) and "id" in here else str(step + 1))
        elif isinstance(here, dict) and isinstance(step, str) and step.isidentifier() and step[0].islower():
            parts.append(step)  # a missing key; pydantic's own marks of a union are passed over
            here = None
    return ".".join(parts), here


def _given(value: Any, detail: ErrorDetails) -> str:
    shows = detail["type"] not in ("missing", "extra_forbidden", "value_error") and isinstance(value, str | int | float)
    return f" It says {str(value)[:60]!r}." if shows else ""


def _words(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "This key is missing.", "Add it."
    if kind == "extra_forbidden":
        return "There is no such key here.", _did_you_mean(str(detail["loc"][-1]), model)
    if kind == "literal_error":
        return "This word is not known here.", f"Use one of {context['expected']}."
    if kind == "string_pattern_mismatch":
        return "This is not written as it has to be.", f"It has to match {context['pattern']}."
    if kind in WANTED:
        return f"This has to be {WANTED[kind]}.", "Mend this value."
    return detail["msg"].removeprefix("Value error, ").rstrip(".") + ".", "Mend this value."


def _did_you_mean(key: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(key, sorted(known_keys(model)), n=1)
    return f"Did you mean {near[0]}? Otherwise take it out." if near else "Take it out, or mend its spelling."


def known_keys(model: type[BaseModel]) -> set[str]:
    """Every key that a document of this kind can write, at any depth."""
    found: set[str] = set()
    waiting: list[Any] = [model]
    seen: set[Any] = set()
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        waiting.extend(get_args(kind))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, value in kind.model_fields.items():
                found.add(value.alias or name)
                waiting.append(value.annotation)
    return found
