"""Steps and everything round them: references, circles, times that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from ..condition import Both, Condition, Is, When, named_in
from ..form import Option, Question
from ..procedure import ALARM, SERVICE, AllOf, AnyOf, Event, Step
from ..vocabulary import Meaning
from .conditions import DATES, check_condition
from .report import Desk, near

STATES = ("filed", "not filed", "open", "late", "held")
OPENING, PERIOD = "opening", "period"
BAND = "band"  # STEP.band: what the points of a form come to, which a threshold or a gate can read
ENDS = ("due", "received")
COUNCIL = "council"  # in a condition: whose case it is, in a joint procedure


def check_steps(desk: Desk) -> None:
    """Every fault of the steps, roles, panels, stages and gates of a procedure."""
    for step in desk.procedure.steps:
        _step(desk, step, f"step.{step.id}")
    _circles(desk)
    _names(desk)
    _panels(desk)
    for gate in desk.procedure.gates:
        check_when(desk, gate.when, f"gate.{gate.id}.when", meanings=True)
        check_roles(desk, (gate.by,), f"gate.{gate.id}.by")
        for name in () if gate.stops == "all" else gate.stops:
            check_known(desk, name, f"gate.{gate.id}.stops")


# --- One step -------------------------------------------------------------------------------------------------------


def _step(desk: Desk, step: Step, key: str) -> None:
    report = desk.report
    if bool(step.fill) == bool(step.send):
        what = "It both fills in a form and sends a letter." if step.fill else "It names no form and no letter."
        report.error("step", key, what, "Give it either `fill` or `send`.")
    if step.fill and step.fill not in desk.forms:
        report.error("reference", f"{key}.fill", f"No form is called {step.fill!r}.", near(step.fill, [*desk.forms]))
    letters = {
        "send": step.send,
        "remind": step.remind and step.remind.send,
        "overdue": step.overdue and step.overdue.send,
    }
    for name, letter in letters.items():
        if letter and letter not in desk.letters:
            report.error(
                "reference", f"{key}.{name}", f"No letter is called {letter!r}.", near(letter, [*desk.letters])
            )
    if step.stage and step.stage not in [stage.id for stage in desk.procedure.stages]:
        cure = near(step.stage, [stage.id for stage in desk.procedure.stages])
        report.error("reference", f"{key}.stage", f"No stage is called {step.stage!r}.", cure)
    for part in ("by", "to", "copy_to"):
        check_roles(desk, step.roles(part), f"{key}.{part}")
    higher = step.escalate_to if step.escalate_to is not None else ()
    check_roles(desk, (higher,) if isinstance(higher, str) else higher, f"{key}.escalate_to")
    check_event(desk, step.after, f"{key}.after")
    check_event(desk, step.counts_from, f"{key}.from")
    check_event(desk, step.before, f"{key}.before")
    if step.at_latest:
        check_event(desk, step.at_latest.start, f"{key}.at_latest.from")
    check_when(desk, step.when, f"{key}.when")
    _dated(desk, step, key)
    _times(desk, step, key)


def _times(desk: Desk, step: Step, key: str) -> None:
    report = desk.report
    if step.before and step.within:
        why = "`within` counts on from an event and `before` counts back from one."
        report.error("contradiction", key, why, "Keep one of them.")
    if step.before and not step.at_least:
        why = "`before` doesn't say how long before."
        report.error("contradiction", f"{key}.before", why, 'Add at_least, such as "5 working days".')
    if step.at_least and not step.before:
        why = "`at_least` counts back from nothing."
        report.error("contradiction", f"{key}.at_least", why, "Add `before`, the event that it counts back from.")
    if step.counts_from and not step.within:
        why = "`from` starts a time that has no length."
        report.warning("contradiction", f"{key}.from", why, "Add `within`, or take `from` out.")


def _dated(desk: Desk, step: Step, key: str) -> None:
    form = desk.form_of(step.id)
    if step.dated is None or form is None:
        return
    question = form.question(step.dated.removeprefix(f"{step.id}."))
    if question is None or question.type not in DATES:
        dates = [one.id for page in form.pages for one in page.questions if one.type in DATES]
        why = f"The form {form.id!r} asks for no date {step.dated!r}."
        desk.report.error("reference", f"{key}.dated", why, near(step.dated, dates))


def check_roles(desk: Desk, names: tuple[str, ...], key: str) -> None:
    """Whether each of them is a role or a panel."""
    known = [role.id for role in desk.procedure.roles] + [panel.id for panel in desk.procedure.panels]
    for name in names:
        if name not in (*known, SERVICE, ALARM):
            desk.report.error("reference", key, f"No role or panel is called {name!r}.", near(name, known))


def check_known(desk: Desk, name: str, key: str) -> bool:
    """Whether a step has that name; a fault if none has."""
    if desk.procedure.step(name):
        return True
    steps = [step.id for step in desk.procedure.steps]
    desk.report.error("reference", key, f"No step is called {name!r}.", near(name, steps))
    return False


# --- Events and conditions --------------------------------------------------------------------------------------------


def names_in(event: Event | None) -> Iterator[str]:
    """Every event that is named, those inside all and any included."""
    if isinstance(event, str):
        yield event
    elif isinstance(event, AllOf | AnyOf):
        for part in event.all if isinstance(event, AllOf) else event.any:
            yield from names_in(part)


def check_event(desk: Desk, event: Event | None, key: str) -> None:
    """Whether each event can happen: a step, its due date or delivery, or a date that its form asks for."""
    for name in names_in(event):
        step_id, _, part = name.partition(".")
        if name in (OPENING, PERIOD) or not check_known(desk, step_id, key) or not part:
            continue
        step, form = desk.procedure.step(step_id), desk.form_of(step_id)
        if part == "received" and step and not step.send:
            desk.report.error("reference", key, f"{step_id!r} sends no letter to receive.", "Name a step with `send`.")
        elif part not in ENDS and (step is None or not step.fill):
            desk.report.error("reference", key, f"{step_id!r} fills in no form, so it has no {part!r}.", "Name a date.")
        elif part not in ENDS and form:
            _date(desk, form.question(part), name, key)


def _date(desk: Desk, question: Question | None, name: str, key: str) -> None:
    if question is None or question.type not in DATES:
        what = "is no question of that step's form" if question is None else "is not a date"
        desk.report.error("reference", key, f"{name!r} {what}.", "Name a date question of the form.")


def check_when(desk: Desk, when: When | None, key: str, meanings: bool = False) -> None:
    """A condition of the procedure: STEP.question, a step's state, or (in a threshold) a meaning."""
    if when is None:
        return
    answers = _answers_only(desk, when.condition, key)
    check_condition(answers, lambda name: _find(desk, name, meanings), desk.report, key)
    for test in named_in(when.condition):
        if isinstance(test, Is) and test.test == "age_under":
            check_event(desk, test.on, key)


def _answers_only(desk: Desk, condition: Condition, key: str) -> Condition:
    """The condition without tests of a step's state, which are checked here."""
    tests = []
    for test in named_in(condition):
        if test.name == COUNCIL:
            continue
        if isinstance(test, Is) and "." not in test.name:
            if check_known(desk, test.name, key) and test.value not in STATES:
                why = f"{test.name!r} is never {test.value!r}."
                desk.report.error("comparison", key, why, f"A step is: {', '.join(STATES)}.")
        else:
            tests.append(test)
    return Both(tuple(tests))


def _find(desk: Desk, name: str, meanings: bool) -> Question | str:
    step_id, _, rest = name.partition(".")
    opening = desk.opening
    if meanings and opening and (question := opening.meaning(name)):
        return question
    if not rest and meanings and opening:
        return opening.question(name) or f"No question is called {name!r}."
    if desk.procedure.step(step_id) is None:
        what = "meaning that the opening form asks for, nor a step" if meanings else "step"
        return f"{name!r} names no {what}."
    form = desk.form_of(step_id)
    if form is None:
        return f"The step {step_id!r} fills in no form that is on the shelf."
    if rest == BAND and form.bands:
        bands = tuple(Option(value=band.id, label=band.label) for band in form.bands)
        return Question(id=BAND, type="radios", label="Band", options=bands)
    return form.question(rest) or f"The form {form.id!r} asks no question {rest!r}."


# --- The whole ----------------------------------------------------------------------------------------------------


def _circles(desk: Desk) -> None:
    """Steps that can never open, because what comes before them waits for them."""
    steps = {step.id: step for step in desk.procedure.steps}
    waiting: dict[str, list[str]] = {}
    for name, step in steps.items():
        for one in names_in(step.after):
            waiting.setdefault(one.partition(".")[0], []).append(name)
    reached: set[str] = set()
    to_look_at = list(steps)
    while to_look_at:
        name = to_look_at.pop()
        if name not in reached and _opens(steps[name].after, reached, steps):
            reached.add(name)
            to_look_at.extend(waiting.get(name, ()))
    for name in sorted(steps.keys() - reached):
        waits = sorted({one.partition(".")[0] for one in names_in(steps[name].after)} - reached)
        why = f"It waits for {' and '.join(waits)}, and that can't happen before it."
        desk.report.error(
            "circular", f"step.{name}.after", why, "Let one of them begin with an event that comes first."
        )


def _opens(event: Event | None, reached: set[str], steps: dict[str, Step]) -> bool:
    if event in (None, OPENING, PERIOD):
        return True
    if isinstance(event, AllOf):
        return all(_opens(part, reached, steps) for part in event.all)
    if isinstance(event, AnyOf):
        return any(_opens(part, reached, steps) for part in event.any)
    name = event.partition(".")[0]
    return name in reached or name not in steps  # a name that isn't there is a fault of its own


def _names(desk: Desk) -> None:
    """No name is both a step and something else (section 2, sentence 2)."""
    procedure = desk.procedure
    others = {
        OPENING: "an event", PERIOD: "an event", SERVICE: "the software", ALARM: "the alarm",
        **{role.id: "a role" for role in procedure.roles}, **{panel.id: "a panel" for panel in procedure.panels},
    }  # fmt: skip
    for step in procedure.steps:
        if step.id in others:
            why = f"{step.id!r} is a step and {others[step.id]}."
            desk.report.error("duplicate-id", f"step.{step.id}", why, "Rename one of them.")


def _panels(desk: Desk) -> None:
    for step in desk.procedure.steps:
        _meets(desk, step)
    for panel in desk.procedure.panels:
        key = f"panel.{panel.id}"
        if panel.joins:
            check_known(desk, panel.joins, f"{key}.joins")
        elif panel.off or panel.interest == "leaves":
            why = "Its members are no parties of a case, so nobody leaves one."
            desk.report.error("contradiction", key, why, "Add `joins`, the step with which they join.")
        check_roles(desk, (*panel.members(), *panel.quorum_of, *((panel.chair,) if panel.chair else ())), key)
        size = len(panel.core)
        if panel.quorum and panel.quorum > size + len(panel.invited):
            why = f"The quorum is {panel.quorum} of a panel of {size + len(panel.invited)}."
            desk.report.error("contradiction", f"{key}.quorum", why, "Lower the quorum, or name more members.")
        needed, of, whole = (panel.decides or "").partition(" of ")
        if of and not int(needed) <= int(whole) <= size:
            why = f"{panel.decides} can't decide in a panel with {size} core members."
            desk.report.error("contradiction", f"{key}.decides", why, "Let the numbers match `core`.")


def _meets(desk: Desk, step: Step) -> None:
    """The vote that a decision rests on is a panel's, and asks for one; a record of a meeting says who was there."""
    panels = [panel.id for panel in desk.procedure.panels]
    if step.rests_on and check_known(desk, step.rests_on, f"step.{step.id}.rests_on"):
        vote = desk.procedure.step(step.rests_on)
        if vote and not {panel.id for panel in desk.procedure.panels if panel.joins} & set(vote.roles("by")):
            why = f"{vote.id!r} is owed by no panel whose members join a case."
            desk.report.error("contradiction", f"step.{step.id}.rests_on", why, "Let a panel with `joins` owe it.")
        _asks(desk, step.rests_on, "vote.cast", f"step.{step.rests_on}.fill")
        _asks(desk, step.id, "vote.result", f"step.{step.id}.fill")
    if step.sits and step.sits not in panels:
        desk.report.error(
            "reference", f"step.{step.id}.sits", f"No panel is called {step.sits!r}.", near(step.sits, panels)
        )
    elif step.sits:
        _asks(desk, step.id, "sitting.there", f"step.{step.id}.fill")


def _asks(desk: Desk, name: str, meaning: Meaning, key: str) -> None:
    form = desk.form_of(name)
    if form and form.meaning(meaning) is None:
        why = f"The form {form.id!r} asks no question that means {meaning!r}."
        desk.report.error("effect", key, why, "Add the question.")
