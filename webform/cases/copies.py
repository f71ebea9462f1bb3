"""Documents of one case that another body has to have too: each copy says where it comes from."""

from __future__ import annotations

import datetime as dt

from webform.records.chain import seal_document
from webform.records.tables import Case, Document, Party
from webform.rules.agreement import CONSENTS

from .evidence import share_files
from .folder import documents_of


def copy(
    document: Document, into: Case, now: dt.datetime, step: str | None = None, party_id: int | None = None,
    *, effect: str = "records",
) -> Document:  # fmt: skip
    """A document of one case, sealed into another as what it is. It fulfils nothing there but a step that is named."""
    case = document.case
    origin = {
        "case": case.reference, "area": case.area, "number": document.number,
        "version": (document.origin or {}).get("version", case.version),
        "step": document.step, "filed_at": document.filed_at.isoformat(),
    }  # fmt: skip
    copied = seal_document(
        into, kind=document.kind, step=step, effect=effect, author=document.author, author_role=document.author_role,
        party_id=party_id, filed_at=now, effective_at=document.effective_at, answers=document.answers,
        body=document.body, origin=origin,
    )  # fmt: skip
    share_files(document, copied)
    return copied


def bring_consent(case: Case, into: Case, now: dt.datetime) -> None:
    """What the people of a case said of consent goes along with it, as far as they are the same people.

    It closes what they left out from the first letter on; what it opens, the procedure there says.
    """
    for paper in documents_of(case):
        if paper.effect != CONSENTS or paper.salt is None:
            continue
        there = next((one for one in into.parties if paper.party and _is_same(one, paper.party)), None)
        if there or paper.party is None:
            copy(paper, into, now, None, there.id if there else None, effect=CONSENTS)


def _is_same(one: Party, other: Party) -> bool:
    """Whether two parties of two cases are the same person, as far as the papers say who they are."""
    names = {str(party.person.get("name") or "").casefold() for party in (one, other)} - {""}
    return (one.role, one.key) == (other.role, other.key) and len(names) < 2
