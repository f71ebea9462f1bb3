"""The groups that a count looks at one by one: reports that all share a feature; links do not chain (sentence 35)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from webform.documents.threshold import Feature
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .apart import Apart, Key, Keys
from .standing import Standing, Standings

SAME = {"problem": N_("about the same problem"), "place": N_("in the same place"), "culprit": N_("by the same people"),
        "reporter": N_("reported by the same person")}  # fmt: skip
UNSHARED = Standing(None, lambda _n: _("What it has in common with others is not known."))


@dataclass(frozen=True)
class Group:
    """Reports in common: which ones are `inside` for sure, and how they would all stand if they were outside."""

    admitted: Standings
    inside: Sequence[int]
    outside: Callable[[], Standings]

    def standings(self) -> Standings:
        """How every report stands to the group."""
        found = list(self.outside())
        for number in self.inside:
            found[number] = self.admitted[number]
        return found

    def sure(self) -> list[int]:
        """The reports that count in it for sure."""
        return [number for number in self.inside if self.admitted[number].truth]


def groups(apart: Apart, same: tuple[Feature, ...], admitted: Standings) -> Iterator[Group]:
    """The groups whose members all share one of the features; all reports, where none is named."""
    if not same:
        yield Group(admitted, range(len(admitted)), lambda: admitted)
        return
    shared = False
    for feature in same:
        for group in _sharing(apart, feature, admitted):
            shared = True
            yield group
    if not shared:
        yield Group(admitted, (), lambda: [one.also(UNSHARED) for one in admitted])


def _sharing(apart: Apart, feature: Feature, admitted: Standings) -> Iterator[Group]:
    """A group for each key of the feature. How a report stands outside is the same for all names of a kind."""
    owns = apart.shared(feature)
    inside: dict[Key, list[int]] = {}
    for number, own in enumerate(owns):
        for key in own or ():
            inside.setdefault(key, []).append(number)

    @cache
    def outside(kind: str, named: bool) -> Standings:
        stands = _outsider(feature, kind, named, apart.loose(feature, kind))
        return [one.also(stands(own)) for one, own in zip(admitted, owns, strict=True)]

    for (kind, name), numbers in inside.items():
        # Who is meant by a choice without a name, nobody knows: none is in its group for sure.
        yield Group(admitted, numbers if name else (), partial(outside, kind, bool(name)))


def _outsider(feature: Feature, kind: str, named: bool, loose: bool) -> Callable[[Keys], Standing]:
    """How a report that is not in a group of this kind stands to it, by what it has in common with others."""
    same = _(SAME[feature])
    unknown = Standing(None, lambda _n: _("Whether it was %(same)s as the others is not known.", same=same))
    worded = _("Somebody has to compare whether it was %(same)s as the others: it is worded differently.", same=same)
    compare = Standing(None, lambda _n: worded)
    other = Standing(False, lambda _n: _("It was not %(same)s as the others.", same=same))

    @cache
    def stands(own: Keys) -> Standing:
        names = [name for one, name in own or () if one == kind]
        if not own or (names and not (named and all(names))):
            return unknown
        return compare if names and loose else other

    return stands
