"""What a role may do at the desk is what the procedure says of it."""

from __future__ import annotations

import pytest

from webform.documents.shelf import Shelves
from webform.rules.powers import ALL, NONE, Powers, desk_roles, powers_of


@pytest.mark.parametrize(
    ("role", "powers"),
    [
        ("spoc", ALL),
        ("deputy", ALL),
        ("officer", {"read", "work"}),
        ("auditor", {"read"}),
        ("publisher", {"publish"}),
        ("reviewer", {"linked"}),
        ("applicant", NONE),
        ("nobody", NONE),
    ],
)
def test_each_role_has_what_it_needs_and_no_more(shelves: Shelves, role: str, powers: Powers) -> None:
    """The baseline, as it stands in every council's area; a body of appeals has no more for any of them."""
    councils = [area for area in shelves.areas() if area.area.kind != "appeal-body"]
    assert {powers_of(area, role) for area in councils} == {frozenset(powers)}
    assert all(powers_of(area, role) <= frozenset(powers) for area in shelves.areas())


def test_a_document_that_says_nothing_leaves_the_point_of_contact_at_work(shelves: Shelves) -> None:
    """Where `may` is left out the contact and the deputy go on; `[]` takes everything away, from them too."""
    area = shelves.procedures["merton"]
    silent = tuple(role.model_copy(update={"may": None}) for role in area.roles)
    assert list(desk_roles(area.model_copy(update={"roles": silent}))) == ["spoc", "deputy"]
    shut = tuple(role.model_copy(update={"may": ()}) for role in area.roles)
    assert desk_roles(area.model_copy(update={"roles": shut})) == {}
    assert powers_of(None, "spoc") == ALL
    assert powers_of(None, "officer") == NONE
