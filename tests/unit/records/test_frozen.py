"""JSON that can't be changed in place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from webform.records.frozen import freeze, thaw

VALUE = {"name": "Ann", "incidents": [{"entry": 1, "what": "noise"}], "count": 2, "note": None}


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(name="Bob"),
        lambda value: value.pop("name"),
        lambda value: value.setdefault("x", 1),
        lambda value: value.__setitem__("name", "Bob"),
        lambda value: value.__delitem__("name"),
        lambda value: value.__ior__({"x": 1}),
        lambda value: value["incidents"].append({}),
        lambda value: value["incidents"].clear(),
        lambda value: value["incidents"].__iadd__([1]),
        lambda value: value["incidents"].sort(),
        lambda value: value["incidents"][0].clear(),
        lambda value: value["incidents"][0].popitem(),
    ],
)
def test_every_change_in_place_is_refused(change: Callable[[Any], object]) -> None:
    """A change that the database would lose without a word is an error at once, however deep it is."""
    frozen = freeze(VALUE)
    with pytest.raises(TypeError, match="thaw"):
        change(frozen)
    assert frozen == VALUE


def test_frozen_json_reads_like_any_other() -> None:
    """It equals the plain value, can be written as JSON, spread into a new dict, and is a dict."""
    frozen = freeze(VALUE)
    assert json.loads(json.dumps(frozen)) == VALUE
    assert {**frozen, "name": "Bob"}["name"] == "Bob"
    assert isinstance(frozen, dict)


@pytest.mark.parametrize("copied", [thaw, copy.deepcopy])
def test_copies_are_free(copied: Callable[[Any], Any]) -> None:
    """A deep copy can be changed, at every depth, and the frozen value stays as it was."""
    frozen = freeze(VALUE)
    free = copied(frozen)
    free["incidents"][0]["what"] = "smoke"
    free["incidents"].append({})
    assert frozen == VALUE


def test_the_source_is_not_shared() -> None:
    """Changing what was frozen from changes nothing that is frozen."""
    source = thaw(VALUE)
    frozen = freeze(source)
    source["incidents"][0]["what"] = "smoke"
    assert frozen == VALUE
