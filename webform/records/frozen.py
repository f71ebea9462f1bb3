"""JSON that can't be changed in place. The database would not notice such a change and lose it without a word."""

from __future__ import annotations

from typing import Any, NoReturn


def _refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise TypeError("stored JSON can't be changed in place: thaw() it, change the copy and assign that")


class FrozenDict(dict[str, Any]):
    """A dict to read from. `{**it}` and `copy.deepcopy(it)` give plain ones."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {key: thaw(value) for key, value in self.items()}


class FrozenList(list[Any]):
    """A list to read from. `[*it]` and `copy.deepcopy(it)` give plain ones."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [thaw(value) for value in self]


def freeze(value: Any) -> Any:
    """A copy of a JSON value that refuses every change, all the way down. What is frozen already is shared."""
    if isinstance(value, str | FrozenDict | FrozenList):
        return value
    if isinstance(value, dict):
        return FrozenDict((key, freeze(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return FrozenList(freeze(inner) for inner in value)
    return value


def thaw(value: Any) -> Any:
    """A deep copy of a JSON value, free to be changed."""
    if isinstance(value, dict):
        return {key: thaw(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [thaw(inner) for inner in value]
    return value
