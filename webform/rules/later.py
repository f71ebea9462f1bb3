"""Words that are put together when somebody first looks at them: most reasons are never read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TypeVar, overload

Made = TypeVar("Made")


class Later(Sequence[Made]):
    """Like a tuple, and equal to one; `make` is asked for its items once, when they are needed."""

    def __init__(self, make: Callable[[], Iterable[Made]]):
        self._make = make

    @cached_property
    def _made(self) -> tuple[Made, ...]:
        return tuple(self._make())

    @overload
    def __getitem__(self, place: int) -> Made: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Made]: ...
    def __getitem__(self, place: int | slice) -> Made | Sequence[Made]:
        return self._made[place]

    def __len__(self) -> int:
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._made == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made)

    def __repr__(self) -> str:
        return repr(self._made)
