"""What else steps refer to: turns, meetings, entries, hand-overs, rounds, holds, stand-ins."""

from __future__ import annotations

from ..condition import Is, When, named_in
from ..duration import Duration
from ..procedure import Limit, Role, Step
from .report import Desk, near
from .steps import COUNCIL, ENDS, check_event, check_known, check_roles, check_when


def check_further(desk: Desk) -> None:
    """Every fault of the keys that multiply, move or hand over a duty, and of what holds and roles refer to."""
    for step in desk.procedure.steps:
        key = f"step.{step.id}"
        _moving(desk, step, key)
        _each(desk, step, key)
        _onward(desk, step, key)
        _meeting(desk, step, key)
        _council(desk, step.when, f"{key}.when")
    for role in desk.procedure.roles:
        _role(desk, role, f"role.{role.id}")
    for panel in desk.procedure.panels:
        for guest in panel.guests():
            check_when(desk, guest.when, f"panel.{panel.id}.invited", meanings=True)
    for gate in desk.procedure.gates:
        check_event(desk, gate.until, f"gate.{gate.id}.until")
    for stage in desk.procedure.stages:
        for name in () if stage.stops == "all" else stage.stops:
            check_known(desk, name, f"stage.{stage.id}.stops")
    _reserved(desk)


def _moving(desk: Desk, step: Step, key: str) -> None:
    """Earliest day, fixed day, turns and extensions."""
    earliest = step.not_before
    if earliest is not None and not isinstance(earliest, Duration):
        check_event(desk, earliest.start if isinstance(earliest, Limit) else earliest, f"{key}.not_before")
    meetings = [meeting.id for meeting in desk.procedure.meetings]
    if step.on and "." not in step.on and step.on not in meetings:
        why = f"No meeting is called {step.on!r}."
        desk.report.error("reference", f"{key}.on", why, near(step.on, meetings) if meetings else "Name a date.")
    elif step.on and step.on not in meetings:
        check_event(desk, step.on, f"{key}.on")
    check_event(desk, step.until, f"{key}.until")
    if step.until is not None and step.every is None:
        why = "`until` ends turns that never begin."
        desk.report.error("contradiction", f"{key}.until", why, "Add `every`, or take it out.")
    if step.every is not None and (step.before or step.on):
        why = "`every` has dates of its own, and so has `on` or `before`."
        desk.report.error("contradiction", f"{key}.every", why, "Keep one of them.")
    if step.may_extend:
        check_roles(desk, step.may_be_extended_by(), f"{key}.may_extend.by")


def _each(desk: Desk, step: Step, key: str) -> None:
    """A step, or a group of its form; and not beside turns, which would number the duties twice."""
    if step.each is None:
        return
    name, _, group = step.each.partition(".")
    if check_known(desk, name, f"{key}.each") and group:
        form = desk.form_of(name)
        question = form.question(group) if form else None
        if form and (question is None or question.type != "group"):
            groups = [one.id for page in form.pages for one in page.questions if one.type == "group"]
            why = f"The form {form.id!r} has no group {group!r}."
            desk.report.error("reference", f"{key}.each", why, near(group, groups))
    if step.every is not None:
        why = "`each` and `every` would both number its duties."
        desk.report.error("contradiction", f"{key}.each", why, "Split it into two steps.")


def _onward(desk: Desk, step: Step, key: str) -> None:
    """What is handed over and comes back, and where the case goes back to."""
    names = [("back_to", step.back_to), ("returns", step.returns), *(("carries", name) for name in step.carries)]
    for part, name in names:
        if name:
            check_known(desk, name, f"{key}.{part}")
    if step.adds_to and check_known(desk, step.adds_to, f"{key}.adds_to"):
        opening = desk.procedure.step(step.adds_to)
        if opening and not opening.opens:
            why = f"{step.adds_to!r} opens no case elsewhere that something could be added to."
            desk.report.error("contradiction", f"{key}.adds_to", why, "Name a step with `opens`.")
    if ((step.carries and not step.adds_to) or step.returns) and not step.opens:
        why = "Something is handed over or comes back, but to and from nobody."
        desk.report.error("contradiction", key, why, "Add `opens`, the procedure that takes the case over.")


def _meeting(desk: Desk, step: Step, key: str) -> None:
    """What has to be done first is a step; an entry for a calendar comes with a letter, and has a date to show."""
    for name in step.needs:
        check_known(desk, name, f"{key}.needs")
    for part, about in (("invites_to", step.invites_to), ("calls_off", step.calls_off)):
        if not about:
            continue
        form = desk.form_of(about) if check_known(desk, about, f"{key}.{part}") else None
        if form and form.meaning("meeting.date") is None:
            why = f"The form {form.id!r} does not ask when the meeting is."
            desk.report.error("reference", f"{key}.{part}", why, 'Add a date question with means = "meeting.date".')
        if not step.send:
            why = "Only a letter can bring an entry for a calendar."
            desk.report.error("contradiction", f"{key}.{part}", why, "Put it on the step that sends the letter.")


def _role(desk: Desk, role: Role, key: str) -> None:
    check_roles(desk, role.independent_of, f"{key}.independent_of")
    check_roles(desk, role.stood_in_by, f"{key}.stood_in_by")
    check_roles(desk, tuple(one.role for one in role.instead), f"{key}.instead")
    for one in role.instead:
        check_when(desk, one.when, f"{key}.instead", meanings=True)


def _council(desk: Desk, when: When | None, key: str) -> None:
    """A condition that asks for a council names one of them."""
    known = [council.id for council in desk.procedure.councils]
    for test in named_in(when.condition) if when else ():
        if isinstance(test, Is) and test.name == COUNCIL and test.value not in known:
            why = f"No council is called {test.value!r}."
            desk.report.error("reference", key, why, near(str(test.value), known))


def _reserved(desk: Desk) -> None:
    """A question called like the end of a step could never be asked for as STEP.question."""
    for step in desk.procedure.steps:
        form = desk.form_of(step.id)
        for name in ENDS if form else ():
            if form and form.question(name):
                why = f"The form {form.id!r} asks a question {name!r}, and {step.id}.{name} means something else."
                desk.report.error("reference", f"step.{step.id}.fill", why, "Rename the question.")
