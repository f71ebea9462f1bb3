"""Thresholds: windows that can be met and reckoned, and counts of things that the opening form asks for."""

from __future__ import annotations

from collections.abc import Iterator

from ..duration import Duration
from ..threshold import AllConditions, AnyConditions, Count, Given, ThresholdCondition, Window
from .forms import repeated
from .report import Desk
from .steps import check_when

DAYS = {"days": 1.0, "weeks": 7.0, "months": 30.5, "at once": 0.0}  # rough: only to compare two lengths
ASKED = {
    "people": "report.reporter", "agencies": "report.agency", "problem": "incident.problem", "place": "incident.place",
    "culprit": "incident.culprit", "reporter": "report.reporter", "households": "report.reporter",
    "groups": "report.reporter",
}  # fmt: skip
SLIDING = "any"


def check_threshold(desk: Desk) -> None:
    """Every fault of the routes and exclusions."""
    threshold = desk.procedure.threshold
    for what, ids in (
        ("route", [one.id for one in threshold.routes]),
        ("exclude", [one.id for one in threshold.excludes]),
    ):
        for name in repeated(ids):
            desk.report.error("duplicate-id", f"threshold.{what}.{name}", f"Two are called {name!r}.", "Rename one.")
    for route in threshold.routes:
        for condition in route.all:
            _condition(desk, condition, f"threshold.route.{route.id}")
    for rule in threshold.excludes:
        check_when(desk, rule.when, f"threshold.exclude.{rule.id}.when", meanings=True)


def conditions_in(condition: ThresholdCondition) -> Iterator[Count | Given]:
    """Every count and every given, at any depth."""
    if isinstance(condition, AllConditions | AnyConditions):
        for part in condition.all if isinstance(condition, AllConditions) else condition.any:
            yield from conditions_in(part)
    else:
        yield condition
        for inner in condition.of_which if isinstance(condition, Count) else ():
            yield from conditions_in(inner)


def _condition(desk: Desk, condition: ThresholdCondition, key: str) -> None:
    for one in conditions_in(condition):
        if isinstance(one, Given):
            check_when(desk, one.when, key, meanings=True)
            continue
        check_when(desk, one.among.when, key, meanings=True)
        _countable(desk, one, key)
        for window in one.among.windows:
            _window(desk, window, f"{key}.window")
        _contradict(desk, one.among.windows, f"{key}.window")


def _countable(desk: Desk, count: Count, key: str) -> None:
    if not count.at_least:
        desk.report.error("threshold", key, "The count needs nothing.", "Write at_least = { incidents = 3 }.")
    opening = desk.opening
    for name in (*count.at_least, *count.same):
        meaning = ASKED.get(name)
        if opening and meaning and opening.meaning(meaning) is None:
            why = f"{name} can't be counted or compared: the opening form asks nothing that means {meaning}."
            desk.report.error("threshold", key, why, f'Add a question with means = "{meaning}".')


def _window(desk: Desk, window: Window, key: str) -> None:
    error = desk.report.error
    if (window.within is None) == (window.not_within is None):
        error("window", key, "A window needs one length.", "Write either `within` or `not_within`.")
    if (window.before is None) == (window.after is None):
        error("window", key, "A window needs one anchor.", "Write either `before` or `after`.")
    length = window.within or window.not_within
    if length and length.unit not in DAYS:
        why = f"Nobody can say which days {length} takes in: a threshold has no working days and no hours."
        error("window", key, why, "Write days, weeks or months.")
    anchor = window.before or window.after
    if window.date == "applied" and anchor in ("request", SLIDING):
        why = "The request is always within any time of itself."
        error("window", key, why, "Anchor it on a report or an incident.")
    if window.date == "reported" and window.after == "request":
        error("window", key, "Nothing is reported after the request that tells of it.", "Write `before`.")


def _contradict(desk: Desk, windows: tuple[Window, ...], key: str) -> None:
    """Two windows about one date and anchor that leave nothing between them."""
    for inside in windows:
        for outside in windows:
            same = (inside.date, inside.before, inside.after) == (outside.date, outside.before, outside.after)
            if same and inside.within and outside.not_within and _rough(inside.within) <= _rough(outside.not_within):
                why = f"Nothing is within {inside.within} and not within {outside.not_within}."
                desk.report.error("window", key, why, "Make the first longer, or take one out.")


def _rough(length: Duration) -> float:
    return length.amount * DAYS.get(length.unit, 0.0)
