"""The figures that are published: what they count, and the periods that they are published for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ..condition import Is
from ..procedure import PERIOD, Figure, Step
from .conditions import every_test
from .report import Desk
from .steps import check_event, check_when, names_in

PASSING = ("open", "late", "held")  # states that pass by themselves
UNITS = ("days", "weeks", "months")
RULE = "figures"


def check_figures(desk: Desk) -> None:
    """Every fault of [publication], of the figures, and of the step that publishes them."""
    for figure in desk.procedure.figures:
        key = f"figure.{figure.id}"
        check_event(desk, figure.counts, f"{key}.counts")
        check_event(desk, figure.dated_by, f"{key}.dated_by")
        check_when(desk, figure.when, f"{key}.when")
        _lasting(desk, figure, f"{key}.when")
    _periods(desk)
    _publishing(desk)


def _lasting(desk: Desk, figure: Figure, key: str) -> None:
    """What is counted once stays counted, however much time passes: figures are kept as documents are filed."""
    for test in every_test(figure.when.condition) if figure.when else ():
        if isinstance(test, Is) and (test.test == "passed" or ("." not in test.name and test.value in PASSING)):
            why = f"It asks how {test.name!r} stands today, so that the figure would change by itself."
            desk.report.error(RULE, key, why, "Ask for an answer, or whether a step is filed.")


def _periods(desk: Desk) -> None:
    publication = desk.procedure.publication
    if publication is None:
        return
    month, day = (int(part) for part in publication.begins.split("-"))
    try:
        dt.date(2001, month, day)  # no leap year: a period begins on that day every year
    except ValueError:
        why = f"{publication.begins!r} is no day that every year has."
        desk.report.error(RULE, "publication.begins", why, 'Write a month and a day, such as "04-01".')
    if publication.every.unit not in UNITS or not publication.every.amount:
        why = f"Periods of {publication.every} can't be laid side by side."
        desk.report.error(RULE, "publication.every", why, 'Write days, weeks or months, such as "12 months".')


def _publishing(desk: Desk) -> None:
    """They are published apart from any case, once for each period."""
    publication = desk.procedure.publication
    for step in _steps(desk):
        key = f"step.{step.id}"
        if step.scope != "area":
            why = "Figures are about every case, and this step belongs to one of them."
            desk.report.error(RULE, f"{key}.for", why, 'Write for = "area".')
        if publication and PERIOD in names_in(step.after) and step.every != publication.every:
            why = f"It comes round every {step.every}, and figures are published every {publication.every}."
            desk.report.error("contradiction", f"{key}.every", why, "Write the same in both places.")


def _steps(desk: Desk) -> Iterator[Step]:
    for step in desk.procedure.steps:
        form = desk.form_of(step.id)
        if form is not None and form.effect == "publishes":
            yield step
