"""The reference for strangers: every key of every shelf, with its meaning and an example, as committed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from webform.documents.meanings import meanings
from webform.documents.reference import SHELVES, keys, reference, tables

ROOT = Path(__file__).resolve().parents[3]
MODELS = [model for _, top in SHELVES for _, model in tables(top)]


def test_the_reference_is_current() -> None:
    """docs/reference.md is what `flask procedure reference` prints now; write it anew after a change of the schemas."""
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_says_what_it_means(model: type[BaseModel]) -> None:
    """A meaning stands beside each key of the schema, and every table says what it is."""
    assert model.__doc__
    assert [key for key, _ in keys(model) if not meanings(model).get(key)] == []


def test_every_example_is_toml() -> None:
    """What the reference gives as an example can be written down as it stands."""
    examples = [line.rsplit(" | ", 1)[1].strip(" |`") for line in reference().splitlines() if line.startswith("| `")]
    assert len(examples) > 200
    for example in examples:
        if example and not example.startswith("["):
            assert tomllib.loads(example)


def test_readme_leads_to_it() -> None:
    """A stranger who opens the README finds the reference."""
    assert "docs/reference.md" in (ROOT / "README.md").read_text(encoding="utf-8")
