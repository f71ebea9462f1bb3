"""What the guidance asks of a procedure beyond the letter of the Act: warnings, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..duration import Duration
from ..form import Form
from ..procedure import Procedure, Step
from .report import Desk
from .steps import names_in

GUIDANCE = "Home Office statutory guidance on the 2014 Act, the ASB case review"
RETIRED = re.compile(r"community\s+trigger", re.I)
PAST = re.compile(
    r"\b(formerly|previously|once|used to be|was called|were called|was known|before|until|old name)\b", re.I
)
LAST_DAY = "case.appeal_by"
NEVER_READ = ("source", "id", "lineage")  # what quotes others, or is never shown


def check_guidance(desk: Desk) -> None:
    """Every warning about a council's procedure."""
    _ways_in(desk)
    _invitation(desk)
    _chair(desk)
    _appeal_body(desk)
    _last_days(desk)
    _closure(desk)
    _retired_name(desk)
    _bare_days(desk)


def _ways_in(desk: Desk) -> None:
    if len({way.kind for way in desk.procedure.ways_in}) < 2:
        why = "There are fewer than two ways to ask for a review."
        cure = "Add [[way_in]] for phone, email, post, a printable form and an online form."
        desk.report.warning("ways-in", "way_in", why, cure, GUIDANCE)


def _invitation(desk: Desk) -> None:
    if not any(form.meaning("meeting.invitation") for _, form in _filled(desk)):
        why = "Nothing records that the victim is invited to part of the meeting, or why not."
        cure = 'Add a step whose form asks a question with means = "meeting.invitation".'
        desk.report.warning("invitation", "step", why, cure, f"{GUIDANCE}: inviting the victim")


def _chair(desk: Desk) -> None:
    procedure = desk.procedure
    roles = {role.id: role for role in procedure.roles}
    chairs = [(panel, roles.get(panel.chair or "")) for panel in procedure.panels]
    if any(chair and (chair.independent_of or chair.id not in panel.members()) for panel, chair in chairs):
        return
    for key in [f"panel.{panel.id}.chair" for panel, _ in chairs] or ["panel"]:
        why = "No independent chair is named: somebody who has no part in the case."
        cure = "Name as `chair` of the panel a role that is no member, or one with `independent_of`."
        desk.report.warning("chair", key, why, cure, f"{GUIDANCE}: an independent chair")


def _appeal_body(desk: Desk) -> None:
    """An appeal that is heard by nobody but those who decided first."""
    procedure = desk.procedure
    kinds = {stage.id: stage.kind for stage in procedure.stages}
    outside = {role.id for role in procedure.roles if not role.local}
    first: set[str] = set()
    hearing: set[str] = set()
    for step in procedure.steps:
        appeal = kinds.get(step.stage or "") == "appeal"
        asks = set(step.roles("by")) & outside
        if appeal:
            hearing |= _people(procedure, step.roles("to") if asks else step.roles("by"))
        elif step.fill and not asks:
            first |= _people(procedure, step.roles("by"))
    if hearing - outside and hearing - outside <= first:
        why = f"Whoever hears an appeal ({', '.join(sorted(hearing - outside))}) has taken part in the first decision."
        cure = "Let a step of the appeal go to, or be done by, a role that has no part in the first stages."
        source = f"{GUIDANCE}: a way to ask somebody else"
        desk.report.warning("appeal-body", "step", why, cure, source)


def _last_days(desk: Desk) -> None:
    """A letter from which the days for an appeal count, and which does not have to name the last of them."""
    kinds = {stage.id: stage.kind for stage in desk.procedure.stages}
    outside = {role.id for role in desk.procedure.roles if not role.local}
    for step in desk.procedure.steps:
        if kinds.get(step.stage or "") != "appeal" or not (step.within and set(step.roles("by")) & outside):
            continue
        for name in names_in(step.after):
            told = desk.procedure.step(name.partition(".")[0])
            rule = desk.procedure.letters.get(told.send or "") if told else None
            if told and told.send and LAST_DAY not in (rule.requires if rule else ()):
                why = f"The letter says how long there is for “{step.id}”, and does not have to name the last day."
                cure = f'Add [letters.{told.send}] requires = ["{LAST_DAY}"], and say {{{LAST_DAY}}} in the letter.'
                source = f"{GUIDANCE}: how to appeal is told with the decision"
                desk.report.warning("last-day", f"step.{told.id}", why, cure, source)


def _people(procedure: Procedure, roles: Iterable[str]) -> set[str]:
    """The roles, those of a panel's members in the place of the panel."""
    panels = {panel.id: panel.members() for panel in procedure.panels}
    return {one for role in roles for one in panels.get(role, (role,))}


def _closure(desk: Desk) -> None:
    if not any(closure_notices(desk)):
        why = "Nobody tells the person when and why the case closes."
        cure = "Add a step that sends them a letter after the step whose form closes the case."
        desk.report.warning("closure", "step", why, cure, f"{GUIDANCE}: one contact, who says when and why it closes")


def closure_notices(desk: Desk) -> Iterator[Step]:
    """The letters to the person that go out because the case was closed."""
    outside = {role.id for role in desk.procedure.roles if not role.local}
    closing = {step.id for step, form in _filled(desk) if form.effect == "closes"}
    for step in desk.procedure.steps:
        after = {name.partition(".")[0] for name in names_in(step.after)}
        if step.send and set(step.roles("to")) & outside and closing & after:
            yield step


def _filled(desk: Desk) -> Iterator[tuple[Step, Form]]:
    for step in desk.procedure.steps:
        if form := desk.form_of(step.id):
            yield step, form


# --- Words ------------------------------------------------------------------------------------------------------------


def _retired_name(desk: Desk) -> None:
    procedure = desk.procedure
    written = procedure.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    said = [*_said(written)]
    for step in procedure.steps:
        if letter := desk.letters.get(step.send or ""):
            said += [(f"step.{step.id}", letter.subject), (f"step.{step.id}", letter.body)]
    said += [(f"step.{step.id}.fill", text) for step, form in _filled(desk) for _, text in _said(form.model_dump())]
    for key in dict.fromkeys(key for key, text in said if _uses_retired_name(text)):
        why = "It calls the review a community trigger, which is its old name."
        cure = "Write ASB case review; the old name may stand beside it as the former one."
        desk.report.warning("retired-name", key, why, cure, f"{GUIDANCE}: the name of the review")


def _uses_retired_name(text: str) -> bool:
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return any(RETIRED.search(sentence) and not PAST.search(sentence) for sentence in sentences)


def _said(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text that somebody reads, with its key."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in NEVER_READ:
                yield from _said(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, 1):
            name = inner.get("id", number) if isinstance(inner, dict) else number
            yield from _said(inner, f"{key}.{name}")


def _bare_days(desk: Desk) -> None:
    for step in desk.procedure.steps:
        latest = step.at_latest.within if step.at_latest else None
        for name, length in (("within", step.within), ("at_least", step.at_least), ("at_latest.within", latest)):
            if length and length.unit == "days" and not step.doubt:
                desk.report.warning("bare-days", f"step.{step.id}.{name}", _days(length), _DAYS_CURE, GUIDANCE)


_DAYS_CURE = "Write working days if they don't; otherwise say so in `doubt`."


def _days(length: Duration) -> str:
    return f"{str(length).capitalize()} doesn't say if weekends and bank holidays count. They do here."
