"""A threshold in plain words: what is counted, among which reports, and within which time."""

from __future__ import annotations

from collections.abc import Iterator

from webform.documents.threshold import AllConditions, AnyConditions, Count, Given, Route, ThresholdCondition, Window

from .counting import UNITS
from .groups import SAME
from .plain_words import Item, PlainWords, joined, sentence

HAPPENS = {"reported": "it was reported", "happened": "it happened", "applied": "you asked for the review"}
ANCHORS = {
    "request": "your request", "each-report": "the report", "each-incident": "it happening",
    "first-report": "the first report", "latest-report": "the latest report", "first-incident": "the first incident",
    "latest-incident": "the latest incident", "any": "another of them",
}  # fmt: skip
ALL, ANY = "All of these:", "Any one of these:"


def route_parts(words: PlainWords, route: Route) -> tuple[Item, ...]:
    """The conditions of a route, one below the other; all of them are needed."""
    return tuple(_condition(words, condition, route.source) for condition in route.all)


def _condition(words: PlainWords, condition: ThresholdCondition, above: str) -> Item:
    """One condition. Its source is given where it is another than that of the rule above it."""
    source = condition.source if condition.source != above else ""
    match condition:
        case Count():
            return Item(sentence(f"At least {_counted(condition)}"), tuple(_among(words, condition)), source,
                        tuple(_inner(words, inner) for inner in condition.of_which))  # fmt: skip
        case Given():
            return Item(condition.says or sentence(words.condition(condition.when.condition)), (), source)
        case AllConditions(all=inner) | AnyConditions(any=inner):
            parts = tuple(_condition(words, part, condition.source or above) for part in inner)
            lead = ANY if isinstance(condition, AnyConditions) else ALL
            return Item(f"{condition.says} {lead}".strip(), (), source, parts)


def _inner(words: PlainWords, count: Count) -> Item:
    item = _condition(words, count, count.source)
    return Item(f"Among them: {item.says[:1].lower()}{item.says[1:]}", item.facts, item.source, item.parts)


def _counted(count: Count) -> str:
    shared = joined((SAME[feature].removeprefix("reported ") for feature in count.same), "or")
    units = joined(f"{needed} {UNITS[unit][0 if needed == 1 else 1]}" for unit, needed in count.at_least.items())
    return f"{units} {shared}".strip()


def _among(words: PlainWords, count: Count) -> Iterator[str]:
    """What a report has to be like to be counted."""
    if count.among.when:
        yield f"It counts if {words.condition(count.among.when.condition)}."
    for window in count.among.windows:
        yield f"It counts if {_window(window)}."


def _window(window: Window) -> str:
    """ "it was reported within 6 months before your request"."""
    length = window.within or window.not_within
    near = "within" if window.within else "not within"
    anchor = ANCHORS.get(window.before or window.after or "", "your request")
    side = "before" if window.before and window.before != "any" else "of"
    first = ", that day included" if window.counting == "inclusive" else ""
    return f"{HAPPENS[window.date]} {near} {length} {side} {anchor}{first}"
