"""Who sits on a panel in a case, as its documents say: the core, guests by condition, seats that are filled anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from webform.documents.procedure import Panel, Procedure
from webform.documents.shelf import Shelves
from webform.rules.attendance import Attendance, attendance, has_quorum, needs_another_chair
from webform.rules.folder import Filed
from webform.rules.naming import those_named
from webform.rules.offered import ANOTHER, offered

NOON = dt.datetime(2026, 5, 11, 12, tzinfo=dt.UTC)
CORE = {"safer-merton", "police", "clarion"}
CHILD = {"people": [{"entry": 1, "person_age": "10-17"}]}
Said = tuple[str, dict[str, Any], str | None]  # step, answers, whose
CALLED: Said = ("panel-meeting", {"others": ["none"]}, None)
INTEREST: Said = ("interest", {"interest": "yes"}, "police")
EFFECTS = {"who-takes-part": "names", "off-the-case": "leaves"}


def sitting(
    shelves: Shelves, *said: Said, request: dict[str, Any] | None = None, area: str = "merton", **panel: Any
) -> dict[str, set[str]]:
    """The keys of those who sit on the panel, by role, after the request and these documents; an hour lies between."""
    procedure = shelves.procedures[area]
    if panel:
        changed = tuple(one.model_copy(update=panel) for one in procedure.panels)
        procedure = procedure.model_copy(update={"panels": changed})
    first = Filed(1, "request", "form", "opens-case", None, "applicant", NOON, NOON, request or {"one": "x"})
    later = [
        Filed(
            number, step, "form", EFFECTS.get(step, "records"), party, "", at := NOON + number * dt.timedelta(hours=1),
            at, answers,
        )
        for number, (step, answers, party) in enumerate(said, 2)
    ]  # fmt: skip
    named = those_named(procedure, shelves.forms_of(procedure), (first, *later), NOON + dt.timedelta(days=9))
    roles = {role for one in procedure.panels for role in one.sitters()}
    here = [one for one in named if one.left_at is None and one.role in roles]
    return {role: {one.key for one in here if one.role == role} for role in sorted({one.role for one in here})}


@pytest.mark.parametrize(
    ("said", "request_said", "roles"),
    [
        ((), None, set()),
        ((CALLED,), None, CORE),
        ((CALLED,), CHILD, {*CORE, "youth-justice"}),
        ((("panel-meeting", {"others": ["health"]}, None),), None, {*CORE, "health"}),
        ((("panel-meeting", {"others": ["health"]}, None), CALLED), None, CORE),
        ((CALLED, ("panel-meeting", {"others": ["health", "youth-justice"]}, None)), None,
         {*CORE, "health", "youth-justice"}),
        # what nobody has answered takes nobody off
        ((("panel-meeting", {"others": ["health"]}, None), ("panel-meeting", {"meeting_on": "2026-05-20"}, None)), None,
         {*CORE, "health"}),
        # an officer's decision outlives a new date; another role that several hold is named one by one
        ((CALLED, ("off-the-case", {}, "clarion"), CALLED), None, CORE - {"clarion"}),
        ((CALLED, INTEREST, CALLED), None, CORE - {"police"}),
        ((CALLED, ("interest", {"interest": "no"}, "police")), None, CORE),
    ],
)  # fmt: skip
def test_who_sits(shelves: Shelves, said: tuple[Said, ...], request_said: Any, roles: set[str]) -> None:
    """Each line of the table."""
    assert set(sitting(shelves, *said, request=request_said)) == roles


def test_a_seat_that_is_filled_anew(shelves: Shelves) -> None:
    """Whoever comes after somebody who has left is another party; who is called the same is back."""
    named: Said = ("who-takes-part", {"part_role": "police", "part_organisation": "Sergeant Two"}, None)
    assert sitting(shelves, CALLED, INTEREST, named)["police"] == {"police-2"}
    again: Said = ("interest", {"interest": "yes"}, "police-2")
    assert sitting(shelves, CALLED, INTEREST, named, again, named)["police"] == {"police-3"}
    off: Said = ("off-the-case", {}, "police")
    assert sitting(shelves, CALLED, off, named)["police"] == {"police-2"}
    titles = {role.id: role.title for role in shelves.procedures["merton"].roles}
    back: Said = ("who-takes-part", {"part_role": "police", "part_organisation": titles["police"]}, None)
    assert sitting(shelves, CALLED, off, back)["police"] == {"police"}
    assert sitting(shelves, CALLED, named)["police"] == {"police"}


def test_an_interest_where_nobody_leaves(shelves: Shelves) -> None:
    """A panel may only keep them from voting; and without `joins` nobody is a party."""
    assert set(sitting(shelves, CALLED, INTEREST, interest="no-vote")) == CORE
    assert sitting(shelves, CALLED, joins=None, interest="no-vote", off=None) == {}


def test_the_chair_sits_with_them(shelves: Shelves) -> None:
    """Somebody who is no member takes the chair, and is a party like them."""
    sits = sitting(shelves, CALLED, area="shropshire")
    assert set(sits) == {"police", "landlords", "council", "health", "victim-support", "independent-chair"}


# --- who was there ----------------------------------------------------------------------------------------------------


def seen(shelves: Shelves, *people: tuple[str, str, str], **answers: Any) -> Attendance:
    """What a record says of those who were asked: member, there, interest."""
    entries = [
        {"entry": number, "person_member": member, "person_there": there, "interest": interest}
        for number, (member, there, interest) in enumerate(people, 1)
    ]
    form = offered(shelves.forms["panel-record"], shelves.procedures["merton"])
    return attendance(form, {"people": entries, **answers})


def panel(shelves: Shelves, **changes: Any) -> Panel:
    return shelves.procedures["merton"].panels[0].model_copy(update=changes)


POLICE, CLARION = ("police", "there", "no"), ("clarion", "remote", "no")


def test_a_quorum_counts_distinct_members_without_an_interest(shelves: Shelves) -> None:
    """Those away, those with an interest and those who are no members are not counted; guests are."""
    two = panel(shelves)
    assert has_quorum(two, seen(shelves, POLICE, CLARION))
    assert has_quorum(two, seen(shelves, POLICE, ("health", "there", "no")))
    for other in (
        ("clarion", "sorry", "no"), ("clarion", "absent", "no"), ("clarion", "there", "yes"),
        ("police", "remote", "no"), (ANOTHER, "there", "no"),
    ):  # fmt: skip
        assert not has_quorum(two, seen(shelves, POLICE, other)), other
    assert not has_quorum(
        panel(shelves, quorum_of=("clarion",)), seen(shelves, POLICE, ("safer-merton", "there", "no"))
    )
    assert has_quorum(panel(shelves, quorum_of=("clarion",)), seen(shelves, POLICE, CLARION))
    assert has_quorum(panel(shelves, quorum=None), seen(shelves))


@pytest.mark.parametrize(
    ("area", "involved", "refused"),
    [("shropshire", "yes", True), ("shropshire", "no", False), ("merton", "yes", False)],
)
def test_an_independent_chair_has_had_no_part(shelves: Shelves, area: str, involved: str, refused: bool) -> None:
    """Where the chair is independent somebody who was involved can't take it; elsewhere the reasons are enough."""
    procedure: Procedure = shelves.procedures[area]
    found = seen(shelves, POLICE, CLARION, chair_apart=involved)
    assert needs_another_chair(procedure, procedure.panels[0], found) is refused


def test_members_are_chosen_from_the_panel(shelves: Shelves) -> None:
    """The record of a meeting offers them and somebody else; an area without a panel is not asked."""
    record = shelves.forms["panel-record"]
    asked = offered(record, shelves.procedures["merton"]).meaning("sitting.member")
    assert asked
    assert {one.value for one in asked.options} >= {*CORE, "health", ANOTHER}
    assert offered(record, shelves.procedures["bromley"]).meaning("sitting.member") is None
