"""Nobody agrees in the place of another: those who are asked are told apart by how they are reached, and called.

What two of them have in common may be a household, or somebody who answers for both. It stops nothing: a person looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from webform.records.sealed import BlindKind, normalise
from webform.records.tables import Case, Party
from webform.rules.plain_words import joined
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .people import PEOPLE
from .pinned import rules_of

# What is compared, and as what: of a name capitals, accents and spaces make no difference.
SAME = {
    "email": N_("The same email is given for %(who)s. Check who agreed."),
    "phone": N_("The same phone is given for %(who)s. Check who agreed."),
    "name": N_("The same name is given for %(who)s. Check who agreed."),
}
COMPARED: tuple[tuple[str, BlindKind], ...] = (("email", "email"), ("phone", "phone"), ("name", "surname"))


def flag_same_person(case: Case) -> None:
    """Put on the case what two of its people have in common, once for each pair and thing."""
    known = {flag["id"] for flag in case.flags}
    found = [flag for flag in _shared(case) if flag["id"] not in known]
    if found:
        case.flags = [*case.flags, *found]


def _shared(case: Case) -> Iterator[dict[str, object]]:
    procedure = rules_of(case)[0]
    titles = {role.id: role.title for role in procedure.roles}
    roles = {PEOPLE[0], *procedure.consent.of}
    people = [party for party in case.parties if party.role in roles and party.left_at is None]
    for one, other in combinations(people, 2):
        for what in _in_common(one, other):
            who = joined(titles.get(party.role, party.role) for party in (one, other))
            label = _(SAME[what], who=who)
            yield {"id": f"same-{what}-{one.id}-{other.id}", "label": label, "alarm": False}


def _in_common(one: Party, other: Party) -> Iterator[str]:
    for what, kind in COMPARED:
        mine, theirs = (normalise(kind, str(party.person.get(what) or "")) for party in (one, other))
        if mine and mine == theirs:
            yield what
