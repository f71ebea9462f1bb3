"""Contacts are complete before anybody can apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from webform.contacts import FILE, Contact, Roster, missing_contacts, read_contacts


def write(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_no_file_means_that_all_are_missing(tmp_path: Path) -> None:
    """Both roles of each area are named at once."""
    said = "\n".join(missing_contacts(tmp_path, ["north", "south"]))
    assert all(f"[{area}.{role}] is missing" in said for area in ("north", "south") for role in ("spoc", "deputy"))


def test_a_whole_contact_is_read(tmp_path: Path) -> None:
    """A name and an email address are all that a role needs."""
    contacts, faults = read_contacts(write(tmp_path, '[north.spoc]\nname = "Team"\nemail = "team@north.example"'))
    assert contacts == {("north", "spoc"): Roster((Contact("Team", "team@north.example"),))}
    assert faults == ()


def test_the_file_is_read_again_as_soon_as_it_is_saved(tmp_path: Path) -> None:
    """Unchanged it is read once, since a request asks for dozens of addresses; a change needs no restart."""
    team = '[north.spoc]\nname = "Team"\nemail = "team@north.example"'
    first, _ = read_contacts(write(tmp_path, team))
    assert read_contacts(tmp_path)[0] is first
    changed, _ = read_contacts(write(tmp_path, team.replace("team@", "new.team@")))
    assert changed["north", "spoc"].only == Contact("Team", "new.team@north.example")
    (tmp_path / FILE).unlink()
    assert read_contacts(tmp_path) == ({}, ())


@pytest.mark.parametrize(
    "entry",
    [
        'name = "Team"',
        'name = ""\nemail = "team@north.example"',
        'name = "Team"\nemail = "team"',
        'name = "Team"\nemail = "a@b@north.example"',
        'name = "Team"\nemail = "team@north.example\\nBcc: x@y.example"',
        'name = "Team"\nemail = "team@north.example"\nphone = "1"',
        "name = 1\nemail = 2",
    ],
)
def test_half_a_contact_is_a_fault(tmp_path: Path, entry: str) -> None:
    """An entry that mail can't be addressed from is named, and counts as missing."""
    said = "\n".join(missing_contacts(write(tmp_path, "[north.spoc]\n" + entry), ["north"]))
    assert "[north.spoc] needs a name and an email address" in said
    assert "[north.spoc] is missing" in said


def test_a_role_without_an_area_is_a_fault(tmp_path: Path) -> None:
    """A table that stands for no area is not passed over."""
    assert "[spoc.?] needs" in read_contacts(write(tmp_path, 'spoc = "team@north.example"'))[1][0]


@pytest.mark.parametrize("text", ["[north", "a = 1\na = 2", "[" * 20000])
def test_a_file_that_is_no_toml_is_a_fault(tmp_path: Path, text: str) -> None:
    """A slip of the pen is said in one line, not in a traceback."""
    assert "can't be read" in missing_contacts(write(tmp_path, text), ["north"])[0]


LIST = """
[[north.agency]]
id = "other"
name = "Moat School"
email = "school@moat.example"
called = ["moat"]
[[north.agency]]
id = "landlord"
name = "Moat Homes"
email = "homes@moat.example"
called = ["Moat"]
[[north.agency]]
id = "police"
name = "Neighbourhood team"
email = "team@police.example"
"""


@pytest.mark.parametrize(
    ("name", "choice", "kind", "email"),
    [
        ("The police", "police", "", "team@police.example"),
        ("MOAT ", "", "landlord", "homes@moat.example"),
        ("moat", "", "other", "school@moat.example"),
        ("Moat Homes", "", "", "homes@moat.example"),
        ("Clarion", "", "landlord", None),
        ("A landlord", "", "landlord", None),
    ],
)
def test_a_body_is_found_by_its_choice_or_by_its_name(
    tmp_path: Path, name: str, choice: str, kind: str, email: str | None
) -> None:
    """A choice that stands for several bodies is never enough: nobody is written to by guess."""
    contacts, faults = read_contacts(write(tmp_path, LIST))
    found = contacts["north", "agency"].find(name, choice, kind)
    assert faults == ()
    assert (found.email if found else None) == email


@pytest.mark.parametrize(
    "entry",
    [
        'name = "Team"\nemail = "team@north.example"',
        'id = ""\nname = "Team"\nemail = "team@north.example"',
        'id = "a"\nname = "Team"\nemail = "team@north.example"\ncalled = "us"',
        'id = "a"\nname = "Team"\nemail = "team@north.example"\nphone = "1"',
        'id = "police"\nname = "neighbourhood TEAM"\nemail = "team@north.example"',
    ],
    ids=["no id", "empty id", "no list", "another key", "twice"],
)
def test_half_an_entry_of_a_list_is_a_fault(tmp_path: Path, entry: str) -> None:
    """An entry that can't be used, or told from another, is said with its table."""
    _, faults = read_contacts(write(tmp_path, LIST + "[[north.agency]]\n" + entry))
    assert ["[[north.agency]]" in fault for fault in faults] == [True]
