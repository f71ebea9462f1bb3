"""Organisations that object to sharing what they wrote: which documents, and which copies were made before that."""

from __future__ import annotations

from collections.abc import Sequence

from webform.records.bundles import Bundle
from webform.records.tables import Document
from webform.rules.redaction import objects

from .pinned import form_of


def objected_in(documents: Sequence[Document]) -> frozenset[int]:
    """The documents whose authors object to sharing some of them: as it stands there, or as they said last.

    Who corrects a document, or files the same form again, says it of what they wrote before as well.
    """
    last = {(one.kind, one.step, one.party_id): one for one in documents}
    latest = {author: _objects(one) for author, one in last.items()}
    return frozenset(
        one.number for one in documents if latest[one.kind, one.step, one.party_id] or _objects(one)
    )  # fmt: skip


def _objects(document: Document) -> bool:
    form = form_of(document) if document.answers and document.body is None else None
    return form is not None and objects(form, document.answers or {})


def objected_since(bundle: Bundle, documents: Sequence[Document]) -> bool:
    """Whether somebody has objected to sharing what was still open to read when this bundle was made."""
    then = [one for one in documents if one.number <= bundle.documents]
    return any(number <= bundle.documents for number in objected_in(documents) - objected_in(then))
