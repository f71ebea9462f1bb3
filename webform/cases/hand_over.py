"""A case goes on under another body's procedure, as a case of its own, and what is decided there comes back.

Neither body reads the other's folder: what belongs to both is copied, and each copy says where it comes from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from webform.documents.answers import first
from webform.documents.form import Form
from webform.documents.procedure import Procedure, Step
from webform.house import house
from webform.records.attachments import items
from webform.records.store import db
from webform.records.tables import Case, CaseLink, Document
from webform.rules.calendar import day_of
from webform.rules.carried_over import Said, carried_over, unanswered, without
from webform.rules.consent import AGAINST_IT
from webform.words import gettext as _

from .consent import answers_of
from .copies import bring_consent, copy
from .folder import documents_of, duties_of, standing_documents
from .letters import add_task
from .open_case import open_case
from .people import CONTACT, PEOPLE, Author, Known, contact_rules, details_of, known_people, stricter
from .pinned import rules_of

HANDED_OVER = "handed-over"  # the kind of the link, and the channel by which the other case came in
PASSED_ON = "passed-on"  # the same, where another area takes it over whole


def hand_over(case: Case, step: Step, form: Form | None, document: Document, author: Author) -> None:
    """Open the case of the procedure that the step names, with what is known; nothing that is missing stops it.

    Filed again while the other case is open, it only sends the new document after the first.
    """
    target = next((area for area in house().shelves.areas() if area.id == step.opens), None)
    if target is None:
        says = _(
            "Send the papers of “%(step)s” to %(opens)s. It is not on this service.",
            step=step.title or step.id,
            opens=step.opens,
        )
        add_task(case, f"hand-over:{step.id}", says, document.filed_at)
        return
    if _is_against_it(case, document):
        says = _(
            "“%(step)s” is on record, and nothing went to %(body)s: whoever the case is about has refused, or taken"
            " their consent back. Speak with them first, or write down why it goes on without them. Then file it"
            " again.",
            step=step.title or step.id, body=body_of(target.id),
        )  # fmt: skip
        add_task(case, f"hand-over:{step.id}", says, document.filed_at)
        return
    other = _still_open(case, step)
    if other is None:
        filed = (Said(form, document.answers or {}),) if form else ()
        other = _open(case, step, target, filed, document, author)
        at = document.filed_at
        db.session.add(CaseLink(case_id=case.id, other_id=other.id, kind=HANDED_OVER, at=at, step=step.id))
        papers = [*(one for one in carried(case, step) if one.id != document.id), document]
        tell_of_files_left(case, other, papers, at)
    else:
        papers = [document]
    for paper in papers:
        copy(paper, other, document.filed_at)


def _is_against_it(case: Case, document: Document) -> bool:
    """Whether nobody whom the case is about wants it. Of a group, one who refuses closes it to nobody else."""
    answers = answers_of(case, document.filed_at)
    return bool(answers) and all(answer.standing in AGAINST_IT for answer in answers)


def _still_open(case: Case, step: Step) -> Case | None:
    """The case that an earlier document of the step opened, while nothing has come back from there."""
    of_step = (CaseLink.case_id == case.id, CaseLink.kind == HANDED_OVER, CaseLink.step == step.id)
    awaited = select(Case).join(CaseLink, CaseLink.other_id == Case.id).where(*of_step, CaseLink.returned_at.is_(None))
    return db.session.scalar(awaited.where(Case.closed_at.is_(None)).order_by(Case.id.desc()))


def _open(
    case: Case, step: Step, target: Procedure, filed: tuple[Said, ...], document: Document, author: Author
) -> Case:
    """The other body's case, lodged when the document was; what its form still lacks is for a person to ask."""
    shelves = house().shelves
    opening = shelves.forms[target.area.opens_with]
    answers = {
        **_about_the_case(case, step, opening, document.filed_at),
        **carried_over(opening, (*filed, *_earlier(case, step, filed))),
    }
    other = open_case(
        shelves, target, opening, answers, received_at=document.effective_at, channel=HANDED_OVER,
        now=document.filed_at, author=author, known=_known(case, filed),
        brings=lambda other: bring_consent(case, other, document.filed_at),
    )  # fmt: skip
    if gaps := unanswered(opening, answers):
        says = _(
            "This came from %(area)s and does not say everything. Find out: %(gaps)s.",
            area=body_of(case.area),
            gaps="; ".join(gaps),
        )
        add_task(other, "incomplete", says, document.filed_at)
    return other


def _about_the_case(case: Case, step: Step, form: Form, now: dt.datetime) -> dict[str, Any]:
    """What the other body asks of the case that was before, and nobody has to type: whose, which, and told when."""
    since = next((duty.starts for duty in duties_of(case, now) if duty.step == step.id), None)
    told = {
        "earlier.body": body_of(case.area),
        "earlier.reference": case.reference,
        "earlier.told_on": day_of(since).isoformat() if since and step.within else None,
    }
    asked = ((form.meaning(name), value) for name, value in told.items())
    return {question.id: value for question, value in asked if question and value}


def carried(case: Case, step: Step) -> list[Document]:
    """The documents that go along: those of the steps that are named, unless they were corrected or erased."""
    named = (one for one in standing_documents(case) if one.step in step.carries)
    return [one for one in named if one.salt is not None]


def _earlier(case: Case, step: Step, filed: tuple[Said, ...]) -> Iterator[Said]:
    """What the documents that go along say, the latest first.

    Who lodges it may be somebody else than who asked first: then nothing of the first one's is put in their mouth.
    """
    forms = rules_of(case)[1]
    for one in reversed(carried(case, step)):
        if one.kind in forms:
            said = Said(forms[one.kind], one.answers or {})
            known = {person: details_of(person, said.form, said.answers) for person in PEOPLE}
            others = [person for person in PEOPLE if _is_another(filed, known[person], person)]
            rules = [f"{CONTACT}."] if PEOPLE[0] in others else []
            yield without(said, [*(f"{person}." for person in others), *rules])


def _known(case: Case, filed: tuple[Said, ...]) -> dict[str, Known]:
    """The people of the case as they are known by now, as far as they are still the same."""
    people = known_people(case).items()
    return {role: _heard(filed, role, one) for role, one in people if not _is_another(filed, one.person, role)}


def _heard(filed: tuple[Said, ...], role: str, known: Known) -> Known:
    """Somebody as known, with what was said of them just now."""
    for said in filed:
        person = {**known.person, **details_of(role, said.form, said.answers)}
        rules = contact_rules(said.form, said.answers) if role == PEOPLE[0] else {}
        known = Known(person, stricter(rules, known.contact))
    return known


def _is_another(filed: tuple[Said, ...], known: Mapping[str, Any], person: str) -> bool:
    """Whether the form names somebody else than the one who is known."""
    named = next((first(said.form, said.answers, f"{person}.name") for said in filed), None)
    now, before = (str(name or "").casefold().split() for name in (named, known.get("name")))
    return bool(now and before) and now != before


def tell_of_files_left(case: Case, other: Case, taken: Iterable[Document], now: dt.datetime) -> None:
    """Files of documents that did not go along stay where they are; the other body reads how many, and whom to ask."""
    along = {str(item["file"]) for one in taken for item in items(one.answers)}
    left = {str(item["file"]) for one in documents_of(case) for item in items(one.answers)} - along
    if left:
        says = _(
            "Not every file came along: %(count)s more stayed with %(area)s, case %(reference)s. Ask there if you need "
            "them.", area=body_of(case.area), count=len(left), reference=case.reference,
        )  # fmt: skip
        add_task(other, "files-left", says, now)


def body_of(area: str) -> str:
    """The council or other body that keeps an area's cases."""
    procedure = house().shelves.procedures.get(area)
    return procedure.area.body if procedure else area
