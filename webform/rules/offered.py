"""Choices that a form leaves to the procedure: questions whose options an area's rules give."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from webform.documents.form import Form, Option, Page, Question
from webform.documents.procedure import SERVICE, Procedure, Role
from webform.documents.vocabulary import Meaning
from webform.words import capital
from webform.words import gettext as _


def offered(form: Form, procedure: Procedure) -> Form:
    """The form with those choices filled in."""
    return form.model_copy(update={"pages": tuple(_page(page, procedure) for page in form.pages)})


def _page(page: Page, procedure: Procedure) -> Page:
    """The page with those choices; without a question to which the procedure has no answer."""
    asked = (_question(one, procedure) for one in page.questions)
    kept = tuple(one for one in asked if one.options or one.means != SITTER)
    return page.model_copy(update={"questions": kept or page.questions})


def _question(question: Question, procedure: Procedure) -> Question:
    offer = GIVEN.get(question.means) if question.means and not question.options else None
    return question.model_copy(update={"options": offer(procedure)}) if offer else question


def may_be_named(role: Role) -> bool:
    """Whether somebody can join a case in that role: not whoever asks, nor the council's own contacts."""
    return role.plural or role.named_by is not None or (role.external and role.local)


def _roles(procedure: Procedure) -> tuple[Option, ...]:
    return tuple(Option(value=role.id, label=role.title) for role in procedure.roles if may_be_named(role))


def _reasons(procedure: Procedure) -> tuple[Option, ...]:
    rules = (step.may_extend for step in procedure.steps if step.may_extend)
    reasons = dict.fromkeys(reason for rule in rules for reason in rule.reasons)
    return tuple(Option(value=mark(reason), label=capital(reason)) for reason in reasons)


def mark(reason: str) -> str:
    """How a reason is kept in an answer."""
    return "-".join(re.findall(r"[a-z0-9]+", reason.lower()))[:60] or "reason"


def _steps(procedure: Procedure) -> tuple[Option, ...]:
    """What somebody owes in a case: not what is only possible, nor what the service does by itself."""
    owed = (
        step for step in procedure.steps
        if step.scope == "case" and step.strength != "choice" and step.roles("by") != (SERVICE,)
    )  # fmt: skip
    return tuple(
        Option(value=step.id, label=procedure.named(step.id)) for step in owed if step.fill != procedure.area.opens_with
    )


def _sitters(procedure: Procedure) -> tuple[Option, ...]:
    """The members of the panels whose meetings are put on record, and anybody else."""
    sitting = {step.sits for step in procedure.steps}
    roles = dict.fromkeys(role for panel in procedure.panels if panel.id in sitting for role in panel.members())
    titles = {role.id: role.title for role in procedure.roles}
    members = tuple(Option(value=role, label=titles[role]) for role in roles)
    return (*members, Option(value=ANOTHER, label=_("Somebody else"))) if members else ()


SITTER: Meaning = "sitting.member"
ANOTHER = "somebody-else"  # who was at a meeting and is no member
GIVEN: Mapping[Meaning, Callable[[Procedure], tuple[Option, ...]]] = {
    "party.role": _roles,
    "about.step": _steps,
    "extended.because": _reasons,
    SITTER: _sitters,
}
