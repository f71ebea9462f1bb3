"""A threshold in plain words: what is counted, among which reports, and within which time."""

from __future__ import annotations

from collections.abc import Iterator

from webform.documents.threshold import AllConditions, AnyConditions, Count, Given, Route, ThresholdCondition, Window
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .counting import UNITS
from .groups import SAME
from .plain_words import Item, PlainWords, joined, sentence

HAPPENS = {"reported": N_("it was reported"), "happened": N_("it happened"), "applied": N_("you asked for the review")}
ANCHORS = {
    "request": N_("your request"), "each-report": N_("the report"), "each-incident": N_("it happening"),
    "first-report": N_("the first report"), "latest-report": N_("the latest report"),
    "first-incident": N_("the first incident"),
    "latest-incident": N_("the latest incident"), "any": N_("another of them"),
}  # fmt: skip
ALL, ANY = N_("All of these:"), N_("Any one of these:")


def route_parts(words: PlainWords, route: Route) -> tuple[Item, ...]:
    """The conditions of a route, one below the other; all of them are needed."""
    return tuple(_condition(words, condition, route.source) for condition in route.all)


def _condition(words: PlainWords, condition: ThresholdCondition, above: str) -> Item:
    """One condition. Its source is given where it is another than that of the rule above it."""
    source = condition.source if condition.source != above else ""
    match condition:
        case Count():
            least = sentence(_("At least %(condition)s", condition=_counted(condition)))
            inside = tuple(_inner(words, inner) for inner in condition.of_which)
            return Item(least, tuple(_among(words, condition)), source, inside)
        case Given():
            return Item(condition.says or sentence(words.condition(condition.when.condition)), (), source)
        case AllConditions(all=inner) | AnyConditions(any=inner):
            parts = tuple(_condition(words, part, condition.source or above) for part in inner)
            lead = _(ANY if isinstance(condition, AnyConditions) else ALL)
            return Item(f"{condition.says} {lead}".strip(), (), source, parts)


def _inner(words: PlainWords, count: Count) -> Item:
    item = _condition(words, count, count.source)
    return Item(
        _("Among them: %(says)s", says=item.says[:1].lower() + item.says[1:]),
        item.facts,
        item.source,
        item.parts,
    )


def _counted(count: Count) -> str:
    shared = joined((_(SAME[feature]).removeprefix("reported ") for feature in count.same), "or")
    units = joined(f"{needed} {_(UNITS[unit][0 if needed == 1 else 1])}" for unit, needed in count.at_least.items())
    return f"{units} {shared}".strip()


def _among(words: PlainWords, count: Count) -> Iterator[str]:
    """What a report has to be like to be counted."""
    if count.among.when:
        yield _("It counts if %(condition)s.", condition=words.condition(count.among.when.condition))
    for window in count.among.windows:
        yield _("It counts if %(window)s.", window=_window(window))


def _window(window: Window) -> str:
    """ "it was reported within 6 months before your request"."""
    length = window.within or window.not_within
    near = "within" if window.within else _("not within")
    anchor = _(ANCHORS.get(window.before or window.after or "", ANCHORS["request"]))
    side = "before" if window.before and window.before != "any" else "of"
    first = _(", that day included") if window.counting == "inclusive" else ""
    return f"{_(HAPPENS[window.date])} {near} {length} {side} {anchor}{first}"
