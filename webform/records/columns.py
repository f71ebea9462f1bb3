"""Column types: moments in UTC, sealed values, and JSON that can't be changed in place."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, event
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.types import TypeDecorator

from .frozen import freeze
from .sealed import keys
from .store import Base


class UTCDateTime(TypeDecorator[dt.datetime]):
    """A moment. Goes in with a time zone, whichever, and comes out in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that only the keys can open. Never compared in a query: use a blind index or keyed hash."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keys().seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keys().open(bytes(value))


class SealedText(TypeDecorator[str]):
    """Text that only the keys can open."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keys().seal(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keys().open(bytes(value)).decode()


class SealedJSON(TypeDecorator[Any]):
    """JSON that only the keys can open. It comes out frozen: thaw a copy, change it, assign it."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else keys().seal(json.dumps(value, ensure_ascii=False).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else freeze(json.loads(keys().open(bytes(value))))


class PlainJSON(TypeDecorator[Any]):
    """JSON without anything personal. It comes out frozen, like the sealed kind."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return freeze(value)


SEALED = (SealedBytes, SealedText, SealedJSON)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _freeze_what_is_assigned(_class: type[Base], key: str, attribute: QueryableAttribute[Any]) -> None:
    """Freeze JSON on assignment, so that it can't be changed between assignment and commit either."""
    columns = getattr(attribute.property, "columns", ())
    if columns and isinstance(columns[0].type, SealedJSON | PlainJSON):
        event.listen(attribute, "set", lambda _target, value, _old, _initiator: freeze(value), retval=True)
