"""The rules a case was made under: kept with the first case of a version, read back for the others (sentence 27)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves, from_snapshot, snapshot
from webform.records.store import db
from webform.records.tables import Case, ProcedureVersion


def keep_version(shelves: Shelves, procedure: Procedure, now: dt.datetime) -> str:
    """The version in force, kept for good if this is its first case."""
    version = shelves.version(procedure)
    if db.session.get(ProcedureVersion, version) is None:
        body = snapshot(procedure, shelves.forms_of(procedure))
        db.session.add(
            ProcedureVersion(version=version, area=procedure.id, format=body["format"], body=body, first_used_at=now)
        )
        db.session.flush()
    return version


def rules_of(case: Case) -> tuple[Procedure, Mapping[str, Form]]:
    """The procedure and forms that this case is pinned to."""
    return _rules(case.version)


@lru_cache(maxsize=64)
def _rules(version: str) -> tuple[Procedure, Mapping[str, Form]]:
    """A version never changes once it is kept, so it is read once a process."""
    return from_snapshot(db.session.get_one(ProcedureVersion, version).body)
