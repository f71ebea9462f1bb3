"""What the Act and the guidance ask of a procedure: errors where the law is broken, warnings where it is narrowed."""

from __future__ import annotations

from collections.abc import Iterator

from ..condition import When
from ..procedure import Procedure, Step
from ..threshold import Count, Given, Hurdle, Route, Window
from .conditions import every_test
from .guidance import GUIDANCE, check_guidance, closure_notices
from .report import Desk
from .steps import names_in
from .threshold import DAYS, conditions_in

ACT = "Anti-social Behaviour, Crime and Policing Act 2014"
LAW = ("contact", "dissatisfaction", "figures", "telling", "revising")  # rules whose errors are breaches of the Act
LEAST = 3
MONTH, HALF_YEAR = 31, 184  # the longest that one month and six months can be, in days

HURDLES = {
    "no-action": "The guidance says that the threshold is about incidents reported, not about whether anybody acted. "
    "A request that meets the test in the law can't be refused because something was done",
    "closed": "The guidance says that open and closed cases count alike",
    "continuing": "The guidance warns of asking that the behaviour still goes on, or was reported within a month",
    "other": "The guidance warns of demands that the law does not make",
}
# What a condition asks about, where the guidance warns of asking.
READS: dict[str, Hurdle] = {
    "case.response": "no-action", "report.response": "no-action", "behaviour.satisfied": "no-action",
    "behaviour.continuing": "continuing",
}  # fmt: skip


def check_statute(desk: Desk) -> None:
    """Every fault of a council's procedure before the law. Baselines and appeal bodies make no such promises."""
    if desk.procedure.area.kind != "council":
        return
    _contact(desk)
    _ways_up(desk)
    _figures(desk)
    _told(desk)
    _revising(desk)
    for route in desk.procedure.threshold.routes:
        _route(desk, route)
    check_guidance(desk)


def _contact(desk: Desk) -> None:
    local = {role.id for role in desk.procedure.roles if role.local}
    opening = [step for step in desk.procedure.steps if desk.opens(step.id)]
    if not any(set(step.roles("to")) & local for step in opening):
        why = "No point of contact receives the requests."
        cure = "Let the step that opens a case go `to` a local role."
        desk.report.error("contact", "step", why, cure, f"{ACT}, section 104(3)")


def _ways_up(desk: Desk) -> None:
    """A dissatisfaction route has to cover both how the application was handled and the review."""
    kinds = {stage.id: stage.kind for stage in desk.procedure.stages}
    appeals = [step for step in desk.procedure.steps if kinds.get(step.stage or "") == "appeal"]
    from_kinds = {kinds.get(before.stage or "") for step in appeals for before in _before(desk.procedure, step)}
    for kind, what in (({"application", "review"}, "how the application was handled"), ({"outcome"}, "the review")):
        if not kind & from_kinds:
            why = f"Nobody who is not satisfied with {what} has a way to go on."
            cure = "Add a step in a stage of kind appeal that comes after the decision and after the outcome."
            desk.report.error("dissatisfaction", "stage", why, cure, f"{ACT}, Schedule 4")


def _before(procedure: Procedure, step: Step) -> Iterator[Step]:
    for name in names_in(step.after):
        found = procedure.step(name.partition(".")[0])
        if found:
            yield found


def _figures(desk: Desk) -> None:
    procedure, source = desk.procedure, f"{ACT}, section 104(9) and (12)"
    if procedure.publication is None:
        why, cure = "Nothing says when the figures are published.", 'Add [publication] every = "12 months".'
        desk.report.error("figures", "publication", why, cure, source)
    elif procedure.publication.every.amount * DAYS.get(procedure.publication.every.unit, 0) > 12 * DAYS["months"]:
        why = f"The figures are published only every {procedure.publication.every}."
        desk.report.error("figures", "publication.every", why, "Write 12 months or less.", source)
    counts_requests = any(desk.opens(figure.counts.partition(".")[0]) for figure in procedure.figures)
    if len(procedure.figures) < 4 or not counts_requests:
        why = "The four numbers are not all there: applications, threshold not met, reviews, recommendations."
        desk.report.error("figures", "figure", why, "Add a [[figure]] for each.", source)


def _told(desk: Desk) -> None:
    """Somebody has to tell the applicant of the decision, and of the outcome."""
    procedure = desk.procedure
    kinds = {stage.id: stage.kind for stage in procedure.stages}
    outside = {role.id for role in procedure.roles if not role.local}
    notices = {step.id for step in closure_notices(desk)}  # that the case closes is not its outcome
    letters = [one for one in procedure.steps if one.send and set(one.roles("to")) & outside and one.id not in notices]
    told = {kinds.get(step.stage or "") for step in letters}
    for kind, what, paragraph in (("review", "the decision", "104(6)"), ("outcome", "the outcome", "104(8)")):
        if kind not in told:
            why = f"Nobody tells the person who asked of {what}."
            cure = f"Add a step that sends them a letter, in a stage of kind {kind}."
            desk.report.error("telling", "step", why, cure, f"{ACT}, section {paragraph}")


def _revising(desk: Desk) -> None:
    if desk.procedure.review is None:
        why, cure = "Nothing says how the procedure is assessed and revised.", 'Add [review] every = "12 months".'
        desk.report.error("revising", "review", why, cure, f"{ACT}, Schedule 4")


# --- The threshold ---------------------------------------------------------------------------------------------------


def _route(desk: Desk, route: Route) -> None:
    if route.kind != "local":
        return
    key = f"threshold.route.{route.id}"
    for condition in route.all:
        for one in conditions_in(condition):
            if isinstance(one, Given):
                _hurdle(desk, one, key)
            else:
                _count(desk, one, key)


def _count(desk: Desk, count: Count, key: str) -> None:
    for unit, needed in count.at_least.items():
        if needed > LEAST:
            why = (
                f"It asks for {needed} {unit}. The law asks for three complaints, by anybody, and an area may only ask "
            )
            desk.report.warning(
                "threshold", key, f"{why}for fewer.", f"Write {LEAST} or fewer.", f"{ACT}, section 104(4); {GUIDANCE}"
            )
    if hurdle := _hidden(desk, count.among.when):
        cure = "Count every report; what was done about it belongs in the review."
        desk.report.warning("hurdle", key, f"{HURDLES[hurdle]}.", cure, GUIDANCE)
    for window in count.among.windows:
        needs = _statutory(window)
        length = window.within
        if (
            needs
            and length
            and length.amount * {**DAYS, "months": needs / (6 if needs == HALF_YEAR else 1)}.get(length.unit, 0) < needs
        ):
            what = "six months" if needs == HALF_YEAR else "one month"
            why = f"{str(length).capitalize()} is shorter than the {what} of the law."
            desk.report.warning("window", f"{key}.window", why, f"Write {what}.", f"{ACT}, section 104(11)")


def _statutory(window: Window) -> int:
    """How many days the law gives for what the window is about; 0 where the law says nothing of it."""
    anchor = window.before or window.after
    own = {window.date, anchor} in ({"reported", "each-incident"}, {"happened", "each-report"})
    if own:
        return MONTH
    asked = window.date == "applied" or anchor == "request"
    return HALF_YEAR if asked and window.within else 0


def _hurdle(desk: Desk, given: Given, key: str) -> None:
    hurdle = given.hurdle or _hidden(desk, given.when)
    if hurdle:
        why = f"{HURDLES[hurdle]}."
        cure = "Take it out if you can. Until then the finding shows where it differs from the test in the law."
        desk.report.warning("hurdle", key, why, cure, GUIDANCE)


def _hidden(desk: Desk, when: When | None) -> Hurdle:
    """The hurdle that a condition is by what it reads, though nobody has marked it as one."""
    for test in every_test(when.condition) if when else ():
        step, _, rest = test.name.partition(".")
        opening = desk.opening
        question = opening.question(rest) if opening and desk.opens(step) else None
        meaning = question.means if question else test.name
        if meaning in READS:
            return READS[meaning]
    return ""
