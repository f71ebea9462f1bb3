"""A small area with one of everything: documents in which each key can be changed and something is seen to change."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

from webform.documents.form import Form
from webform.documents.letter import Letter
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.documents.source import read_letter

HERE = Path(__file__).parent / "small"
GONE = object()  # in the place of a value: the key is taken out
KINDS = {"procedures": Procedure, "forms": Form, "letters": Letter}


def _read() -> dict[str, dict[str, Any]]:
    """The tables of every document, by kind and name."""
    forms = {path.stem: tomllib.loads(path.read_text()) for path in HERE.glob("*.toml")}
    return {
        "procedures": {"small": forms.pop("small")},
        "laid over it": {"over": forms.pop("over")},
        "forms": forms,
        "letters": {path.stem: dict(read_letter(path, path.name).data) for path in HERE.glob("*.md")},
    }


WRITTEN = _read()


class Papers:
    """The documents, to be changed a key at a time."""

    def __init__(self) -> None:
        self.written = copy.deepcopy(WRITTEN)

    def put(self, path: str, value: Any) -> Papers:
        """Write a value at "KIND/NAME/key/id/key": what stands in a list is found by its id or value, or by place."""
        *way, last = path.split("/")
        here: Any = self.written
        for name in way:
            here = _entry(here, name) if isinstance(here, list) else here[name]
        if value is GONE:
            del here[last]
            return self
        assert here.get(last) != value, f"{path} says so already"
        here[last] = value
        return self

    def shelves(self) -> Shelves:
        """The documents as the service reads them. Raises ValidationError."""
        read: dict[str, dict[str, Any]] = {}
        for kind, model in KINDS.items():
            tables = self.written[kind].items()
            documents: list[Any] = [model.model_validate({"id": name, **table}) for name, table in tables]
            read[kind] = {one.id: one for one in documents}
        return Shelves(**read)


def _entry(entries: list[Any], name: str) -> Any:
    found = [one for one in entries if isinstance(one, dict) and name in (one.get("id"), one.get("value"))]
    return found[0] if found else entries[int(name)]
