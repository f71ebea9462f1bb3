"""Who takes part: whether the documents that name parties can say who they are, and with whom papers are shared."""

from __future__ import annotations

from ..answers import groups_around
from ..form import Form, Question
from ..procedure import Role, Step
from .conditions import CHOICES
from .report import Desk, near
from .steps import check_known

NAMING, SHARING = "names", "shares"
CALLED = ("party.organisation", "party.name")
PARTY_ROLE = "party.role"


def check_parties(desk: Desk) -> None:
    """Every fault of `named_by`, and of the forms that name somebody."""
    for role in desk.procedure.roles:
        if role.named_by:
            _named_by(desk, role, f"role.{role.id}.named_by")
    for step in desk.procedure.steps:
        form = desk.form_of(step.id)
        if form and form.effect == NAMING:
            _naming(desk, step, form)
        if step.shares_with or (form and form.effect == SHARING):
            _shares(desk, step, form)
        if step.reads:
            _reads(desk, step, f"step.{step.id}.reads")


def _named_by(desk: Desk, role: Role, key: str) -> None:
    name, _, part = (role.named_by or "").partition(".")
    if not check_known(desk, name, key):
        return
    step, form = desk.procedure.step(name), desk.form_of(name)
    if step and not step.fill:
        why = f"{name!r} sends a letter, and only what somebody fills in says who holds a role."
        desk.report.error("reference", key, why, "Name a step with `fill`.")
    elif form and part:
        _question(desk, form, part, key)


def _question(desk: Desk, form: Form, name: str, key: str) -> None:
    question = form.question(name)
    if question is None or question.type not in ("group", "text", *CHOICES):
        fit = [one.id for page in form.pages for one in page.questions if one.type in ("group", *CHOICES)]
        why = f"The form {form.id!r} has no group, choice or line of text called {name!r}."
        desk.report.error("reference", key, why, near(name, fit))
    elif question.type == "group" and not _inside(form, question):
        why = f"No question of the group {name!r} says who an entry is."
        desk.report.error("reference", key, why, 'Let one of its questions mean "party.organisation" or "party.name".')


def _inside(form: Form, group: Question) -> bool:
    asked = (form.meaning(meaning) for meaning in CALLED)
    return any(one and groups_around(form, one.id)[-1:] == (group.id,) for one in asked)


def _naming(desk: Desk, step: Step, form: Form) -> None:
    """A form that names somebody has to ask for the part they take and what they are called."""
    missing = [PARTY_ROLE] if form.meaning(PARTY_ROLE) is None else []
    missing += [] if any(form.meaning(one) for one in CALLED) else [CALLED[0]]
    for meaning in missing:
        why = f"The form {form.id!r} names somebody and asks no question that means {meaning!r}."
        desk.report.error("effect", f"step.{step.id}.fill", why, "Add the question.")


def _shares(desk: Desk, step: Step, form: Form | None) -> None:
    """Papers are shared with the members of a panel, by a form that does it."""
    key, panels = f"step.{step.id}.shares_with", [panel.id for panel in desk.procedure.panels if panel.joins]
    if step.shares_with not in panels:
        why = f"{step.shares_with or 'Nobody'!r} is no panel whose members join a case."
        desk.report.error("reference", key, why, near(step.shares_with or "", panels))
    if form and form.effect != SHARING:
        why = f"The form {form.id!r} shares nothing."
        desk.report.error("effect", key, why, 'Fill in a form with effect = "shares", or take it out.')


def _reads(desk: Desk, step: Step, key: str) -> None:
    """What somebody from outside reads of the request: it is asked there, and is nothing that only officers read."""
    outside = {role.id for role in desk.procedure.roles if role.external}
    panels = {panel.id: panel.sitters() for panel in desk.procedure.panels}
    owing = {one for role in step.roles("by") for one in panels.get(role, (role,))}
    if not outside & owing:
        why = "Nobody from outside owes this step, and officers read the whole request."
        desk.report.error("contradiction", key, why, "Take it out.")
    for meaning in step.reads:
        asked = desk.opening.meaning(meaning) if desk.opening else None
        if asked is None:
            why = f"No question of the form that opens a case means {meaning!r}."
            desk.report.error("reference", key, why, "Take it out, or let a question mean it.")
        elif asked.private:
            why = f"What means {meaning!r} is for officers alone."
            desk.report.error("private", key, why, "Take it out, or take `private` off the question.")
