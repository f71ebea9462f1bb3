"""How votes are counted, as tables: majorities, ties, abstentions, interests, absences, late and changed votes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from webform.documents.procedure import Panel
from webform.rules.tally import Ballot, Outcome, Said, quorate, tally

WORDS: dict[str, tuple[Said, bool, bool]] = {
    "yes": ("for", False, False), "no": ("against", False, False), "abstains": ("abstains", False, False),
    "open": ("", False, False), "absent": ("", False, True), "interest": ("", True, False),
    "yes, interest": ("for", True, False), "late yes": ("for", False, True),
}  # fmt: skip
ROLES = "abcde"


def panel(decides: str | None, quorum: int | None = None, *of: str) -> Panel:
    """A panel of five who decide so."""
    core = tuple(ROLES)
    return Panel(id="p", title="P", core=core, decides=decides, quorum=quorum, quorum_of=of)  # type: ignore[arg-type]


def ballots(written: str) -> list[Ballot]:
    """The ballots of a line of the table, one for each member."""
    said = [WORDS[word.strip()] for word in written.split("/")]
    return [Ballot(role, *one) for role, one in zip(ROLES, said, strict=False)]


TABLE: list[tuple[str | None, int | None, str, Outcome]] = [
    # so many of so many: the number does not shrink
    ("2 of 3", 2, "yes / yes / open", "for"),
    ("2 of 3", 2, "yes / yes / no", "for"),
    ("2 of 3", 2, "yes / no / open", "open"),
    ("2 of 3", 2, "no / no / open", "against"),
    ("2 of 3", 2, "yes / no / no", "against"),
    ("2 of 3", 2, "yes / no / abstains", "against"),
    ("2 of 3", 2, "yes / yes / interest", "for"),
    ("2 of 3", 2, "yes / no / interest", "against"),
    ("2 of 3", 2, "yes / open / interest", "open"),
    ("2 of 3", 2, "yes / interest / interest", "no-quorum"),
    ("2 of 3", 2, "yes / yes, interest / no", "against"),
    ("2 of 3", 2, "yes / absent / absent", "no-quorum"),
    ("2 of 3", 2, "yes / no / absent", "undecided"),
    ("2 of 3", 2, "yes / late yes / absent", "for"),
    ("2 of 3", 2, "yes / open / open", "open"),
    ("2 of 3", 2, "open / open / open", "open"),
    ("2 of 3", 2, "absent / absent / absent", "no-quorum"),
    ("2 of 3", None, "yes / absent / absent", "undecided"),
    # a majority of the votes that are given; a tie decides nothing
    ("majority", None, "yes / yes / no", "for"),
    ("majority", None, "yes / no / no", "against"),
    ("majority", None, "yes / no", "undecided"),
    ("majority", None, "yes / no / abstains", "undecided"),
    ("majority", None, "yes / abstains / abstains", "for"),
    ("majority", None, "abstains / abstains / abstains", "undecided"),
    ("majority", None, "yes / no / absent", "undecided"),
    ("majority", None, "yes / no / interest", "undecided"),
    ("majority", None, "yes / no / open", "open"),
    ("majority", None, "yes / yes / open / no", "open"),
    ("majority", None, "yes / yes / yes / open / no", "for"),
    ("majority", None, "no / no / no / open / yes", "against"),
    ("majority", 3, "yes / yes / interest", "no-quorum"),
    ("majority", 3, "yes / yes / abstains", "for"),
    # all who may vote
    ("all", None, "yes / yes / yes", "for"),
    ("all", None, "yes / yes / interest", "for"),
    ("all", None, "yes / yes / no", "against"),
    ("all", None, "yes / yes / abstains", "against"),
    ("all", None, "yes / yes / absent", "undecided"),
    ("all", None, "yes / no / absent", "against"),
    ("all", None, "yes / open / no", "against"),
    ("all", None, "yes / yes / open", "open"),
    ("all", None, "interest / interest / interest", "no-quorum"),
    # each alone
    ("alone", None, "yes / open / no", "for"),
    ("alone", None, "no / open / no", "open"),
    ("alone", None, "no / no / no", "against"),
    ("alone", None, "no / no / absent", "undecided"),
    # the source does not say
    (None, None, "yes / no / yes", "not-said"),
    (None, None, "yes / open / yes", "open"),
    (None, 2, "yes / interest / interest", "no-quorum"),
]


@pytest.mark.parametrize(("decides", "quorum", "cast", "outcome"), TABLE)
def test_what_a_vote_comes_to(decides: str | None, quorum: int | None, cast: str, outcome: Outcome) -> None:
    """Each line of the table."""
    assert tally(panel(decides, quorum), ballots(cast)).outcome == outcome


def test_those_who_have_to_be_among_them() -> None:
    """A quorum counts distinct roles, and named ones have to be there."""
    assert tally(panel("2 of 3", 2, "c"), ballots("yes / yes / interest")).outcome == "no-quorum"
    assert tally(panel("2 of 3", 2, "c"), ballots("yes / yes / open")).outcome == "open"
    assert tally(panel("2 of 3", 2, "c"), ballots("yes / yes / abstains")).outcome == "for"
    assert [quorate(panel(None, 2), roles) for roles in ("aa", "ab", "")] == [False, True, False]
    assert quorate(panel(None), "") is False


CAST = some.lists(some.sampled_from(sorted(WORDS)), min_size=1, max_size=5)
DECIDES = some.sampled_from([None, "majority", "all", "alone", "2 of 3", "3 of 5"])


@given(CAST, DECIDES, some.none() | some.integers(1, 3))
def test_what_holds_of_every_vote(said: list[str], decides: str | None, quorum: int | None) -> None:
    """The order makes no difference; an interest counts as little as no member; and what is settled stays settled."""
    who = panel(decides, quorum)
    cast = ballots("/".join(said))
    found = tally(who, cast)
    assert tally(who, reversed(cast)) == found
    silenced = [Ballot(one.role, "", True) if one.interest else one for one in cast]
    assert tally(who, silenced).outcome == found.outcome
    if found.outcome in ("for", "against"):
        for later in ("for", "against", "abstains"):
            ended = [Ballot(one.role, later) if one.is_open else one for one in cast]
            assert tally(who, ended).outcome == found.outcome
    if not found.still_open:
        assert found.outcome != "open"


@given(CAST, DECIDES)
def test_one_more_yes_never_harms(said: list[str], decides: str | None) -> None:
    """Whoever changes a no into a yes can't turn the vote against it."""
    cast = ballots("/".join(said))
    better = [Ballot(one.role, "for" if one.said == "against" else one.said, one.interest, one.absent) for one in cast]
    before, after = (tally(panel(decides), each).outcome for each in (cast, better))
    assert (before, after) != ("for", "against")
    assert before != "for" or after == "for"
