"""Reads the three shelves: TOML and Markdown in, validated documents out, every fault at once.

Shipped documents lie in webform/, a council's own in instance/: an own procedure of the same name is laid over the
shipped one, an own form or letter replaces it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .faults import BrokenDocuments, Fault
from .form import Form
from .letter import Letter
from .merge import lay_over, origin
from .procedure import Procedure
from .source import Raw, Table, Unreadable, faults_of, read_letter, read_toml

FORMAT = 1  # of snapshots; every earlier one stays readable (section 2, sentence 27)
Document = TypeVar("Document", bound=BaseModel)


@dataclass(frozen=True)
class Shelves:
    """Everything that was read. Procedures are merged; `raw` holds each procedure as written, for the check."""

    procedures: Mapping[str, Procedure]
    forms: Mapping[str, Form]
    letters: Mapping[str, Letter]
    raw: Mapping[str, tuple[Raw, ...]] = field(default_factory=dict)
    # By identity, since comparing or hashing a whole procedure costs as much as the version itself.
    _versions: dict[int, tuple[Procedure, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def areas(self) -> tuple[Procedure, ...]:
        """The procedures that people can use, by name; the baseline is not one."""
        real = [procedure for procedure in self.procedures.values() if procedure.area.kind != "baseline"]
        return tuple(sorted(real, key=lambda procedure: procedure.area.name))

    def that_go_on_to(self, body: Procedure) -> tuple[Procedure, ...]:
        """The areas whose cases can go on to this body: those with a step that opens a case of its procedure."""
        return tuple(area for area in self.areas() if any(step.opens == body.id for step in area.steps))

    def forms_of(self, procedure: Procedure) -> dict[str, Form]:
        """The forms that belong to a procedure: the one that opens a case and those that its steps fill in."""
        names = {procedure.area.opens_with, *(step.fill for step in procedure.steps if step.fill)}
        return {name: self.forms[name] for name in sorted(names) if name in self.forms}

    def version(self, procedure: Procedure) -> str:
        """The version that a case is pinned to: a hash of the merged procedure with its forms (section 2, 27)."""
        known, version = self._versions.get(id(procedure), (None, ""))
        if known is not procedure:
            written = json.dumps(snapshot(procedure, self.forms_of(procedure)), sort_keys=True, ensure_ascii=False)
            version = hashlib.sha256(written.encode()).hexdigest()[:16]
            self._versions[id(procedure)] = procedure, version
        return version


def snapshot(procedure: Procedure, forms: Mapping[str, Form]) -> dict[str, Any]:
    """A procedure and its forms as JSON, to be kept with the cases that are pinned to it."""
    return {
        "format": FORMAT,
        "procedure": _dump(procedure),
        "forms": {name: _dump(form) for name, form in sorted(forms.items())},
    }


def from_snapshot(kept: Mapping[str, Any]) -> tuple[Procedure, dict[str, Form]]:
    """The procedure and forms of a snapshot."""
    forms = {name: Form.model_validate(form) for name, form in kept["forms"].items()}
    return Procedure.model_validate(kept["procedure"]), forms


def _dump(document: BaseModel) -> dict[str, Any]:
    return document.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def read_shelves(shipped: Path, instance: Path | None = None, also: Iterable[Path] = ()) -> Shelves:
    """Every document of both places, and procedure files lying anywhere. Raises BrokenDocuments with every fault.

    A file of `also` stands in the place of a procedure of the same name, so that a copy can be tried out.
    """
    faults: list[Fault] = []
    folders = [shipped, *([instance] if instance else [])]
    forms = _read_plain(folders, "forms/*.toml", read_toml, Form, faults)
    letters = _read_plain(folders, "emails/*.md", read_letter, Letter, faults)
    raws = _read_procedures(folders, also, faults)
    procedures = {}
    for name in sorted(raws):
        merged = lay_over(name, raws, faults)
        if merged and (procedure := _validate(Procedure, merged, partial(origin, name=name, raws=raws), faults)):
            procedures[name] = procedure
    if faults:
        raise BrokenDocuments(tuple(dict.fromkeys(faults)))
    return Shelves(procedures, forms, letters, {name: tuple(chain) for name, chain in raws.items()})


def _files(folders: Iterable[Path], pattern: str) -> Iterable[tuple[Path, str]]:
    for folder in folders:
        for path in sorted(folder.glob(pattern)):
            yield path, str(path.relative_to(folder.parent))


def _read_plain(
    folders: Iterable[Path],
    pattern: str,
    read: Callable[[Path, str], Raw],
    kind: type[Document],
    faults: list[Fault],
) -> dict[str, Document]:
    """The forms or letters of a shelf; a later folder's replace an earlier one's."""
    documents = {}
    for path, file in _files(folders, pattern):
        try:
            raw = read(path, file)
        except Unreadable as error:
            faults.append(error.fault)
            continue
        if document := _validate(kind, {**raw.data, "id": path.stem}, partial(_only, raw.file), faults):
            documents[path.stem] = document
    return documents


def _read_procedures(folders: Iterable[Path], also: Iterable[Path], faults: list[Fault]) -> dict[str, list[Raw]]:
    raws: dict[str, list[Raw]] = {}
    places = {path.stem: path for path in also}
    listed = [(path, file) for path, file in _files(folders, "procedures/*.toml") if path.stem not in places]
    for path, file in [*listed, *((path, path.name) for path in places.values())]:
        try:
            raw = read_toml(path, file)
        except Unreadable as error:
            faults.append(error.fault)
        else:
            raws.setdefault(path.stem, []).append(raw)
    return raws


def _only(file: str, _key: str) -> str:
    """The file of a key of a document that is a file of its own."""
    return file


def _validate(
    kind: type[Document], tables: Table, file_of: Callable[[str], str], faults: list[Fault]
) -> Document | None:
    try:
        return kind.model_validate(tables)
    except ValidationError as error:
        faults.extend(faults_of(error, kind, tables, file_of))
    except RecursionError:
        cure = "Write flatter tables."
        faults.append(Fault("error", "readable", file_of(""), "", "The tables are nested too deep.", cure))
    return None
