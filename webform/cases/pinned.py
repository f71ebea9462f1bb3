"""The rules a case was made under: kept with the first case of a version, read back for the others (sentence 27)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import select

from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves, from_snapshot, snapshot
from webform.records.store import db, insert_unless_there
from webform.records.tables import Case, Document, ProcedureVersion
from webform.rules.offered import offered


def keep_version(shelves: Shelves, procedure: Procedure, now: dt.datetime) -> str:
    """The version in force, kept for good if this is its first case."""
    version = shelves.version(procedure)
    if db.session.scalar(select(ProcedureVersion.version).where(ProcedureVersion.version == version)) is None:
        body = snapshot(procedure, shelves.forms_of(procedure))
        kept = {"version": version, "area": procedure.id, "format": body["format"], "body": body, "first_used_at": now}
        insert_unless_there(
            ProcedureVersion, **kept
        )  # the clock opens the area's own folder just then, or another case
    return version


def rules_of(case: Case) -> tuple[Procedure, Mapping[str, Form]]:
    """The procedure and forms that this case is pinned to."""
    return rules_of_version(case.version)


def versions_of(area: str) -> list[tuple[str, dt.datetime]]:
    """Every version of an area that a case was made under and its first use, newest first; in force or not."""
    kept = select(ProcedureVersion.version, ProcedureVersion.first_used_at).where(ProcedureVersion.area == area)
    rows = db.session.execute(kept.order_by(ProcedureVersion.first_used_at.desc(), ProcedureVersion.version))
    return [(version, first_used_at) for version, first_used_at in rows]


def form_of(document: Document) -> Form | None:
    """The form that a document was written on, as it was then; None for a letter.

    What came from another case has the rules of that case. An area's own folder follows the rules in force, so its
    documents have those of their day.
    """
    case, version = document.case, document.case.version
    if document.origin is not None:
        version = str(document.origin["version"])
    elif case.scope != "case":
        earlier = (version for version, since in versions_of(case.area) if since <= document.filed_at)
        version = next(earlier, version)
    return rules_of_version(version)[1].get(document.kind)


@lru_cache(maxsize=64)
def rules_of_version(version: str) -> tuple[Procedure, Mapping[str, Form]]:
    """The rules of a version that was kept, with the choices that they give to forms. They never change."""
    procedure, forms = from_snapshot(db.session.get_one(ProcedureVersion, version).body)
    return procedure, {name: offered(form, procedure) for name, form in forms.items()}
