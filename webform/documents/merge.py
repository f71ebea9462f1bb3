"""One procedure out of several: baseline, joint, area and instance laid over one another (language.md, "Merging").

Tables merge key by key, lists of tables by `id`; below that a key is replaced whole, never merged inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .faults import Fault
from .source import Raw, Table

Chains = Mapping[str, Sequence[Raw]]  # by document name: the shipped one, then the council's own laid over it


def lay_over(name: str, raws: Chains, faults: list[Fault]) -> Table | None:
    """The merged tables of a document, or None where its chain can't be followed (the fault is noted)."""
    chain = _lineage(name, raws, faults)
    if chain is None:
        return None
    merged: Table = {}
    for link in chain:
        for raw in raws[link]:
            faults.extend(_repeated(raw))
            merged = _merge(merged, raw.data, raw.file, faults)
    merged.pop("extends", None)
    return {**merged, "id": name}


def origin(key: str, name: str, raws: Chains) -> str:
    """The file that last wrote a key of a merged document, so that its faults are looked for in the right place."""
    top, _, rest = key.partition(".")
    rule = rest.split(".")[0]
    chain = [raw for link in _lineage(name, raws, []) or [name] for raw in raws[link]]
    writers = [raw for raw in chain if top in raw.data]
    close = [raw for raw in writers if rule and rule in _names(raw.data[top])]
    return (close or writers or chain)[-1].file


def _names(value: Any) -> set[str]:
    """The ids of a list of rules, or the keys of a table."""
    if isinstance(value, list):
        return {str(item.get("id")) for item in value if isinstance(item, dict)}
    return set(value) if isinstance(value, dict) else set()


def _lineage(name: str, raws: Chains, faults: list[Fault]) -> list[str] | None:
    """The names from the baseline to this document."""
    chain = [name]
    while (parent := _parent(raws[chain[0]])) is not None:
        if parent in chain or parent not in raws:
            why = "extends itself in a circle" if parent in chain else f"extends {parent!r}, which is not on the shelf"
            faults.append(
                Fault("error", "extends", raws[chain[0]][-1].file, "extends", f"It {why}.", "Name another document.")
            )
            return None
        chain.insert(0, parent)
    return chain


def _parent(documents: Sequence[Raw]) -> str | None:
    written = [raw.data["extends"] for raw in documents if "extends" in raw.data]
    return str(written[-1]) if written else None


def _is_list_of_rules(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) and "id" in item for item in value)


def _repeated(raw: Raw) -> list[Fault]:
    """Ids that one document gives twice in one list."""
    faults = []
    for key, value in raw.data.items():
        ids = [str(item["id"]) for item in value] if _is_list_of_rules(value) else []
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            faults.append(
                Fault("error", "duplicate-id", raw.file, f"{key}.{twice}", "This id is used twice.", "Rename one.")
            )
    return faults


def _merge(below: Table, above: Table, file: str, faults: list[Fault], path: str = "") -> Table:
    merged = dict(below)
    for key, value in above.items():
        here = f"{path}{key}"
        if _is_list_of_rules(value) and (key not in below or _is_list_of_rules(below[key])):
            merged[key] = _merge_rules(below.get(key, []), value, file, here, faults)
        elif isinstance(value, dict) and isinstance(below.get(key), dict) and not path:
            merged[key] = _merge(below[key], value, file, faults, f"{key}.")
        else:
            merged[key] = value
    return merged


def _merge_rules(below: list[Table], above: list[Table], file: str, path: str, faults: list[Fault]) -> list[Table]:
    """Rules of one list: same id, key by key; dropped ones gone; a new one follows the one it was written after."""
    rules = {str(rule["id"]): rule for rule in below}
    order = list(rules)
    place = len(order)
    for rule in above:
        name = str(rule["id"])
        if rule.get("drop") is True:
            faults.extend(_dropped(rule, name in rules, file, f"{path}.{name}"))
            rules.pop(name, None)
            continue
        if name not in order:
            order.insert(place, name)
        place = order.index(name) + 1
        rules[name] = {**rules.get(name, {}), **rule}
    return [rules[name] for name in order if name in rules]


def _dropped(rule: Table, known: bool, file: str, key: str) -> list[Fault]:
    if not known:
        return [Fault("error", "drop", file, key, "There is no inherited rule of this id to drop.", "Take it out.")]
    if not rule.get("source"):
        why = "An inherited rule is dropped without a source."
        return [Fault("error", "drop", file, key, why, "Say in `source` where the area's document says so.")]
    return []
