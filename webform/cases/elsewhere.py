"""What a case is called in another system of the council: shown on its page, and found by a search."""

from __future__ import annotations

from collections.abc import Iterable

from webform.documents.answers import first
from webform.records.lookup import index_elsewhere
from webform.records.tables import Case, Document
from webform.rules.corrected import that_stand

from .folder import documents_of
from .pinned import rules_of

NAME = "case.elsewhere"


def name_elsewhere(case: Case, documents: Iterable[Document]) -> str:
    """The latest name that stands on record; '' where nobody has said."""
    forms = rules_of(case)[1]
    filled = [(forms.get(one.kind), one.answers) for one in reversed(that_stand(list(documents))) if one.answers]
    told = (first(form, answers, NAME) for form, answers in filled if form and answers)
    return next((str(value) for value in told if value), "")


def keep_elsewhere(case: Case) -> None:
    """Let a search find the case by the name that stands now."""
    index_elsewhere(case, name_elsewhere(case, documents_of(case)))
