"""A request as the public form sends it: a case of the area, in the transaction of whoever asked for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from webform.cases.open_case import open_case
from webform.cases.people import Author
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing
from webform.records.tables import Case

APPLICANT = Author("", "applicant")


def asked_for(
    shelves: Shelves, answers: Mapping[str, Any], now: dt.datetime, *, area: str = "merton",
    received_at: dt.datetime | None = None, draft_key: str | None = None,
) -> Case:  # fmt: skip
    """The case of a request with these answers. Nothing is committed here."""
    procedure = shelves.procedures[area]
    begin_writing()
    return open_case(
        shelves, procedure, shelves.forms[procedure.area.opens_with], answers, received_at=received_at or now,
        channel="online", now=now, author=APPLICANT, draft_key=draft_key,
    )  # fmt: skip
