"""Lengths of time as procedures write them: "2 working days", "at once". rules/calendar.py reckons with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import PydanticSerializationUnexpectedValue, core_schema

Unit = Literal["hours", "days", "working days", "weeks", "months", "at once"]
MOST = 3660  # ten years of days: anything longer is a slip of the pen, and date arithmetic stays in range

_WRITTEN = re.compile(r"(?P<amount>\d{1,4}) (?P<unit>hours?|days?|working days?|weeks?|months?)")


@dataclass(frozen=True)
class Duration:
    """An amount of one unit. `at once` has the amount 0."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        if self.unit == "at once":
            return "at once"
        unit = self.unit[:-1] if self.amount == 1 else self.unit
        return f"{self.amount} {unit}"

    @classmethod
    def read(cls, written: object) -> Duration:
        """The duration that a document writes. Raises ValueError with a cure; a bare number is refused."""
        if isinstance(written, Duration):
            return written
        if written == "at once":
            return cls(0, "at once")
        match = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
        if match is None:
            raise ValueError(
                f"{written!r} is not a length of time. Write a number and a unit, such as '2 working days', "
                f"or 'at once'. Units: {', '.join(get_args(Unit)[:-1])}."
            )
        amount, unit = int(match["amount"]), match["unit"]
        if not 1 <= amount <= MOST:
            raise ValueError(f"{written!r} is out of range. Write an amount from 1 to {MOST}.")
        return cls(amount, unit if unit.endswith("s") else f"{unit}s")  # type: ignore[arg-type]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(cls._written)
        )

    @staticmethod
    def _written(value: Any) -> str:
        """As a document writes it. Where a key may also hold something else, that is left to be written in its way."""
        if not isinstance(value, Duration):
            raise PydanticSerializationUnexpectedValue("no length of time")
        return str(value)


Length = Annotated[Duration, "a length of time"]
