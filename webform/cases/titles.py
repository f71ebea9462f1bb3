"""What people call the documents, duties and roles of a case."""

from __future__ import annotations

from collections.abc import Iterable

from webform.documents.procedure import SERVICE, Procedure
from webform.records.tables import Case, Document
from webform.rules.folder import Duty
from webform.sending.reach import called
from webform.words import gettext as _

from .of_one import which_one
from .pinned import form_of, rules_of


def title_of(document: Document, procedure: Procedure) -> str:
    """By its step; a letter that fulfils none by its subject, any other by its form."""
    if document.step is None and document.body and document.answers:
        return str(document.answers["subject"])
    if document.step is None and (form := form_of(document)):
        return form.title
    return procedure.named(document.step or document.kind)


def title_with_whom(document: Document, procedure: Procedure) -> str:
    """The same, with the organisation or member that it is from or to, where each of several has one."""
    title, about = title_of(document, procedure), document.party
    return f"{title}: {called(about)}" if about and about.key else title


def filed_by(document: Document, titles: dict[str, str]) -> str:
    """Whoever filed it: an officer by name, an organisation or member as it is called, people by their part."""
    about = document.party if document.party and document.party.key else None
    return document.author or (called(about) if about else titles.get(document.author_role, document.author_role))


def title_of_step(case: Case, step: str) -> str:
    """What people call a step of the case's procedure."""
    return rules_of(case)[0].named(step)


def role_titles(procedure: Procedure) -> dict[str, str]:
    """What people call each role and each panel."""
    panels = {panel.id: panel.title for panel in procedure.panels}
    return {**panels, **{role.id: role.title for role in procedure.roles}}


def owners_of(duty: Duty, titles: dict[str, str]) -> tuple[str, ...]:
    """Who owes a duty."""
    return tuple(_("the service") if owner == SERVICE else titles.get(owner, owner) for owner in duty.owner)


def whom(case: Case, duty: Duty) -> str:
    """The party that a duty is about, as people call it, or which of several documents."""
    return next((called(party) for party in case.parties if str(party.id) == duty.party), "") or which_one(case, duty)


def told(case: Case, duty: Duty, procedure: Procedure) -> str:
    """What is due, and from or about whom where each of several has one."""
    about = whom(case, duty)
    return f"{procedure.named(duty.step)}: {about}" if about else procedure.named(duty.step)


def told_of(duties: Iterable[Duty], procedure: Procedure) -> list[Duty]:
    """Those that a timetable names: what is only possible once it was done, and nothing that is not needed."""
    possible = {step.id for step in procedure.steps if step.strength == "choice"}
    return [one for one in duties if one.state != "not needed" and (one.done_at or one.step not in possible)]
