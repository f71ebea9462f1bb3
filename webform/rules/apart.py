"""Telling people, homes, groups and organisations apart, so that a count can say how many there are (sentence 29).

What an answer stands for is a key: the choice that was made, and the name that tells several of that choice apart.
A key without a name is one of its kind, nobody knows which; no keys at all is "nobody has said".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webform.documents.form import Option, Question
from webform.documents.threshold import Counted, Feature

from .told import Pair, Told

Key = tuple[str, str]
Keys = tuple[Key, ...] | None  # None: nobody has said

LOOSE = ("text", "textarea", "address")  # two wordings of these may mean the same
FEATURES: dict[Feature, str] = {
    "problem": "incident.problem",
    "place": "incident.place",
    "culprit": "incident.culprit",
    "reporter": "report.reporter",
}
NAMES = {"report.reporter": "report.reporter_name", "report.agency": "report.to"}  # what tells one choice apart
OWN: Key = ("home", "own")
SOME_HOME: Key = ("home", "")  # it may be the applicant's
ANOTHER_HOME: Key = ("elsewhere", "")  # somebody in the applicant's home would have been another choice
WHOEVER_ASKS: Key = ("applicant", "applicant")


def plain(value: Any) -> str:
    """A value to compare: capitals, spaces and the order of an address's keys make no difference."""
    if isinstance(value, dict):
        return ", ".join(plain(value[part]) for part in sorted(value) if value[part])
    return " ".join(str(value).casefold().split())


class Apart:
    """Who and what the reports are about, told apart; each report is looked at once."""

    def __init__(self, told: Told):
        self.told = told
        self._known: dict[tuple[str, tuple[int, ...]], Keys] = {}

    def counted(self, unit: Counted, pair: Pair) -> Keys:
        """What a report adds to a count of this unit."""
        return self._once(unit, pair)

    def shared(self, feature: Feature, pair: Pair) -> Keys:
        """What a report has in common with others."""
        return self._once(FEATURES[feature], pair)

    def loose(self, feature: Feature, kind: str) -> bool:
        """Whether two different names of one kind may mean the same thing."""
        question = self.told.asks(FEATURES[feature])
        return question is not None and (question.type in LOOSE or _stands_for(question, kind) != "")

    def _once(self, what: str, pair: Pair) -> Keys:
        place = what, pair.path
        if place not in self._known:
            self._known[place] = self._look(what, pair)
        return self._known[place]

    def _look(self, what: str, pair: Pair) -> Keys:
        match what:
            case "people":
                return self._people(pair)
            case "households":
                return self._households(pair)
            case "groups":
                return self._groups(pair)
            case "agencies":
                return self._keys("report.agency", pair)
            case _:
                return self._keys(what, pair)

    def _keys(self, meaning: str, pair: Pair) -> Keys:
        question = self.told.asks(meaning)
        values = self.told.values(meaning, pair.path)
        if question is None or not values:
            return None
        return tuple(self._key(question, meaning, plain(value), pair) for value in values)

    def _key(self, question: Question, meaning: str, value: str, pair: Pair) -> Key:
        if question.type in LOOSE:
            return "", value
        if _stands_for(question, value) in ("", "applicant"):
            return value, value
        names = self.told.values(NAMES.get(meaning, ""), pair.path)
        return value, plain(names[0]) if names else ""

    def _people(self, pair: Pair) -> Keys:
        if self.told.asks("report.reporter") is None:
            return (WHOEVER_ASKS,)  # a form that doesn't ask who reported is about the applicant's own reports
        return self._keys("report.reporter", pair)

    def _reporter(self, pair: Pair) -> str | None:
        """Whom the answer to "who reported it" stands for; None where nobody has said."""
        question = self.told.asks("report.reporter")
        if question is None:
            return "applicant"
        values = self.told.values("report.reporter", pair.path)
        return (_stands_for(question, plain(values[0])) or "various") if values else None

    def _households(self, pair: Pair) -> Keys:
        if self.told.asks("report.household") and (said := self._keys("report.household", pair)):
            return said
        who = self._reporter(pair)
        if who in (None, "applicant", "same-home"):
            return None if who is None else (OWN,)
        asked = self.told.asks("report.reporter")
        told_apart = asked is not None and any(option.stands_for == "same-home" for option in asked.options)
        return (ANOTHER_HOME,) if told_apart else (SOME_HOME,)

    def _groups(self, pair: Pair) -> Keys:
        who = self._reporter(pair)
        if who == "group":
            return self._keys("report.reporter", pair)
        if who == "applicant":
            asked = self.told.asks("applicant.capacity")
            capacity = [plain(value) for value in self.told.values("applicant.capacity", ())]
            is_group = asked is not None and any(_stands_for(asked, value) == "group" for value in capacity)
            return (WHOEVER_ASKS,) if is_group else ()
        return None if who is None else ()


def _stands_for(question: Question, value: str) -> str:
    found: Option | None = next((option for option in question.options if option.value == value), None)
    return found.stands_for if found else ""


def fewest_of(keys: Iterable[Keys]) -> int:
    """How few different ones there can be: the named, and one of each kind that is never named."""
    known = {key for found in keys for key in found or ()}
    kinds = {kind for kind, name in known if name}
    return len({key for key in known if key[1]}) + len({kind for kind, name in known if not name and kind not in kinds})


def most_of(keys: Iterable[Keys]) -> int:
    """How many different ones there can be: the named, and one more for each that is not."""
    keys = list(keys)
    named = {key for found in keys for key in found or () if key[1]}
    return len(named) + sum(1 for found in keys if found is None or any(not name for _, name in found))
