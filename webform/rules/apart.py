"""Telling people, homes, groups and organisations apart, so that a count can say how many there are (sentence 29).

What an answer stands for is a key: the choice that was made, and the name that tells several of that choice apart.
A key without a name is one of its kind, nobody knows which; no keys at all is "nobody has said".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webform.documents.form import Option, Question
from webform.documents.threshold import Counted, Feature

from .told import Told

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
    """Who and what the reports are about, told apart: for each thing one column, with the keys of every report."""

    def __init__(self, told: Told):
        self.told = told
        self._known: dict[str, list[Keys]] = {}

    def counted(self, unit: Counted) -> list[Keys]:
        """What each report adds to a count of this unit."""
        return self._once("report.agency" if unit == "agencies" else unit)

    def shared(self, feature: Feature) -> list[Keys]:
        """What each report has in common with others."""
        return self._once(FEATURES[feature])

    def loose(self, feature: Feature, kind: str) -> bool:
        """Whether two different names of one kind may mean the same thing."""
        question = self.told.asks(FEATURES[feature])
        return question is not None and (question.type in LOOSE or _stands_for(question, kind) != "")

    def _once(self, what: str) -> list[Keys]:
        if what not in self._known:
            match what:
                case "people":
                    self._known[what] = self._people()
                case "households":
                    self._known[what] = self._households()
                case "groups":
                    self._known[what] = self._groups()
                case _:
                    self._known[what] = self._keys(what)
        return self._known[what]

    def _keys(self, meaning: str) -> list[Keys]:
        question = self.told.asks(meaning)
        if question is None:
            return [None] * len(self.told.reports)
        rows = zip(self.told.each(meaning), self.told.each(NAMES.get(meaning, "")), strict=True)
        stands = {option.value: option.stands_for for option in question.options}
        loose = question.type in LOOSE

        def key(value: str, names: list[Any]) -> Key:
            """The choice, and the name that tells several of that choice apart."""
            if loose:
                return "", value
            if stands.get(value, "") in ("", "applicant"):
                return value, value
            return value, plain(names[0]) if names else ""

        return [tuple([key(plain(value), names) for value in values]) or None for values, names in rows]

    def _people(self) -> list[Keys]:
        if self.told.asks("report.reporter") is None:
            # A form that doesn't ask who reported is about the applicant's own reports.
            return [(WHOEVER_ASKS,)] * len(self.told.reports)
        return self._once("report.reporter")

    def _reporters(self) -> list[str | None]:
        """Whom each answer to "who reported it" stands for; None where nobody has said."""
        question = self.told.asks("report.reporter")
        if question is None:
            return ["applicant"] * len(self.told.reports)
        said = self.told.each("report.reporter")
        return [(_stands_for(question, plain(values[0])) or "various") if values else None for values in said]

    def _households(self) -> list[Keys]:
        asked = self.told.asks("report.reporter")
        told_apart = asked is not None and any(option.stands_for == "same-home" for option in asked.options)
        homes: dict[str | None, Keys] = {None: None, "applicant": (OWN,), "same-home": (OWN,)}
        another = (ANOTHER_HOME,) if told_apart else (SOME_HOME,)
        said = self._keys("report.household")
        return [keys or homes.get(who, another) for keys, who in zip(said, self._reporters(), strict=True)]

    def _groups(self) -> list[Keys]:
        asked = self.told.asks("applicant.capacity")
        capacity = [plain(value) for value in self.told.values("applicant.capacity")]
        is_group = asked is not None and any(_stands_for(asked, value) == "group" for value in capacity)
        groups: dict[str | None, Keys] = {None: None, "applicant": (WHOEVER_ASKS,) if is_group else ()}
        rows = zip(self._reporters(), self._once("report.reporter"), strict=True)
        return [keys if who == "group" else groups.get(who, ()) for who, keys in rows]


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
