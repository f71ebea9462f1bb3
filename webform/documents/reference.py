"""The reference of the language, written from the schemas: every table and key, what it means, and an example."""

from __future__ import annotations

import datetime as dt
import inspect
import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, ForwardRef, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .condition import When
from .duration import Duration
from .form import Form
from .letter import Letter
from .meanings import meanings
from .procedure import Procedure
from .step import AllOf, AnyOf

HEAD = """# The language of procedures, forms and letters

Written by `flask procedure reference` from the schemas; a test holds it to them. Words that are said everywhere:

- **length of time**: `"2 working days"`, `"6 months"`, `"at once"`. Units are hours, days, working days, weeks, months.
- **event**: the id of a step, which happens when its document is filed; `STEP.question`, a date that its form asks for;
  `STEP.due`; `STEP.received`, the delivery of its letter; `opening`; `period`, on which the period of figures began in
  which the area's own folder was begun; `{ all = [...] }` and `{ any = [...] }`.
- **condition**: a table. Keys are joined by AND, a list of tables by OR. A value is what the answer has to be, a list
  any one of several, or a table of tests: `not`, `any`, `at_least`, `under`, `age_under` with `on`, `passed`, `empty`,
  `every`. In a form a key is a question id. In a procedure it is `STEP.question`, or a step with one of `"filed"`,
  `"not filed"`, `"open"`, `"late"`, `"held"`; in a threshold or a gate also what a question means, and `STEP.band`.
- **id**: small letters, digits and hyphens, beginning with a letter; the id of a question has underscores instead.

Lists of tables merge by `id`: an area lays its own keys over those of the document that it extends. `drop = true` with
a `source` takes an inherited rule away.

## Folders for `flask procedure replay`

    {"documents": [{"step": "request", "filed_at": "2026-11-02T10:00:00+00:00", "answers": {"open_complaint": "no"}},
                   {"step": "hold", "filed_at": "2026-11-04T12:00:00+00:00", "effect": "holds"}],
     "parties": [{"id": "police", "role": "agency", "joined_at": "2026-11-03T09:00:00+00:00"}]}

Every instant has an offset. A document may say `effective_at` (when it counts from), `party` and `role` (whose it is),
`number` (1, 2, 3 ... where left out), `replaces` (the number that it corrects), `kind` (`form`, `letter`, or `waiver`
or `delivery` for what is said of a step without fulfilling it), `effect` (what the form does, where left out), `about`
(the step that the effect is about), `until` (the new date of an extension), `gate` (which a hold is for), `occurrence`
(which of several duties it serves), `channel` (`email` or `post`, of a letter) and `elsewhere` (true for what another
body was told and came along). Answers are keyed by question ids or by what the questions mean. A party may have
`left_at`. Parties of a role that the folder says nothing of are those whom its documents name; they are called by the
option that was chosen (`police`, `landlord-moat`), by role and entry (`victim-2`), by role alone (`health`, a member
of a panel), or by their own name (`moat-homes`). `"for": "area"` replays the area's own folder, which was begun at
`since`; `council` says whose case it is, and `calendar` holds `closure`, `opening` and `meeting` as
instance/calendar.toml does: `closure` and `opening` are days that the council closes or works against the calendar,
`meeting` the dates of standing meetings. There, `area = "AREA"` says whose they are; a folder leaves it out.

    "calendar": {"closure": [{"date": "2026-12-29", "why": "Office closed", "added": "2026-11-02"}],
                 "opening": [{"date": "2027-05-03"}], "meeting": [{"id": "board", "dates": ["2026-12-14"]}]}

`timetable` and `replay` give a list of duties, each with `step`, `party`, `occurrence`, `owner`, `to`, `start`,
`due`, `state` (waiting, open, arranged, done, late, done late, held, lapsed, waived, not needed), `forecast`,
`opened`, `done`, `original` (the date before it was extended), `warnings` and `explanation`.

## Folders for `flask procedure figures`

    [{"documents": [{"step": "request", "filed_at": "2026-11-02T10:00:00+00:00"}]},
     {"documents": [{"step": "request", "filed_at": "2027-04-01T10:00:00+00:00"}]}]

A list of folders as above: `flask procedure figures AREA FOLDERS.json --from 2026-04-01 --to 2027-03-31`. A case counts
once for a figure, in the period of the first of its documents that matches, by the day in London that it counts from,
or the date that `dated_by` names. A correction stands in the place of what it corrects, its time included; documents of
every round count; a waiver or a folder `"for": "area"` never does. Figures need not add up.

Each figure has `figure`, `title`, `from`, `to`, `number`, `cases` (the places in the list of those that count, from 1)
and `unclear` (those of which nobody has said yet whether, or when; not in the number).

## Answers for `flask procedure assess`

    {"incident": [{"incident.date": "2026-03-07", "incident.problem": "noise",
                   "report": [{"report.date": "2026-03-08", "report.agency": "police"}]}],
     "case.response": "none", "threshold-decision.ground": "local"}

Keys are what questions mean, or question ids; entries of a group stand in a list. A rough date is
`["2026-03-01", "2026-03-31"]` or `"unknown"`. Answers of later documents are `STEP.question`. What the form only asks
after another answer is taken as asked.

The finding has `result` (met mandatory, met local, met at discretion, not met, needs judgement, not suitable), `why`,
`routes`, `statutory`, `differs`, `gates` and `unanswered`. Each route has `id`, `kind`, `result`, `says`, `source` and
`conditions`; each condition `kind`, `result`, `why`, `source`, `hurdle`, `parts`, `reports` and `unanswered`; each
report `name`, `incident` and `report` (the numbers of their entries), `result`, `why` and `source`; each gate `id`,
`effect`, `result`, `says`, `why`, `source` and `by` (who decides, in words).
"""
SHELVES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("Procedures: `procedures/*.toml`", Procedure),
    ("Forms: `forms/*.toml`", Form),
    ("Letters: `emails/*.md`", Letter),
)
EXAMPLE = re.compile(r"\s*Example: `(.+)`\s*$", re.S)
BELOW = ", see below"
PLAIN: dict[Any, tuple[str, str]] = {
    str: ("text", '"words"'),
    bool: ("true or false", "true"),
    int: ("whole number", "3"),
    dt.date: ("date", "2026-04-01"),
    dt.time: ("time", "17:00:00"),
    Duration: ("length of time", '"2 working days"'),
    When: ("condition", '{ "request.consent" = "yes" }'),
    AllOf: ("event", '{ all = ["a", "b"] }'),
    AnyOf: ("event", '{ any = ["a", "b"] }'),
}


def reference() -> str:
    """The whole reference, as Markdown."""
    return "\n".join([HEAD, *(line for title, model in SHELVES for line in _shelf(title, model))])


def _shelf(title: str, top: type[BaseModel]) -> Iterator[str]:
    yield f"## {title}\n"
    for name, model in tables(top):
        yield f"### {name}\n"
        yield _one_line(inspect.getdoc(model) or "") + "\n"
        yield "| Key | Meaning | Type | Default | Example |"
        yield "|---|---|---|---|---|"
        said = meanings(model)
        for key, field in keys(model):
            yield "| " + " | ".join(_row(key, field, said.get(key, ""))) + " |"
        yield ""


def tables(top: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every table of a document, each once, with the way to it; the document itself first."""
    seen: set[type[BaseModel]] = {AllOf, AnyOf}
    waiting: list[tuple[str, type[BaseModel]]] = [("", top)]
    while waiting:
        path, model = waiting.pop(0)
        if model in seen:
            continue
        seen.add(model)
        yield f"`{path}`" if path else "The document", model
        waiting[0:0] = [
            (f"{path}.{key}".strip("."), one)
            for key, field in keys(model)
            for one in _models(field.annotation)
            if one not in seen
        ]


def keys(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The keys that somebody can write in a table; the id of a whole document is the name of its file."""
    whole = [top for _, top in SHELVES]
    for name, field in model.model_fields.items():
        if not (name == "id" and model in whole):
            yield field.alias or name, field


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in get_args(kind) for model in _models(part)]


def _row(key: str, field: FieldInfo, meaning: str) -> tuple[str, ...]:
    said, example = type_in_words(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
    if written := EXAMPLE.search(meaning):
        meaning, example = meaning[: written.start()], written[1]
    elif field.examples:
        example = _as_toml(field.examples[0])
    if BELOW in said and not example:
        is_list = said.startswith("list")
        return f"`{key}`", _one_line(meaning), said, _default(field), f"`[[{key}]]`" if is_list else f"`[{key}]`"
    cells = (f"`{key}`", meaning, said, _default(field), f"`{key} = {example}`" if example else "")
    return tuple(_one_line(cell).replace("|", "\\|") for cell in cells)


def _as_toml(example: Any) -> str:
    """An example as a document writes it: tables and lists are written out already, words need their quotes."""
    written = str(example)
    return written if written.startswith(("{", "[")) or not isinstance(example, str) else f'"{written}"'


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if value is PydanticUndefined or value in ("", (), None) or isinstance(value, BaseModel):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def type_in_words(kind: Any) -> tuple[str, str]:
    """What can be written for a type, in words, and an example."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        words = [f"`{part or ' '}`" if part else '`""`' for part in parts]
        first = next((part for part in parts if part), "")
        return f"one of {', '.join(words)}", f'"{first}"' if isinstance(first, str) else str(first)
    if origin is tuple:
        said, example = type_in_words(parts[0])
        return (
            f"list of {said.removesuffix(BELOW)}{BELOW if said.endswith(BELOW) else ''}",
            f"[{example}]" if example else "",
        )
    if origin in (Union, types.UnionType):
        return _either([part for part in parts if part is not type(None)])
    if origin is dict:
        return f"table, by {type_in_words(parts[0])[0]}: {type_in_words(parts[1])[0]}", ""
    if origin is not None and parts:  # Annotated
        return _annotated(parts)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"table{BELOW}", ""
    if isinstance(kind, ForwardRef):  # a table that holds tables like itself
        return "list of table, like those around it", ""
    return str(kind), ""


def _annotated(parts: tuple[Any, ...]) -> tuple[str, str]:
    patterns = [pattern for meta in parts[1:] if (pattern := _pattern(meta))]
    if any("\\." in pattern for pattern in patterns):
        return "event", '"request"'
    if any(pattern.startswith("^[a-z]") for pattern in patterns):
        return "id", '"some-name"'
    said, example = type_in_words(parts[0])
    limits = [f" from {meta.ge}" for meta in parts[1:] if isinstance(meta, Ge)]
    limits += [f" to {meta.le}" for meta in parts[1:] if isinstance(meta, Le)]
    return said + "".join(limits), example


def _pattern(meta: Any) -> str:
    """The pattern that a text has to match, if one is given."""
    own = getattr(meta, "pattern", None)
    return (
        str(own) if own else next((found for inner in getattr(meta, "metadata", ()) if (found := _pattern(inner))), "")
    )


def _either(parts: list[Any]) -> tuple[str, str]:
    read = [type_in_words(part) for part in parts]
    return " or ".join(dict.fromkeys(said for said, _ in read)), next((example for _, example in read if example), "")


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
